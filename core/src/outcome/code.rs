//! The words of an outcome. The numbers of [`Code`] are fixed for ever.

use crate::ground::foreign;
use crate::ground::words::words;
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
    /// The caller did not wait for the reply.
    Interrupted,
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
            Reason::Interrupted => "interrupted",
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
