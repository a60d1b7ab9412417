//! The words of a reply, and the rows that a close and a query share.

use crate::outcome::table::{Row, When};
use crate::outcome::{Code, Says};

pub(super) const STATUS: &str = "ChinaUMS preauthed-cancel page: billPayment.status, billStatus";
pub(super) const AMOUNTS: &str = "ChinaUMS bills pages: refundAmount, totalAmount";
pub(super) const ERRORS: &str = "ChinaUMS business error codes";

/// What a state is made of: the words of both members, as billStatus writes them.
pub(super) const WORDS: &str = "billStatus and billPayment.status";
/// [`DIFFER`] where the two say different things.
pub(super) const WORDS_BESIDE: &str = "the two";
pub(super) const DIFFER: &str = "differ";
/// Beside billPayment, where the replies about other orders have their status: no word of this one, and never one for "closed".
pub(super) const STATUS_ABOVE: &str = "status";
/// How a refundAmount stands to the totalAmount beside it, where there is one: [`NOTHING`], [`PART`] or [`WHOLE`].
pub(super) const REFUND: &str = "refundAmount";
/// Whether money is only held.
pub(super) const SECURE: &str = "secureStatus";
/// What has become of a refund.
pub(super) const REFUND_STATUS: &str = "refundStatus";
const NOTHING: &str = "nothing";
const PART: &str = "a part";
const WHOLE: &str = "all";

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

/// What a refundAmount in fen says beside a totalAmount; `None` is one that cannot be read.
pub(super) fn of_refund(refunded: Option<u64>, total: Option<u64>) -> &'static str {
    match (refunded, total) {
        (Some(refunded), Some(total)) if refunded == total => WHOLE,
        (Some(0), _) => NOTHING,
        _ => PART,
    }
}

pub(super) const SUCCESS: When = When::Is(&["SUCCESS"]);
const NO_ORDER: When = When::Is(&["NO_ORDER", "NO_BILL"]);

/// The completion stands, to be voided still.
pub(super) const SOME_STANDING: (&str, When) = (WORDS, When::AnyOf(&["PAID"]));
pub(super) const STANDING_ABOVE: (&str, When) = (STATUS_ABOVE, When::Is(&["PAID"]));
pub(super) const SOME_MONEY: (&str, When) = (WORDS, When::AnyOf(&["PAID", "REFUND"]));
pub(super) const NO_WORD: (&str, When) = (WORDS, When::Is(&[""]));
/// What is voided goes back as a whole.
pub(super) const NOT_WHOLE: (&str, When) = (REFUND, When::AnyOf(&[NOTHING, PART]));
pub(super) const IN_PART: (&str, When) = (REFUND, When::AnyOf(&[PART]));
pub(super) const IN_PART_OR_WHOLE: (&str, When) = (REFUND, When::AnyOf(&[PART, WHOLE]));

/// Nothing is merely held.
pub(super) const TAKEN: (&str, When) = (SECURE, When::AllOf(&["", "ALL_COMPLETED"]));

pub(super) const NO_SUCH_ORDER: Row =
    Row { code: NO_ORDER, status: When::Each(&[NO_WORD]), says: Says::new(Code::NotFound), source: ERRORS };
pub(super) const NO_SUCH_ORDER_BUT_MONEY: Row =
    Row { code: NO_ORDER, status: When::Each(&[SOME_MONEY]), says: CONTRADICTION.hint(Code::Paid), source: ERRORS };
pub(super) const NO_SUCH_ORDER_BUT_A_STATE: Row = Row { code: NO_ORDER, status: When::Any, says: CONTRADICTION, source: ERRORS };
pub(super) const IN_PROCESS: Row = Row {
    code: When::Is(&["ORDER_PROCESSING"]),
    status: When::Any,
    says: Says::new(Code::Processing).retry_after_ms(60_000),
    source: ERRORS,
};
pub(super) const NOT_EXECUTED: Row = Row {
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

pub(super) const CONTRADICTION: Says = Says::new(Code::Unknown).contradiction();
pub(super) const EARLIER_REFUND: Says = Says::new(Code::Unknown).hint(Code::Refunded);
