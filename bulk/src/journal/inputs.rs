//! Which inputs a journal was given, whether to their end, and the lines of them that gave no order.

use super::book::Reading;
use super::database::{Row, Value, values};
use super::{Journal, Result};
use crate::input::Unreadable;

impl Journal {
    /// An input of this name is read, from its beginning, and what is added from now on comes from it. What could not be read of it before is
    /// forgotten, and which of its lines were others once more.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn begins_input(&self, name: &str) -> Result<()> {
        let name = name.to_string();
        self.wait(move |book| {
            let sql = "INSERT INTO inputs (name, begun_at) VALUES (?1, ?2)
                ON CONFLICT (name) DO UPDATE SET begun_at = excluded.begun_at, read_at = NULL";
            book.database.run(sql, values![name.as_str(), book.now])?;
            *book.reading = Some(Reading { input: name.clone(), begun_at: book.now });
            book.database.run("DELETE FROM repeats WHERE input = ?1", values![name.as_str()])?;
            book.database.run("DELETE FROM unreadable WHERE input = ?1", values![name.as_str()]).map(drop)
        })
    }

    /// Its end was reached: all of its orders are in the journal.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn ends_input(&self, name: &str) -> Result<()> {
        let name = name.to_string();
        self.wait(move |book| {
            *book.reading = None;
            book.database.run("UPDATE inputs SET read_at = ?2 WHERE name = ?1", values![name.as_str(), book.now]).map(drop)
        })
    }

    /// Its end was not reached, and no more of it comes for now.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn leaves_input(&self) -> Result<()> {
        self.wait(|book| {
            *book.reading = None;
            Ok(())
        })
    }

    /// Inputs whose end was not reached: orders of theirs may be missing.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn unfinished_inputs(&self) -> Result<Vec<String>> {
        self.read(|database| {
            let rows = database.rows("SELECT name FROM inputs WHERE read_at IS NULL ORDER BY name", &[])?;
            Ok(rows.into_iter().filter_map(|mut row| row.text()).collect())
        })
    }

    /// Keeps lines of an input that gave no order, for people.
    ///
    /// # Errors
    /// None was kept.
    pub fn keeps_unreadable(&self, input: &str, lines: Vec<Unreadable>) -> Result<()> {
        let input = input.to_string();
        self.wait(move |book| {
            for Unreadable { line, column, field, what, hint } in &lines {
                let sql = "INSERT INTO unreadable (input, line, cell, field, what, hint) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                    ON CONFLICT DO NOTHING";
                let values = values![input.as_str(), int(*line), column.map(int), field.clone(), what.as_str(), hint.as_str()];
                book.database.run(sql, values)?;
            }
            Ok(())
        })
    }

    /// Such lines with the names of their inputs, at most `limit`, those after the last of another answer.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn unreadable(&self, after: Option<&(String, Unreadable)>, limit: u32) -> Result<Vec<(String, Unreadable)>> {
        let (name, line) = after.map_or_else(|| (String::new(), 0), |(name, last)| (name.clone(), int(last.line)));
        self.read(|database| {
            let sql = "SELECT input, line, cell, field, what, hint FROM unreadable
                WHERE input > ?1 OR (input = ?1 AND line > ?2) ORDER BY input, line LIMIT ?3";
            let rows = database.rows(sql, values![name.as_str(), line, i64::from(limit)])?;
            Ok(rows.into_iter().map(unreadable).collect())
        })
    }

    /// How many such lines there are.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn unreadable_lines(&self) -> Result<u64> {
        self.read(|database| {
            let count = database.rows("SELECT count(*) FROM unreadable", &[])?.first_mut().map_or(0, Row::int);
            Ok(u64::try_from(count).unwrap_or_default())
        })
    }
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unreadable(Row(mut columns): Row) -> (String, Unreadable) {
    let mut text = || match columns.next() {
        Some(Value::Text(text)) => (Some(text.into_owned()), None),
        Some(Value::Int(number)) => (None, u64::try_from(number).ok()),
        _ => (None, None),
    };
    let (input, line, column, field) = (text().0, text().1, text().1, text().0);
    let (what, hint) = (text().0, text().0);
    let known =
        Unreadable { line: line.unwrap_or_default(), column, field, what: what.unwrap_or_default(), hint: hint.unwrap_or_default() };
    (input.unwrap_or_default(), known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(line: u64, column: Option<u64>, field: Option<&str>) -> Unreadable {
        Unreadable { line, column, field: field.map(Into::into), what: format!("is {line}"), hint: "do".into() }
    }

    #[test]
    fn lines_are_kept_until_their_input_is_read_again() {
        let path = std::env::temp_dir().join(format!("chexiao-inputs-{}.journal", std::process::id()));
        _ = std::fs::remove_file(&path);
        let journal = Journal::sqlite(&path).unwrap();
        journal.begins_input("a.csv").unwrap();
        assert_eq!(journal.unfinished_inputs().unwrap(), ["a.csv"]);
        let lines = vec![unread(7, Some(3), Some("out_trade_no")), unread(2, None, None)];
        journal.keeps_unreadable("a.csv", lines.clone()).unwrap();
        journal.ends_input("a.csv").unwrap();
        journal.begins_input("b.csv").unwrap();
        journal.keeps_unreadable("b.csv", vec![unread(1, None, Some("x"))]).unwrap();
        assert_eq!(journal.unfinished_inputs().unwrap(), ["b.csv"]);
        let (mut all, mut last): (Vec<_>, Option<(String, Unreadable)>) = (Vec::new(), None);
        loop {
            let page = journal.unreadable(last.as_ref(), 1).unwrap();
            let Some(line) = page.first() else { break };
            all.push(line.clone());
            last = Some(line.clone());
        }
        let of = |name: &str, line| (String::from(name), line);
        assert_eq!(all, [of("a.csv", lines[1].clone()), of("a.csv", lines[0].clone()), of("b.csv", unread(1, None, Some("x")))]);
        journal.begins_input("a.csv").unwrap();
        assert_eq!((journal.unreadable_lines().unwrap(), journal.unfinished_inputs().unwrap().len()), (1, 2));
        drop(journal);
        _ = std::fs::remove_file(&path);
    }
}
