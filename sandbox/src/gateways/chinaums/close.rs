//! `/v1/netpay/bills/preauthed-cancel`

use super::{Field, ID, Outcome, REFUNDED, STANDING, UNKNOWN, VOIDED};
use crate::book::State;
use crate::gateways::Visit;

pub(super) const PATH: &str = "/v1/netpay/bills/preauthed-cancel";
/// The field that names the order.
pub(super) const NUMBER: &str = "merOrderId";

/// The fields of the page.
pub(super) const FIELDS: [Field; 10] = [
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    ("billNo", 31, true),
    ("billDate", 10, true),
    ("merOrderId", 32, true),
    ("authIdRespCd", 64, true),
    ("msgId", 64, false),
    ("srcReserve", 255, false),
];

/// What becomes of the order, and which one the reply is to name.
pub(super) fn cancelled(visit: &Visit<'_>, number: &str) -> (Outcome, String) {
    let (state, named) = visit.close(ID, number);
    let outcome = match state {
        State::Open => ("SUCCESS", "撤销成功", Some(VOIDED)),
        State::Closed => ("HAS_CANCELLED", "交易已撤销", Some(VOIDED)),
        State::Paid | State::Refused | State::Reserved | State::Released => ("OPERATION_NOT_ALLOWED", "不允许的操作", Some(STANDING)),
        State::Refunded => ("HAS_REFUNDED", "交易已退款", Some(REFUNDED)),
        State::Processing | State::Accepted => ("ORDER_PROCESSING", "订单处理中", Some(UNKNOWN)),
        State::NotFound => ("NO_ORDER", "订单不存在", None),
        State::Limited => ("SYSTEM_BUSY", "系统繁忙", None),
    };
    (outcome, named)
}
