//! `/v1/netpay/bills/preauthed-cancel`: a void of what was paid, which a bill that nobody has paid does not know.

use super::{Done, Field, ID, QR, REFUNDED, STANDING, Service, UNKNOWN, UNPAID, VOIDED, text};
use crate::book::State;
use crate::call::Call;
use crate::gateways::{Api, Visit};
use crate::json::Json;

pub(super) const SERVICE: Service =
    Service { api: Api::post("/v1/netpay/bills/preauthed-cancel", Call::Close), fields: &FIELDS, number: NUMBER, inst_mids: QR, reply };

const NUMBER: &str = "merOrderId";

/// The fields of the page.
const FIELDS: [Field; 10] = [
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

fn reply(visit: &Visit<'_>, body: &Json) -> Done {
    let number = text(body, NUMBER).unwrap_or_default();
    let is_unpaid = visit.book.order(ID, number).is_some_and(|order| order.created && order.state == State::Open);
    let (state, named) = if is_unpaid { (State::Refused, number.to_string()) } else { visit.close(ID, number) };
    let outcome = match state {
        State::Refused if is_unpaid => ("OPERATION_NOT_ALLOWED", "不允许的操作", Some(UNPAID)),
        State::Open => ("SUCCESS", "撤销成功", Some(VOIDED)),
        State::Closed => ("HAS_CANCELLED", "交易已撤销", Some(VOIDED)),
        State::Paid | State::Refused | State::Reserved | State::Released => ("OPERATION_NOT_ALLOWED", "不允许的操作", Some(STANDING)),
        State::Refunded => ("HAS_REFUNDED", "交易已退款", Some(REFUNDED)),
        State::Processing | State::Accepted => ("ORDER_PROCESSING", "订单处理中", Some(UNKNOWN)),
        State::NotFound => ("NO_ORDER", "订单不存在", None),
        State::Limited => ("SYSTEM_BUSY", "系统繁忙", None),
    };
    Done::of(visit, outcome, &named)
}
