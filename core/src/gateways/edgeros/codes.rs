//! The outcome table of `transactions/close`. The code is `data.code` (empty when absent), the status the envelope's
//! `status` and `message`, with `fieldErrors` behind them where it says something beside a success.

use crate::outcome::{Code, Confirm};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const PAGE: &str = "EdgerOS transactions/close page, reply fields and \"correct response\"";
const PAGE_ERROR: &str = "EdgerOS transactions/close page, \"error response\"";

/// Confirmed for sister calls; this page prints only `FAIL`.
const CLOSED: &str = "SUCCESS";

const CALL_SUCCEEDED: When = When::Is(&["200 SUCCESS"]);

pub(super) const CLOSE: &[Table] = &[Table { of: "a signed reply: data.code · status with message", rows: ROWS }];

/// Read from the top.
pub(super) const ROWS: &[Row] = &[
    Row { code: When::Is(&[CLOSED]), status: CALL_SUCCEEDED, says: Says::new(Code::Closed), source: PAGE },
    // The page's sample of a "correct response": 订单已过期.
    Row { code: When::Is(&["FAIL"]), status: CALL_SUCCEEDED, says: Says::new(Code::Refused), source: PAGE },
    Row { code: When::Any, status: CALL_SUCCEEDED, says: Says::new(Code::Unknown), source: PAGE },
    Row { code: When::Any, status: When::StartsWith("200 "), says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row {
        code: When::Is(&[""]),
        status: When::Is(&["1007 ORDER_NOT_EXIST"]),
        says: Says::new(Code::NotFound).confirm(Confirm::Recommended),
        source: PAGE_ERROR,
    },
];
