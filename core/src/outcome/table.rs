//! Outcome tables: data, read from the top, first match wins, and what no row names is Unknown.

use crate::outcome::{Code, Says};
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
    /// What its status must be.
    pub status: When,
    /// What that means.
    pub says: Says,
    /// Where it is written.
    pub source: &'static str,
}

/// A condition on what a reply says. Matching is exact: no trimming, no change of case.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// Whatever it is, present or not.
    Any,
    /// One of these words; the empty one stands for absent too.
    Is(&'static [&'static str]),
    /// Anything that begins so.
    StartsWith(&'static str),
    /// An integer above zero.
    Positive,
    /// An integer below zero.
    Negative,
    /// Of a list: it has words, and all are among these.
    AllOf(&'static [&'static str]),
    /// Of a list: one of these is in it.
    AnyOf(&'static [&'static str]),
    /// Of a list: a word is in it that is none of these.
    AnyBut(&'static [&'static str]),
    /// Something stands there that is no word, or no list of words.
    Unreadable,
    /// Of a status that several members of the reply make together: each of them fulfils its own condition.
    Each(&'static [(&'static str, When)]),
}

/// What one member of a reply says: no word where it is absent, several where it is a list; `None` is one that cannot be read.
pub(crate) type Words<'a> = Vec<Option<&'a str>>;

/// What a row's `status` is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Status<'a> {
    Word(Option<&'a str>),
    Members(&'a [(&'static str, Words<'a>)]),
}

impl When {
    /// Whether it holds for these words.
    fn holds(self, words: &[Option<&str>]) -> bool {
        let word = match words {
            [] => Some(""),
            [word] => *word,
            _ => None,
        };
        let integer = || word.and_then(|word| word.parse::<i64>().ok());
        match self {
            When::Any => true,
            When::Is(these) => word.is_some_and(|word| these.contains(&word)),
            When::StartsWith(prefix) => word.is_some_and(|word| word.starts_with(prefix)),
            When::Positive => integer().is_some_and(|number| number > 0),
            When::Negative => integer().is_some_and(|number| number < 0),
            When::AllOf(these) => !words.is_empty() && words.iter().all(|word| word.is_some_and(|word| these.contains(&word))),
            When::AnyOf(these) => words.iter().flatten().any(|word| these.contains(word)),
            When::AnyBut(these) => words.iter().flatten().any(|word| !these.contains(word)),
            When::Unreadable => words.contains(&None),
            When::Each(_) => false,
        }
    }

    pub(crate) fn holds_for(self, status: Status<'_>) -> bool {
        match (self, status) {
            (When::Any, _) => true,
            (When::Each(conditions), Status::Members(members)) => conditions.iter().all(|(name, when)| {
                let member = members.iter().find(|(member, _)| member == name);
                when.holds(member.map_or(&[], |(_, words)| words))
            }),
            (when, Status::Word(word)) => when.holds(&[Some(word.unwrap_or_default())]),
            (_, Status::Members(_)) => false,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |words: &[&'static str]| {
            let words: Vec<&str> = words.iter().map(|word| if word.is_empty() { "(absent)" } else { word }).collect();
            words.join(", ")
        };
        match self {
            When::Any => f.write_str("any"),
            When::Is(words) => f.write_str(&list(words)),
            When::StartsWith(prefix) => write!(f, "{prefix}…"),
            When::Positive => f.write_str("> 0"),
            When::Negative => f.write_str("< 0"),
            When::AllOf(words) => write!(f, "all of {}", list(words)),
            When::AnyOf(words) => write!(f, "some {}", list(words)),
            When::AnyBut(words) => write!(f, "some other than {}", list(words)),
            When::Unreadable => f.write_str("not readable"),
            When::Each(conditions) => {
                let conditions: Vec<String> = conditions.iter().map(|(name, when)| format!("{name} {when}")).collect();
                f.write_str(&conditions.join("; "))
            }
        }
    }
}

/// What the table says about a code and a status.
pub(crate) fn look_up(table: &[Row], code: &str, status: Status<'_>) -> Says {
    let holds = |row: &&Row| row.code.holds(&[Some(code)]) && row.status.holds_for(status);
    table.iter().find(holds).map_or(Says::new(Code::Unknown), |row| row.says)
}
