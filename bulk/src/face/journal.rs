//! [`Journal`]: one that is open.

use super::{Result, documents, is_of, read};
use crate::Order;
use crate::input::Unreadable;
use chexiao::{Error, Kind};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The answer to what has none.
const NOTHING: &str = "null";

/// A journal, in the process that opened it.
pub struct Journal {
    /// None while it is dropped.
    journal: Option<Arc<crate::Journal>>,
    process: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Place {
    Sqlite { path: String },
    Postgres { url: String, schema: String },
}

/// Where an answer goes on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    after: i64,
    limit: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnreadablePage {
    input: String,
    line: u64,
    limit: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    mark: String,
    #[serde(default)]
    seconds: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    account: String,
}

impl Journal {
    /// `{"sqlite": {"path"}}` or `{"postgres": {"url", "schema"}}`.
    ///
    /// # Errors
    /// As those of [`crate::Journal`].
    pub fn open(place: &str) -> Result<Self> {
        let journal = match read("journal", place)? {
            Place::Sqlite { path } => crate::Journal::sqlite(path)?,
            Place::Postgres { url, schema } => crate::Journal::postgres(&url, &schema)?,
        };
        Ok(Self { journal: Some(Arc::new(journal)), process: std::process::id() })
    }

    /// Adds orders, all or none: account, line and members of each. How many are new.
    ///
    /// # Errors
    /// None was added.
    pub fn add(&self, orders: Vec<(String, u64, String)>) -> Result<String> {
        let orders =
            orders.into_iter().map(|(account, line, members)| Order::new(account, line, members)).collect::<chexiao::Result<_>>()?;
        Ok(self.here()?.add(orders)?.to_string())
    }

    /// `status`, `ended` (of `{"after", "limit"}`), `repeats`, `unreadable` (of `{"input", "line", "limit"}`: what comes after that line of that input),
    /// `unfinished_inputs`, `reopen` (of `{"account"}`), `last_id`, `mark` (of `{"mark", "seconds"}`), `unmark`, `is_marked`.
    ///
    /// # Errors
    /// It is another word, or the journal failed.
    pub fn ask(&self, what: &str, about: &str) -> Result<String> {
        let journal = self.here()?;
        Ok(match what {
            "status" => list(&journal.counts()?, documents::count),
            "ended" => {
                let Page { after, limit } = read("about", about)?;
                list(&journal.ended(after, limit)?, documents::ended)
            }
            "repeats" => list(&journal.repeats()?, documents::repeat),
            "unreadable" => {
                let UnreadablePage { input, line, limit } = read("about", about)?;
                let last = (input, Unreadable { line, column: None, field: None, what: String::new(), hint: String::new() });
                list(&journal.unreadable(Some(&last), limit)?, documents::unreadable)
            }
            "unfinished_inputs" => json!(journal.unfinished_inputs()?).to_string(),
            "reopen" => {
                let Named { account } = read("about", about)?;
                journal.reopen(&account)?.to_string()
            }
            "last_id" => journal.last_id()?.to_string(),
            "mark" => {
                let Mark { mark, seconds } = read("about", about)?;
                journal.marks(&mark, Duration::try_from_secs_f64(seconds).unwrap_or_default())?;
                NOTHING.into()
            }
            "unmark" => {
                journal.unmarks(&read::<Mark>("about", about)?.mark)?;
                NOTHING.into()
            }
            "is_marked" => journal.is_marked(&read::<Mark>("about", about)?.mark)?.to_string(),
            _ => return Err(Error::at_border(Kind::Call, "what", "is no word of a journal").into()),
        })
    }

    pub(super) fn here(&self) -> Result<&Arc<crate::Journal>> {
        is_of(self.process)?;
        self.journal.as_ref().ok_or_else(|| crate::Failure::new("it is closed").into())
    }
}

impl Drop for Journal {
    /// In a process that was forked, its thread may have been in the middle of anything.
    fn drop(&mut self) {
        if self.process != std::process::id() {
            std::mem::forget(self.journal.take());
        }
    }
}

fn list<T>(all: &[T], document: fn(&T) -> Value) -> String {
    Value::Array(all.iter().map(document).collect()).to_string()
}
