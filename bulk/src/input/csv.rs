//! Orders of a table: its first line has the names.

use super::lines::{Content, Lines};
use super::table::{Cell, Fault, cells, ends_open};
use super::{Accounts, LINE_ENDS, Reading, SAY_CHARSET, Unreadable, damage, refused};
use crate::order::Order;
use chexiao::Error;
use serde_json::{Map, Value};
use std::io::BufRead;

const SEPARATORS: [char; 3] = [',', ';', '\t'];
const QUOTES: (&str, &str) = ("put the whole cell into quotes, and write a quote in it twice", "请将整个单元格放入引号,其中的引号写两遍");
const NO_BREAKS: (&str, &str) = ("take line breaks out of the cells, or write the missing quote", "请去掉单元格中的换行,或补上缺少的引号");
const NAMES: (&str, &str) = (
    "write one line of names first: those of the order's fields at the gateway, each once, and of the account's column",
    "请在首行写列名:网关的订单字段名(各一次)和账户列",
);

/// A table, once its names are read.
pub(super) struct Csv {
    separator: char,
    columns: Vec<Column>,
    account: Option<String>,
    /// The line on which a quote was opened that is open still.
    open_since: Option<u64>,
}

enum Column {
    Account(String),
    Field(String),
    Ignored,
    /// Spreadsheets leave empty columns behind.
    Nameless,
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
        let columns = columns(names, reading)?;
        let account = match &reading.accounts {
            Accounts::One(account) => Some(account.clone()),
            Accounts::Column(_) => None,
        };
        Ok(Self { separator, columns, account, open_since: None })
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
        if cells.len() != self.columns.len() {
            let (found, expected) = (cells.len(), self.columns.len());
            return Err(Unreadable::new(line, format!("has {found} cells, the line of names {expected}"), QUOTES));
        }
        self.order(line, cells).map(Some)
    }

    fn order(&self, line: u64, cells: Vec<Cell>) -> Result<Order, Unreadable> {
        let (mut account, mut members) = (self.account.clone(), Map::new());
        for ((column, cell), at) in self.columns.iter().zip(cells).zip(1..) {
            let name = match column {
                Column::Ignored => continue,
                Column::Nameless if cell.is_absent() => continue,
                Column::Nameless => return Err(Unreadable::new(line, "stands in a column without a name", NAMES).in_column(at)),
                Column::Account(name) | Column::Field(name) => name,
            };
            if let Some(damage) = damage::of_cell(&cell.text) {
                return Err(Unreadable::of_damage(line, name, damage).in_column(at));
            }
            match column {
                Column::Account(_) if cell.text.is_empty() => return Err(no_account(line, name).in_column(at)),
                Column::Account(_) => account = Some(cell.text),
                _ if cell.is_absent() => {}
                _ => _ = members.insert(name.clone(), Value::String(cell.text)),
            }
        }
        of_members(line, account, members)
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

/// The order, if a field of it is given.
pub(super) fn of_members(line: u64, account: Option<String>, members: Map<String, Value>) -> Result<Order, Unreadable> {
    let account = account.ok_or_else(|| no_account(line, "account"))?;
    match members.is_empty() {
        true => Err(Unreadable::new(line, "names an account and no order", ("write the order's number", "请填写订单号"))),
        false => Order::new(account, line, Value::Object(members).to_string())
            .map_err(|error| Unreadable::new(line, error.message(), ("correct the line", "请更正该行"))),
    }
}

pub(super) fn no_account(line: u64, name: &str) -> Unreadable {
    let remedy = ("write whose order it is", "请填写该订单所属的账户");
    Unreadable { field: Some(name.into()), ..Unreadable::new(line, "is empty: no account is named", remedy) }
}

fn separator(names: &str) -> Result<char, Error> {
    let mut found = SEPARATORS.into_iter().filter(|&separator| names.contains(separator));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(refused("line 1 has more than one of comma, semicolon and tab".into(), NAMES)),
        (separator, None) => Ok(separator.unwrap_or(',')),
    }
}

fn columns(names: Vec<Cell>, reading: &Reading) -> Result<Vec<Column>, Error> {
    let mut seen = Vec::with_capacity(names.len());
    let mut columns = Vec::with_capacity(names.len());
    for (cell, at) in names.into_iter().zip(1..) {
        let name = cell.text;
        if reading.ignored.contains(&name) {
            columns.push(Column::Ignored);
        } else if name.is_empty() {
            columns.push(Column::Nameless);
        } else if let Some(damage) = damage::of(&name) {
            return Err(refused(format!("line 1, column {at}: the name {}", damage.what), (damage.en, damage.zh)));
        } else if seen.contains(&name) {
            return Err(refused(format!("line 1, column {at}: the name stands there before"), NAMES));
        } else if matches!(&reading.accounts, Accounts::Column(account) if *account == name) {
            columns.push(Column::Account(name.clone()));
            seen.push(name);
        } else {
            columns.push(Column::Field(name.clone()));
            seen.push(name);
        }
    }
    if let Accounts::Column(account) = &reading.accounts
        && !seen.contains(account)
    {
        return Err(refused(format!("line 1: no column is called {account}, by which the account is chosen"), NAMES));
    }
    match columns.iter().any(|column| matches!(column, Column::Field(_))) {
        true => Ok(columns),
        false => Err(refused("line 1 names no field of an order".into(), NAMES)),
    }
}
