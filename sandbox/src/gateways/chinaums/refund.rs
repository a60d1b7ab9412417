//! `/v1/netpay/bills/refund`, and `/v1/netpay/bills/query` of a refund.

use super::{Done, Field, ID, QR, REFUNDED, STANDING, Service, amount, bill_payment, text};
use crate::book::{Denied, Refund, RefundState, Wanted};
use crate::call::Call;
use crate::gateways::{Api, Visit};
use crate::hex;
use crate::json::Json;

pub(super) const SERVICE: Service = Service {
    api: Api::post("/v1/netpay/bills/refund", Call::Refund),
    fields: &FIELDS,
    number: NUMBER,
    inst_mids: QR,
    reply: |visit, body| refunded(visit, body, "billNo").map_or_else(refusal, |refund| of_bill(visit, &refund)),
};

pub(super) const QUERY: Service = Service {
    api: Api::post(super::query::PATH, Call::RefundQuery),
    fields: &[
        ("requestTimestamp", 19, true),
        ("mid", 32, true),
        ("tid", 32, true),
        ("instMid", 32, true),
        ("billNo", 32, true),
        ("billDate", 10, true),
        (NUMBER, 50, true),
        ("msgId", 64, false),
        ("srcReserve", 255, false),
    ],
    number: NUMBER,
    inst_mids: QR,
    reply: |visit, body| asked(visit, body, "billNo").map_or_else(refusal, |refund| of_bill(visit, &refund)),
};

pub(super) const NUMBER: &str = "refundOrderId";

const FIELDS: [Field; 11] = [
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    ("billNo", 32, true),
    ("billDate", 10, true),
    (NUMBER, 50, true),
    ("refundAmount", 12, true),
    ("refundDesc", 100, false),
    ("msgId", 64, false),
    ("srcReserve", 255, false),
];

/// Gives back what the order in the field of this name cost.
pub(super) fn refunded(visit: &Visit<'_>, body: &Json, order: &str) -> Result<Refund, Denied> {
    let field = |name| text(body, name).unwrap_or_default();
    let fen = amount(body, "refundAmount").unwrap_or_default();
    visit.refund(ID, &Wanted { number: field(NUMBER), order: field(order), fen, total: None, open_is_paid: order == "billNo" })
}

/// The refund, if it is one of the order in the field of this name.
pub(super) fn asked(visit: &Visit<'_>, body: &Json, order: &str) -> Result<Refund, Denied> {
    let field = |name| text(body, name).unwrap_or_default();
    let refund = visit.refunded(ID, field(NUMBER))?;
    if refund.order == field(order) || visit.is_untouched() { Ok(refund) } else { Err(Denied::NotFound) }
}

pub(super) fn refusal(denied: Denied) -> Done {
    let (code, why) = match denied {
        Denied::NotFound => ("NO_ORDER", "订单不存在"),
        Denied::Unpaid | Denied::Closed => ("OPERATION_NOT_ALLOWED", "不允许的操作"),
        Denied::Mismatch => ("DUP_ORDER", "退款订单号重复"),
        Denied::TooMuch => ("OPERATION_NOT_ALLOWED", "退款金额超过可退金额"),
        Denied::AllReturned => ("HAS_REFUNDED", "交易已退款"),
        Denied::Refused => ("INTERNAL_ERROR", "内部错误"),
        Denied::Limited => ("SYSTEM_BUSY", "系统繁忙"),
    };
    Done::refused(code, why)
}

/// What every reply about a refund says of it.
pub(super) fn members(refund: &Refund) -> Vec<(&'static str, Json)> {
    let status = match refund.state {
        RefundState::Done => "SUCCESS",
        RefundState::Processing => "PROCESSING",
        RefundState::Failed => "FAIL",
    };
    vec![
        (NUMBER, Json::from(refund.number.as_str())),
        ("refundAmount", Json::from(refund.fen)),
        ("refundStatus", Json::from(status)),
        ("refundTargetOrderId", Json::from(hex::digits(&refund.number).as_str())),
    ]
}

fn of_bill(visit: &Visit<'_>, refund: &Refund) -> Done {
    let total = visit.book.total(ID, &refund.order);
    let bill = if refund.state == RefundState::Done { REFUNDED } else { STANDING };
    let mut members = members(refund);
    members.push(("billNo", Json::from(refund.order.as_str())));
    members.push(("totalAmount", Json::from(total)));
    members.push(("billPayment", bill_payment(&refund.order, bill.payment, total)));
    members.push(("billStatus", Json::from(bill.status)));
    Done { code: "SUCCESS", why: "成功", members }
}
