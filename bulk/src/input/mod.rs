//! Orders from a file or a query, line by line in flat memory. A line that cannot be read is a [`Row`] too, for a person.

mod charset;
mod columns;
mod csv;
mod damage;
mod json_lines;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;
mod query;
mod reading;
mod strange;
mod table;

pub use charset::Charset;
pub use reading::{Named, WasRead, read};

use crate::Journal;
use crate::order::Order;
use chexiao::{Error, Kind};
use lines::{Content, Lines};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

/// How an input is read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// How its lines are written.
    pub format: Format,
    /// `None`: by its byte order mark, else as seen in the whole of it, which only a file that can be read twice allows; UTF-8 else.
    /// With Parquet, `None`.
    pub charset: Option<Charset>,
    /// Whose orders these are.
    pub accounts: Accounts,
    /// Columns, or members, that say nothing about the order. Any other one is a field of it.
    pub ignored: Vec<String>,
}

/// How the lines of an input are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a line of names; separated by comma, semicolon or tab, as that line is. An empty cell is no field; in quotes, `""`, it is an empty one.
    Csv,
    /// An object of texts on each line.
    JsonLines,
    /// A file with columns of texts; null is no field, an empty text an empty one.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// By the end of a file's name.
    pub fn of_path(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?.to_ascii_lowercase();
        match end.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            #[cfg(feature = "parquet")]
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Whose orders these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accounts {
    /// This column, or member, names the account of each order.
    Column(String),
    /// All are of one account.
    One(String),
}

/// What stands on a line, blank ones apart.
#[derive(Debug)]
pub enum Row {
    /// An order.
    Order(Order),
    /// Something for a person.
    Unreadable(Unreadable),
}

/// Why a line gives no order. It repeats no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// From 1; the line of names counts.
    pub line: u64,
    /// Of a table: the cell, from 1.
    pub column: Option<u64>,
    /// The name of the column or member.
    pub field: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do about it, in English and then in Chinese.
    pub hint: String,
}

impl Unreadable {
    fn new(line: u64, what: impl Into<String>, (en, zh): (&'static str, &'static str)) -> Self {
        Self { line, column: None, field: None, what: what.into(), hint: format!("{en} {zh}") }
    }

    fn of_damage(line: u64, field: &str, damage: damage::Damage) -> Self {
        Self { field: Some(field.into()), ..Self::new(line, damage.what, (damage.en, damage.zh)) }
    }

    fn in_column(self, column: u64) -> Self {
        Self { column: Some(column), ..self }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ", column {column}"))?;
        self.field.as_ref().map_or(Ok(()), |field| write!(f, " ({field})"))?;
        write!(f, ": {}", self.what)
    }
}

/// The rows of an input, in order.
pub struct Rows {
    source: Source,
    /// After the last line, or one that the system could not read.
    has_ended: bool,
}

enum Source {
    Lines(Lines<Box<dyn BufRead + Send>>, Reader),
    Query(query::Query),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Parquet>),
}

enum Reader {
    Csv(csv::Csv),
    JsonLines(json_lines::JsonLines),
}

impl Rows {
    /// Those of a file.
    ///
    /// # Errors
    /// It cannot be opened, is of another kind (a workbook, an archive), leaves its charset open, or its line of names is not one.
    pub fn of_file(path: &Path, reading: &Reading) -> Result<Self, Error> {
        let unusable = |error: io::Error| refused(format!("{} cannot be read: {error}", path.display()), READABLE);
        let mut file = File::open(path).map_err(unusable)?;
        #[cfg(feature = "parquet")]
        if reading.format == Format::Parquet {
            return Ok(Self { source: Source::Parquet(Box::new(parquet::Parquet::open(file, reading)?)), has_ended: false });
        }
        let charset = match reading.charset {
            Some(charset) => Some(charset),
            // A pipe or a terminal can be read once.
            None if file.metadata().is_ok_and(|data| data.is_file()) => {
                let seen = Charset::seen_in(BufReader::with_capacity(1 << 16, &file)).map_err(unusable)?;
                file.rewind().map_err(unusable)?;
                Some(seen.ok_or_else(|| refused("its characters are well-formed in UTF-8 and in GB18030".into(), SAY_CHARSET))?)
            }
            None => None,
        };
        Self::of(file, &Reading { charset, ..reading.clone() })
    }

    /// Those of a stream, which is read once: in UTF-8, unless the charset is said.
    ///
    /// # Errors
    /// As of a file.
    pub fn of(source: impl Read + Send + 'static, reading: &Reading) -> Result<Self, Error> {
        let mut source: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 16, source));
        let start = source.fill_buf().map_err(|error| refused(format!("cannot be read: {error}"), READABLE))?;
        strange::refuse(start)?;
        let mut lines = Lines::new(source, reading.charset.unwrap_or(Charset::Utf8));
        let reader = match reading.format {
            Format::Csv => Reader::Csv(csv::Csv::open(&mut lines, reading)?),
            Format::JsonLines => Reader::JsonLines(json_lines::JsonLines::new(reading)),
            #[cfg(feature = "parquet")]
            Format::Parquet => return Err(refused("cannot be Parquet, which is read from its end: name the file".into(), READABLE)),
        };
        Ok(Self { source: Source::Lines(lines, reader), has_ended: false })
    }

    /// Those of a query of the journal's own database, which it cannot change. Values are texts; null is no field, an empty text an empty one.
    ///
    /// # Errors
    /// The database does not answer it, or a column is no text or no field.
    pub fn of_query(journal: &Journal, sql: &str, accounts: Accounts, ignored: Vec<String>) -> Result<Self, Error> {
        let reading = Reading { format: Format::Csv, charset: None, accounts, ignored };
        Ok(Self { source: Source::Query(query::Query::ask(journal, sql, &reading)?), has_ended: false })
    }

    /// The charset it is read in.
    pub fn charset(&self) -> Charset {
        match &self.source {
            Source::Lines(lines, _) => lines.charset(),
            Source::Query(_) => Charset::Utf8,
            #[cfg(feature = "parquet")]
            Source::Parquet(_) => Charset::Utf8,
        }
    }

    fn row(&mut self) -> io::Result<Option<Row>> {
        let row = match &mut self.source {
            Source::Lines(lines, reader) => of_line(lines, reader)?,
            Source::Query(query) => query.row().map_err(io::Error::other)?,
            #[cfg(feature = "parquet")]
            Source::Parquet(parquet) => parquet.row()?,
        };
        Ok(row.map(|row| row.map_or_else(Row::Unreadable, Row::Order)))
    }
}

fn of_line(lines: &mut Lines<impl BufRead>, reader: &mut Reader) -> io::Result<Option<Result<Order, Unreadable>>> {
    while let Some((line, content)) = lines.next()? {
        let text = match content {
            Content::Text(text) => text,
            Content::TooLong => return Ok(Some(Err(Unreadable::new(line, "is longer than 64 KiB", LINE_ENDS)))),
            Content::Foreign(byte) => {
                let what = format!("is not {} at byte {byte}", lines.charset().name());
                return Ok(Some(Err(Unreadable::new(line, what, SAY_CHARSET))));
            }
        };
        let read = match reader {
            Reader::Csv(csv) => csv.row(line, &text),
            Reader::JsonLines(json_lines) => json_lines.row(line, &text),
        };
        if let Some(read) = read.transpose() {
            return Ok(Some(read));
        }
    }
    Ok(None)
}

impl Iterator for Rows {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let row = self.row().transpose();
        self.has_ended = !matches!(row, Some(Ok(_)));
        row
    }
}

const READABLE: (&str, &str) = ("name a file that this user can read", "请给出当前用户可读取的文件");
const SAY_CHARSET: (&str, &str) = (
    "say the charset (utf-8 or gb18030), or save the file as UTF-8: in Excel as \"CSV UTF-8\"",
    "请指明字符集（utf-8 或 gb18030），或另存为 UTF-8（Excel 中选“CSV UTF-8”）",
);
const LINE_ENDS: (&str, &str) = ("write one order a line, with ends of line as LF or CRLF", "请每行写一个订单，换行用 LF 或 CRLF");

/// Of an input as a whole.
fn refused(what: String, (en, zh): (&'static str, &'static str)) -> Error {
    Error::at_border(Kind::Call, "input", what).with_hint(en, zh)
}

#[cfg(test)]
mod tests;
