//! [`Outcome`]: what happened to the order, as far as it is proven.
//!
//! Only code that holds a [`Proof`] can make an outcome of Closed, AlreadyClosed, Paid or Refunded; everything else ends in Unknown.

use super::code::{Code, Confirm, Evidence, GatewayWords, Next, Reason, Retry};
use super::doubt::Doubt;
use super::proof::Proof;
use super::says::Says;
use super::verb::Verb;
use std::fmt;

/// What happened. Every field of the result JSON has its accessor; see docs/guide/outcomes.md for their meaning.
#[derive(Clone)]
pub struct Outcome {
    // The verdict.
    pub(super) says: Says,
    pub(super) evidence: Evidence,
    pub(super) reason: Option<Reason>,
    pub(super) words: GatewayWords,
    pub(super) names_call: bool,
    pub(super) note: Option<String>,
    pub(super) querying: Option<(&'static str, &'static str)>,
    // The exchange it is about.
    pub(super) verb: Verb,
    pub(super) answered: bool,
    pub(crate) msg_id: String,
    pub(crate) elapsed_ms: u64,
    pub(super) http_status: Option<u16>,
    pub(super) raw: Vec<u8>,
    // Of a close, what the query that followed made of it.
    pub(super) query_said: Option<Code>,
    pub(super) denied: bool,
}

impl Outcome {
    /// What a table row says about an authentic reply. Without a proof, whatever needs one becomes Unknown.
    pub(crate) fn judge(says: Says, words: GatewayWords, proof: Option<Proof>) -> Self {
        let needs_proof = matches!(says.code, Code::Closed | Code::AlreadyClosed | Code::Paid | Code::Refunded);
        let evidence = proof.map_or(Evidence::None, Proof::evidence);
        if needs_proof && evidence == Evidence::None {
            return Self::doubtful(Doubt::from(Reason::Signature).would_mean(says).said(words));
        }
        let reason = match says {
            Says { contradiction: true, .. } => Some(Reason::Contradiction),
            Says { code: Code::Unknown, .. } => Some(Reason::Unlisted),
            _ => None,
        };
        let names_call = proof.is_some_and(Proof::names_call);
        Self { says: says.on(evidence), evidence, reason, words, names_call, ..Self::blank() }
    }

    /// Unknown.
    pub(crate) fn doubtful(doubt: Doubt) -> Self {
        let mut says = Says::new(Code::Unknown).retry(doubt.retry);
        says.hint = doubt.hint;
        says.contradiction = doubt.reason == Reason::Contradiction;
        Self { says, reason: Some(doubt.reason), words: doubt.words, ..Self::blank() }
    }

    /// Unknown: the request may have left and no whole reply came.
    pub(crate) fn lost(reason: Reason) -> Self {
        Self { answered: false, ..Self::doubtful(reason.into()) }
    }

    /// Unknown: `verify` was handed something it cannot read; `note` says what.
    pub(crate) fn unreadable_input(note: String) -> Self {
        Self { note: Some(note), answered: false, ..Self::doubtful(Reason::Input.into()) }.repeated(Retry::Never)
    }

    /// Unknown: a defect stopped the call at a time when the request may have left; `note` says what.
    pub(crate) fn interrupted(note: String) -> Self {
        Self { note: Some(note), ..Self::lost(Reason::Defect) }.repeated(Retry::Never)
    }

    fn blank() -> Self {
        Self {
            says: Says::new(Code::Unknown),
            evidence: Evidence::None,
            reason: None,
            words: GatewayWords::default(),
            answered: true,
            verb: Verb::Close,
            query_said: None,
            denied: false,
            names_call: false,
            note: None,
            querying: None,
            msg_id: String::new(),
            elapsed_ms: 0,
            http_status: None,
            raw: Vec::new(),
        }
    }

    /// With the gateway's answer to "repeat?", where it is a question.
    pub(crate) fn repeated(mut self, retry: Retry) -> Self {
        if matches!(self.says.code, Code::Unknown | Code::Processing) {
            self.says.retry = retry;
        }
        self
    }

    /// What people must know whom it sends to a query.
    pub(crate) fn querying(self, querying: Option<(&'static str, &'static str)>) -> Self {
        Self { querying, ..self }
    }

    /// What the gateway was asked.
    pub(crate) fn asked(self, verb: Verb) -> Self {
        Self { verb, ..self }
    }

    /// Records which exchange this is about.
    pub(crate) fn of_exchange(self, msg_id: &str, answer: Option<(u16, Vec<u8>)>) -> Self {
        let (http_status, raw) = answer.map_or((None, Vec::new()), |(status, body)| (Some(status), body));
        Self { msg_id: msg_id.into(), http_status, raw, ..self }
    }

    /// The outcome itself.
    pub fn code(&self) -> Code {
        self.says.code
    }

    /// Closed or AlreadyClosed.
    pub fn is_closed(&self) -> bool {
        matches!(self.says.code, Code::Closed | Code::AlreadyClosed)
    }

    /// What the merchant does next.
    pub fn next(&self) -> Next {
        match self.says.next() {
            Next::Query | Next::Confirm if self.verb.is_of_refund() => Next::RefundQuery,
            // It may not have heard of the refund yet.
            Next::CheckOrder if self.verb == Verb::RefundQuery => Next::RefundQuery,
            next => next,
        }
    }

    /// Whether the same call may be sent again.
    pub fn retry(&self) -> Retry {
        self.says.retry
    }

    /// How long to wait first, in milliseconds, where the gateway says so.
    pub fn retry_after_ms(&self) -> Option<u32> {
        self.says.retry_after_ms
    }

    /// Whether a query should confirm it.
    pub fn confirm(&self) -> Confirm {
        self.says.confirm
    }

    /// What stands behind it.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Whether a whole HTTP reply came back. If not, the request may still have been handled.
    pub fn answered(&self) -> bool {
        self.answered
    }

    /// Why it is Unknown.
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Two fields of the reply disagree.
    pub fn contradiction(&self) -> bool {
        self.says.contradiction
    }

    /// What the reply points to without proving it. Never Closed or AlreadyClosed.
    pub fn hint(&self) -> Option<Code> {
        self.says.hint
    }

    /// The gateway's own words.
    pub fn gateway(&self) -> &GatewayWords {
        &self.words
    }

    /// The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id.
    pub fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// The HTTP status, when a reply came.
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// From the start of the call to the outcome, in milliseconds. 0 from `verify`.
    pub fn elapsed_ms(&self) -> u64 {
        self.elapsed_ms
    }

    /// The reply body as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether the reply named its call, so that its connection carries no answer that is still to come.
    pub(crate) fn named_its_call(&self) -> bool {
        self.names_call
    }

    /// What the gateway was asked.
    pub(crate) fn verb(&self) -> Verb {
        self.verb
    }

    /// What the query said that followed the close, when there was one.
    pub(crate) fn query_said(&self) -> Option<Code> {
        self.query_said
    }

    /// Whether that denied a close which had been reported.
    pub(crate) fn is_denied(&self) -> bool {
        self.denied
    }

    /// What could not be read, when the reason is [`Reason::Input`].
    pub(crate) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

impl fmt::Debug for Outcome {
    /// Without the gateway's words and the reply body, which may hold order data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("code", &self.says.code)
            .field("evidence", &self.evidence)
            .field("reason", &self.reason)
            .field("msg_id", &self.msg_id)
            .finish_non_exhaustive()
    }
}
