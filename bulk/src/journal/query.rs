//! A person's query in the journal's own database, by a connection that cannot write. Its rows come as they are taken.

use super::{Journal, Place, Result, gone};
use crate::journal::Failure;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// So many rows are read ahead.
const AHEAD: usize = 1000;

/// What is heard of a query, in this order. Without an end, rows may be missing.
pub(crate) enum Told {
    Columns(Vec<Column>),
    Row(Vec<Cell>),
    End,
}

/// A column of the answer.
pub(crate) struct Column {
    pub(crate) name: String,
    /// What it holds, where that is known and no text.
    pub(crate) other_type: Option<String>,
}

/// A value.
pub(crate) enum Cell {
    Null,
    Text(String),
    Other,
}

/// The rows of an answer.
pub(crate) struct Answer(Receiver<Result<Told>>);

impl Journal {
    /// Asks the database. The columns, and the rows as they come.
    pub(crate) fn query(&self, sql: &str) -> Result<(Vec<Column>, Answer)> {
        let (tell, told) = sync_channel(AHEAD);
        let (place, sql): (Place, String) = (self.place.clone(), sql.into());
        let asks = move || {
            let asked = place.query(&sql, &mut |one| tell.send(Ok(one)).is_ok());
            // Nobody hears it any more where the input was left.
            _ = tell.send(asked.map(|()| Told::End));
        };
        thread::Builder::new().name("chexiao-query".into()).spawn(asks).map_err(|error| Failure::new(error.to_string()))?;
        match told.recv().map_err(|_| gone())?? {
            Told::Columns(columns) => Ok((columns, Answer(told))),
            Told::Row(_) | Told::End => Err(Failure::new("a query has no columns")),
        }
    }
}

impl Answer {
    /// The next row; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<Cell>>> {
        match self.0.recv().map_err(|_| gone())?? {
            Told::Row(row) => Ok(Some(row)),
            Told::Columns(_) | Told::End => Ok(None),
        }
    }
}
