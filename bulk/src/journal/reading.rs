//! What a journal says of its job.

use super::database::values;
use super::{Journal, Result};
use crate::event::Ending;

/// How many orders of an account stand so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The account.
    pub account: String,
    /// `new`, `waiting` (for its next step, or for whoever has it) or `ended`.
    pub state: String,
    /// The word that they ended with, or would end with now.
    pub word: Option<String>,
    /// What is to be done about it.
    pub next: Option<String>,
    /// Whether they have ended, and need a person.
    pub needs_person: bool,
    /// So many.
    pub orders: u64,
}

/// An order with its last word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Where [`Journal::ended`] goes on.
    pub id: i64,
    /// Its account.
    pub account: String,
    /// Its line in the input.
    pub line: u64,
    /// Its members, as they came.
    pub json: String,
    /// The last word.
    pub ending: Ending,
    /// How often it was asked about.
    pub attempts: u32,
    /// The message id of the last attempt.
    pub msg_id: Option<String>,
}

impl Journal {
    /// How many orders stand how, by account.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn counts(&self) -> Result<Vec<Count>> {
        self.read(|database| {
            let sql = "SELECT account, state, word, next, needs_person, orders FROM progress ORDER BY 1, 2, 3, 4";
            let count = |mut row: super::Row| Count {
                account: row.text().unwrap_or_default(),
                state: row.text().unwrap_or_default(),
                word: row.text(),
                next: row.text(),
                needs_person: row.int() == 1,
                orders: u64::try_from(row.int()).unwrap_or_default(),
            };
            let counts: Vec<Count> = database.rows(sql, &[])?.into_iter().map(count).collect();
            // What has not ended needs nobody yet.
            Ok(counts.into_iter().map(|count| Count { needs_person: count.needs_person && count.state == "ended", ..count }).collect())
        })
    }

    /// Orders with their last word, at most `limit`, in the order in which they were added, those after the id `after`; 0 at first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn ended(&self, after: i64, limit: u32) -> Result<Vec<Ended>> {
        self.read(|database| {
            let sql = "SELECT o.id, o.account, o.line, o.members, o.word, o.next, o.needs_person, o.why, o.attempts, a.msg_id
                FROM orders o LEFT JOIN attempts a ON a.order_id = o.id AND a.attempt = o.attempts
                WHERE o.ended_at IS NOT NULL AND o.id > ?1 ORDER BY o.id LIMIT ?2";
            let rows = database.rows(sql, values![after, i64::from(limit)])?;
            Ok(rows.into_iter().map(ended).collect())
        })
    }

    /// The id of the order that was added last; 0 if there is none.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn last_id(&self) -> Result<i64> {
        self.read(|database| Ok(database.rows("SELECT max(id) FROM orders", &[])?.first_mut().map_or(0, super::Row::int)))
    }

    /// Lines of the input that named an order once more, with the line that named it first: `(account, line, first line)`.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn repeats(&self) -> Result<Vec<(String, u64, u64)>> {
        self.read(|database| {
            let sql = "SELECT o.account, r.line, o.line FROM repeats r JOIN orders o ON o.id = r.order_id ORDER BY r.line";
            let line = |row: &mut super::Row| u64::try_from(row.int()).unwrap_or_default();
            let repeat = |mut row: super::Row| (row.text().unwrap_or_default(), line(&mut row), line(&mut row));
            Ok(database.rows(sql, &[])?.into_iter().map(repeat).collect())
        })
    }
}

fn ended(mut row: super::Row) -> Ended {
    let (id, account) = (row.int(), row.text().unwrap_or_default());
    let (line, json) = (u64::try_from(row.int()).unwrap_or_default(), row.text().unwrap_or_default());
    let (word, next) = (row.text().unwrap_or_default(), row.text().unwrap_or_default());
    let ending = Ending { word, next, needs_person: row.int() == 1, why: row.text().unwrap_or_default() };
    let attempts = u32::try_from(row.int()).unwrap_or(u32::MAX);
    Ended { id, account, line, json, ending, attempts, msg_id: row.text() }
}
