//! The commands that ask about an order and end in an outcome: `chexiao close`, `query`, `ensure-closed`, `refund`, `refund-query`, `reverse`

use crate::exit::{self, NOT_SENT, UNTOLD};
use crate::output::{Colour, Untold, complain, line, line_of};
use crate::record::Recording;
use crate::signals::Signal;
use crate::watch::{Ended, Watch, watched};
use chexiao::face::{border, json};
use chexiao::{Client, Code, Error, Kind, Next, Outcome, Reason};
use std::error::Error as StdError;
use std::io::Read;
use std::path::{Path, PathBuf};
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

pub(crate) fn run(operation: &'static str, arguments: Arguments, record: Option<PathBuf>) -> Result<ExitCode, Box<dyn StdError>> {
    let as_json = arguments.json;
    let Ended { result, signal } = watched(move |watch| send(operation, &arguments, record.as_deref(), watch));
    match result {
        Ok((outcome, recording)) => {
            if let Some(signal) = signal.filter(|_| outcome.reason() == Some(Reason::Interrupted)) {
                complain(interrupted(operation, signal, &outcome));
            }
            let told = if as_json { line(json::result(&outcome)) } else { tell_people(&outcome) };
            if let Some(recording) = recording {
                recording.end(&outcome);
            }
            Ok(ExitCode::from(match exit::of_outcome(&outcome) {
                0 if told.is_err() => UNTOLD,
                code => code,
            }))
        }
        Err(error) => {
            if !as_json || line(json::error(&error)).is_err() {
                complain(format_args!("{error}\nhint: {}\nNothing was sent. 未发送任何请求。", error.hint()));
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

/// The outcome, and the record that is to be made when it has been told.
fn send(operation: &str, arguments: &Arguments, record: Option<&Path>, watch: &Watch) -> Result<(Outcome, Option<Recording>), Error> {
    let call = |order: &str| json::call_of(operation, order, arguments.msg_id.as_deref());
    let call = match arguments.order.as_str() {
        "-" => call(&text_of_stdin("order")?)?,
        order => call(order).map_err(|error| if is_place(order) { error.with_hint(FROM_FILE.0, FROM_FILE.1) } else { error })?,
    };
    let client = Client::from_file(&arguments.config)?;
    let Some(path) = record else {
        watch.sends_now();
        return Ok((client.send_until(&call, &watch.stop)?, None));
    };
    let recording = Recording::begin(path, operation, &client, &arguments.config, &call)?;
    watch.sends_now();
    match client.send_until(recording.document(), &watch.stop) {
        Ok(outcome) => Ok((outcome, Some(recording))),
        Err(error) => {
            recording.given_up();
            Err(error)
        }
    }
}

/// Where an order would be, instead of one.
fn is_place(order: &str) -> bool {
    !order.is_empty() && !order.contains(['{', '}', '"'])
}

const FROM_FILE: (&str, &str) = (
    "--order takes the JSON itself; of a file: --order - < FILE",
    "--order 的值是 JSON 本身；订单在文件中时经标准输入传入：--order - < 文件",
);

/// On standard error too: whoever reads standard output may have been interrupted with us.
fn interrupted(operation: &str, signal: Signal, outcome: &Outcome) -> String {
    let explanation = outcome.explanation();
    let (en, zh) = match operation {
        "query" | "refund_query" => ("The query was sent and changes nothing.", "查询已发送，不改变订单。"),
        // What there is to do depends on the gateway.
        _ => (explanation.en.as_str(), explanation.zh.as_str()),
    };
    format!("{signal}: {en} {zh}\n  msg_id   {}", outcome.msg_id())
}

/// Standard input as text; errors name `what` it was to be.
pub(crate) fn text_of_stdin(what: &str) -> Result<String, Error> {
    let unusable = |why: &str| Error::at_border(Kind::Call, what, why);
    let mut bytes = Vec::new();
    match std::io::stdin().take(MAX_ORDER + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_ORDER => Err(unusable("on standard input is larger than 1 MiB")),
        Ok(_) => border::decode(&bytes).ok_or_else(|| {
            unusable("on standard input is not UTF-8").with_hint(
                "save it as UTF-8, or convert it: iconv -f GBK -t UTF-8 FILE | chexiao … -",
                "请存为 UTF-8，或转换：iconv -f GBK -t UTF-8 文件 | chexiao … -",
            )
        }),
        Err(_) => Err(unusable("cannot be read from standard input")),
    }
}

fn tell_people(outcome: &Outcome) -> Result<(), Untold> {
    let colour = match (outcome.next(), outcome.code()) {
        (Next::Done, _) => Colour::Green,
        (_, Code::Misconfigured) => Colour::Red,
        _ => Colour::Yellow,
    };
    line_of(colour, outcome.code().word(), details(outcome))
}

fn details(outcome: &Outcome) -> String {
    let explanation = outcome.explanation();
    let mut lines = vec![
        format!(" ({} ms)", outcome.elapsed_ms()),
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
