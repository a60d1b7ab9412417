//! `chexiao close`, `chexiao query`, `chexiao ensure-closed`

use crate::exit::{self, NOT_SENT, UNTOLD};
use crate::output::{complain, line};
use chexiao::face::{border, json};
use chexiao::{Client, Error, Kind, Outcome};
use serde_json::Value;
use std::error::Error as StdError;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

/// Larger orders than this, in bytes, are a mistake.
const MAX_ORDER: u64 = 1 << 20;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The configuration (JSON): gateway, environment or base_url, account
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The order (JSON) under the gateway's own field names; `-` reads it from standard input
    #[arg(long, value_name = "JSON | -")]
    order: String,
    /// The message id, instead of 32 random hexadecimal digits; of ensure-closed, that of the close
    #[arg(long, value_name = "ID")]
    msg_id: Option<String>,
    /// Print the result or the error as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(operation: &str, arguments: &Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    match send(operation, arguments) {
        Ok(outcome) => {
            let told = line(if arguments.json { json::result(&outcome) } else { for_people(&outcome) });
            Ok(ExitCode::from(match exit::of_outcome(&outcome) {
                0 if told.is_err() => UNTOLD,
                code => code,
            }))
        }
        Err(error) => {
            if !arguments.json || line(json::error(&error)).is_err() {
                complain(format_args!("chexiao: {error}\nhint: {}\nNothing was sent. 未发送任何请求。", error.hint()));
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

fn send(operation: &str, arguments: &Arguments) -> Result<Outcome, Error> {
    let mut call = match arguments.order.as_str() {
        "-" => json::call(operation, &from_stdin()?)?,
        order => json::call(operation, order)?,
    };
    if let Some(id) = &arguments.msg_id {
        call = call.replacen('{', &format!("{{\"msg_id\":{},", Value::from(id.as_str())), 1);
    }
    Client::from_file(&arguments.config)?.send(&call)
}

fn from_stdin() -> Result<String, Error> {
    let unusable = |why: &str| Error::at_border(Kind::Call, "order", why);
    let mut bytes = Vec::new();
    match std::io::stdin().take(MAX_ORDER + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_ORDER => Err(unusable("on standard input is larger than 1 MiB")),
        Ok(_) => border::decode(&bytes).ok_or_else(|| unusable("on standard input is not UTF-8")),
        Err(_) => Err(unusable("cannot be read from standard input")),
    }
}

fn for_people(outcome: &Outcome) -> String {
    let explanation = outcome.explanation();
    let mut lines = vec![
        format!("{} ({} ms)", outcome.code(), outcome.elapsed_ms()),
        format!("  {}", explanation.en),
        format!("  {}", explanation.zh),
        format!("  evidence {}, confirm {}, next {}, retry {}", outcome.evidence(), outcome.confirm(), outcome.next(), outcome.retry()),
    ];
    lines.extend(outcome.reason().map(|reason| format!("  reason   {reason}")));
    lines.extend(outcome.hint().map(|hint| format!("  hint     {hint} (not proven)")));
    let said = outcome.gateway().to_string();
    if !said.is_empty() {
        lines.push(format!("  gateway  {said}"));
    }
    lines.push(format!("  msg_id   {}", outcome.msg_id()));
    lines.join("\n")
}
