//! What a row of an outcome table says.

use super::code::{Code, Confirm, Evidence, Next, Retry};

/// What one row of a gateway's outcome table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Says {
    /// The outcome.
    pub code: Code,
    /// Whether it wants a query.
    pub confirm: Confirm,
    /// Whether the close may be repeated.
    pub retry: Retry,
    /// How long to wait before asking again, in milliseconds, where the gateway says so.
    pub retry_after_ms: Option<u32>,
    /// What the reply points to without proving it.
    pub hint: Option<Code>,
    /// Two fields of the reply disagree.
    pub contradiction: bool,
}

impl Says {
    /// The outcome with what usually goes with it.
    pub const fn new(code: Code) -> Self {
        let retry = match code {
            Code::Throttled => Retry::SameRequest,
            Code::Processing | Code::Unknown => Retry::AfterQuery,
            _ => Retry::Never,
        };
        Self { code, confirm: Confirm::NotNeeded, retry, retry_after_ms: None, hint: None, contradiction: false }
    }

    /// What the merchant does next.
    pub const fn next(self) -> Next {
        match (self.code, self.confirm) {
            (Code::Closed | Code::AlreadyClosed, Confirm::NotNeeded) => Next::Done,
            (Code::Paid, Confirm::NotNeeded) => Next::FulfilOrRefund,
            (Code::Closed | Code::AlreadyClosed | Code::Paid, _) => Next::Confirm,
            (Code::Processing | Code::Refused | Code::Unknown, _) => Next::Query,
            (Code::NotFound, _) => Next::CheckOrder,
            (Code::Misconfigured, _) => Next::Fix,
            (Code::Throttled, _) => Next::RetryLater,
            (Code::Open, _) => Next::Close,
            (Code::Refunded, _) => Next::Reconcile,
        }
    }

    /// With another answer to "confirm?".
    pub const fn confirm(self, confirm: Confirm) -> Self {
        Self { confirm, ..self }
    }

    /// With another answer to "repeat?".
    pub const fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// With a waiting time in milliseconds.
    pub const fn retry_after_ms(self, ms: u32) -> Self {
        Self { retry_after_ms: Some(ms), ..self }
    }

    /// Unknown, with what the reply points to.
    pub const fn hint(self, hint: Code) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Unknown, because two fields disagree.
    pub const fn contradiction(self) -> Self {
        Self { contradiction: true, ..self }
    }

    /// Confirmed by a query at least so much, where that says something: "closed", "paid" and "no such order" rest on the reply.
    fn confirmed_at_least(self, confirm: Confirm) -> Self {
        match self.code {
            Code::Closed | Code::AlreadyClosed | Code::Paid => Self { confirm: self.confirm.max(confirm), ..self },
            _ => self,
        }
    }

    /// Beside a member of the reply that nobody knows.
    pub(crate) fn doubted(self) -> Self {
        match self.code {
            Code::NotFound => self.confirm(Confirm::Required),
            _ => self.confirmed_at_least(Confirm::Required),
        }
    }

    /// On this evidence: what does not name the order cannot be the last word on it.
    pub(crate) fn on(self, evidence: Evidence) -> Self {
        if evidence == Evidence::SignedBound { self } else { self.confirmed_at_least(Confirm::Recommended) }
    }
}
