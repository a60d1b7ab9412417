//! [`read`]: from the input into the journal, before anything is sent.

use super::{Row, Rows, Unreadable};
use crate::{Account, Journal, Order, Stopper};
use chexiao::face::json;
use chexiao::{Error, Kind};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::error::Error as StdError;

/// Written together.
const BATCH: usize = 1000;

/// The account of a name; none if it has no configuration.
pub type Named<'a> = dyn FnMut(&str) -> chexiao::Result<Option<Account>> + 'a;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WasRead {
    /// Orders that the journal did not have.
    pub new: u64,
    /// Those that it had, in this input or before.
    pub known: u64,
    /// Lines that give no order.
    pub unreadable: u64,
    /// Whether the end was reached.
    pub is_whole: bool,
}

/// Reads to the end, or until it is told to stop. `checks_all`: each order is checked by the rules of its gateway; else one of each kind, which
/// finds columns that are no field. `tell` hears of each line that gives no order.
///
/// # Errors
/// An account does not open, the input cannot be read any further, or the journal failed. What was read until then is in it.
pub fn read(
    rows: Rows,
    input: &str,
    journal: &Journal,
    accounts: &mut Named<'_>,
    checks_all: bool,
    stopper: &Stopper,
    tell: impl FnMut(&Unreadable),
) -> Result<WasRead, Box<dyn StdError>> {
    journal.begins_input(input)?;
    let read = read_on(rows, input, journal, accounts, checks_all, stopper, tell);
    // What is added afterwards comes from elsewhere, however this ended.
    let left = if read.as_ref().is_ok_and(|read| read.is_whole) { journal.ends_input(input) } else { journal.leaves_input() };
    let read = read?;
    left?;
    Ok(read)
}

fn read_on(
    rows: Rows,
    input: &str,
    journal: &Journal,
    accounts: &mut Named<'_>,
    checks_all: bool,
    stopper: &Stopper,
    mut tell: impl FnMut(&Unreadable),
) -> Result<WasRead, Box<dyn StdError>> {
    let (mut read, mut orders, mut unreadable, mut known) = (WasRead::default(), Vec::new(), Vec::new(), HashSet::new());
    for row in rows {
        if orders.len() + unreadable.len() >= BATCH {
            write(&mut read, input, journal, &mut orders, &mut unreadable)?;
            if stopper.is_told() {
                return Ok(read);
            }
        }
        let refused = match row? {
            Row::Unreadable(line) => Some(line),
            Row::Order(order) => match refusal(&order, accounts, checks_all, &mut known)? {
                Some(line) => Some(line),
                None => {
                    orders.push(order);
                    None
                }
            },
        };
        if let Some(line) = refused {
            tell(&line);
            unreadable.push(line);
        }
    }
    write(&mut read, input, journal, &mut orders, &mut unreadable)?;
    read.is_whole = !stopper.is_told();
    Ok(read)
}

fn write(
    read: &mut WasRead,
    input: &str,
    journal: &Journal,
    orders: &mut Vec<Order>,
    unreadable: &mut Vec<Unreadable>,
) -> Result<(), Box<dyn StdError>> {
    let (of_orders, of_others) = (orders.len() as u64, unreadable.len() as u64);
    let new = journal.add(std::mem::take(orders))?;
    journal.keeps_unreadable(input, std::mem::take(unreadable))?;
    read.new += new;
    read.known += of_orders - new;
    read.unreadable += of_others;
    Ok(())
}

/// Why this cannot be closed, seen without sending anything: nobody's account, or not what its gateway takes.
fn refusal(
    order: &Order,
    accounts: &mut Named<'_>,
    checks_all: bool,
    known: &mut HashSet<String>,
) -> Result<Option<Unreadable>, Box<dyn StdError>> {
    let Some(account) = accounts(order.account())? else {
        let (en, zh) = ("give the configuration of that account, or correct the name", "请提供该账户的配置，或更正账户名");
        return Ok(Some(Unreadable {
            line: order.line(),
            column: None,
            field: Some("account".into()),
            what: "names an account that has no configuration".into(),
            hint: format!("{en} {zh}"),
        }));
    };
    let kind = kind(order);
    if !checks_all && known.contains(&kind) {
        return Ok(None);
    }
    match misfit(&account, order) {
        Some(error) => Ok(Some(Unreadable {
            line: order.line(),
            column: None,
            field: error.field().map(|field| field.trim_start_matches("order.").into()),
            what: error.message().into(),
            hint: error.hint(),
        })),
        None => {
            known.insert(kind);
            Ok(None)
        }
    }
}

/// Orders of one account with the same members.
fn kind(order: &Order) -> String {
    let members: Map<String, Value> = serde_json::from_str(order.json()).unwrap_or_default();
    members.keys().fold(order.account().to_string(), |kind, name| kind + "\0" + name)
}

/// What signing says, where that is about the order.
fn misfit(account: &Account, order: &Order) -> Option<Error> {
    let call = json::call("close", order.json()).ok()?;
    account.client().sign(&call).err().filter(|error| error.kind() == Kind::Call)
}
