//! `/v1/netpay/bills/query`: billNo holds the order number of the completion, as the page allows.

use super::{Field, ID, Outcome, REFUNDED, STANDING, UNKNOWN, VOIDED};
use crate::book::State;
use crate::gateways::Visit;

pub(super) const PATH: &str = "/v1/netpay/bills/query";
/// The field that names the order.
pub(super) const NUMBER: &str = "billNo";

/// The fields of the page.
pub(super) const FIELDS: [Field; 7] = [
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    (NUMBER, 32, true), // 31 for a billNo, 32 for a merOrderId
    ("billDate", 10, true),
    ("msgId", 64, false),
];

/// What is known of the order, and which one the reply is to name.
pub(super) fn answered(visit: &Visit<'_>, number: &str) -> (Outcome, String) {
    let (state, named) = visit.look(ID, number);
    let outcome = match state {
        State::Open | State::Paid | State::Refused | State::Reserved | State::Released => ("SUCCESS", "查询成功", Some(STANDING)),
        State::Closed => ("SUCCESS", "查询成功", Some(VOIDED)),
        State::Refunded => ("SUCCESS", "查询成功", Some(REFUNDED)),
        State::Processing | State::Accepted => ("SUCCESS", "查询成功", Some(UNKNOWN)),
        State::NotFound => ("NO_ORDER", "订单不存在", None),
        State::Limited => ("SYSTEM_BUSY", "系统繁忙", None),
    };
    (outcome, named)
}
