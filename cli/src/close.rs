//! `chexiao close`

use crate::NOT_SENT;
use chexiao::{Client, Error, Outcome, json};
use std::error::Error as StdError;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Larger orders than this, in bytes, are a mistake.
const MAX_ORDER: u64 = 1 << 20;

pub(crate) fn run(config: &Path, order: &str, as_json: bool) -> Result<ExitCode, Box<dyn StdError>> {
    let order = if order == "-" { from_stdin()? } else { order.to_string() };
    match close(config, &order) {
        Ok(outcome) => {
            println!("{}", if as_json { json::result(&outcome) } else { for_people(&outcome) });
            Ok(ExitCode::from(exit_code(&outcome)))
        }
        Err(error) => {
            if as_json {
                println!("{}", json::error(&error));
            } else {
                eprintln!("chexiao: {error}\nNothing was sent. 未发送任何请求。");
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

fn from_stdin() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(MAX_ORDER).read_to_string(&mut text)?;
    Ok(text)
}

fn close(config: &Path, order: &str) -> Result<Outcome, Error> {
    Client::from_file(config)?.send(&format!("{{\"operation\":\"close\",\"order\":{order}}}"))
}

/// 0 if closed, else 10 and the outcome's number.
fn exit_code(outcome: &Outcome) -> u8 {
    if outcome.is_closed() { 0 } else { 10 + outcome.code() as u8 }
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
    let words = outcome.gateway();
    let said = [&words.code, &words.sub_code, &words.status, &words.message].into_iter().flatten().cloned().collect::<Vec<_>>();
    if !said.is_empty() {
        lines.push(format!("  gateway  {}", said.join(" · ").replace(|c: char| c.is_control(), " ")));
    }
    lines.push(format!("  msg_id   {}", outcome.msg_id()));
    lines.join("\n")
}
