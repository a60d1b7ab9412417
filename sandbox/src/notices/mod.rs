//! What the gateways tell by themselves: one notice, as it is posted to the merchant.

mod fault;
mod ledger;
mod telling;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub use fault::{NOTICE_FAULTS, NoticeFault};
pub(crate) use ledger::Ledger;
pub(crate) use telling::Telling;

use crate::book::State;
use crate::gateways::{self, Gateway};
use crate::server::Shop;

/// The URL that every merchant of this gateway has registered for its notices. ICBC signs its path, wherever the notice is posted to.
pub(crate) fn registered_url(gateway: &str) -> String {
    format!("https://merchant.invalid{}", path(gateway))
}

pub(crate) fn path(gateway: &str) -> String {
    format!("/notify/{gateway}")
}

/// A notice, as the merchant's web server receives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The URL that the merchant has registered.
    pub url: String,
    /// The headers that the gateway chooses.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Notice {
    /// `{"url","headers","body_base64"}`, which is what a client takes.
    pub fn json(&self) -> Value {
        let headers: Value = self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({ "url": self.url, "headers": headers, "body_base64": STANDARD.encode(&self.body) })
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice").field("url", &self.url).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// Why there is no notice.
pub(crate) type Untold = &'static str;

impl Shop {
    /// What the merchant of this configuration is told of the order as it stands; an open one is paid first, by a buyer.
    pub(crate) fn notice(&self, account: &str, number: &str, fault: Option<NoticeFault>) -> Result<Notice, Untold> {
        let (gateway, account) = gateways::of_account(account).ok_or("gateway is unknown")?;
        let last = self.ledger.last(account, number).filter(|_| fault == Some(NoticeFault::Replayed));
        if let Some(last) = last {
            return Ok(last);
        }
        let state = self.book.pay(gateway.id, number);
        let told = match fault {
            Some(NoticeFault::Call(kind)) => return self.reply(gateway, account, number, kind),
            Some(NoticeFault::OutOfOrder) => self.overtaken(gateway, account, number, state),
            _ => state,
        };
        let notice = self.told(gateway, account, number, told, fault).ok_or("the gateway tells nothing of an order in this state")?;
        if !fault.is_some_and(NoticeFault::spoils) {
            self.ledger.keep(account, number, &notice);
        }
        Ok(notice)
    }

    /// The word before the one that holds from now on.
    fn overtaken(&self, gateway: &Gateway, account: &'static str, number: &str, state: State) -> State {
        let tells_refunds = self.told(gateway, account, number, State::Refunded, None).is_some();
        if tells_refunds && state == State::Paid {
            self.book.set(gateway.id, number, State::Refunded);
        }
        if tells_refunds { State::Paid } else { State::Processing }
    }

    fn told(&self, gateway: &Gateway, account: &'static str, number: &str, state: State, fault: Option<NoticeFault>) -> Option<Notice> {
        let attached = self.book.attached(gateway.id, number);
        (gateway.notice)(&self.telling(gateway, account, number, state, attached.as_deref(), fault))
    }

    fn reply(&self, gateway: &Gateway, account: &'static str, number: &str, kind: &str) -> Result<Notice, Untold> {
        let telling = self.telling(gateway, account, number, State::Paid, None, None);
        let is_reply = !kind.ends_with("notice") && (kind == "close" || gateway.calls.contains(&kind));
        let reply = (gateway.reply)(&telling, kind).filter(|_| is_reply).ok_or("the gateway has no such call")?;
        Ok(Notice { url: registered_url(gateway.id), headers: reply.headers, body: reply.body })
    }

    fn telling<'a>(
        &'a self,
        gateway: &Gateway,
        account: &'static str,
        number: &'a str,
        state: State,
        attached: Option<&'a str>,
        fault: Option<NoticeFault>,
    ) -> Telling<'a> {
        let keys = if fault == Some(NoticeFault::OtherKey) { self.wrong_keys() } else { &self.keys };
        let happened = self.ledger.since(gateway.id, number, state);
        Telling { gateway: gateway.id, account, number, state, attached, keys, happened, fault }
    }
}
