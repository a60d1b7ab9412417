//! `chexiao record`: a call, and its exchange in a file that can be shown to others.

use crate::call;
use crate::output::{complain, note};
use crate::private;
use chexiao::face::border;
use chexiao::{Client, Error, Kind, Outcome};
use chexiao_explain::{Call, Exchange, Recorder, Sent};
use serde_json::json;
use std::error::Error as StdError;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// For `--help`.
pub(crate) const HELP: &str = "\
The call is made, told and ended as without a record. In the file, keys, ids, names, amounts and tokens are replaced by others of the same
length and look, the same by the same; signatures are made anew by keys that are thrown away, and one that was wrong is wrong in the same
way. What keeps its value: fields of the protocol (method, charset, codes, times), and the URL of the gateway.
chexiao explain --request FILE and --reply FILE read it without a configuration.
A call by an access token, and ensure-closed, which is more than one exchange, have no record.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file to write, for this user alone; one that is there is not replaced
    file: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Close one order
    Close(call::Arguments),
    /// Ask for the state of one order
    Query(call::Arguments),
    /// Give money back
    Refund(call::Arguments),
    /// Ask what has become of a refund
    RefundQuery(call::Arguments),
    /// Undo an order by scanned code
    Reverse(call::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    let (operation, call) = match arguments.command {
        Command::Close(call) => ("close", call),
        Command::Query(call) => ("query", call),
        Command::Refund(call) => ("refund", call),
        Command::RefundQuery(call) => ("refund_query", call),
        Command::Reverse(call) => ("reverse", call),
    };
    call::run(operation, call, Some(arguments.file))
}

/// A record that is begun: whatever can fail has been done before anything is sent.
pub(crate) struct Recording {
    operation: String,
    call: Call,
    recorder: Recorder,
    path: PathBuf,
    file: File,
}

impl Recording {
    pub(crate) fn begin(path: &Path, operation: &str, client: &Client, config: &Path, call: &str) -> Result<Self, Error> {
        let recorder = Recorder::new(&border::config_of_file(config)?)?;
        let call = Call::settled(client, call)?;
        let file = private::file(File::options().write(true).create_new(true)).open(path);
        let file = file.map_err(|error| {
            Error::at_border(Kind::Call, "record", format!("cannot be written: {}", error.kind()))
                .with_hint("name a file that is not there yet, in a folder that is", "请给出尚不存在的文件名，且其目录已存在")
        })?;
        Ok(Self { operation: operation.into(), call, recorder, path: path.into(), file })
    }

    /// What is to be sent.
    pub(crate) fn document(&self) -> &str {
        &self.call.document
    }

    /// Of a call that has not been sent.
    pub(crate) fn given_up(self) {
        _ = fs::remove_file(self.path);
    }

    /// Of a call whose outcome has been told: never a reason to doubt it.
    pub(crate) fn end(mut self, outcome: &Outcome) {
        let written = catch_unwind(AssertUnwindSafe(|| self.write(outcome)));
        let why = match written {
            Ok(Ok(())) => return note(format_args!("recorded in {}. 已记录。", self.path.display())),
            Ok(Err(error)) => error.kind().to_string(),
            Err(_) => "a defect of this program".into(),
        };
        complain(format_args!(
            "the call is made and its outcome stands, but its record cannot be written: {why}. 调用结果有效，仅记录未写成。"
        ));
        _ = fs::remove_file(self.path);
    }

    fn write(&mut self, outcome: &Outcome) -> io::Result<()> {
        let exchange = Exchange {
            operation: &self.operation,
            request: Sent::from(&self.call.request),
            reply: outcome.http_status().map(|status| (status, outcome.raw())),
            outcome: json!({
                "outcome": outcome.code().word(), "evidence": outcome.evidence().word(), "confirm": outcome.confirm().word(),
                "next": outcome.next().word(), "reason": outcome.reason().map(|reason| reason.to_string()),
            }),
        };
        writeln!(self.file, "{}", self.recorder.record(&exchange))
    }
}
