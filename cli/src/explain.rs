//! `chexiao explain`: what is wrong with a signature that another client has made.

use crate::exit::NOT_SENT;
use crate::output::{Colour, complain, line, line_of};
use chexiao::face::border;
use chexiao::face::json;
use chexiao::{Error, Kind};
use chexiao_explain::{Message, Report, Settings, Side, Verdict, explain};
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit code where something is wrong.
const WRONG: u8 = 1;
/// Larger files than this, in bytes, are no message.
const MAX_FILE: u64 = 4 << 20;

/// For `--help`.
pub(crate) const HELP: &str = "\
Files: raw HTTP, a curl command, what curl -v, --trace or --trace-ascii shows, HAR, a line of a log, or the body alone; - is
standard input. Secrets are shown nowhere. It says what a signature is, and makes no reply true.
Exit codes: 0 the signature is right, 1 it is not, or something else strikes, 2 an error, 3 standard output cannot be written.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A request as any client has made it: the string to sign, and what that client did otherwise
    #[arg(long, value_name = "FILE | -", required_unless_present = "reply")]
    request: Option<PathBuf>,
    /// A reply of the gateway
    #[arg(long, value_name = "FILE | -", conflicts_with = "request")]
    reply: Option<PathBuf>,
    /// The configuration (JSON) of the account that the message belongs to
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Another configuration whose keys may have been mixed up with these; again for each
    #[arg(long = "also", value_name = "FILE")]
    also: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    match explained(arguments) {
        Ok(report) => {
            if arguments.json {
                line(report.to_json())?
            } else {
                tell_people(&report)?
            }
            Ok(if report.is_right() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
        }
        Err(error) => {
            if !arguments.json || line(json::error(&error)).is_err() {
                complain(format_args!("{error}\nhint: {}", error.hint()));
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

fn explained(arguments: &Arguments) -> Result<Report, Error> {
    let mut settings = Settings::read(&configuration(&arguments.config)?)?;
    for other in &arguments.also {
        settings = settings.beside(&configuration(other)?, &other.to_string_lossy())?;
    }
    let (path, side) = match (&arguments.request, &arguments.reply) {
        (Some(path), _) => (path, Side::Request),
        (None, Some(path)) => (path, Side::Reply),
        (None, None) => return Err(Error::at_border(Kind::Call, "request", "is missing")),
    };
    let name = if side == Side::Request { "request" } else { "reply" };
    explain(&settings, &Message::read(&bytes(path, name)?, side), side)
}

fn tell_people(report: &Report) -> Result<(), crate::output::Untold> {
    let colour = match report.verdict {
        Verdict::Right => Colour::Green,
        Verdict::Wrong(_) => Colour::Red,
        Verdict::Unexplained(_) => Colour::Yellow,
    };
    line_of(colour, report.word(), report.lines().join("\n"))
}

fn configuration(path: &Path) -> Result<String, Error> {
    border::decode(&bytes(path, "config")?).ok_or_else(|| Error::at_border(Kind::Config, "config", "is not UTF-8"))
}

/// The path is not repeated: it may be the document itself, keys and all.
fn bytes(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    use std::io::Read as _;
    let unreadable = |why: String| {
        Error::at_border(Kind::Call, what, format!("cannot be read: {why}"))
            .with_hint("give the path of a file, or - for standard input", "请给出文件路径,或用 - 表示标准输入")
    };
    let mut found = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().take(MAX_FILE + 1).read_to_end(&mut found),
        false => std::fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut found)),
    };
    match read {
        Ok(_) if found.len() as u64 > MAX_FILE => Err(unreadable("it is larger than 4 MiB".into())),
        Ok(_) => Ok(found),
        Err(error) => Err(unreadable(error.kind().to_string())),
    }
}
