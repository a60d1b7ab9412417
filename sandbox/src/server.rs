//! The gateways behind the doors: what all connections share, and how one request is answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::book::{Book, State};
use crate::call::Call;
use crate::certificates::Certificates;
use crate::fault::queue::Faults;
use crate::fault::{Fault, Handling, Injection};
use crate::gateways::{self, Gateway, Visit};
use crate::heard::Heard;
use crate::http::{Reply, Request};
use crate::keys::{Keys, Twist};
use crate::lock::lock;
use crate::notices::{Ledger, Rounds};
use crate::record::Record;
use crate::tokens::Tokens;

/// What all connections share.
pub(crate) struct Shop {
    pub(crate) keys: Keys,
    wrong_keys: Keys,
    pub(crate) certificates: Certificates,
    pub(crate) book: Book,
    pub(crate) ledger: Ledger,
    pub(crate) rounds: Rounds,
    pub(crate) faults: Faults,
    pub(crate) tokens: Tokens,
    pub(crate) record: Record,
    pub(crate) heard: Heard,
    strict: AtomicBool,
    /// Requests received to their last byte, on whatever path.
    pub(crate) requests: AtomicU64,
    /// Connections accepted.
    pub(crate) connections: AtomicU64,
}

/// A reply, and what it suffers on its way.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) injection: Option<Injection>,
    /// Which call it answers, if any.
    pub(crate) call: Option<Call>,
    /// Whether the gateway has seen it.
    pub(crate) handled: bool,
    /// The order the request names.
    pub(crate) number: Option<String>,
    /// Whether the reply is genuine and holds that number, or the request's own id.
    pub(crate) named: bool,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Answer {
        Answer { reply, injection: None, call: None, handled: false, number: None, named: false }
    }
}

/// What one door adds to every request through it.
pub(crate) struct Terms<'a> {
    pub(crate) injection: Option<Injection>,
    /// Where redirects point: an address and a port.
    pub(crate) elsewhere: &'a str,
    /// The first reply through the door.
    pub(crate) first: &'a Mutex<Option<Reply>>,
    /// The last one.
    pub(crate) last: &'a Mutex<Option<Reply>>,
}

impl Shop {
    pub(crate) fn new(keys: Keys, certificates: Certificates) -> Arc<Shop> {
        Arc::new(Shop {
            wrong_keys: keys.mixed_up(),
            keys,
            certificates,
            book: Book::default(),
            ledger: Ledger::default(),
            rounds: Rounds::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            record: Record::default(),
            heard: Heard::default(),
            strict: AtomicBool::new(true),
            requests: AtomicU64::new(0),
            connections: AtomicU64::new(0),
        })
    }

    pub(crate) fn wrong_keys(&self) -> &Keys {
        &self.wrong_keys
    }

    /// Whether requests are held to the pages, to the byte.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict.load(Ordering::Relaxed)
    }

    pub(crate) fn set_strict(&self, strict: bool) {
        self.strict.store(strict, Ordering::Relaxed);
    }

    /// The gateway's answer to a request on one of the gateways' paths. An order that is paid is told of, besides.
    pub(crate) fn answer(self: &Arc<Self>, request: &Request, terms: &Terms<'_>) -> Answer {
        let answer = self.answer_only(request, terms);
        if let (Some(number), Some(gateway)) = (&answer.number, gateways::by_path(&request.target)) {
            let order = match answer.call {
                Some(Call::Refund | Call::RefundQuery) => self.book.refunded(gateway.id, number).map(|refund| refund.order),
                _ => Some(number.clone()),
            };
            order.into_iter().for_each(|order| self.tell_of_money(gateway, &order));
        }
        answer
    }

    fn answer_only(&self, request: &Request, terms: &Terms<'_>) -> Answer {
        if let Some(page) = request.turned_away() {
            return page.into();
        }
        let Some(gateway) = gateways::by_path(&request.target) else {
            return Reply::plain(404).into();
        };
        let Some(call) = gateway.call(request) else {
            return self.handle(gateway, request, None).into();
        };
        let number = (gateway.number)(request, &self.keys, &self.book);
        let injection = self.injection(gateway, call, number.as_deref(), terms.injection);
        let done = |reply: Reply, handled| {
            let names = [number.clone(), (gateway.message_id)(request)];
            let genuine = injection.is_none_or(|injection| injection.fault.leaves_the_reply());
            let named = genuine && names.into_iter().flatten().any(|name| contains(&reply.body, &name));
            *lock(terms.last) = Some(reply.clone());
            Answer { reply, injection, call: Some(call), handled, number: number.clone(), named }
        };
        let fault = injection.map(|injection| injection.fault);
        if !fault.is_none_or(Fault::lets_handle) {
            return done(Reply::plain(500), false); // never written
        }
        let first = lock(terms.first).clone();
        if let (Some(Fault::Handling(Handling::Replay)), Some(reply)) = (fault, first) {
            return done(reply, false);
        }
        let mut reply = self.handle(gateway, request, fault);
        lock(terms.first).get_or_insert_with(|| reply.clone());
        match injection {
            Some(injection @ Injection { fault: Fault::Change(change), .. }) => reply = change.apply(reply, terms.elsewhere, &injection),
            Some(injection @ Injection { fault: Fault::Spoil(spoil), .. }) => reply.body = spoil.apply(reply.body, &injection),
            _ => {}
        }
        done(reply, true)
    }

    fn handle(&self, gateway: &Gateway, request: &Request, fault: Option<Fault>) -> Reply {
        if let Some(Fault::Handling(Handling::OtherCall(kind))) = fault
            && !gateway.calls.contains(&kind)
        {
            return Reply::plain(404);
        }
        let twisted = match fault {
            Some(Fault::Handling(Handling::OtherHash)) => Some(self.keys.twisted(Twist::OtherHash)),
            Some(Fault::Handling(Handling::Pss)) => Some(self.keys.twisted(Twist::Pss)),
            _ => None,
        };
        let seal_keys = match fault {
            Some(Fault::WrongKey) => &self.wrong_keys,
            _ => twisted.as_ref().unwrap_or(&self.keys),
        };
        let call = (gateway.api)(request).map(|api| api.call);
        let (keys, book, tokens, strict) = (&self.keys, &self.book, &self.tokens, self.is_strict());
        let visit = Visit { request, call, keys, seal_keys, book, tokens, strict, fault };
        (gateway.answer)(&visit)
    }

    /// Counts a call and says what it suffers: what its door does, what was ordered, or what its number says.
    fn injection(&self, gateway: &Gateway, call: Call, number: Option<&str>, of_door: Option<Injection>) -> Option<Injection> {
        if let Some(number) = number {
            self.book.count(gateway.id, number, call);
        }
        let of_door = of_door.filter(|injection| injection.hits(gateway.id, call));
        of_door.or_else(|| self.faults.next(gateway.id, call, number))
    }

    /// Ends a refund that is processing, and tells of it; nothing, where none is.
    pub(crate) fn settle_refund(self: &Arc<Self>, gateway: &str, number: &str, is_done: bool) -> Option<()> {
        let gateway = gateways::by_id(gateway)?;
        self.book.settle(gateway.id, number, is_done)?;
        let refund = self.book.refunded(gateway.id, number)?;
        self.tell_of_money(gateway, &refund.order);
        Some(())
    }

    /// Puts an order into a state; an unknown gateway is ignored.
    pub(crate) fn set_state(self: &Arc<Self>, gateway: &str, number: &str, state: State) {
        if let Some(gateway) = gateways::by_id(gateway) {
            self.book.set(gateway.id, number, state);
            self.tell_of_money(gateway, number);
        }
    }

    /// The same from one of these states alone.
    ///
    /// # Errors
    /// The state it is in, and stays in.
    pub(crate) fn set_state_from(
        self: &Arc<Self>,
        gateway: &'static Gateway,
        number: &str,
        from: &[State],
        state: State,
    ) -> Result<(), State> {
        self.book.set_from(gateway.id, number, from, state)?;
        self.tell_of_money(gateway, number);
        Ok(())
    }
}

fn contains(body: &[u8], name: &str) -> bool {
    !name.is_empty() && body.windows(name.len()).any(|window| window == name.as_bytes())
}
