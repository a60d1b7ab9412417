//! [`Outcome`]: what happened to the order, as far as it is proven.
//!
//! Only code that holds a [`Proof`] can make an outcome of Closed, AlreadyClosed, Paid or Refunded; everything else ends in Unknown.

mod settle;

use crate::foreign;
use crate::gateway::HttpReply;
use crate::verdict::{Doubt, Proof, Says};
use crate::words::words;
use std::fmt;

words! {
    /// The outcomes. The numbers are fixed for ever; they are the status of the C interface.
    Code {
        /// An authentic reply says the order is closed now.
        Closed = 1 => "closed",
        /// It was closed, failed or cancelled before.
        AlreadyClosed = 2 => "already_closed",
        /// Money was taken; the order is not closed.
        Paid = 3 => "paid",
        /// The buyer or the bank is in the middle.
        Processing = 4 => "processing",
        /// The gateway knows no such order.
        NotFound = 5 => "not_found",
        /// An authentic business "no" without one of the reasons above.
        Refused = 6 => "refused",
        /// Signature, key, field, permission or clock; not executed.
        Misconfigured = 7 => "misconfigured",
        /// Rate or concurrency; not executed.
        Throttled = 8 => "throttled",
        /// Everything else, and the default.
        Unknown = 9 => "unknown",
        /// (Query only.) Not closed, can still be closed; where closing voids: what it voids still stands.
        Open = 10 => "open",
        /// Money was taken and given back, in part or whole.
        Refunded = 11 => "refunded",
    }
}

words! {
    /// What stands behind the outcome, strongest last.
    Evidence {
        /// Nothing that could be checked.
        None => "none",
        /// The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it.
        TlsOnly => "tls_only",
        /// Signed by the gateway, but the format does not name the order.
        SignedUnbound => "signed_unbound",
        /// Signed by the gateway and naming this very order.
        SignedBound => "signed_bound",
    }
}

words! {
    /// What the merchant does next.
    Next {
        /// Nothing is left to do.
        Done => "done",
        /// Ask the gateway for the order's state before relying on what was said.
        Confirm => "confirm",
        /// Deliver, or give the money back.
        FulfilOrRefund => "fulfil_or_refund",
        /// Ask the gateway for the order's state; keep the goods.
        Query => "query",
        /// Check order number, merchant and environment.
        CheckOrder => "check_order",
        /// Stop and mend the configuration; never repeat blindly.
        Fix => "fix",
        /// Wait, then call again with a new message id.
        RetryLater => "retry_later",
        /// Close it.
        Close => "close",
        /// Compare with the books; neither deliver nor refund again.
        Reconcile => "reconcile",
    }
}

words! {
    /// Whether the same call may be sent again.
    Retry {
        /// Not by a program.
        Never => "never",
        /// As a new call: nothing was executed, or the gateway documents the repetition as harmless.
        SameRequest => "same_request",
        /// Only once a query has shown that the order still stands.
        AfterQuery => "after_query",
    }
}

words! {
    /// Whether what a reply says should be confirmed by a query.
    Confirm {
        /// The reply is the last word.
        NotNeeded => "not_needed",
        /// The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order.
        Recommended => "recommended",
        /// The reply alone does not settle it.
        Required => "required",
    }
}

/// Why an outcome is Unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No complete reply before the deadline.
    Timeout,
    /// The connection broke after the request may have left.
    Reset,
    /// The connection ended before the reply was complete.
    Truncated,
    /// The gateway pointed elsewhere; nobody followed.
    Redirect,
    /// An HTTP status other than 200.
    Http(u16),
    /// A head that is no HTTP head, or leaves open where the body ends.
    Head,
    /// A reply body over 1 MiB.
    TooLarge,
    /// A content coding nobody asked for.
    Encoding,
    /// Bytes that are not text in the configured charset, or a byte order mark.
    Charset,
    /// Not the one well-formed document the gateway documents.
    Parse,
    /// Signature absent or wrong.
    Signature,
    /// An authentic reply that does not name this call where it must.
    Mismatch,
    /// Two fields that disagree.
    Contradiction,
    /// Authentic and ours, but not a reply that proves anything.
    Unlisted,
    /// What the caller handed to `verify` cannot be read; see the explanation.
    Input,
    /// A defect of this library stopped the call.
    Defect,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Timeout => "timeout",
            Reason::Reset => "reset",
            Reason::Truncated => "truncated",
            Reason::Redirect => "redirect",
            Reason::Http(status) => return write!(f, "http_{status}"),
            Reason::Head => "head",
            Reason::TooLarge => "too_large",
            Reason::Encoding => "encoding",
            Reason::Charset => "charset",
            Reason::Parse => "parse",
            Reason::Signature => "signature",
            Reason::Mismatch => "mismatch",
            Reason::Contradiction => "contradiction",
            Reason::Unlisted => "unlisted",
            Reason::Input => "input",
            Reason::Defect => "defect",
        })
    }
}

/// The gateway's own words, copied for the log. Trust them as far as the evidence goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayWords {
    /// The gateway's result code.
    pub code: Option<String>,
    /// A second, finer code.
    pub sub_code: Option<String>,
    /// The order's state as the gateway calls it.
    pub status: Option<String>,
    /// Its message.
    pub message: Option<String>,
}

impl fmt::Display for GatewayWords {
    /// For people: one line, each word cut after 200 characters, without controls and without what turns the direction of writing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = [&self.code, &self.sub_code, &self.status, &self.message].into_iter().flatten();
        f.write_str(&said.map(foreign::cut).collect::<Vec<_>>().join(" · "))
    }
}

/// What happened. Every field of the result JSON has its accessor; see the README for their meaning.
#[derive(Clone)]
pub struct Outcome {
    says: Says,
    evidence: Evidence,
    reason: Option<Reason>,
    words: GatewayWords,
    answered: bool,
    of_query: bool,
    query_said: Option<Code>,
    denied: bool,
    names_call: bool,
    note: Option<String>,
    pub(crate) msg_id: String,
    pub(crate) elapsed_ms: u64,
    http_status: Option<u16>,
    raw: Vec<u8>,
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
            of_query: false,
            query_said: None,
            denied: false,
            names_call: false,
            note: None,
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

    /// The answer to a query.
    pub(crate) fn of_query(self) -> Self {
        Self { of_query: true, ..self }
    }

    /// Records which exchange this is about.
    pub(crate) fn of_exchange(self, msg_id: &str, reply: Option<HttpReply>) -> Self {
        let (http_status, raw) = reply.map_or((None, Vec::new()), |reply| (Some(reply.status), reply.body));
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
        match self.says.code {
            Code::Closed | Code::AlreadyClosed | Code::Paid if self.says.confirm != Confirm::NotNeeded => Next::Confirm,
            Code::Closed | Code::AlreadyClosed => Next::Done,
            Code::Paid => Next::FulfilOrRefund,
            Code::Processing | Code::Refused | Code::Unknown => Next::Query,
            Code::NotFound => Next::CheckOrder,
            Code::Misconfigured => Next::Fix,
            Code::Throttled => Next::RetryLater,
            Code::Open => Next::Close,
            Code::Refunded => Next::Reconcile,
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

    /// Whether its code is the answer to a query.
    pub(crate) fn is_of_query(&self) -> bool {
        self.of_query
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
