//! [`Event`]: what a job says of itself while it runs.

use chexiao::{Error, Outcome, Verb};
use std::time::Duration;

/// Hears what happens, on the job's own threads: it must not block.
pub trait Watch: Send + Sync {
    /// Something has happened. What is told of an order is in the journal already, but for what was heard, which is written next: also where
    /// this panics, which ends the run.
    fn hear(&self, event: &Event<'_>);
}

/// What has happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// An order was taken up, for the first time or once more.
    Taken {
        /// Its account.
        account: &'a str,
        /// Its line in the input.
        line: u64,
    },
    /// A request is about to go: it is in the journal, and its turn has come.
    Asking {
        /// The order's account.
        account: &'a str,
        /// Its line in the input.
        line: u64,
        /// What is asked.
        verb: Verb,
        /// Under this id.
        msg_id: &'a str,
    },
    /// What came of that request. An error: nothing was sent.
    Heard {
        /// The order's account.
        account: &'a str,
        /// Its line in the input.
        line: u64,
        /// What was asked.
        verb: Verb,
        /// What came of it.
        outcome: Result<&'a Outcome, &'a Error>,
        /// From the request to its outcome.
        took: Duration,
    },
    /// The order has its last word, and is not touched again.
    Ended {
        /// Its account.
        account: &'a str,
        /// Its line in the input.
        line: u64,
        /// How.
        ending: &'a Ending,
        /// Since it was first taken up.
        took: Duration,
    },
    /// Too many requests in a row were misconfigured: no further order of this account is taken in this run. Those that were not begun stay
    /// as they are.
    Stopped {
        /// The account.
        account: &'a str,
        /// The last explanation, for people.
        why: &'a str,
    },
}

/// The last word on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The word of an outcome ([`Code`](chexiao::Code)), or that of an error ([`Kind`](chexiao::Kind)) where nothing was ever sent.
    pub word: String,
    /// What is to be done: the word of a [`Next`](chexiao::Next); `fix` after an error.
    pub next: String,
    /// Whether a person must look: everything but what is settled as closed, and what is settled as paid.
    pub needs_person: bool,
    /// The outcome's explanation in English and in Chinese, or the error.
    pub why: String,
}
