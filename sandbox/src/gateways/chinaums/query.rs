//! `/v1/netpay/bills/query`: billNo holds the order number of the completion, as the page allows.

use super::{Done, Field, ID, QR, REFUNDED, STANDING, Service, UNKNOWN, UNPAID, VOIDED, text};
use crate::book::State;
use crate::call::Call;
use crate::gateways::{Api, Visit};
use crate::json::Json;

pub(super) const PATH: &str = "/v1/netpay/bills/query";

pub(super) const SERVICE: Service = Service { api: Api::post(PATH, Call::Query), fields: &FIELDS, number: NUMBER, inst_mids: QR, reply };

const NUMBER: &str = "billNo";

/// The fields of the page.
const FIELDS: [Field; 7] = [
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    (NUMBER, 32, true), // 31 for a billNo, 32 for a merOrderId
    ("billDate", 10, true),
    ("msgId", 64, false),
];

fn reply(visit: &Visit<'_>, body: &Json) -> Done {
    let (state, named) = visit.look(ID, text(body, NUMBER).unwrap_or_default());
    let outcome = match state {
        State::Open if is_unpaid(visit, &named) => ("SUCCESS", "查询成功", Some(UNPAID)),
        State::Open | State::Paid | State::Refused | State::Reserved | State::Released => ("SUCCESS", "查询成功", Some(STANDING)),
        State::Closed => ("SUCCESS", "查询成功", Some(VOIDED)),
        State::Refunded => ("SUCCESS", "查询成功", Some(REFUNDED)),
        State::Processing | State::Accepted => ("SUCCESS", "查询成功", Some(UNKNOWN)),
        State::NotFound => ("NO_ORDER", "订单不存在", None),
        State::Limited => ("SYSTEM_BUSY", "系统繁忙", None),
    };
    Done::of(visit, outcome, &named)
}

/// A bill that a create made is not paid until somebody pays it; any other open one is a completion, which was.
fn is_unpaid(visit: &Visit<'_>, number: &str) -> bool {
    visit.book.order(ID, number).is_some_and(|order| order.created)
}
