//! A line for each order that has its last word, and for all else that a person must look at; as CSV or JSON lines.

use super::whole_file;
use chexiao_bulk::{Count, Ended, Failure, Journal};
use serde_json::{Value, json};
use std::error::Error as StdError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Read from the journal at a time.
const PAGE: u32 = 1000;
const NAMES: [&str; 9] = ["line", "account", "order", "word", "next", "needs_person", "attempts", "msg_id", "why"];
/// By this spreadsheets know UTF-8.
const MARK: &str = "\u{feff}";

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For spreadsheets too: `order` is one cell of JSON, so that no number in it is shortened
    Csv,
    /// An object a line
    Jsonl,
}

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All orders with their last word.
    Ended,
    /// What needs a person: orders, lines of the input that give none, and lines that name an order once more.
    ForPeople,
}

/// A file to be written at the end of a run.
#[derive(Debug, Clone)]
pub(super) struct Target {
    path: PathBuf,
    format: Format,
}

impl Target {
    /// The ending of the name says how.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let format = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => Format::Csv,
            Some("jsonl" | "ndjson") => Format::Jsonl,
            _ => return Err("the name must end in .csv, .jsonl or .ndjson".into()),
        };
        Ok(Self { path, format })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// As a whole, or not at all.
    pub(super) fn write(&self, journal: &Journal, which: Which) -> io::Result<()> {
        whole_file::write(&self.path, |out| {
            if self.format == Format::Csv && which == Which::ForPeople {
                out.write_all(MARK.as_bytes())?;
            }
            report(journal, which, self.format, out).map_err(io::Error::other)
        })
    }
}

/// Writes the lines, as they stand in the journal now.
pub(super) fn report(journal: &Journal, which: Which, format: Format, out: &mut impl Write) -> Result<(), Box<dyn StdError + Send + Sync>> {
    if format == Format::Csv {
        writeln!(out, "{}", NAMES.join(","))?;
    }
    let mut after = 0;
    loop {
        let page = journal.ended(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for ended in page.iter().filter(|ended| which == Which::Ended || ended.ending.needs_person) {
            write_line(out, format, &of_order(ended))?;
        }
    }
    if which == Which::ForPeople {
        others(journal, |line| write_line(out, format, &line).map_err(Into::into))?;
    }
    Ok(())
}

fn of_order(ended: &Ended) -> [Value; 9] {
    let order = serde_json::from_str(&ended.json).unwrap_or_else(|_| Value::String(ended.json.clone()));
    let ending = &ended.ending;
    [
        json!(ended.line),
        json!(ended.account),
        order,
        json!(ending.word),
        json!(ending.next),
        json!(ending.needs_person),
        json!(ended.attempts),
        json!(ended.msg_id),
        json!(ending.why),
    ]
}

/// Lines of the input that are no orders of their own.
fn others(
    journal: &Journal,
    mut write: impl FnMut([Value; 9]) -> Result<(), Box<dyn StdError + Send + Sync>>,
) -> Result<(), Box<dyn StdError + Send + Sync>> {
    let mut line = |number: u64, account: Option<&str>, word: &str, next: &str, why: String| {
        let none = Value::Null;
        write([json!(number), json!(account), none.clone(), json!(word), json!(next), json!(true), json!(0), none, json!(why)])
    };
    let mut last = None;
    loop {
        let page = journal.unreadable(last.as_ref(), PAGE)?;
        for (input, unread) in &page {
            line(unread.line, None, "unreadable", "fix", format!("{input}: {unread}. {}", unread.hint))?;
        }
        match page.into_iter().next_back() {
            Some(unread) => last = Some(unread),
            None => break,
        }
    }
    for (account, number, first) in journal.repeats()? {
        let why = format!("names the order of line {first} once more, which is closed once. 与第 {first} 行为同一订单，只关闭一次。");
        line(number, Some(&account), "repeated", "check_order", why)?;
    }
    Ok(())
}

fn write_line(out: &mut impl Write, format: Format, values: &[Value; 9]) -> io::Result<()> {
    match format {
        Format::Jsonl => {
            let line: serde_json::Map<_, _> = NAMES.iter().map(|name| String::from(*name)).zip(values.iter().cloned()).collect();
            writeln!(out, "{}", Value::Object(line))
        }
        Format::Csv => writeln!(out, "{}", values.iter().map(cell).collect::<Vec<_>>().join(",")),
    }
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) || text.trim() != text { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// How a job stands, from its journal.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) orders: u64,
    pub(super) ended: u64,
    /// Orders with their last word that need a person.
    pub(super) people: u64,
    pub(super) unreadable: u64,
    pub(super) repeated: u64,
    pub(super) counts: Vec<Count>,
}

impl Standing {
    pub(super) fn of(journal: &Journal) -> Result<Self, Failure> {
        let mut counts: Vec<Count> = Vec::new();
        for count in journal.counts()? {
            // What waits may be told apart by what it would end with.
            match counts.iter_mut().find(|known| Count { orders: count.orders, ..(*known).clone() } == count) {
                Some(known) => known.orders += count.orders,
                None => counts.push(count),
            }
        }
        let sum = |which: fn(&Count) -> bool| counts.iter().filter(|count| which(count)).map(|count| count.orders).sum();
        Ok(Self {
            orders: sum(|_| true),
            ended: sum(|count| count.state == "ended"),
            people: sum(|count| count.needs_person),
            unreadable: journal.unreadable_lines()?,
            repeated: journal.repeats()?.len() as u64,
            counts,
        })
    }

    pub(super) fn left(&self) -> u64 {
        self.orders - self.ended
    }

    /// With these words first.
    pub(super) fn json(&self, first: Value) -> Value {
        let mut said = first;
        let counts: Vec<Value> = self
            .counts
            .iter()
            .map(|count| {
                json!({
                    "account": count.account, "state": count.state, "word": count.word, "next": count.next,
                    "needs_person": count.needs_person, "orders": count.orders,
                })
            })
            .collect();
        let sums = json!({
            "orders": self.orders, "ended": self.ended, "left": self.left(), "for_people": self.people,
            "unreadable": self.unreadable, "repeated": self.repeated, "counts": counts,
        });
        if let (Some(said), Value::Object(sums)) = (said.as_object_mut(), sums) {
            said.extend(sums);
        }
        said
    }

    /// A table for people.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .counts
            .iter()
            .map(|count| {
                let (word, next) = (count.word.as_deref().unwrap_or("-"), count.next.as_deref().unwrap_or("-"));
                let people = if count.needs_person { "  for people 须人工处理" } else { "" };
                format!("  {:<20} {:<8} {word:<15} {next:<17} {:>9}{people}", count.account, count.state, count.orders)
            })
            .collect();
        let mut also = |count: u64, what: &str| {
            if count > 0 {
                lines.push(format!("  {count} {what}"));
            }
        };
        also(self.unreadable, "lines of the input give no order: for people. 行无法读作订单，须人工处理。");
        also(self.repeated, "lines name an order once more: closed once. 行重复了已有订单，只关闭一次。");
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (value, text) in [
            (json!(null), ""),
            (json!("a"), "a"),
            (json!("a,b"), "\"a,b\""),
            (json!({"a": "1"}), "\"{\"\"a\"\":\"\"1\"\"}\""),
            (json!("a\nb"), "\"a\nb\""),
            (json!(" a"), "\" a\""),
            (json!(7), "7"),
            (json!(true), "true"),
        ] {
            assert_eq!(cell(&value), text);
        }
    }
}
