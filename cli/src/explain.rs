//! `chexiao explain`: what a word or a result means, and what is wrong with a signature that another client has made.

use crate::exit::NOT_SENT;
use crate::output::{Colour, complain, line, line_of};
use chexiao::face::border;
use chexiao::face::json;
use chexiao::{Client, Error, Kind};
use chexiao_explain::{Message, Report, Settings, Side, Verdict, account_of, explain, meanings, trail};
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit code where something is wrong.
const WRONG: u8 = 1;
/// Larger files than this, in bytes, are no message.
const MAX_FILE: u64 = 4 << 20;

/// For `--help`.
pub(crate) const HELP: &str = "\
Files: a record (chexiao record), raw HTTP, a curl command, what curl -v, --trace or --trace-ascii shows, HAR, a line of a log, or the body alone; - is
standard input. Secrets are shown nowhere. It says what a signature is, and makes no reply true.
A code is looked up in the tables that outcomes are made by, and words of this library in its own lists. A result, notice, answer or
error is told step by step, with --config by the reply that it keeps too; an exchange ({\"call\",\"request\",\"reply\"}, as verify takes it)
and a notification ({\"headers\",\"body_base64\"}) are judged first.
Exit codes: 0 the signature is right, or the word is known; 1 not so, or something else strikes; 2 an error; 3 standard output
cannot be written.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A code of the gateway, a word of this library, or a file with a result, notice, answer, error or exchange (JSON)
    #[arg(value_name = "CODE | FILE", allow_negative_numbers = true, required_unless_present_any = ["request", "reply", "notification"], conflicts_with_all = ["request", "reply", "notification", "also"])]
    what: Option<String>,
    /// The gateway that said the code or gave the result
    #[arg(long, value_name = "ID", conflicts_with_all = ["request", "reply", "notification"])]
    gateway: Option<String>,
    /// What was asked: close, query, refund, refund_query, reverse, or notification
    #[arg(long, value_name = "NAME", requires = "what")]
    operation: Option<String>,
    /// A request as any client has made it: the string to sign, and what that client did otherwise
    #[arg(long, value_name = "FILE | -")]
    request: Option<PathBuf>,
    /// A reply of the gateway
    #[arg(long, value_name = "FILE | -", conflicts_with = "request")]
    reply: Option<PathBuf>,
    /// What a gateway has posted by itself, as it came in: was it signed, by which key, and what became of it before it was verified
    #[arg(long, value_name = "FILE | -", conflicts_with_all = ["request", "reply"])]
    notification: Option<PathBuf>,
    /// The configuration (JSON) of the account that the message belongs to; an exchange is judged and the reply in a result read with it, a record has its own
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Another configuration whose keys may have been mixed up with these; again for each
    #[arg(long = "also", value_name = "FILE")]
    also: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    let told = match (&arguments.what, &arguments.config) {
        (Some(what), config) => told_of(what, config.as_deref(), arguments),
        (None, config) => explained(config.as_deref(), arguments).map(|report| Told {
            is_right: report.is_right(),
            json: report.to_json(),
            report: Some(report),
            lines: Vec::new(),
        }),
    };
    match told {
        Ok(told) => {
            match &told.report {
                _ if arguments.json => line(&told.json)?,
                Some(report) => tell_people(report)?,
                None => line(told.lines.join("\n"))?,
            }
            Ok(if told.is_right { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
        }
        Err(error) => {
            if !arguments.json || line(json::error(&error)).is_err() {
                complain(format_args!("{error}\nhint: {}", error.hint()));
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

struct Told {
    is_right: bool,
    json: String,
    lines: Vec<String>,
    report: Option<Report>,
}

/// A word that is no file, or what is in a file.
fn told_of(what: &str, config: Option<&Path>, arguments: &Arguments) -> Result<Told, Error> {
    let (named, operation) = (arguments.gateway.as_deref(), arguments.operation.as_deref());
    if let Some(id) = named.filter(|id| !chexiao::gateways::ALL.iter().any(|entry| entry.id == *id)) {
        let known: Vec<&str> = chexiao::gateways::ALL.iter().map(|entry| entry.id).collect();
        return Err(Error::at_border(Kind::Call, "gateway", format!("{id} is none of {}", known.join(", "))));
    }
    if !Path::new(what).is_file() && what != "-" {
        if what.contains(['/', '{']) || what.ends_with(".json") {
            return Err(Error::at_border(Kind::Call, "document", "cannot be read: there is no such file")
                .with_hint("give the path of a file, - for standard input, or a code", "请给出文件路径、表示标准输入的 - 或返回码"));
        }
        let found = meanings(what, named, operation);
        return Ok(Told { is_right: found.is_known(), json: found.to_json(what), lines: found.lines(what), report: None });
    }
    let document = border::decode(&bytes(Path::new(what), "document")?);
    let document = document.ok_or_else(|| Error::at_border(Kind::Call, "document", "is not UTF-8"))?;
    let has = |names: [&str; 2]| {
        serde_json::from_str::<serde_json::Value>(&document).is_ok_and(|value| names.iter().all(|name| value.get(name).is_some()))
    };
    let (is_exchange, is_posted) = (has(["call", "reply"]), has(["headers", "body_base64"]));
    let settings = config.map(|config| Settings::read(&configuration(config)?)).transpose()?;
    let gateway = named.or(settings.as_ref().map(Settings::gateway));
    let asked = is_exchange.then(|| operation_of(&document)).flatten();
    let judged = match config {
        Some(config) if is_exchange => json::verify(&Client::from_file(config)?, &document).1,
        Some(config) if is_posted => json::notification(&Client::from_file(config)?, &document)?.1,
        None if is_exchange || is_posted => return Err(missing("config")),
        _ => document,
    };
    let trail = trail(&judged, gateway, operation.or(asked.as_deref()), settings.as_ref())?;
    Ok(Told { is_right: true, json: trail.to_json(), lines: trail.lines(), report: None })
}

fn operation_of(exchange: &str) -> Option<String> {
    let exchange: serde_json::Value = serde_json::from_str(exchange).ok()?;
    exchange.pointer("/call/operation")?.as_str().map(String::from)
}

fn missing(name: &str) -> Error {
    Error::at_border(Kind::Call, name, "is missing: messages are read with the configuration of their account, which records alone hold")
        .with_hint("give --config FILE", "请给出 --config 文件")
}

fn explained(config: Option<&Path>, arguments: &Arguments) -> Result<Report, Error> {
    let given = [
        (&arguments.request, Side::Request, "request"),
        (&arguments.reply, Side::Reply, "reply"),
        (&arguments.notification, Side::Notification, "notification"),
    ];
    let Some((path, side, name)) = given.into_iter().find_map(|(path, side, name)| Some((path.as_ref()?, side, name))) else {
        return Err(missing("request"));
    };
    let file = bytes(path, name)?;
    let mut settings = match config {
        Some(config) => Settings::read(&configuration(config)?)?,
        None => Settings::read(&border::decode(&file).and_then(|text| account_of(&text)).ok_or_else(|| missing("config"))?)?,
    };
    for other in &arguments.also {
        settings = settings.beside(&configuration(other)?, &other.to_string_lossy())?;
    }
    explain(&settings, &Message::read(&file, side), side)
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
            .with_hint("give the path of a file, or - for standard input", "请给出文件路径，或用 - 表示标准输入")
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
