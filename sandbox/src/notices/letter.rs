//! What is to be told to whom: written when it is posted, as it stood when it was decided.

use std::sync::Arc;

use super::post::Heard;
use super::{Notice, NoticeFault, Telling, Untold, Url, registered_url};
use crate::book::{Refund, RefundState, State};
use crate::gateways::{self, Gateway};
use crate::keys::Keys;
use crate::server::Shop;

pub(crate) struct Letter {
    gateway: &'static Gateway,
    /// The name of the configuration.
    pub(crate) account: &'static str,
    pub(crate) number: String,
    content: Content,
    /// The last refund, when it was decided.
    refund: Option<Refund>,
}

enum Content {
    /// Byte for byte.
    Fixed(Notice),
    /// Written anew, since of a repeat the time of telling may be another.
    Told(State, Option<NoticeFault>),
}

/// What was posted, and what was answered.
pub(crate) struct Reception<'a> {
    pub(crate) posted: &'a Notice,
    pub(crate) heard: &'a Heard,
    pub(crate) keys: &'a Keys,
    /// Whether the answer is held to the page, or what the real gateway takes is taken.
    pub(crate) strict: bool,
}

impl Reception<'_> {
    /// Status 200 and this media type; where the gateway is not strict, any.
    pub(crate) fn is_fine(&self, media_type: &str) -> bool {
        self.heard.status == 200 && (!self.strict || self.heard.is(media_type))
    }

    /// The body, where it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.heard.body).ok()
    }
}

impl Letter {
    pub(crate) fn written(&self, shop: &Shop) -> Option<Notice> {
        let (state, fault) = match &self.content {
            Content::Fixed(notice) => return Some(notice.clone()),
            Content::Told(state, fault) => (*state, *fault),
        };
        let keys = if fault == Some(NoticeFault::OtherKey) { shop.wrong_keys() } else { &shop.keys };
        let attached = shop.book.attached(self.gateway.id, &self.number);
        let notice = (self.gateway.notice)(&Telling {
            gateway: self.gateway.id,
            account: self.account,
            number: &self.number,
            state,
            total: shop.book.total(self.gateway.id, &self.number),
            refund: self.refund.as_ref().filter(|_| state == State::Refunded),
            attached: attached.as_deref(),
            keys,
            happened: shop.ledger.since(self.gateway.id, &self.number, state),
            fault,
        })?;
        if !fault.is_some_and(NoticeFault::spoils) {
            shop.ledger.keep(self.account, &self.number, &notice);
        }
        Some(notice)
    }

    pub(crate) fn is_acknowledged_by(&self, heard: &Heard, posted: &Notice, shop: &Shop) -> bool {
        (self.gateway.acknowledges)(&Reception { posted, heard, keys: &shop.keys, strict: shop.is_strict() })
    }

    /// The seconds between one posting and the next.
    pub(crate) fn schedule(&self) -> &'static [u32] {
        self.gateway.schedule
    }
}

impl Shop {
    /// What the merchant of this configuration is told of the order as it stands; an open one is paid first, by a buyer.
    pub(crate) fn notice(&self, account: &str, number: &str, fault: Option<NoticeFault>) -> Result<Notice, Untold> {
        let letters = self.letters(account, number, fault)?;
        letters.last().and_then(|letter| letter.written(self)).ok_or(SILENCE)
    }

    /// The same, posted until it is acknowledged.
    pub(crate) fn post_notice(self: &Arc<Self>, account: &str, number: &str, fault: Option<NoticeFault>, to: &str) -> Result<(), Untold> {
        let to = Url::parse(to).ok_or(NOT_HERE)?;
        let at_once = if fault == Some(NoticeFault::Duplicated) { 2 } else { 1 };
        self.send(self.letters(account, number, fault)?, &to, at_once)
    }

    fn send(self: &Arc<Self>, letters: Vec<Letter>, to: &Url, at_once: usize) -> Result<(), Untold> {
        if letters.iter().any(|letter| letter.written(self).is_none()) {
            return Err(SILENCE);
        }
        self.rounds.post(self, letters, to, at_once)
    }

    /// Where the merchant of this configuration is told, without being asked, of money that came or went back.
    pub(crate) fn set_notify_url(&self, account: &str, to: Option<&str>) -> Result<(), Untold> {
        let (_, account) = gateways::of_account(account).ok_or("gateway is unknown")?;
        let to = to.map(|to| Url::parse(to).ok_or(NOT_HERE)).transpose()?;
        self.rounds.set_url(account, to);
        Ok(())
    }

    /// Tells the merchants who want to know, if the order has been paid or given back since it was looked at before.
    pub(crate) fn tell_of_money(self: &Arc<Self>, gateway: &'static Gateway, number: &str) {
        let state = self.book.look(gateway.id, number);
        let refunds = self.refunds_done(gateway, number);
        if !self.ledger.is_news(gateway.id, number, (state, refunds.len())) || !matches!(state, State::Paid | State::Refunded) {
            return;
        }
        for (account, to) in gateway.account_names().filter_map(|account| Some((account, self.rounds.url(account)?))) {
            let (content, refund) = (Content::Told(state, None), refunds.last().cloned());
            let letter = Letter { gateway, account, number: number.to_string(), content, refund };
            // ICBC tells of no refund; and where too many wait it is as if the network had lost it.
            let _ = self.send(vec![letter], &to, 1);
        }
    }

    fn refunds_done(&self, gateway: &Gateway, number: &str) -> Vec<Refund> {
        let mut refunds = self.book.refunds_of(gateway.id, number);
        refunds.retain(|refund| refund.state == RefundState::Done);
        refunds
    }

    /// In the order in which they are posted.
    fn letters(&self, account: &str, number: &str, fault: Option<NoticeFault>) -> Result<Vec<Letter>, Untold> {
        let (gateway, account) = gateways::of_account(account).ok_or("gateway is unknown")?;
        let refund = self.refunds_done(gateway, number).pop();
        let letter = |content| Letter { gateway, account, number: number.to_string(), content, refund: refund.clone() };
        let last = self.ledger.last(account, number).filter(|_| fault == Some(NoticeFault::Replayed));
        if let Some(last) = last {
            return Ok(vec![letter(Content::Fixed(last))]);
        }
        let state = self.book.pay(gateway.id, number);
        Ok(match fault {
            Some(NoticeFault::Call(kind)) => vec![letter(Content::Fixed(self.reply(gateway, account, number, kind)?))],
            Some(NoticeFault::OutOfOrder) => {
                let tells_refunds = letter(Content::Told(State::Refunded, None)).written(self).is_some();
                let (newer, older) = if tells_refunds { (State::Refunded, State::Paid) } else { (State::Paid, State::Processing) };
                if state != State::Refunded {
                    self.book.set(gateway.id, number, newer);
                }
                vec![letter(Content::Told(newer, None)), letter(Content::Told(older, None))]
            }
            _ => vec![letter(Content::Told(state, fault))],
        })
    }

    fn reply(&self, gateway: &Gateway, account: &'static str, number: &str, kind: &str) -> Result<Notice, Untold> {
        let telling = Telling {
            gateway: gateway.id,
            account,
            number,
            state: State::Paid,
            total: self.book.total(gateway.id, number),
            refund: None,
            attached: None,
            keys: &self.keys,
            happened: self.ledger.since(gateway.id, number, State::Paid),
            fault: None,
        };
        let is_reply = !kind.ends_with("notice") && (kind == "close" || gateway.calls.contains(&kind));
        let reply = (gateway.reply)(&telling, kind).filter(|_| is_reply).ok_or("the gateway has no such call")?;
        Ok(Notice { url: registered_url(gateway.id), headers: reply.headers, body: reply.body })
    }
}

const SILENCE: Untold = "the gateway tells nothing of an order in this state";
const NOT_HERE: Untold = "to is not http://127.0.0.1:port/path";
