//! The outcome tables of `cporderclose` and `cporderquery`. `return_code`: 0 closed, positive a business error, negative a system error that
//! "must be treated with care" (the bank's words); `status` is the state of the original payment request.

use crate::outcome::{Code, Confirm};
use crate::table::{Row, Status, Table, When};
use crate::verdict::Says;

const PAGE_STATUS: &str = "ICBC cporderclose page, section 5: return_code and status";
const PAGE_CODES: &str = "ICBC cporderclose page, section 10";
const PAGE_QUERY: &str = "ICBC cporderquery page: payStatus, payType, payPlanList";
const PAGE_SAMPLES: &str = "ICBC cporderclose page, sections 8 and 9: 5205 with status 1, 80005207 with status 3";

const ANSWERED: When = When::Is(&["0"]);
const THROTTLED: When = When::Is(&["500031", "500032"]);
const REFUSED_BY_GATEWAY: When =
    When::Is(&["400011", "400016", "400017", "400019", "500018", "500020", "500043", "500091", "400051", "500052"]);
const REFUSED_BY_SERVICE: When = When::Is(&["9990", "80003001", "80004001"]);

const TOO_MANY: Row = Row { code: THROTTLED, status: When::Any, says: Says::new(Code::Throttled), source: PAGE_CODES };
const MISTAKE_AT_GATEWAY: Row =
    Row { code: REFUSED_BY_GATEWAY, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES };
const MISTAKE_AT_SERVICE: Row =
    Row { code: REFUSED_BY_SERVICE, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES };

const PAID: When = When::Is(&["1"]);
const FAILED: When = When::Is(&["2"]);
const IN_BANK: When = When::Is(&["3"]);
const ABSENT: When = When::Is(&[""]);

pub(super) const CLOSE: &[Table] =
    &[Table { of: "a signed reply that names the order (a gateway-level code need not): return_code · status", rows: ROWS }];

/// Read from the top.
pub(super) const ROWS: &[Row] = &[
    TOO_MANY,
    MISTAKE_AT_GATEWAY,
    MISTAKE_AT_SERVICE,
    Row { code: When::Negative, status: PAID, says: Says::new(Code::Unknown).hint(Code::Paid), source: PAGE_STATUS },
    Row { code: When::Negative, status: When::Any, says: Says::new(Code::Unknown), source: PAGE_STATUS },
    Row { code: ANSWERED, status: FAILED, says: Says::new(Code::Closed), source: PAGE_STATUS },
    // The page does not say what status holds after a close.
    Row { code: ANSWERED, status: ABSENT, says: Says::new(Code::Closed).confirm(Confirm::Required), source: PAGE_STATUS },
    Row { code: ANSWERED, status: PAID, says: Says::new(Code::Unknown).contradiction().hint(Code::Paid), source: PAGE_STATUS },
    Row { code: ANSWERED, status: IN_BANK, says: Says::new(Code::Unknown).contradiction().hint(Code::Processing), source: PAGE_STATUS },
    // A reservation looks the same: that the money has been transferred is for the query to say.
    Row { code: When::Positive, status: PAID, says: Says::new(Code::Paid).confirm(Confirm::Recommended), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: IN_BANK, says: Says::new(Code::Processing), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: FAILED, says: Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended), source: PAGE_STATUS },
];

pub(super) const QUERY: &[Table] = &[Table {
    of: "a signed reply that names the order (a gateway-level code need not): return_code · payStatus, payType and payPlanList",
    rows: QUERY_ROWS,
}];

/// The members that make a state together.
pub(super) const PAY_STATUS: &str = "payStatus";
pub(super) const PAY_TYPE: &str = "payType";
pub(super) const PLANS: &str = "payPlanList";

const ALL_SUCCEEDED: (&str, When) = (PAY_STATUS, When::Is(&["1"]));
const ALL_FAILED: (&str, When) = (PAY_STATUS, When::Is(&["2"]));
const SOME_IN_PROGRESS: (&str, When) = (PAY_STATUS, When::Is(&["3"]));
const SOME_SUCCEEDED: (&str, When) = (PAY_STATUS, When::Is(&["4"]));

/// A payment, or the payment of what was reserved.
const TRANSFERS: (&str, When) = (PAY_TYPE, When::Is(&["101", "203"]));
const RELEASES: (&str, When) = (PAY_TYPE, When::Is(&["202"]));
/// What holds no money when it has failed.
const PAYS_OR_RESERVES: (&str, When) = (PAY_TYPE, When::Is(&["101", "201"]));

/// Closed by request, expired.
const ENDED: (&str, When) = (PLANS, When::AllOf(&["6", "7"]));
/// Failed or ended: no money moved.
const WITHOUT_MONEY: (&str, When) = (PLANS, When::AllOf(&["2", "6", "7"]));
/// Paid, suspicious, accepted.
const WITH_MONEY: (&str, When) = (PLANS, When::AnyOf(&["1", "3", "4"]));
const NO_READABLE_PLAN: (&str, When) = (PLANS, When::Unreadable);

const fn state(members: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: ANSWERED, status: When::Each(members), says, source: PAGE_QUERY }
}

const MONEY_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Paid);
const CONTRADICTION: Says = Says::new(Code::Unknown).contradiction();

/// Read from the top.
pub(super) const QUERY_ROWS: &[Row] = &[
    TOO_MANY,
    MISTAKE_AT_GATEWAY,
    MISTAKE_AT_SERVICE,
    state(&[ALL_SUCCEEDED, (PLANS, When::AnyBut(&["1"]))], CONTRADICTION.hint(Code::Paid)),
    state(&[ALL_SUCCEEDED, TRANSFERS, NO_READABLE_PLAN], MONEY_MAYBE),
    state(&[ALL_SUCCEEDED, TRANSFERS], Says::new(Code::Paid)),
    state(&[ALL_SUCCEEDED, RELEASES], Says::new(Code::Unknown)),
    // Held, not transferred, or nobody knows.
    state(&[ALL_SUCCEEDED], MONEY_MAYBE),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, WITH_MONEY], CONTRADICTION.hint(Code::Paid)),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, (PLANS, When::AnyBut(&["2", "6", "7"]))], CONTRADICTION),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, ENDED], Says::new(Code::AlreadyClosed)),
    // As after a close: that the payment failed is not yet that the order is closed.
    state(&[ALL_FAILED, PAYS_OR_RESERVES, WITHOUT_MONEY], Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended)),
    state(&[ALL_FAILED, PAYS_OR_RESERVES], Says::new(Code::AlreadyClosed).confirm(Confirm::Required)),
    // A release or a payment of what is reserved has failed: it may be reserved still.
    state(&[ALL_FAILED], MONEY_MAYBE),
    state(&[(PAY_STATUS, ABSENT), ENDED], Says::new(Code::Closed)),
    state(&[SOME_IN_PROGRESS, ENDED], CONTRADICTION),
    state(&[SOME_SUCCEEDED, ENDED], CONTRADICTION.hint(Code::Paid)),
    state(&[SOME_IN_PROGRESS], Says::new(Code::Processing)),
    state(&[SOME_SUCCEEDED], MONEY_MAYBE),
    state(&[WITH_MONEY], MONEY_MAYBE),
    Row { code: When::Any, status: When::Each(&[ALL_SUCCEEDED]), says: MONEY_MAYBE, source: PAGE_QUERY },
];

/// Whether the gateway itself answered, before the order was looked at: such a reply names no order.
pub(super) fn is_gateway_level(return_code: &str) -> bool {
    [THROTTLED, REFUSED_BY_GATEWAY, When::Negative].into_iter().any(|codes| codes.holds_for(Status::Word(Some(return_code))))
}
