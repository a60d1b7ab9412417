//! What can go wrong on purpose, as data. Each phase of a call has a file of its own.

use std::time::Duration;

use crate::book::{State, has_prefix};

pub(crate) mod catalogue;
pub(crate) mod change;
pub(crate) mod delivery;
pub(crate) mod injection;
pub(crate) mod opening;
pub(crate) mod queue;
pub(crate) mod reading;
pub(crate) mod spoil;

pub use crate::certificates::Certificate;
pub use catalogue::{CATALOGUE, Row};
pub use change::{Change, Content, Frame};
pub use delivery::{Delivery, End, Endless};
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
    /// The reply tells this state of the order, whatever the book says; the request is not handled.
    Says(State),
}

impl Fault {
    /// The upper-case names that order numbers and the admin pages have for the first eight.
    pub const NAMES: [&'static str; 8] = ["UNSIGNED", "OTHER", "WRONGKEY", "SLEEP", "DELAY", "CUT", "HALF", "RESET"];

    /// The fault of this name among [`Fault::NAMES`], in any case. `time` is for SLEEP (30 s when absent) and DELAY (300 ms).
    pub fn named(name: &str, time: Option<Duration>) -> Option<Fault> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UNSIGNED" => Fault::Unsigned,
            "OTHER" => Fault::Other,
            "WRONGKEY" => Fault::WrongKey,
            "SLEEP" => Fault::Sleep(time.unwrap_or(Duration::from_secs(30))),
            "DELAY" => Fault::Delay(time.unwrap_or(Duration::from_millis(300))),
            "CUT" => Fault::Cut,
            "HALF" => Fault::Half,
            "RESET" => Fault::Reset,
            _ => return None,
        })
    }

    /// Reads `NAME[:PARAMETER]…`, one of [`CATALOGUE`] in any case, such as `cut-at:100:rst`.
    pub fn parse(text: &str) -> Option<Fault> {
        catalogue::parse(text)
    }

    /// Whether it strikes before a request is there to be read: such a fault needs a [`Door`](crate::Door) of its own.
    pub fn is_of_connection(self) -> bool {
        matches!(self, Fault::Opening(_) | Fault::Certificate(_) | Fault::Reading(_))
    }

    pub(crate) fn of_number(number: &str) -> Option<Fault> {
        let name = Fault::NAMES.into_iter().find(|name| has_prefix(number, name))?;
        Fault::named(name, None)
    }

    /// Whether the gateway gets to see the request.
    pub(crate) fn lets_handle(self) -> bool {
        self != Fault::Reset
    }
}
