//! What can go wrong on purpose, as data: how a connection opens, what is read and answered, what is spoilt, how it is delivered.

use std::time::Duration;

use crate::book::{State, has_prefix};

pub(crate) mod catalogue;
pub(crate) mod change;
pub(crate) mod delivery;
pub(crate) mod injection;
pub(crate) mod opening;
pub(crate) mod queue;
pub(crate) mod reading;
mod spelling;
pub(crate) mod spoil;

pub use crate::certificates::Certificate;
pub use catalogue::{CATALOGUE, Row};
pub use change::{Change, Content, Frame};
pub use delivery::{Again, Delivery, End, Endless};
pub use injection::Injection;
pub use opening::Opening;
pub use reading::Reading;
pub use spoil::{Sign, Span, Spoil};

/// A fault: of one request, or, where it strikes before there is one, of a connection. [`CATALOGUE`] names and explains
/// them all; [`Fault::parse`] reads the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Handled; the reply lacks its signature. ChinaUMS, which signs nothing: lacks its msgId.
    Unsigned,
    /// The order is NOT touched; the reply is a signed success for another order number, or simply a signed success
    /// where the format names no order. To a query: that another order is closed.
    Other,
    /// Handled; the reply is signed with another key. ChinaUMS: carries another msgId.
    WrongKey,
    /// Handled; then silence for so long, and the connection closed.
    Sleep(Duration),
    /// Handled; answered after so long.
    Delay(Duration),
    /// Handled; the connection closed without an answer and, over TLS, without close_notify.
    Cut,
    /// Handled; the full Content-Length, half of the body, then closed.
    Half,
    /// Read to the end but NOT handled; the connection reset (RST).
    Reset,
    /// Nothing is read for so long; then all is well.
    Slow(Duration),
    /// Every connection begins with the last reply through the door, before any request.
    Early,
    /// Something else than a TLS session.
    Opening(Opening),
    /// A TLS session nobody should trust.
    Certificate(Certificate),
    /// The request is not read to its end.
    Reading(Reading),
    /// The gateway does something else.
    Handling(Handling),
    /// Handled; the reply's head is changed.
    Change(Change),
    /// Handled; the reply's body is changed.
    Spoil(Spoil),
    /// Handled; the reply travels badly.
    Delivery(Delivery),
}

/// What the gateway does differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// The order is paid between the sending of the request and its handling.
    PaidMeanwhile,
    /// The order is closed by somebody else between the sending of the request and its handling.
    ClosedMeanwhile,
    /// The reply names another merchant (ICBC: another agreement), correctly signed. YSEPay's names none.
    OtherMerchant,
    /// The reply is one to another method, correctly signed. YSEPay names the method; at WeChat Pay and EdgerOS it shows by what else is said.
    OtherMethod,
    /// The reply is signed with the right key over another hash.
    OtherHash,
    /// The reply is signed with the right RSA key, but with PSS padding.
    Pss,
    /// The first reply is given again to every later request, which is not handled.
    Replay,
    /// Not handled; the genuine reply of another call of the same merchant about the same order, one of [`CALLS`].
    /// YSEPay's stands under the name of the cancel, which no signature covers.
    OtherCall(&'static str),
    /// The reply tells this state of the order, whatever the book says; the request is not handled.
    Says(State),
}

/// The calls whose replies a gateway can give instead of its own; each knows some of them, a notice being its body.
pub const CALLS: [&str; 20] = [
    "create",
    "query",
    "close",
    "refund",
    "refundquery",
    "bill",
    "notice",
    "refundnotice",
    "micropay",
    "reverse",
    "shorturl",
    "openid",
    "sign",
    "pay",
    "reservationpay",
    "reservationcancel",
    "deposit",
    "completion",
    "qrcode",
    "token",
];

impl Fault {
    /// Reads `NAME[:PARAMETER]…`, one of [`CATALOGUE`] in any case, such as `cut-at:100:rst`.
    pub fn parse(text: &str) -> Option<Fault> {
        catalogue::parse(text)
    }

    /// Whether it strikes before a request is there to be read: such a fault needs a [`Door`](crate::Door) of its own.
    pub fn is_of_connection(self) -> bool {
        matches!(self, Fault::Slow(_) | Fault::Early | Fault::Opening(_) | Fault::Certificate(_) | Fault::Reading(_))
    }

    /// A row of [`CATALOGUE`] that numbers choose, or `CALL` and one of [`CALLS`].
    pub(crate) fn of_number(number: &str) -> Option<Fault> {
        if let Some(kind) = number.get(CALL.len()..).filter(|_| has_prefix(number, CALL)).and_then(call_of_prefix) {
            return Some(Fault::Handling(Handling::OtherCall(kind)));
        }
        catalogue::of_number(number)
    }

    /// Whether the gateway gets to see the request.
    pub(crate) fn lets_handle(self) -> bool {
        self != Fault::Reset
    }

    /// Whether the reply, as it is recorded, reaches the client whole and at once.
    pub(crate) fn delivers(self) -> bool {
        match self {
            Fault::Unsigned | Fault::Other | Fault::WrongKey | Fault::Handling(_) | Fault::Spoil(_) => true,
            Fault::Change(change) => {
                matches!(change, Change::Status(..) | Change::Redirect(_) | Change::WrongContentType | Change::NoContentType)
            }
            _ => false,
        }
    }

    /// Whether the reply is the gateway's own word about this very request, and arrives as such.
    pub(crate) fn leaves_the_reply(self) -> bool {
        match self {
            Fault::Delay(_) | Fault::Slow(_) | Fault::Early | Fault::Delivery(Delivery::Again(_) | Delivery::Interim(_)) => true,
            Fault::Delivery(Delivery::Drip(_) | Delivery::BodyDrip(_)) => true,
            Fault::Handling(handling) => {
                matches!(handling, Handling::PaidMeanwhile | Handling::ClosedMeanwhile | Handling::Says(_) | Handling::Replay)
            }
            Fault::Change(change) => matches!(change, Change::WrongContentType | Change::NoContentType),
            _ => false,
        }
    }
}

const CALL: &str = "CALL";

/// The call whose name the text begins with, the longest one.
fn call_of_prefix(text: &str) -> Option<&'static str> {
    CALLS.into_iter().filter(|kind| has_prefix(text, kind)).max_by_key(|kind| kind.len())
}
