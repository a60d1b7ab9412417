//! Marks that whoever began a run on many machines holds, and its workers look at: with the mark gone, they stop.

use super::database::{Row, values};
use super::{Journal, Result};
use std::time::Duration;

impl Journal {
    /// The mark of this name stands, from now on so long.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn marks(&self, name: &str, lasts: Duration) -> Result<()> {
        let (name, lasts) = (name.to_string(), crate::job::millis(lasts));
        self.wait(move |book| {
            let sql = "INSERT INTO marks (name, until) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET until = excluded.until";
            book.database.run(sql, values![name.as_str(), book.now.saturating_add(lasts)]).map(drop)
        })
    }

    /// Takes it away.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn unmarks(&self, name: &str) -> Result<()> {
        let name = name.to_string();
        self.wait(move |book| book.database.run("DELETE FROM marks WHERE name = ?1", values![name.as_str()]).map(drop))
    }

    /// Whether it stands.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn is_marked(&self, name: &str) -> Result<bool> {
        self.read(|database| {
            let (sql, now) = ("SELECT count(*) FROM marks WHERE name = ?1 AND until > ?2", database.now()?);
            Ok(database.rows(sql, values![name, now])?.first_mut().map_or(0, Row::int) > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_for_a_time() {
        let path = std::env::temp_dir().join(format!("chexiao-marks-{}.journal", std::process::id()));
        _ = std::fs::remove_file(&path);
        let journal = Journal::sqlite(&path).unwrap();
        assert!(!journal.is_marked("a").unwrap());
        journal.marks("a", Duration::from_secs(60)).unwrap();
        assert!(journal.is_marked("a").unwrap() && !journal.is_marked("b").unwrap());
        journal.marks("a", Duration::ZERO).unwrap();
        assert!(!journal.is_marked("a").unwrap(), "the last word counts");
        journal.marks("a", Duration::from_secs(60)).unwrap();
        journal.unmarks("a").unwrap();
        assert!(!journal.is_marked("a").unwrap());
        drop(journal);
        _ = std::fs::remove_file(&path);
    }
}
