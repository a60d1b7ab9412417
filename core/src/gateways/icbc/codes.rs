//! The outcome tables of `cporderclose` and `cporderquery`. `return_code`: 0 closed, positive a business error, negative a system error that
//! "must be treated with care" (the bank's words); `status` is the state of the original payment request.

use crate::outcome::{Code, Confirm};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const PAGE_STATUS: &str = "ICBC cporderclose page, section 5: return_code and status";
const PAGE_CODES: &str = "ICBC cporderclose page, section 10";
const PAGE_QUERY: &str = "ICBC cporderquery page: payStatus, payPlanList";
const PAGE_SAMPLES: &str = "ICBC cporderclose page, sections 8 and 9: 5205 with status 1, 80005207 with status 3";

const CLOSED: When = When::Is(&["0"]);
const ANSWERED: When = When::Is(&["0"]);
const THROTTLED: When = When::Is(&["500031", "500032"]);
const REFUSED_BY_GATEWAY: When =
    When::Is(&["400011", "400016", "400017", "400019", "500018", "500020", "500043", "500091", "400051", "500052"]);
const REFUSED_BY_SERVICE: When = When::Is(&["9990", "80003001", "80004001"]);

const PAID: When = When::Is(&["1"]);
const FAILED: When = When::Is(&["2"]);
const IN_BANK: When = When::Is(&["3"]);

pub(super) const CLOSE: &[Table] =
    &[Table { of: "a signed reply that names the order (a gateway-level code need not): return_code · status", rows: ROWS }];

/// Read from the top.
pub(super) const ROWS: &[Row] = &[
    Row { code: THROTTLED, status: When::Any, says: Says::new(Code::Throttled), source: PAGE_CODES },
    Row { code: REFUSED_BY_GATEWAY, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES },
    Row { code: REFUSED_BY_SERVICE, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES },
    Row { code: When::Negative, status: When::Any, says: Says::new(Code::Unknown), source: PAGE_STATUS },
    Row { code: CLOSED, status: FAILED, says: Says::new(Code::Closed), source: PAGE_STATUS },
    Row { code: CLOSED, status: PAID, says: Says::new(Code::Unknown).contradiction().hint(Code::Paid), source: PAGE_STATUS },
    Row { code: CLOSED, status: IN_BANK, says: Says::new(Code::Unknown).contradiction().hint(Code::Processing), source: PAGE_STATUS },
    // The page does not say what status holds after a close.
    Row { code: CLOSED, status: When::Any, says: Says::new(Code::Closed).confirm(Confirm::Required), source: PAGE_STATUS },
    Row { code: When::Positive, status: PAID, says: Says::new(Code::Paid), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: IN_BANK, says: Says::new(Code::Processing), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: FAILED, says: Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended), source: PAGE_STATUS },
];

pub(super) const QUERY: &[Table] = &[Table {
    of: "a signed reply that names the order (a gateway-level code need not): return_code · payStatus, or what payPlanList says",
    rows: QUERY_ROWS,
}];

/// A payPlanList whose entries were all closed by request (6) or have expired (7): the only positive proof of a close.
pub(super) const PLAN_ENDED: &[&str] = &["6", "7"];
/// What the status says of such a list.
pub(super) const ENDED: &str = "payPlanList ended";
/// What it says of a list of another shape.
pub(super) const UNREADABLE: &str = "payPlanList not readable";

/// Read from the top.
pub(super) const QUERY_ROWS: &[Row] = &[
    Row { code: THROTTLED, status: When::Any, says: Says::new(Code::Throttled), source: PAGE_CODES },
    Row { code: REFUSED_BY_GATEWAY, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES },
    Row { code: REFUSED_BY_SERVICE, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES },
    Row { code: ANSWERED, status: When::Is(&[ENDED]), says: Says::new(Code::Closed), source: PAGE_QUERY },
    Row { code: ANSWERED, status: When::Is(&["payPlanList ended, payStatus 2"]), says: Says::new(Code::AlreadyClosed), source: PAGE_QUERY },
    // As after a close: that the payment failed is not yet that the order is closed.
    Row {
        code: ANSWERED,
        status: When::Is(&["payStatus 2"]),
        says: Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended),
        source: PAGE_QUERY,
    },
    Row { code: ANSWERED, status: When::Is(&["payStatus 1"]), says: Says::new(Code::Paid), source: PAGE_QUERY },
    Row { code: ANSWERED, status: When::Is(&["payStatus 3"]), says: Says::new(Code::Processing), source: PAGE_QUERY },
    // 4: a part is paid, so that neither word would be true.
    Row {
        code: ANSWERED,
        status: When::Is(&["payStatus 4", "payPlanList not readable, payStatus 1", "payPlanList not readable, payStatus 4"]),
        says: Says::new(Code::Unknown).hint(Code::Paid),
        source: PAGE_QUERY,
    },
    Row {
        code: ANSWERED,
        status: When::Is(&["payPlanList ended, payStatus 1", "payPlanList ended, payStatus 4"]),
        says: Says::new(Code::Unknown).contradiction().hint(Code::Paid),
        source: PAGE_QUERY,
    },
    Row {
        code: ANSWERED,
        status: When::StartsWith("payPlanList ended, payStatus"),
        says: Says::new(Code::Unknown).contradiction(),
        source: PAGE_QUERY,
    },
];

/// Whether the gateway itself answered, before the order was looked at: such a reply names no order.
pub(super) fn is_gateway_level(return_code: &str) -> bool {
    [THROTTLED, REFUSED_BY_GATEWAY, When::Negative].into_iter().any(|codes| codes.holds(Some(return_code)))
}
