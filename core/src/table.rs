//! Outcome tables: data, read from the top, first match wins, and what no row names is Unknown.

use crate::outcome::Code;
use crate::verdict::Says;
use std::fmt;

/// The rows for one kind of reply.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Which replies, and what stands in the two columns.
    pub of: &'static str,
    /// Read from the top.
    pub rows: &'static [Row],
}

/// One row of a gateway's outcome table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What the gateway's result code must be.
    pub code: When,
    /// What its status word must be.
    pub status: When,
    /// What that means.
    pub says: Says,
    /// Where it is written.
    pub source: &'static str,
}

/// A condition on one field. Matching is exact: no trimming, no change of case.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// Whatever it is, present or not.
    Any,
    /// One of these words.
    Is(&'static [&'static str]),
    /// Anything that begins so.
    StartsWith(&'static str),
    /// An integer above zero.
    Positive,
    /// An integer below zero.
    Negative,
}

impl When {
    pub(crate) fn holds(self, word: Option<&str>) -> bool {
        let integer = || word.and_then(|word| word.parse::<i64>().ok());
        match self {
            When::Any => true,
            When::Is(words) => word.is_some_and(|word| words.contains(&word)),
            When::StartsWith(prefix) => word.is_some_and(|word| word.starts_with(prefix)),
            When::Positive => integer().is_some_and(|number| number > 0),
            When::Negative => integer().is_some_and(|number| number < 0),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Any => f.write_str("any"),
            When::Is(words) => {
                let words: Vec<&str> = words.iter().map(|word| if word.is_empty() { "(absent)" } else { word }).collect();
                f.write_str(&words.join(", "))
            }
            When::StartsWith(prefix) => write!(f, "{prefix}…"),
            When::Positive => f.write_str("> 0"),
            When::Negative => f.write_str("< 0"),
        }
    }
}

/// What the table says about a code and a status.
pub(crate) fn look_up(table: &[Row], code: Option<&str>, status: Option<&str>) -> Says {
    table.iter().find(|row| row.code.holds(code) && row.status.holds(status)).map_or(Says::new(Code::Unknown), |row| row.says)
}
