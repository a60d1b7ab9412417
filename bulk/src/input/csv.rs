//! Orders of a table: its first line has the names.

use super::columns::{Columns, NAMES};
use super::lines::{Content, Lines};
use super::table::{Fault, cells, ends_open};
use super::{LINE_ENDS, Reading, SAY_CHARSET, Unreadable, damage, refused};
use crate::order::Order;
use chexiao::Error;
use std::io::BufRead;

const SEPARATORS: [char; 3] = [',', ';', '\t'];
const QUOTES: (&str, &str) = ("put the whole cell into quotes, and write a quote in it twice", "请将整个单元格放入引号，其中的引号写两遍");
const NO_BREAKS: (&str, &str) = ("take line breaks out of the cells, or write the missing quote", "请去掉单元格中的换行，或补上缺少的引号");

/// A table, once its names are read.
pub(super) struct Csv {
    separator: char,
    columns: Columns,
    /// The line on which a quote was opened that is open still.
    open_since: Option<u64>,
}

impl Csv {
    pub(super) fn open(lines: &mut Lines<impl BufRead>, reading: &Reading) -> Result<Self, Error> {
        let names = match lines.next().map_err(|error| refused(format!("cannot be read: {error}"), NAMES))? {
            Some((_, Content::Text(names))) => names,
            Some((_, Content::Foreign(byte))) => {
                return Err(refused(format!("line 1 is not {} at byte {byte}", lines.charset().name()), SAY_CHARSET));
            }
            _ => return Err(refused("has no line of names".into(), LINE_ENDS)),
        };
        if names.to_ascii_lowercase().starts_with("sep=") {
            return Err(refused("line 1 tells a spreadsheet the separator".into(), ("leave that line out", "请删去该行")));
        }
        let separator = separator(&names)?;
        let names = cells(&names, separator).map_err(|_| refused("line 1: its quotes do not match".into(), QUOTES))?;
        let columns = Columns::of("line 1", names.into_iter().map(|cell| cell.text), reading)?;
        Ok(Self { separator, columns, open_since: None })
    }

    /// The order on a line; none on a blank one.
    pub(super) fn row(&mut self, line: u64, text: &str) -> Result<Option<Order>, Unreadable> {
        if let Some(since) = self.open_since {
            if !ends_open(text, self.separator) {
                self.open_since = None;
            }
            return Err(Unreadable::new(line, format!("stands inside quotes that line {since} opens"), NO_BREAKS));
        }
        let cells = cells(text, self.separator).map_err(|fault| self.fault(line, fault))?;
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Ok(None);
        }
        if cells.len() != self.columns.count() {
            let (found, expected) = (cells.len(), self.columns.count());
            return Err(Unreadable::new(line, format!("has {found} cells, the line of names {expected}"), QUOTES));
        }
        let cells = cells.into_iter().map(|cell| if cell.is_absent() { None } else { Some(cell.text) });
        self.columns.order(line, cells, damage::of_cell).map(Some)
    }

    fn fault(&mut self, line: u64, fault: Fault) -> Unreadable {
        let (what, remedy, column) = match fault {
            Fault::StrayQuote(column) => ("has a quote inside a cell that does not begin with one", QUOTES, column),
            Fault::AfterQuote(column) => ("has something between a closing quote and the separator", QUOTES, column),
            Fault::Open(column) => {
                self.open_since = Some(line);
                ("opens quotes that are not closed on this line", NO_BREAKS, column)
            }
        };
        Unreadable::new(line, what, remedy).in_column(column as u64)
    }
}

fn separator(names: &str) -> Result<char, Error> {
    let mut found = SEPARATORS.into_iter().filter(|&separator| names.contains(separator));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(refused("line 1 has more than one of comma, semicolon and tab".into(), NAMES)),
        (separator, None) => Ok(separator.unwrap_or(',')),
    }
}
