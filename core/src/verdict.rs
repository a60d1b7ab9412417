//! From a checked reply to an outcome: what a table row says, what proves it, and why something proves nothing.

use crate::crypto::Verified;
use crate::outcome::{Code, Confirm, Evidence, GatewayWords, Reason, Retry};

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

/// What a reply has been proven to be. Cannot be made without the checks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    evidence: Evidence,
    names_call: bool,
}

impl Proof {
    /// Signed, and every id of the order that the format carries equals ours.
    pub(crate) fn signed_bound(_: Verified) -> Self {
        Self { evidence: Evidence::SignedBound, names_call: true }
    }

    /// Signed; the order is not named, the call perhaps.
    pub(crate) fn signed_unbound(_: Verified, names_call: bool) -> Self {
        Self { evidence: Evidence::SignedUnbound, names_call }
    }

    /// For the gateway that signs nothing, once every id that the outcome rests on was found to be ours.
    pub(crate) fn tls_only(names_call: bool) -> Self {
        Self { evidence: Evidence::TlsOnly, names_call }
    }

    /// What the proof amounts to.
    pub(crate) fn evidence(self) -> Evidence {
        self.evidence
    }

    /// Whether the reply named its call or order, so that the next reply on its connection belongs to the next call.
    pub(crate) fn names_call(self) -> bool {
        self.names_call
    }
}

/// Why a reply proves nothing, with the words it carried. Becomes an Unknown outcome.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub(crate) reason: Reason,
    pub(crate) hint: Option<Code>,
    pub(crate) retry: Retry,
    pub(crate) words: GatewayWords,
}

impl From<Reason> for Doubt {
    fn from(reason: Reason) -> Self {
        Self { reason, hint: None, retry: Says::new(Code::Unknown).retry, words: GatewayWords::default() }
    }
}

impl Doubt {
    /// Keeps the untrusted words, for the log.
    pub(crate) fn said(self, words: GatewayWords) -> Self {
        Self { words, ..self }
    }

    /// Keeps what the words would have meant. Never that the order is closed: nobody may act on that unproven.
    pub(crate) fn would_mean(self, says: Says) -> Self {
        match says.code {
            Code::Paid | Code::Refunded | Code::Processing | Code::NotFound => Self { hint: Some(says.code), ..self },
            Code::Unknown => Self { hint: says.hint, retry: says.retry, ..self },
            _ => self,
        }
    }
}
