//! One request at its gateway: what the book makes of it, or what a fault says instead.

use super::another;
use crate::book::{Book, Created, Denied, Refund, RefundState, State, Wanted};
use crate::call::Call;
use crate::clock;
use crate::fault::{Fault, Handling};
use crate::http::Request;
use crate::keys::Keys;
use crate::tokens::Tokens;

/// One request at its gateway.
pub(crate) struct Visit<'a> {
    pub(crate) request: &'a Request,
    /// What the path says, whatever the method; `None`: something else.
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
    pub(super) fn close(&self, gateway: &'static str, number: &str) -> (State, String) {
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
    pub(super) fn look(&self, gateway: &'static str, number: &str) -> (State, String) {
        match self.fault {
            Some(Fault::Other) => (State::Closed, another(number)),
            Some(Fault::Handling(Handling::Says(state))) => (state, number.to_string()),
            _ => {
                self.meanwhile(gateway, number);
                (self.book.look(gateway, number), number.to_string())
            }
        }
    }

    /// Makes an order.
    pub(super) fn create(&self, gateway: &'static str, number: &str, total: u64, words: &str) -> (Created, String) {
        match self.fault {
            Some(Fault::Other) => (Created::Made, another(number)),
            Some(Fault::Handling(Handling::Says(State::Open))) => (Created::Made, number.to_string()),
            Some(Fault::Handling(Handling::Says(state))) => (Created::Is(state), number.to_string()),
            _ => {
                self.meanwhile(gateway, number);
                (self.book.create(gateway, number, total, words), number.to_string())
            }
        }
    }

    /// Makes an order and has it paid: whether that went well, and how the order stands.
    pub(super) fn pay(&self, gateway: &'static str, number: &str, total: u64, words: &str) -> (Created, State, String) {
        match self.create(gateway, number, total, words) {
            (Created::Made, named) if self.is_untouched() => (Created::Made, State::Paid, named),
            (made @ (Created::Made | Created::Again), named) => (made, self.book.pay(gateway, number), named),
            (Created::Is(state), named) => (Created::Is(state), state, named),
            (Created::Taken, named) => (Created::Taken, State::Open, named),
        }
    }

    /// Undoes the payment or closes the order; the state it was in.
    pub(super) fn reverse(&self, gateway: &'static str, number: &str) -> (State, String) {
        match self.fault {
            Some(Fault::Other) => (State::Paid, another(number)),
            Some(Fault::Handling(Handling::Says(state))) => (state, number.to_string()),
            _ => {
                self.meanwhile(gateway, number);
                (self.book.reverse(gateway, number), number.to_string())
            }
        }
    }

    /// Gives money back.
    pub(super) fn refund(&self, gateway: &'static str, wanted: &Wanted<'_>) -> Result<Refund, Denied> {
        if let Some(told) = self.told(gateway, wanted) {
            return told;
        }
        self.meanwhile(gateway, wanted.order);
        self.book.refund(gateway, wanted)
    }

    /// What became of the refund of this number.
    pub(super) fn refunded(&self, gateway: &'static str, number: &str) -> Result<Refund, Denied> {
        let found = self.book.refunded(gateway, number);
        let (order, fen) = found.as_ref().map_or(("A1", 100), |refund| (refund.order.as_str(), refund.fen));
        let wanted = Wanted { number, order, fen, total: None, open_is_paid: false };
        self.told(gateway, &wanted).unwrap_or_else(|| found.ok_or(Denied::NotFound))
    }

    /// What is said of a refund that is not handled.
    pub(super) fn told(&self, gateway: &'static str, wanted: &Wanted<'_>) -> Option<Result<Refund, Denied>> {
        let refund = |number, order, state| Refund { gateway, number, order, fen: wanted.fen, state, since: clock::now() };
        match self.fault {
            Some(Fault::Other) => Some(Ok(refund(another(wanted.number), another(wanted.order), RefundState::Done))),
            Some(Fault::Handling(Handling::Says(state))) => {
                let (number, order) = (wanted.number.to_string(), wanted.order.to_string());
                Some(match (state, Denied::of(state)) {
                    (State::Processing | State::Accepted, _) => Ok(refund(number, order, RefundState::Processing)),
                    (_, Some(denied)) => Err(denied),
                    _ => Ok(refund(number, order, RefundState::Done)),
                })
            }
            _ => None,
        }
    }

    /// Whether the book is left alone, so that the reply alone speaks.
    pub(super) fn is_untouched(&self) -> bool {
        matches!(self.fault, Some(Fault::Other | Fault::Handling(Handling::Says(_))))
    }

    pub(super) fn meanwhile(&self, gateway: &'static str, number: &str) {
        match self.fault {
            Some(Fault::Handling(Handling::PaidMeanwhile)) => self.book.set(gateway, number, State::Paid),
            Some(Fault::Handling(Handling::ClosedMeanwhile)) => self.book.set(gateway, number, State::Closed),
            _ => {}
        }
    }

    /// The merchant the reply is to be for.
    pub(super) fn merchant(&self, name: &str) -> String {
        match self.fault {
            Some(Fault::Handling(Handling::OtherMerchant)) => another(name),
            _ => name.to_string(),
        }
    }

    pub(super) fn is_of_other_method(&self) -> bool {
        self.fault == Some(Fault::Handling(Handling::OtherMethod))
    }

    /// The other call whose reply is to be given.
    pub(super) fn other_call(&self) -> Option<&'static str> {
        match self.fault {
            Some(Fault::Handling(Handling::OtherCall(kind))) => Some(kind),
            _ => None,
        }
    }

    pub(super) fn unsigned(&self) -> bool {
        self.fault == Some(Fault::Unsigned)
    }
}
