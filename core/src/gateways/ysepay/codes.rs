//! The outcome table of `ysepay.trusteeship.sign.cancel`. The status is trade_status, empty when absent.

use crate::outcome::{Code, Confirm};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const PAGE_STATUS: &str = "YSEPay trusteeship.sign.cancel page, section 5.2: trade_status";
const PAGE_ERRORS: &str = "YSEPay trusteeship.sign.cancel page, section 7.1";
const SISTER_METHODS: &str = "YSEPay replies of sister methods";

/// "The call succeeded". Seen in real replies of sister methods; the page of this one prints no value.
const CALL_SUCCEEDED: &str = "10000";
/// The page prints both: `SUCCES` in section 5.2, `SUCCESS` in section 7.2.
const CANCELLED: When = When::Is(&["SUCCESS", "SUCCES"]);

pub(super) const CLOSE: &[Table] = &[Table { of: "a signed reply: code with sub_code · trade_status", rows: ROWS }];

/// Read from the top.
pub(super) const ROWS: &[Row] = &[
    Row { code: When::StartsWith("ACQ."), status: CANCELLED, says: Says::new(Code::Unknown).contradiction(), source: PAGE_ERRORS },
    Row {
        code: When::Is(&[CALL_SUCCEEDED]),
        status: CANCELLED,
        says: Says::new(Code::Closed).confirm(Confirm::Recommended),
        source: PAGE_STATUS,
    },
    Row { code: When::Is(&[CALL_SUCCEEDED]), status: When::Is(&["FAILED"]), says: Says::new(Code::Refused), source: PAGE_STATUS },
    Row {
        code: When::Is(&["ACQ.INVALID_PARAMETER", "ACQ.ACCESS_FORBIDDEN"]),
        status: When::Any,
        says: Says::new(Code::Misconfigured),
        source: PAGE_ERRORS,
    },
    Row { code: When::Is(&["ACQ.SYSTEM_ERROR"]), status: When::Any, says: Says::new(Code::Unknown), source: PAGE_ERRORS },
    Row { code: When::Is(&["50000", "3501"]), status: When::Any, says: Says::new(Code::Unknown), source: SISTER_METHODS },
];
