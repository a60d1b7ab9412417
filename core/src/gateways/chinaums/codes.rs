//! The outcome tables of `bills/preauthed-cancel` and `bills/query`. The code is errCode; the status is made of two words, `billPayment.status` and
//! `billStatus`, whether the two say the same, and what stands of the money that went back.

use crate::outcome::{Code, Confirm, Retry};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const STATUS: &str = "ChinaUMS preauthed-cancel page: billPayment.status, billStatus";
const AMOUNTS: &str = "ChinaUMS bills pages: refundAmount, totalAmount";
const ERRORS: &str = "ChinaUMS business error codes";
const ONE_SOURCE: &str = "ChinaUMS business error codes, one source";
const GATEWAY: &str = "ChinaUMS platform error codes";

/// What a state is made of: the words of both members, as billStatus writes them.
pub(super) const WORDS: &str = "billStatus and billPayment.status";
/// [`DIFFER`] where the two say different things.
pub(super) const WORDS_BESIDE: &str = "the two";
/// [`DIFFER`] where a refundAmount is not the totalAmount beside it.
pub(super) const REFUND: &str = "refundAmount and totalAmount";
pub(super) const DIFFER: &str = "differ";

/// The words of billPayment.status, with those of billStatus for the same.
const WORDS_OF_PAYMENT: &[(&str, &str)] = &[
    ("TRADE_CLOSED", "CLOSED"),
    ("TRADE_SUCCESS", "PAID"),
    ("TRADE_REFUND", "REFUND"),
    ("NEW_ORDER", "UNPAID"),
    ("WAIT_BUYER_PAY", "UNPAID"),
    ("UNKNOWN", "UNKNOWN"),
];

/// A word of billPayment.status as billStatus has it; `None` if the page does not list it.
pub(super) fn of_payment(word: &str) -> Option<&'static str> {
    WORDS_OF_PAYMENT.iter().find(|(payment, _)| *payment == word).map(|(_, bill)| *bill)
}

/// A word of billStatus; `None` if the page does not list it.
pub(super) fn of_bill(word: &str) -> Option<&'static str> {
    WORDS_OF_PAYMENT.iter().find(|(_, bill)| *bill == word).map(|(_, bill)| *bill)
}

const SUCCESS: When = When::Is(&["SUCCESS"]);
const HAS_CANCELLED: When = When::Is(&["HAS_CANCELLED"]);
const NO_ORDER: When = When::Is(&["NO_ORDER", "NO_BILL"]);

/// The void has taken effect.
const VOIDED: &[&str] = &["CLOSED", "REFUND"];
const ALL_VOIDED: (&str, When) = (WORDS, When::AllOf(VOIDED));
const SOME_VOIDED: (&str, When) = (WORDS, When::AnyOf(VOIDED));
const SOME_CLOSED: (&str, When) = (WORDS, When::AnyOf(&["CLOSED"]));
const SOME_REFUNDED: (&str, When) = (WORDS, When::AnyOf(&["REFUND"]));
/// The completion stands, to be voided still.
const SOME_STANDING: (&str, When) = (WORDS, When::AnyOf(&["PAID"]));
const SOME_MONEY: (&str, When) = (WORDS, When::AnyOf(&["PAID", "REFUND"]));
const NO_WORD: (&str, When) = (WORDS, When::Is(&[""]));
const TWO_THINGS: (&str, When) = (WORDS_BESIDE, When::Is(&[DIFFER]));
const IN_PART: (&str, When) = (REFUND, When::Is(&[DIFFER]));

const NO_SUCH_ORDER: Row = Row { code: NO_ORDER, status: When::Each(&[NO_WORD]), says: Says::new(Code::NotFound), source: ERRORS };
const NO_SUCH_ORDER_BUT_MONEY: Row =
    Row { code: NO_ORDER, status: When::Each(&[SOME_MONEY]), says: CONTRADICTION.hint(Code::Paid), source: ERRORS };
const NO_SUCH_ORDER_BUT_A_STATE: Row = Row { code: NO_ORDER, status: When::Any, says: CONTRADICTION, source: ERRORS };
const IN_PROCESS: Row = Row {
    code: When::Is(&["ORDER_PROCESSING"]),
    status: When::Any,
    says: Says::new(Code::Processing).retry_after_ms(60_000),
    source: ERRORS,
};
const NOT_EXECUTED: Row = Row {
    code: When::Is(&[
        "BAD_REQUEST",
        "NO_SERVICE",
        "BAD_SIGN",
        "ABNORMAL_REQUEST_TIME",
        "NO_MERCHANT",
        "INACTIVE_MERCHANT",
        "INVALID_MSGSRC",
        "DENIED_IP",
        // The vendor's own spelling, then the right one.
        "INVLID_MERCHANT_CONFIG",
        "INVALID_MERCHANT_CONFIG",
    ]),
    status: When::Any,
    says: Says::new(Code::Misconfigured),
    source: ERRORS,
};

const CONTRADICTION: Says = Says::new(Code::Unknown).contradiction();
const EARLIER_REFUND: Says = Says::new(Code::Unknown).hint(Code::Refunded);
const VOIDED_BEFORE: Says = Says::new(Code::AlreadyClosed).confirm(Confirm::Required);

pub(super) const CLOSE: &[Table] = &[
    Table { of: "a reply that names the call: errCode · billPayment.status and billStatus", rows: ANSWERED },
    Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED_BY_PLATFORM },
];

/// Read from the top.
pub(super) const ANSWERED: &[Row] = &[
    // An earlier refund of a part, not the void.
    Row { code: SUCCESS, status: When::Each(&[ALL_VOIDED, IN_PART]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: SUCCESS, status: When::Each(&[ALL_VOIDED]), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_VOIDED, SOME_STANDING]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_VOIDED]), says: CONTRADICTION, source: STATUS },
    // SUCCESS alone means that the request was accepted.
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    Row { code: HAS_CANCELLED, status: When::Each(&[ALL_VOIDED, IN_PART]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: HAS_CANCELLED, status: When::Each(&[ALL_VOIDED]), says: VOIDED_BEFORE, source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Each(&[NO_WORD]), says: VOIDED_BEFORE, source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Each(&[SOME_STANDING]), says: CONTRADICTION.hint(Code::Paid), source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Any, says: CONTRADICTION, source: ONE_SOURCE },
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    Row {
        code: When::Is(&["OPERATION_NOT_ALLOWED", "NO_CROSS_DAY_TRADING", "HAS_REFUNDED"]),
        status: When::Any,
        says: Says::new(Code::Refused),
        source: ERRORS,
    },
    Row {
        code: When::Is(&[
            "TARGET_FAIL",
            "TIMEOUT",
            "NET_ERROR",
            "INTERNAL_ERROR",
            "INVALID_RESPONSE",
            "DUP_ORDER",
            "INVALID_ORDER",
            "TXN_DISCARDED",
            "SYSTEM_BUSY",
        ]),
        status: When::Any,
        says: Says::new(Code::Unknown).retry(Retry::AfterQuery),
        source: ERRORS,
    },
    NOT_EXECUTED,
];

pub(super) const QUERY: &[Table] = &[
    Table {
        of: "a reply that names the merchant, and the order if there is one: errCode · billPayment.status and billStatus",
        rows: STATES,
    },
    Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED_BY_PLATFORM },
];

/// Read from the top.
pub(super) const STATES: &[Row] = &[
    Row { code: SUCCESS, status: When::Each(&[TWO_THINGS, SOME_MONEY]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[TWO_THINGS]), says: CONTRADICTION, source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_CLOSED, IN_PART]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: SUCCESS, status: When::Each(&[SOME_CLOSED]), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    // It may be how a void is booked, or another refund than ours.
    Row { code: SUCCESS, status: When::Each(&[SOME_REFUNDED]), says: Says::new(Code::Refunded), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_STANDING]), says: Says::new(Code::Open), source: STATUS },
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    NOT_EXECUTED,
];

pub(super) const REFUSED_BY_PLATFORM: &[Row] =
    &[Row { code: When::Is(&["1000"]), status: When::Any, says: Says::new(Code::Misconfigured), source: GATEWAY }];
