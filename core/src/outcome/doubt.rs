//! Why a reply proves nothing.

use super::code::{Code, GatewayWords, Reason, Retry};
use super::says::Says;

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

    /// Keeps what the words would have meant. Never that the order is closed: nobody may act on that unproven. Nor the `retry` of another
    /// outcome than Unknown, for that is what it becomes.
    pub(crate) fn would_mean(self, says: Says) -> Self {
        match says.code {
            Code::Paid | Code::Refunded | Code::Processing | Code::NotFound => Self { hint: Some(says.code), ..self },
            Code::Unknown => Self { hint: says.hint, retry: says.retry, ..self },
            _ => self,
        }
    }
}
