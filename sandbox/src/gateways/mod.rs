//! The five gateways: one row each.

use serde_json::Value;

use crate::book::{Book, State};
use crate::call::Call;
use crate::fault::{Fault, Handling};
use crate::http::{Reply, Request};
use crate::keys::Keys;
use crate::notices::{Notice, Reception, Telling};
use crate::tokens::Tokens;

pub(crate) mod chinaums;
pub(crate) mod edgeros;
pub(crate) mod icbc;
pub(crate) mod wechat;
pub(crate) mod ysepay;

/// What the server needs to know of a gateway.
pub(crate) struct Gateway {
    pub(crate) id: &'static str,
    /// Every path that begins so is this gateway's.
    prefix: &'static str,
    /// The path of the close, to which one POSTs. Only it and the next are counted and suffer faults.
    path: &'static str,
    /// The method and the path of the query, where the gateway has one.
    query: Option<(&'static str, &'static str)>,
    /// The order a request names, read as leniently as possible.
    pub(crate) number: fn(&Request, &Keys, &Book) -> Option<String>,
    /// The id that the request gave itself and its reply repeats.
    pub(crate) message_id: fn(&Request) -> Option<String>,
    pub(crate) answer: fn(&Visit<'_>) -> Reply,
    /// The other calls whose replies it has.
    pub(crate) calls: &'static [&'static str],
    /// What it posts by itself about an order in this state; nothing, where it posts nothing.
    pub(crate) notice: fn(&Telling<'_>) -> Option<Notice>,
    /// The genuine reply of another call, about the same order.
    pub(crate) reply: fn(&Telling<'_>, &str) -> Option<Reply>,
    /// The seconds from each posting of a notice to the next.
    pub(crate) schedule: &'static [u32],
    /// Whether the merchant's answer ends the repeats.
    pub(crate) acknowledges: fn(&Reception<'_>) -> bool,
    /// The kinds of merchant: the name of the configuration, and its `account`.
    accounts: &'static [(&'static str, Account)],
    /// The `order` of a call.
    pub(crate) order: fn(&str) -> Value,
}

pub(crate) type Account = fn(&Keys) -> Value;

impl Gateway {
    pub(crate) fn account_names(&self) -> impl Iterator<Item = &'static str> {
        self.accounts.iter().map(|(name, _)| *name)
    }

    /// The call this path is for, whatever the method.
    pub(crate) fn call(&self, request: &Request) -> Option<Call> {
        match request.target.as_str() {
            path if path == self.path => Some(Call::Close),
            path if self.query.is_some_and(|(_, query)| path == query) => Some(Call::Query),
            _ => None,
        }
    }

    /// The call this request is.
    pub(crate) fn whole_call(&self, request: &Request) -> Option<Call> {
        let method = |call| if call == Call::Close { "POST" } else { self.query.map_or("", |(method, _)| method) };
        self.call(request).filter(|call| request.method == method(*call))
    }
}

pub(crate) static ALL: [Gateway; 5] = [icbc::GATEWAY, ysepay::GATEWAY, wechat::GATEWAY, edgeros::GATEWAY, chinaums::GATEWAY];

/// The ids of the rows.
pub(crate) const IDS: [&str; ALL.len()] = {
    let [a, b, c, d, e] = &ALL;
    [a.id, b.id, c.id, d.id, e.id]
};

/// The names of the configurations: each gateway's kinds of merchant.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
pub(crate) const ACCOUNTS: [&str; count_accounts(&ALL)] = {
    let mut names = [""; count_accounts(&ALL)];
    let (mut rows, mut at): (&[Gateway], usize) = (&ALL, 0);
    while let [row, below @ ..] = rows {
        let mut accounts = row.accounts;
        while let [(name, _), others @ ..] = accounts {
            names[at] = *name;
            (accounts, at) = (others, at + 1);
        }
        rows = below;
    }
    names
};

const fn count_accounts(rows: &[Gateway]) -> usize {
    match rows {
        [] => 0,
        [row, below @ ..] => row.accounts.len() + count_accounts(below),
    }
}

/// The longest prefix decides: `/pay/v1/` is EdgerOS's, the rest of `/pay/` WeChat's.
pub(crate) fn by_path(target: &str) -> Option<&'static Gateway> {
    ALL.iter().filter(|gateway| target.starts_with(gateway.prefix)).max_by_key(|gateway| gateway.prefix.len())
}

pub(crate) fn by_id(id: &str) -> Option<&'static Gateway> {
    ALL.iter().find(|gateway| gateway.id == id)
}

/// The gateway's id and the account of the configuration with this name.
pub(crate) fn account(name: &str) -> Option<(&'static str, Account)> {
    ALL.iter().find_map(|gateway| {
        let (_, account) = gateway.accounts.iter().find(|(known, _)| *known == name)?;
        Some((gateway.id, *account))
    })
}

/// The gateway of the configuration with this name, and that name.
pub(crate) fn of_account(name: &str) -> Option<(&'static Gateway, &'static str)> {
    ALL.iter().find_map(|gateway| Some((gateway, gateway.accounts.iter().find(|(known, _)| *known == name)?.0)))
}

/// One request at its gateway.
pub(crate) struct Visit<'a> {
    pub(crate) request: &'a Request,
    /// What the path says; `None`: something else.
    pub(crate) call: Option<Call>,
    pub(crate) keys: &'a Keys,
    /// What the reply is sealed with: the same keys, or wrong ones.
    pub(crate) seal_keys: &'a Keys,
    pub(crate) book: &'a Book,
    pub(crate) tokens: &'a Tokens,
    /// Whether the page is kept to the byte, or what the real gateway takes is taken.
    pub(crate) strict: bool,
    pub(crate) fault: Option<Fault>,
}

impl Visit<'_> {
    /// Closes the order if it is open. Says which order the reply is to name, and what state it was in.
    fn close(&self, gateway: &'static str, number: &str) -> (State, String) {
        match self.fault {
            Some(Fault::Other) => (State::Open, another(number)),
            Some(Fault::Handling(Handling::Says(state))) => (state, number.to_string()),
            _ => {
                self.meanwhile(gateway, number);
                (self.book.close(gateway, number), number.to_string())
            }
        }
    }

    /// What a query is told: the state, and of which order.
    fn look(&self, gateway: &'static str, number: &str) -> (State, String) {
        match self.fault {
            Some(Fault::Other) => (State::Closed, another(number)),
            Some(Fault::Handling(Handling::Says(state))) => (state, number.to_string()),
            _ => {
                self.meanwhile(gateway, number);
                (self.book.look(gateway, number), number.to_string())
            }
        }
    }

    fn meanwhile(&self, gateway: &'static str, number: &str) {
        match self.fault {
            Some(Fault::Handling(Handling::PaidMeanwhile)) => self.book.set(gateway, number, State::Paid),
            Some(Fault::Handling(Handling::ClosedMeanwhile)) => self.book.set(gateway, number, State::Closed),
            _ => {}
        }
    }

    /// The merchant the reply is to be for.
    fn merchant(&self, name: &str) -> String {
        match self.fault {
            Some(Fault::Handling(Handling::OtherMerchant)) => another(name),
            _ => name.to_string(),
        }
    }

    fn is_of_other_method(&self) -> bool {
        self.fault == Some(Fault::Handling(Handling::OtherMethod))
    }

    /// The other call whose reply is to be given.
    fn other_call(&self) -> Option<&'static str> {
        match self.fault {
            Some(Fault::Handling(Handling::OtherCall(kind))) => Some(kind),
            _ => None,
        }
    }

    fn unsigned(&self) -> bool {
        self.fault == Some(Fault::Unsigned)
    }
}

/// An order number of the same length with another last character.
pub(crate) fn another(number: &str) -> String {
    let mut chars: Vec<char> = number.chars().collect();
    if let Some(last) = chars.last_mut() {
        *last = if *last == '0' { '1' } else { '0' };
    }
    chars.into_iter().collect()
}

/// Whether the text is there, not blank, and at most so many bytes long.
fn fits(text: &str, length: usize) -> bool {
    !text.trim().is_empty() && text.len() <= length
}
