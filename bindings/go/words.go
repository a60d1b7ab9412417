package chexiao

// Code is an outcome. The numbers are fixed for ever.
type Code int

const (
	// words: outcomes
	// An authentic reply says the order is closed now. Settled only where next is done; else query.
	CodeClosed Code = 1
	// It was closed, failed or cancelled before. Settled only where next is done; else query.
	CodeAlreadyClosed Code = 2
	// Money was taken; the order is not closed. Where next is confirm, query before delivering or refunding.
	CodePaid Code = 3
	// The buyer or the bank is in the middle. Query later and keep the goods.
	CodeProcessing Code = 4
	// The gateway knows no such order. Check order number, merchant and environment.
	CodeNotFound Code = 5
	// The gateway refused, without saying that it is paid or closed. Query the order.
	CodeRefused Code = 6
	// The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again.
	CodeMisconfigured Code = 7
	// Too many requests; not executed. Wait, then call again.
	CodeThrottled Code = 8
	// Everything else, and the default: the close may have happened. Query the order.
	CodeUnknown Code = 9
	// The order stands and can still be closed.
	CodeOpen Code = 10
	// Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again.
	CodeRefunded Code = 11
	// end of words
)

var codes = map[Code]Word{
	// words: codes
	CodeClosed:        "closed",
	CodeAlreadyClosed: "already_closed",
	CodePaid:          "paid",
	CodeProcessing:    "processing",
	CodeNotFound:      "not_found",
	CodeRefused:       "refused",
	CodeMisconfigured: "misconfigured",
	CodeThrottled:     "throttled",
	CodeUnknown:       "unknown",
	CodeOpen:          "open",
	CodeRefunded:      "refunded",
	// end of words
}

// Next is what the merchant does next. Only NextDone and NextFulfilOrRefund are settled.
type Next string

const (
	// words: next
	// Nothing is left to do.
	NextDone Next = "done"
	// Ask the gateway for the order's state before relying on what was said.
	NextConfirm Next = "confirm"
	// Deliver, or give the money back.
	NextFulfilOrRefund Next = "fulfil_or_refund"
	// Ask the gateway for the order's state; keep the goods.
	NextQuery Next = "query"
	// Check order number, merchant and environment.
	NextCheckOrder Next = "check_order"
	// Stop and mend the configuration; never repeat blindly.
	NextFix Next = "fix"
	// Wait, then call again with a new message id.
	NextRetryLater Next = "retry_later"
	// Close it.
	NextClose Next = "close"
	// Compare with the books; neither deliver nor refund again.
	NextReconcile Next = "reconcile"
	// Ask what became of the refund, by its own number; never refund under another number.
	NextRefundQuery Next = "refund_query"
	// end of words
)

// Retry says whether the same call may be sent again.
type Retry string

const (
	// words: retry
	// Not by a program.
	RetryNever Retry = "never"
	// As a new call: nothing was executed, or the gateway documents the repetition as harmless.
	RetrySameRequest Retry = "same_request"
	// Only once a query has shown that the order still stands.
	RetryAfterQuery Retry = "after_query"
	// end of words
)

// Confirm says whether a query should confirm it.
type Confirm string

const (
	// words: confirm
	// The reply is the last word.
	ConfirmNotNeeded Confirm = "not_needed"
	// The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order.
	ConfirmRecommended Confirm = "recommended"
	// The reply alone does not settle it.
	ConfirmRequired Confirm = "required"
	// end of words
)

// Evidence is what stands behind it.
type Evidence string

const (
	// words: evidence
	// Nothing that could be checked.
	EvidenceNone Evidence = "none"
	// The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it.
	EvidenceTlsOnly Evidence = "tls_only"
	// Signed by the gateway, but the format does not name the order.
	EvidenceSignedUnbound Evidence = "signed_unbound"
	// Signed by the gateway and naming this very order.
	EvidenceSignedBound Evidence = "signed_bound"
	// end of words
)

// Unit is what an amount counts.
type Unit string

const (
	// words: units
	// A hundredth of a yuan, or of the unit of another currency.
	UnitFen Unit = "fen"
	// Whole yuan, with decimals.
	UnitYuan Unit = "yuan"
	// end of words
)

// Kind is the kind of an Error. Later versions may have more.
type Kind string

const (
	// words: errors
	// A pointer that must not be null is null.
	KindNull Kind = "null"
	// Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
	KindUtf8 Kind = "utf8"
	// A client that was freed or never was one, or too many clients.
	KindHandle Kind = "handle"
	// The call: an order field is missing, too long, or holds characters the gateway does not take.
	KindCall Kind = "call"
	// The configuration: a key does not load, a setting is unknown or out of range.
	KindConfig Kind = "config"
	// Understood, but this library does not do it, for the reason given.
	KindUnsupported Kind = "unsupported"
	// The host name did not resolve.
	KindDns Kind = "dns"
	// No TCP connection.
	KindConnect Kind = "connect"
	// No TLS session, or a certificate that is not trusted.
	KindTls Kind = "tls"
	// Anything else that happened before the request could be sent.
	KindNotSent Kind = "not_sent"
	// A defect of this library, stopped at its border. While sending it is an Unknown outcome instead.
	KindPanic Kind = "panic"
	// end of words
)

var statusOf = map[Kind]int{
	// words: statuses
	KindNull:        -1,
	KindUtf8:        -2,
	KindHandle:      -3,
	KindCall:        -10,
	KindConfig:      -11,
	KindUnsupported: -12,
	KindDns:         -20,
	KindConnect:     -21,
	KindTls:         -22,
	KindNotSent:     -23,
	KindPanic:       -90,
	// end of words
}

var (
	// words: lists
	nexts     = []Next{NextDone, NextConfirm, NextFulfilOrRefund, NextQuery, NextCheckOrder, NextFix, NextRetryLater, NextClose, NextReconcile, NextRefundQuery}
	retries   = []Retry{RetryNever, RetrySameRequest, RetryAfterQuery}
	confirms  = []Confirm{ConfirmNotNeeded, ConfirmRecommended, ConfirmRequired}
	evidences = []Evidence{EvidenceNone, EvidenceTlsOnly, EvidenceSignedUnbound, EvidenceSignedBound}
	// end of words
)
