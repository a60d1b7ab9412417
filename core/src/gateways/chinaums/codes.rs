//! The outcome tables of `bills/preauthed-cancel` and `bills/query`. The code is errCode; the status is `payment` or, without one, `bill`, and the word of
//! `billPayment.status` or `billStatus`; `disagree` when the two mean different things.

use crate::outcome::{Code, Confirm, Retry};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const STATUS: &str = "ChinaUMS preauthed-cancel page: billPayment.status, billStatus";
const ERRORS: &str = "ChinaUMS business error codes";
const ONE_SOURCE: &str = "ChinaUMS business error codes, one source";
const GATEWAY: &str = "ChinaUMS platform error codes";

/// Status words under which the void has taken effect.
pub(super) const VOIDED: &[&str] = &["payment TRADE_CLOSED", "payment TRADE_REFUND", "bill CLOSED", "bill REFUND"];
/// Those of them that a query may rest on: a refund may also be another one than ours, and a part.
pub(super) const CANCELLED: &[&str] = &["payment TRADE_CLOSED", "bill CLOSED"];
/// Status words under which the completion stands, to be voided still.
pub(super) const STANDING: &[&str] = &["payment TRADE_SUCCESS", "bill PAID"];
/// In place of the status when `billPayment.status` and `billStatus` disagree.
pub(super) const DISAGREE: &str = "disagree";

const SUCCESS: When = When::Is(&["SUCCESS"]);
const HAS_CANCELLED: When = When::Is(&["HAS_CANCELLED"]);

const NO_SUCH_ORDER: Row =
    Row { code: When::Is(&["NO_ORDER", "NO_BILL"]), status: When::Any, says: Says::new(Code::NotFound), source: ERRORS };
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

pub(super) const CLOSE: &[Table] = &[
    Table { of: "a reply that names the call: errCode · billPayment.status or billStatus", rows: ANSWERED },
    Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED_BY_PLATFORM },
];

/// Read from the top.
pub(super) const ANSWERED: &[Row] = &[
    Row { code: SUCCESS, status: When::Is(VOIDED), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    Row { code: SUCCESS, status: When::Is(&[DISAGREE]), says: Says::new(Code::Unknown).contradiction(), source: STATUS },
    // SUCCESS alone means that the request was accepted.
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    Row {
        code: HAS_CANCELLED,
        status: When::Is(&["", "payment TRADE_CLOSED", "payment TRADE_REFUND", "bill CLOSED", "bill REFUND"]),
        says: Says::new(Code::AlreadyClosed).confirm(Confirm::Required),
        source: ONE_SOURCE,
    },
    Row { code: HAS_CANCELLED, status: When::Any, says: Says::new(Code::Unknown).contradiction(), source: ONE_SOURCE },
    NO_SUCH_ORDER,
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
        of: "a reply that names the merchant, and the order if there is one: errCode · billPayment.status or billStatus",
        rows: STATES,
    },
    Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED_BY_PLATFORM },
];

/// Read from the top.
pub(super) const STATES: &[Row] = &[
    Row { code: SUCCESS, status: When::Is(CANCELLED), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    Row { code: SUCCESS, status: When::Is(&["payment TRADE_REFUND", "bill REFUND"]), says: Says::new(Code::Unknown), source: STATUS },
    Row { code: SUCCESS, status: When::Is(STANDING), says: Says::new(Code::Open), source: STATUS },
    Row { code: SUCCESS, status: When::Is(&[DISAGREE]), says: Says::new(Code::Unknown).contradiction(), source: STATUS },
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    NO_SUCH_ORDER,
    IN_PROCESS,
    NOT_EXECUTED,
];

pub(super) const REFUSED_BY_PLATFORM: &[Row] =
    &[Row { code: When::Is(&["1000"]), status: When::Any, says: Says::new(Code::Misconfigured), source: GATEWAY }];
