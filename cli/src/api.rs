//! `chexiao call`: any other API of a gateway.

use crate::call::text_of_stdin;
use crate::exit::{NOT_PROVEN, NOT_SENT, UNTOLD};
use crate::output::{Colour, Untold, complain, line, line_of};
use crate::watch::{Ended, Watch, watched};
use chexiao::face::{border, json};
use chexiao::{Answer, Client, Error, Kind, Reason};
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// `POST /path`, `GET /path`, the name of a method, or `SIGN name`: what a front end pays with
    #[arg(value_name = "API")]
    api: String,
    /// The configuration (JSON): gateway, environment or base_url, account
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// One field under the gateway's own name, its value as text; again for each
    #[arg(long = "field", value_name = "NAME=VALUE", conflicts_with = "content")]
    fields: Vec<String>,
    /// One JSON text that is signed and sent as it is; `-` reads it from standard input
    #[arg(long, value_name = "FILE | -")]
    content: Option<PathBuf>,
    /// What the library is not to add; again for each
    #[arg(long, value_name = "NAME")]
    omit: Vec<String>,
    /// A parameter beside the fields (ICBC, YSEPay); again for each
    #[arg(long = "top-level", value_name = "NAME=VALUE")]
    top_level: Vec<String>,
    /// Encrypt the fields with the account's encrypt_key (ICBC)
    #[arg(long)]
    encrypt: bool,
    /// The version of the method (YSEPay), instead of 3.0
    #[arg(long = "api-version", value_name = "VERSION")]
    version: Option<String>,
    /// The message id, instead of 32 random hexadecimal digits
    #[arg(long, value_name = "ID")]
    msg_id: Option<String>,
    /// Write the file that the API gives, a bill say, there: whole, or not at all
    #[arg(long, value_name = "FILE", conflicts_with = "sign")]
    to: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "to")]
    replace: bool,
    /// The moment of the call in Beijing, instead of now: yyyy-MM-dd HH:mm:ss
    #[arg(long, value_name = "TIME")]
    timestamp: Option<String>,
    /// The nonce, instead of a random one
    #[arg(long, value_name = "TEXT")]
    nonce: Option<String>,
    /// Sign only, and print the request: for pages, front ends, and an HTTP client of your own
    #[arg(long)]
    sign: bool,
    /// Print the answer or the error as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    let as_json = arguments.json;
    if arguments.sign {
        return signed(&arguments)
            .map_or_else(|error| Ok(refused(&error, as_json)), |request| Ok(line(request).map(|()| ExitCode::SUCCESS)?));
    }
    let Ended { result, signal } = watched(move |watch| send(&arguments, watch));
    match result {
        Ok(answer) => {
            if let Some(signal) = signal.filter(|_| answer.reason() == Some(Reason::Interrupted)) {
                complain(format_args!("{signal}: the call may have been executed. 调用可能已执行。\n  msg_id   {}", answer.msg_id()));
            }
            let told = if as_json { line(json::answer_json(&answer)) } else { tell_people(&answer) };
            Ok(ExitCode::from(match (answer.is_authentic(), told) {
                (false, _) => NOT_PROVEN,
                (true, Err(_)) => UNTOLD,
                (true, Ok(())) => 0,
            }))
        }
        Err(error) => Ok(refused(&error, as_json)),
    }
}

fn refused(error: &Error, as_json: bool) -> ExitCode {
    if !as_json || line(json::error(error)).is_err() {
        complain(format_args!("{error}\nhint: {}\nNothing was sent. 未发送任何请求。", error.hint()));
    }
    ExitCode::from(NOT_SENT)
}

fn signed(arguments: &Arguments) -> Result<String, Error> {
    let call = document(arguments)?;
    json::sign(&Client::from_file(&arguments.config)?, &call)
}

fn send(arguments: &Arguments, watch: &Watch) -> Result<Answer, Error> {
    let call = document(arguments)?;
    let client = Client::from_file(&arguments.config)?;
    watch.sends_now();
    client.call_until(&call, &watch.stop)
}

/// The document of the call. What the gateway does not take is refused by the library, by name.
fn document(arguments: &Arguments) -> Result<String, Error> {
    let mut call = serde_json::Map::new();
    call.insert("operation".into(), "call".into());
    call.insert("api".into(), arguments.api.as_str().into());
    match &arguments.content {
        Some(path) => _ = call.insert("content".into(), content(path)?.into()),
        None => _ = call.insert("fields".into(), pairs("field", &arguments.fields)?.into()),
    }
    if !arguments.omit.is_empty() {
        call.insert("omit".into(), arguments.omit.clone().into());
    }
    if !arguments.top_level.is_empty() {
        call.insert("top_level".into(), pairs("top-level", &arguments.top_level)?.into());
    }
    if arguments.encrypt {
        call.insert("encrypt".into(), true.into());
    }
    let (moment, nonce) = (&arguments.timestamp, &arguments.nonce);
    for (name, text) in [("version", &arguments.version), ("msg_id", &arguments.msg_id), ("timestamp", moment), ("nonce", nonce)] {
        if let Some(text) = text {
            call.insert(name.into(), text.as_str().into());
        }
    }
    if let Some(to) = &arguments.to {
        let to = to.to_str().ok_or_else(|| Error::at_border(Kind::Call, "to", "is not UTF-8").with_hint("rename it", "请换一个文件名"))?;
        call.insert("to".into(), to.into());
        call.insert("replace".into(), arguments.replace.into());
    }
    Ok(serde_json::Value::Object(call).to_string())
}

fn pairs(option: &str, given: &[String]) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
    let bad = |why: &str| Error::at_border(Kind::Call, option, why);
    let mut members = serde_json::Map::new();
    for pair in given {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| bad("must be NAME=VALUE").with_hint("write the name, = and the value", "请写作 名称=值"))?;
        if members.insert(name.into(), value.into()).is_some() {
            return Err(bad("gives a name twice").with_hint("give each name once", "每个名称只能给出一次"));
        }
    }
    Ok(members)
}

fn content(path: &Path) -> Result<String, Error> {
    if path.as_os_str() == "-" {
        return text_of_stdin("content");
    }
    let unusable = |why: String| Error::at_border(Kind::Call, "content", why);
    let bytes = std::fs::read(path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    border::decode(&bytes).ok_or_else(|| unusable("is not UTF-8".into()))
}

fn tell_people(answer: &Answer) -> Result<(), Untold> {
    match answer.is_authentic() {
        _ if answer.file().is_some() && !answer.is_authentic() => line_of(Colour::Yellow, "unsigned", details(answer)),
        true => line_of(Colour::Green, "authentic", details(answer)),
        false => line_of(Colour::Yellow, "unproven", details(answer)),
    }
}

fn details(answer: &Answer) -> String {
    let explanation = answer.explanation();
    let mut lines = vec![format!(" ({} ms)", answer.elapsed_ms()), format!("  {}", explanation.en), format!("  {}", explanation.zh)];
    lines.push(format!("  evidence {}", answer.evidence()));
    lines.extend(answer.reason().map(|reason| format!("  reason   {reason}")));
    let said = answer.gateway().to_string();
    if !said.is_empty() {
        lines.push(format!("  gateway  {said}"));
    }
    if let Some(file) = answer.file() {
        lines.push(format!("  file     {} ({} bytes, SHA-256 {})", file.path.display(), file.bytes, file.sha256));
    }
    lines.push(format!("  msg_id   {}", answer.msg_id()));
    for (name, text) in answer.verified().into_iter().flatten() {
        lines.push(format!("  {name} = {}", text.replace('\n', "\\n")));
    }
    lines.join("\n")
}
