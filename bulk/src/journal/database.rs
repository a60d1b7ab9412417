//! What the journal asks of a database, and what the two kinds of them do differently.

use super::failure::Result;
use std::borrow::Cow;

/// A value of a column: both databases have these in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'v> {
    Null,
    Int(i64),
    Text(Cow<'v, str>),
}

/// One connection. Statements are written for both, with `?1`, `?2` for their values in turn.
pub(crate) trait Database: Send {
    fn words(&self) -> &'static Words;
    /// Begins a transaction that will write.
    fn begin(&mut self) -> Result<()>;
    /// When this returns, it is on the disk.
    fn commit(&mut self) -> Result<()>;
    /// Gives up what was begun, if anything was.
    fn roll_back(&mut self);
    /// Milliseconds since 1970 by the one clock that all who share the journal go by.
    fn now(&mut self) -> Result<i64> {
        Ok(self.micros()? / 1000)
    }
    /// Microseconds of the same.
    fn micros(&mut self) -> Result<i64>;
    /// How many rows it changed.
    fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64>;
    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>>;
    /// Statements without values, split by semicolons.
    fn script(&mut self, sql: &str) -> Result<()>;
    /// Connects once more, after a failure that may pass.
    fn again(&mut self) -> Result<()>;
}

/// What a commit of a file outlives. PostgreSQL's outlives everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// A loss of power.
    ToDisk,
    /// This process.
    ToSystem,
}

/// What is spelt differently.
pub(crate) struct Words {
    /// The type of a number that the database counts up.
    pub(crate) id: &'static str,
    /// At the end of a table.
    pub(crate) table_end: &'static str,
    /// At the end of a table that is read by its key alone.
    pub(crate) keyed_end: &'static str,
    /// At the end of a SELECT of rows that are about to be taken.
    pub(crate) for_taking: &'static str,
    /// At the end of a SELECT of a row that is about to be changed.
    pub(crate) for_changing: &'static str,
    /// At the head of a migration: one at a time.
    pub(crate) alone: &'static str,
    /// A column of milliseconds as a text for people, in UTC: before it and after it.
    pub(crate) time: (&'static str, &'static str),
}

/// One row of an answer.
pub(crate) struct Row(pub(crate) std::vec::IntoIter<Value<'static>>);

impl Row {
    /// The next column; 0 where it is null.
    pub(crate) fn int(&mut self) -> i64 {
        match self.0.next() {
            Some(Value::Int(number)) => number,
            _ => 0,
        }
    }

    /// The next column, where it is not null.
    pub(crate) fn text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::Text(text)) => Some(text.into_owned()),
            _ => None,
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text.into())
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Values of different types in one list.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$(crate::journal::database::Value::from($value)),*] };
}
pub(crate) use values;
