//! What is printed, and what becomes of it where nobody can read it: an exit code of its own, never a panic. Nothing that others wrote
//! moves a cursor or begins a line.

use anstream::{AutoStream, ColorChoice};
use chexiao::face::border::escaped;
use std::fmt::Display;
#[cfg(unix)]
use std::fs::File;
#[cfg(windows)]
use std::io::Write as Stream;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::fd::AsFd as Stream;

/// Standard output cannot be written.
#[derive(Debug)]
pub(crate) struct Untold(io::Error);

impl Display for Untold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "standard output cannot be written: {}", self.0)
    }
}

impl std::error::Error for Untold {}

/// Of the word that matters most; on a terminal that shows colours, and where `NO_COLOR` is not set.
#[derive(Clone, Copy)]
pub(crate) enum Colour {
    Red = 31,
    Green = 32,
    Yellow = 33,
}

/// Writes a line to standard output.
pub(crate) fn line(text: impl Display) -> Result<(), Untold> {
    write(io::stdout(), &escaped(&text.to_string())).map_err(Untold)
}

/// The same, whose first word stands out.
pub(crate) fn line_of(colour: Colour, word: &str, rest: impl Display) -> Result<(), Untold> {
    let shown = painted(has_colours(&io::stdout()), colour, word, rest);
    write(io::stdout(), &shown).map_err(Untold)
}

/// Writes a line to standard error, if it can be written, that is no complaint.
pub(crate) fn note(text: impl Display) {
    _ = write(io::stderr(), &escaped(&text.to_string()));
}

/// Writes a line to standard error, if it can be written.
pub(crate) fn complain(text: impl Display) {
    _ = write(io::stderr(), &painted(has_colours(&io::stderr()), Colour::Red, "chexiao:", format_args!(" {text}")));
}

/// Writes over the line that standard error is in, if that is a terminal that takes it; nothing clears it.
pub(crate) fn same_line(text: &str) {
    _ = raw(io::stderr()).and_then(|mut stream| stream.write_all(format!("\r\u{1b}[K{text}").as_bytes()));
}

/// What clap has to say, to the stream that it chose.
pub(crate) fn usage(error: &clap::Error) -> Result<(), Untold> {
    let text = error.render();
    let plain = one_line_each(text.to_string().trim_end());
    // Where an argument holds what a terminal obeys, nothing tells it from the colours.
    let with = |colours: bool| if colours && !has_unseen_argument() { text.ansi().to_string().trim_end().into() } else { plain };
    match error.use_stderr() {
        true => write(io::stderr(), &with(has_colours(&io::stderr()))).map_err(Untold),
        false => write(io::stdout(), &with(has_colours(&io::stdout()))).map_err(Untold),
    }
}

fn has_colours(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

fn painted(has_colours: bool, colour: Colour, word: &str, rest: impl Display) -> String {
    let (word, rest) = (escaped(word), rest.to_string());
    let rest = escaped(&rest);
    if has_colours { format!("\u{1b}[1;{}m{word}\u{1b}[0m{rest}", colour as u8) } else { format!("{word}{rest}") }
}

/// Arguments that hold line ends are repeated without them.
fn one_line_each(text: &str) -> String {
    let mut text = text.to_string();
    for argument in arguments() {
        let value = argument.split_once('=').map_or("", |(_, value)| value);
        for part in [argument.as_str(), value].into_iter().filter(|part| part.contains('\n')) {
            text = text.replace(part, &part.replace('\n', "\\n"));
        }
    }
    escaped(&text).into_owned()
}

fn has_unseen_argument() -> bool {
    arguments().any(|argument| argument.contains('\n') || escaped(&argument) != argument)
}

fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())
}

/// Past the standard library's own streams, which take it for success that a descriptor is not open for writing.
fn write(stream: impl Stream, text: &str) -> io::Result<()> {
    raw(stream)?.write_all(format!("{text}\n").as_bytes())
}

#[cfg(unix)]
fn raw(stream: impl Stream) -> io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

/// A console takes UTF-16, and only the standard library's streams know.
#[cfg(windows)]
fn raw(stream: impl Stream) -> io::Result<impl Write> {
    Ok(stream)
}
