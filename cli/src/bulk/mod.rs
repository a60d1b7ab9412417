//! `chexiao bulk`: many orders, by a journal, so that the job can be killed at any moment.

mod accounts;
mod arguments;
mod closing;
mod dry;
mod place;
mod progress;
mod publishing;
mod reports;
mod whole_file;

pub(crate) use arguments::{CODES, Command};

use crate::exit::{NOT_SENT, UNTOLD};
use crate::output::{complain, line, note};
use chexiao::Error;
use chexiao::face::json;
use chexiao_bulk::input::Unreadable;
use place::Place;
use reports::{Standing, Which};
use serde_json::json;
use std::error::Error as StdError;
use std::io::Write;
use std::process::ExitCode;

/// Everything has its last word, and something needs a person.
const FOR_PEOPLE: u8 = 1;
/// A signal stopped it, and orders are left.
const STOPPED: u8 = 4;
/// Orders are left at accounts that were stopped or not given.
const LEFT: u8 = 5;
/// The journal failed: what was under way is found as unknown, and queried, when the job is taken up again.
const JOURNAL: u8 = 6;

pub(crate) fn run(command: Command) -> Result<ExitCode, Box<dyn StdError>> {
    match command {
        Command::Run(arguments) => {
            let as_json = arguments.json;
            let done = if arguments.dry_run { dry::run(&arguments) } else { arguments.closes() };
            done.or_else(|error| match error.downcast_ref::<Error>() {
                Some(error) => {
                    refuse(error, as_json);
                    Ok(ExitCode::from(NOT_SENT))
                }
                None => Err(error),
            })
        }
        Command::Status { place, json } => status(&place, json),
        Command::Reopen { place, account } => {
            let orders = place.existing()?.reopen(&account)?;
            line(format_args!("{account}: the next run takes up {orders} orders again. 下次运行将重新处理这些订单。"))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Results { place, people, format } => {
            let which = if people { Which::ForPeople } else { Which::Ended };
            let mut out = std::io::stdout().lock();
            let written = reports::report(&place.existing()?, which, format, &mut out).and_then(|()| out.flush().map_err(Into::into));
            match written {
                Ok(()) => Ok(ExitCode::SUCCESS),
                Err(error) if error.is::<std::io::Error>() => {
                    complain(format_args!("standard output cannot be written: {error}"));
                    Ok(ExitCode::from(UNTOLD))
                }
                Err(error) => Err(error),
            }
        }
    }
}

fn refuse(error: &Error, as_json: bool) {
    if !as_json || line(json::error(error)).is_err() {
        complain(format_args!("{error}\nhint: {}\nNothing was sent. 未发送任何请求。", error.hint()));
    }
}

fn status(place: &Place, as_json: bool) -> Result<ExitCode, Box<dyn StdError>> {
    let journal = place.existing()?;
    let (standing, unfinished) = (Standing::of(&journal)?, journal.unfinished_inputs()?);
    if as_json {
        line(standing.json(json!({"journal": place.to_string(), "unfinished_inputs": unfinished})))?;
        return Ok(ExitCode::SUCCESS);
    }
    line(format_args!("{} orders, {} ended, {} left, {} for people", standing.orders, standing.ended, standing.left(), standing.people))?;
    standing.lines().iter().try_for_each(line)?;
    for input in unfinished {
        line(format_args!("  {input} was not read to its end: give it once more. 该输入未读完，请再次给出。"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The first ones, with what to do; the journal has them all.
fn tell_unreadable(name: &str, unread: &Unreadable, told: &mut u32) {
    *told += 1;
    match *told {
        ..=10 => note(format_args!("{name}: {unread}\n  hint: {}", unread.hint)),
        11 => note(format_args!("{name}: further lines are not shown here; --people FILE has them all. 其余各行见 --people 文件。")),
        _ => {}
    }
}

fn input_name(input: &str) -> String {
    match input {
        "-" => "standard input".into(),
        path => std::fs::canonicalize(path).map_or_else(|_| path.into(), |path| path.display().to_string()),
    }
}
