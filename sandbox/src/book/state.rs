//! What a gateway knows about an order.

/// What a gateway knows about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Unpaid and closable; at ChinaUMS: a completed pre-authorisation that still stands.
    Open,
    /// Closed by a correct request, or before.
    Closed,
    /// Paid: too late to close.
    Paid,
    /// The buyer or the bank is in the middle.
    Processing,
    /// The gateway knows no such order.
    NotFound,
    /// The gateway says no without a reason above.
    Refused,
    /// The gateway answers that it is asked too often.
    Limited,
    /// Paid, and given back since. A close hears what it hears of a paid order, a query `REFUND` at WeChat Pay and ChinaUMS; the
    /// others have no word for it, and it is as paid.
    Refunded,
    /// Waiting to be charged: `ACCEPT` at WeChat Pay, as processing elsewhere.
    Accepted,
    /// ICBC: the money is held and not transferred, which a close cannot tell from paid; as paid elsewhere.
    Reserved,
    /// ICBC: what was held has been set free; as paid elsewhere.
    Released,
}

impl State {
    /// Every state.
    pub const ALL: [State; 11] = [
        State::Open,
        State::Closed,
        State::Paid,
        State::Processing,
        State::NotFound,
        State::Refused,
        State::Limited,
        State::Refunded,
        State::Accepted,
        State::Reserved,
        State::Released,
    ];

    /// The upper-case name: what the admin pages speak, and the prefix that gives a new order this state.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "OPEN",
            State::Closed => "CLOSED",
            State::Paid => "PAID",
            State::Processing => "PROCESSING",
            State::NotFound => "NOTFOUND",
            State::Refused => "REFUSED",
            State::Limited => "LIMITED",
            State::Refunded => "REFUNDED",
            State::Accepted => "ACCEPTED",
            State::Reserved => "RESERVED",
            State::Released => "RELEASED",
        }
    }

    /// The state of this name, in any case.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(name))
    }

    /// The state whose name the number begins with.
    pub(crate) fn of_prefix(number: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| has_prefix(number, state.name()))
    }

    /// The state an order number never seen before gets from its prefix.
    pub(super) fn of_new(number: &str) -> State {
        State::of_prefix(number).unwrap_or(State::Open)
    }
}

/// Whether the number begins with the prefix, in any case.
pub(crate) fn has_prefix(number: &str, prefix: &str) -> bool {
    number.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
