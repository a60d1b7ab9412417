//! A close and a query that came after it, perhaps in another process. The library settles both in one call (`ensure_closed`); here the close
//! has long been forgotten but for what it reported. The same rules: ADR 9. `tests/bulk` compares the two.

use chexiao::{Code, Confirm, Evidence, Next, Outcome};

/// What an authentic reply to a close said, where a query has to confirm it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reported {
    Closed,
    AlreadyClosed,
    Paid,
    /// Something about money that nobody understands.
    Money,
}

impl Reported {
    pub(crate) const ALL: [Self; 4] = [Self::Closed, Self::AlreadyClosed, Self::Paid, Self::Money];

    pub(crate) fn by(close: &Outcome) -> Option<Self> {
        match close.code() {
            Code::Closed => Some(Self::Closed),
            Code::AlreadyClosed => Some(Self::AlreadyClosed),
            Code::Paid => Some(Self::Paid),
            _ if points_to_money(close) => Some(Self::Money),
            _ => None,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::AlreadyClosed => "already_closed",
            Self::Paid => "paid",
            Self::Money => "money",
        }
    }
}

/// What a query makes of what was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It confirms it: this is settled.
    Agreed(Code),
    /// What the query says stands in its place.
    Taken,
    /// It says that it cannot be.
    Denied { by_money: bool },
    /// It proves nothing.
    Kept,
}

pub(crate) fn by(reported: Option<Reported>, query: &Outcome) -> Settled {
    match reported {
        Some(Reported::Closed) => closed(Code::Closed, query),
        Some(Reported::AlreadyClosed) => closed(Code::AlreadyClosed, query),
        Some(Reported::Paid) => paid(query),
        Some(Reported::Money) => match query.code() {
            Code::Paid | Code::Refunded => Settled::Taken,
            _ => Settled::Kept,
        },
        None => match query.code() {
            Code::Paid | Code::Refunded | Code::Closed | Code::AlreadyClosed | Code::Processing => Settled::Taken,
            // The close may still be under way: that it has not happened yet proves nothing.
            _ => Settled::Kept,
        },
    }
}

fn closed(word: Code, query: &Outcome) -> Settled {
    match query.code() {
        Code::Closed | Code::AlreadyClosed if agrees(query) => Settled::Agreed(word),
        Code::Paid => Settled::Denied { by_money: true },
        Code::Processing | Code::NotFound | Code::Open => Settled::Denied { by_money: false },
        Code::Refunded if query.evidence() == Evidence::SignedBound => Settled::Denied { by_money: true },
        Code::Unknown if points_to_money(query) => Settled::Denied { by_money: true },
        Code::Unknown if is_authentic(query) && query.contradiction() => Settled::Denied { by_money: false },
        _ => Settled::Kept,
    }
}

fn paid(query: &Outcome) -> Settled {
    match query.code() {
        Code::Paid if agrees(query) => Settled::Agreed(Code::Paid),
        Code::Refunded => Settled::Taken,
        Code::Closed | Code::AlreadyClosed | Code::Processing | Code::NotFound | Code::Open => Settled::Denied { by_money: true },
        _ => Settled::Kept,
    }
}

/// Whether a query that says the same is the last word. Where nothing is signed, one of its own is all there is.
fn agrees(query: &Outcome) -> bool {
    match query.evidence() {
        Evidence::SignedBound => query.confirm() != Confirm::Required,
        Evidence::TlsOnly => true,
        _ => query.next() == Next::Done,
    }
}

fn points_to_money(outcome: &Outcome) -> bool {
    outcome.code() == Code::Unknown && is_authentic(outcome) && matches!(outcome.hint(), Some(Code::Paid | Code::Refunded))
}

fn is_authentic(outcome: &Outcome) -> bool {
    outcome.evidence() != Evidence::None
}
