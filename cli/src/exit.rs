//! The exit codes.

use crate::output::usage;
use chexiao::{Next, Outcome};
use std::process::ExitCode;

/// Whatever was wrong before anything was sent; also where help was asked for in place of an outcome.
pub(crate) const NOT_SENT: u8 = 2;
/// All is well, but what there was to say cannot be written to standard output.
pub(crate) const UNTOLD: u8 = 3;

/// The answer to a call proves nothing: it may have been executed.
pub(crate) const NOT_PROVEN: u8 = 19;

/// For `--help`.
pub(crate) const CODES: &str = "\
Exit codes of close, query, ensure-closed, refund, refund-query and reverse:
  0        nothing is left to do: `next` is `done`, and nothing else is 0
  10 + N   any other outcome, by its number: 11 closed and 12 already closed, but to be confirmed by a query;
           13 paid, 14 processing, 15 not found, 16 refused, 17 misconfigured, 18 throttled, 19 unknown, 20 open, 21 refunded
  2        nothing was sent; so also with --help
  3        `next` is `done`, but the result cannot be written to standard output
Ctrl-C, SIGTERM and SIGHUP end a call: 2 if nothing was sent, else 19, unless its reply is there already. A second one ends the
program at once, by the signal (128 + its number in a shell).
Of call: 0 authentic by the gateway's own standard (what its codes mean is on its page), 19 not proven, perhaps executed, 2 nothing
was sent, 3 authentic, but standard output cannot be written. With --to, 19 also for a file that is whole and in its place, where the
gateway signs none (WeChat Pay's bills): whether the file is there says which. Never 0 for an order that is closed: `call` asks about none.
Of doctor: 0 all is well, 1 a warning, 2 a failure, 3 standard output cannot be written.
Of bulk: chexiao bulk --help has them.
Of the others: 0 done, 1 not so (key match, demo), 2 an error, 3 standard output cannot be written.";

/// 0 if nothing is left to do, else 10 and the outcome's number.
pub(crate) fn of_outcome(outcome: &Outcome) -> u8 {
    if outcome.next() == Next::Done { 0 } else { 10 + outcome.code() as u8 }
}

/// What clap has to say instead of a command. Help is no success where the exit code of a success says that an order is closed.
pub(crate) fn of_usage(error: &clap::Error, ends_in_outcome: bool) -> ExitCode {
    match usage(error) {
        _ if ends_in_outcome || error.use_stderr() => ExitCode::from(NOT_SENT),
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(UNTOLD),
    }
}
