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
    let mut reading = Reading {
        input,
        journal,
        accounts,
        checks_all,
        known: HashSet::new(),
        orders: Vec::new(),
        unreadable: Vec::new(),
        read: WasRead::default(),
    };
    let ended = reading.reads(rows, stopper, tell);
    // What is added afterwards comes from elsewhere, however this ended.
    let left = if reading.read.is_whole { journal.ends_input(input) } else { journal.leaves_input() };
    ended?;
    left?;
    Ok(reading.read)
}

struct Reading<'r> {
    input: &'r str,
    journal: &'r Journal,
    accounts: &'r mut Named<'r>,
    checks_all: bool,
    /// The kinds of orders that were checked.
    known: HashSet<String>,
    /// Not yet written.
    orders: Vec<Order>,
    unreadable: Vec<Unreadable>,
    read: WasRead,
}

impl Reading<'_> {
    fn reads(&mut self, rows: Rows, stopper: &Stopper, mut tell: impl FnMut(&Unreadable)) -> Result<(), Box<dyn StdError>> {
        for row in rows {
            if self.orders.len() + self.unreadable.len() >= BATCH {
                self.writes()?;
                if stopper.is_told() {
                    return Ok(());
                }
            }
            let refused = match row? {
                Row::Unreadable(line) => Some(line),
                Row::Order(order) => match self.refusal(&order)? {
                    Some(line) => Some(line),
                    None => {
                        self.orders.push(order);
                        None
                    }
                },
            };
            if let Some(line) = refused {
                tell(&line);
                self.unreadable.push(line);
            }
        }
        self.writes()?;
        self.read.is_whole = !stopper.is_told();
        Ok(())
    }

    fn writes(&mut self) -> Result<(), Box<dyn StdError>> {
        let (of_orders, of_others) = (self.orders.len() as u64, self.unreadable.len() as u64);
        let new = self.journal.add(std::mem::take(&mut self.orders))?;
        self.journal.keeps_unreadable(self.input, std::mem::take(&mut self.unreadable))?;
        self.read.new += new;
        self.read.known += of_orders - new;
        self.read.unreadable += of_others;
        Ok(())
    }

    /// Why this cannot be closed, seen without sending anything: nobody's account, or not what its gateway takes.
    fn refusal(&mut self, order: &Order) -> Result<Option<Unreadable>, Box<dyn StdError>> {
        let Some(account) = (self.accounts)(order.account())? else {
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
        if !self.checks_all && self.known.contains(&kind) {
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
                self.known.insert(kind);
                Ok(None)
            }
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
