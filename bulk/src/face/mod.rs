//! What bindings call: JSON in, JSON out, and nothing that outlives a fork of the process unnoticed. Not for people.

mod documents;
mod job;
mod journal;
mod run;

pub use job::{Config, Job};
pub use journal::Journal;
pub use run::Run;

use crate::journal::Failure;
use chexiao::face::border::{self, Answer};
use chexiao::{Error, Kind};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::error::Error as StdError;
use std::io;

/// The status of an answer that says why the journal failed. Besides, those of [`border`].
pub const JOURNAL_FAILED: i32 = -40;

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// Nothing was sent.
    Refused(Error),
    /// The journal failed. Requests may have been under way.
    Journal(Failure),
}

type Result<T> = std::result::Result<T, Trouble>;

impl Trouble {
    /// What a binding says of it.
    pub fn answer(&self) -> Answer {
        match self {
            Self::Refused(error) => border::failed(error),
            Self::Journal(failure) => {
                let (field, hint) = ("journal", "run the job again: it goes on where it stopped 请重新运行该任务，将从中断处继续");
                let told = json!({
                    "error": "journal", "field": field, "message": failure.message(), "hint": hint, "status": JOURNAL_FAILED, "reason": null,
                });
                (JOURNAL_FAILED, told.to_string())
            }
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Journal(failure)
    }
}

impl From<Box<dyn StdError>> for Trouble {
    fn from(error: Box<dyn StdError>) -> Self {
        let error = match error.downcast::<Failure>() {
            Ok(failure) => return Self::Journal(*failure),
            Err(error) => error,
        };
        match error.downcast::<Error>() {
            Ok(error) => Self::Refused(*error),
            Err(error) => Self::Refused(Error::at_border(Kind::Call, "input", error.to_string())),
        }
    }
}

/// The answer of a function of a binding.
pub fn answer(said: Result<String>) -> Answer {
    said.map_or_else(|trouble| trouble.answer(), border::done)
}

fn read<T: DeserializeOwned>(parameter: &str, document: &str) -> Result<T> {
    serde_json::from_str(document).map_err(|error| Error::at_border(Kind::Call, parameter, error.to_string()).into())
}

/// Its threads have not come along into a process that was forked.
fn is_of(process: u32) -> Result<()> {
    if process == std::process::id() {
        return Ok(());
    }
    Err(Failure::new("was opened before a fork: open it in the process that uses it").into())
}

fn unusable(error: &io::Error) -> Trouble {
    Error::at_border(Kind::NotSent, "", error.to_string()).into()
}
