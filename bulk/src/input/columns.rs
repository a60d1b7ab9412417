//! What has columns with names: which of them is the account, which are fields of the order.

use super::damage::{self, Damage};
use super::{Accounts, Reading, Unreadable, refused};
use crate::order::Order;
use chexiao::Error;
use serde_json::{Map, Value};

pub(super) const NAMES: (&str, &str) = (
    "give the columns their names: those of the order's fields at the gateway, each once, and of the account's column",
    "请写明列名：网关的订单字段名（各一次）和账户列",
);

/// The columns of an input, in order.
pub(super) struct Columns {
    columns: Vec<Column>,
    /// Of all orders.
    account: Option<String>,
}

enum Column {
    Account(String),
    Field(String),
    Ignored,
    /// Spreadsheets leave empty columns behind.
    Nameless,
}

impl Columns {
    /// Of these names, which stand in `place`.
    pub(super) fn of(place: &str, names: impl Iterator<Item = String>, reading: &Reading) -> Result<Self, Error> {
        let (mut seen, mut columns) = (Vec::new(), Vec::new());
        for (name, at) in names.zip(1..) {
            if reading.ignored.contains(&name) {
                columns.push(Column::Ignored);
            } else if name.is_empty() {
                columns.push(Column::Nameless);
            } else if let Some(damage) = damage::of(&name) {
                return Err(refused(format!("{place}, column {at}: the name {}", damage.what), (damage.en, damage.zh)));
            } else if seen.contains(&name) {
                return Err(refused(format!("{place}, column {at}: the name stands there before"), NAMES));
            } else if matches!(&reading.accounts, Accounts::Column(account) if *account == name) {
                columns.push(Column::Account(name.clone()));
                seen.push(name);
            } else {
                columns.push(Column::Field(name.clone()));
                seen.push(name);
            }
        }
        let account = match &reading.accounts {
            Accounts::One(account) => Some(account.clone()),
            Accounts::Column(account) if seen.contains(account) => None,
            Accounts::Column(account) => {
                return Err(refused(format!("{place}: no column is called {account}, by which the account is chosen"), NAMES));
            }
        };
        match columns.iter().any(|column| matches!(column, Column::Field(_))) {
            true => Ok(Self { columns, account }),
            false => Err(refused(format!("{place} names no field of an order"), NAMES)),
        }
    }

    /// The name of the column at this place, from 0, if it says something about the order.
    pub(super) fn named(&self, at: usize) -> Option<&str> {
        match self.columns.get(at)? {
            Column::Account(name) | Column::Field(name) => Some(name),
            Column::Ignored | Column::Nameless => None,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    /// The order of a line, which has a cell for each of them: none where nothing stands, which is another thing than an empty text.
    pub(super) fn order(
        &self,
        line: u64,
        cells: impl Iterator<Item = Option<String>>,
        damage: fn(&str) -> Option<Damage>,
    ) -> Result<Order, Unreadable> {
        let (mut account, mut members) = (self.account.clone(), Map::new());
        for ((column, cell), at) in self.columns.iter().zip(cells).zip(1..) {
            let name = match column {
                Column::Ignored => continue,
                Column::Nameless if cell.is_none() => continue,
                Column::Nameless => return Err(Unreadable::new(line, "stands in a column without a name", NAMES).in_column(at)),
                Column::Account(name) | Column::Field(name) => name,
            };
            if let Some(damage) = cell.as_deref().and_then(damage) {
                return Err(Unreadable::of_damage(line, name, damage).in_column(at));
            }
            match (column, cell) {
                (Column::Account(_), Some(name)) if !name.is_empty() => account = Some(name),
                (Column::Account(_), _) => return Err(no_account(line, name).in_column(at)),
                (_, Some(text)) => _ = members.insert(name.clone(), Value::String(text)),
                (_, None) => {}
            }
        }
        of_members(line, account, members)
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
