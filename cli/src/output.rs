//! What is printed, and what becomes of it where nobody can read it: an exit code of its own, never a panic.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Standard output cannot be written.
#[derive(Debug)]
pub(crate) struct Untold(io::Error);

impl Display for Untold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "standard output cannot be written: {}", self.0)
    }
}

impl std::error::Error for Untold {}

/// Writes a line to standard output.
pub(crate) fn line(text: impl Display) -> Result<(), Untold> {
    write(io::stdout(), text).map_err(Untold)
}

/// Writes a line to standard error, if it can be written.
pub(crate) fn complain(text: impl Display) {
    _ = write(io::stderr(), text);
}

/// Past the standard library's own streams, which take it for success that a descriptor is not open for writing.
fn write(stream: impl AsFd, text: impl Display) -> io::Result<()> {
    File::from(stream.as_fd().try_clone_to_owned()?).write_all(format!("{text}\n").as_bytes())
}
