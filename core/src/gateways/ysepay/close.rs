//! `ysepay.trusteeship.sign.cancel`. The status is trade_status, empty when absent.

use super::account::Ysepay;
use super::envelope::{self, Reply};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Members, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

pub(super) const METHOD: &str = "ysepay.trusteeship.sign.cancel";
/// What a reply to this method holds.
const MEMBERS: &[&str] = &["code", "msg", "sub_code", "sub_msg", "trade_status"];
/// What replies about payments and refunds name.
const OF_OTHER_CALLS: &[&str] = &["amount", "fee", "refund", "trade_no", "trade_sn", "order_no", "request_no", "account_date"];
/// Its sub_code says which.
const BUSINESS_FAILURE: &str = "40004";

const PAGE_STATUS: &str = "YSEPay trusteeship.sign.cancel page, section 5.2: trade_status";
const PAGE_ERRORS: &str = "YSEPay trusteeship.sign.cancel page, section 7.1";
const SISTER_METHODS: &str = "YSEPay replies of sister methods";

/// "The call succeeded". Seen in real replies of sister methods; the page of this one prints no value.
const CALL_SUCCEEDED: &str = "10000";
/// The page prints both: `SUCCES` in section 5.2, `SUCCESS` in section 7.2.
const CANCELLED: When = When::Is(&["SUCCESS", "SUCCES"]);

/// Ends a quick-payment agreement.
pub(super) struct Close;

impl Operation<Ysepay> for Close {
    const VERB: Verb = Verb::Close;
    const TABLES: &'static [Table] = &[Table { of: "a signed reply: code with sub_code · trade_status", rows: ROWS }];
    const REPEAT: Repeat = Repeat::Never;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(ysepay: &Ysepay, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(ysepay, METHOD, &order.biz_content(ysepay.charset)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        members(reply).says(meaning(reply))
    }

    /// The reply names no protocol_no.
    fn echo(_: &Ysepay, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        if order.is_of(reply) { members(reply).echo(Echo::Silent) } else { Echo::NotOurs }
    }
}

fn members(reply: &Reply) -> Members {
    let of_another_call = |name: &str| OF_OTHER_CALLS.iter().any(|part| name.to_ascii_lowercase().contains(part));
    Members::of(reply.members.iter().map(String::as_str), MEMBERS, of_another_call)
}

/// What the table says. Errors may stand in code or in sub_code, also spelled with `ACQ_`; the code for business failures
/// says nothing by itself, and any other two codes count only where they mean the same.
fn meaning(reply: &Reply) -> Says {
    let with_dot = |code: &str| code.strip_prefix("ACQ_").map_or(code.to_string(), |rest| format!("ACQ.{rest}"));
    let status = reply.trade_status.as_deref().unwrap_or_default();
    let says = |code: &str| table::look_up(ROWS, code, Status::Word(Some(status)));
    let (code, sub_code) = (with_dot(&reply.code), with_dot(reply.sub_code.as_deref().unwrap_or_default()));
    match (says(&code), says(&sub_code)) {
        (by_code, _) if sub_code.is_empty() => by_code,
        (_, by_sub_code) if sub_code.starts_with("ACQ.") && ["", BUSINESS_FAILURE].contains(&code.as_str()) => by_sub_code,
        (by_code, by_sub_code) if by_code == by_sub_code => by_code,
        (contradiction, _) | (_, contradiction) if contradiction.contradiction => contradiction,
        _ => Says::new(Code::Unknown),
    }
}

/// Read from the top.
const ROWS: &[Row] = &[
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
