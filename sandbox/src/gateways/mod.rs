//! The five gateways: one row each.

use serde_json::Value;

use crate::book::Book;
use crate::call::Call;
use crate::http::{Reply, Request};
use crate::keys::Keys;
use crate::notices::{Notice, Reception, Telling};

pub(crate) mod chinaums;
pub(crate) mod edgeros;
pub(crate) mod icbc;
mod reading;
mod visit;
pub(crate) mod wechat;
pub(crate) mod ysepay;

pub(crate) use reading::{Reading, Signed};
pub(crate) use visit::Visit;

/// What the server needs to know of a gateway.
pub(crate) struct Gateway {
    pub(crate) id: &'static str,
    /// Every path that begins with one of them is this gateway's.
    pub(crate) prefixes: &'static [&'static str],
    /// What a request asks for, by its path, whatever the method; only these are counted and suffer faults.
    pub(crate) api: fn(&Request) -> Option<&'static Api>,
    /// All of them, by path; YSEPay's are methods of one path.
    pub(crate) apis: fn() -> Vec<&'static Api>,
    /// What a request calls an API by, where that is not its path.
    pub(crate) named: fn(&Request) -> Option<String>,
    /// The order that a request names, or its own number where it is about a refund, read as leniently as possible.
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
    /// A request as people read it; nothing, where it cannot be read at all.
    pub(crate) reading: fn(&Request, &Keys) -> Option<Reading>,
    /// What a reply refuses with, in the gateway's own words; nothing, where it refuses nothing.
    pub(crate) refusal: fn(&[u8]) -> Option<String>,
}

pub(crate) type Account = fn(&Keys) -> Value;

/// One API of a gateway.
pub(crate) struct Api {
    pub(crate) method: &'static str,
    /// At YSEPay the method's name, whose path is that of all.
    pub(crate) path: &'static str,
    pub(crate) call: Call,
}

impl Api {
    const fn get(path: &'static str, call: Call) -> Api {
        Api { method: "GET", path, call }
    }

    const fn post(path: &'static str, call: Call) -> Api {
        Api { method: "POST", path, call }
    }

    /// That of this path and method; where the method is another one, the first of this path.
    fn find(apis: impl Iterator<Item = &'static Api> + Clone, request: &Request) -> Option<&'static Api> {
        let of_path = || apis.clone().filter(|api| api.path == request.target);
        of_path().find(|api| api.method == request.method).or_else(|| of_path().next())
    }
}

impl Gateway {
    pub(crate) fn account_names(&self) -> impl Iterator<Item = &'static str> {
        self.accounts.iter().map(|(name, _)| *name)
    }

    /// What stands in the place of `path` of an [`Api`].
    pub(crate) fn called(&self, request: &Request) -> String {
        (self.named)(request).unwrap_or_else(|| request.target.clone())
    }

    /// What the request asks for, if its method is the right one too.
    pub(crate) fn call(&self, request: &Request) -> Option<Call> {
        (self.api)(request).filter(|api| api.method == request.method).map(|api| api.call)
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
    let prefixes = ALL.iter().flat_map(|gateway| gateway.prefixes.iter().map(move |prefix| (gateway, prefix)));
    let longest = prefixes.filter(|(_, prefix)| target.starts_with(**prefix)).max_by_key(|(_, prefix)| prefix.len());
    longest.map(|(gateway, _)| gateway)
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

/// An order number of the same length with another last character.
pub(crate) fn another(number: &str) -> String {
    let mut chars: Vec<char> = number.chars().collect();
    if let Some(last) = chars.last_mut() {
        *last = if *last == '0' { '1' } else { '0' };
    }
    chars.into_iter().collect()
}

/// Yuan with two decimals.
fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// The hundredths of so many yuan, written with at most two decimals.
fn fen(yuan: &str) -> Option<u64> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 2 || whole.len() > 12 {
        return None;
    }
    let part: u64 = format!("{part:0<2}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 100 + part)
}

/// So many fen, a whole number.
fn whole(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the text is there, not blank, and at most so many bytes long.
fn fits(text: &str, length: usize) -> bool {
    !text.trim().is_empty() && text.len() <= length
}
