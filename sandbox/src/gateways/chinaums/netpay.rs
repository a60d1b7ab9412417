//! `/v1/netpay/…` beside the bills: an order is named by its merOrderId, and its state stands at top level.

use super::bill;
use super::refund::{self, asked, members, refunded, refusal};
use super::{ANYTHING, Done, Field, ID, Service, amount, text};
use crate::book::{RefundState, State};
use crate::call::Call;
use crate::gateways::{Api, Visit};
use crate::hex;
use crate::json::Json;

pub(super) const CREATE: Service = Service {
    api: Api::post("/v1/netpay/wx/unified-order", Call::Create),
    fields: &[
        MER_ORDER_ID,
        ("totalAmount", 12, true),
        ("requestTimestamp", 19, true),
        ("mid", 32, true),
        ("tid", 32, true),
        ("instMid", 32, true),
        ("tradeType", 32, true),
        ("subAppId", 64, false),
        ("subOpenId", 64, false),
        ("orderDesc", 255, false),
        ("notifyUrl", 255, false),
        ("expireTime", 19, false),
        ("goods", ANYTHING, false),
        ("msgId", 64, false),
        ("srcReserve", 255, false),
    ],
    number: NUMBER,
    inst_mids: INST_MIDS,
    reply: created,
};

pub(super) const QUERY: Service =
    Service { api: Api::post("/v1/netpay/query", Call::Query), fields: &FIELDS, number: NUMBER, inst_mids: INST_MIDS, reply: queried };

pub(super) const CLOSE: Service =
    Service { api: Api::post("/v1/netpay/close", Call::Close), fields: &FIELDS, number: NUMBER, inst_mids: INST_MIDS, reply: closed };

pub(super) const REFUND: Service = Service {
    api: Api::post("/v1/netpay/refund", Call::Refund),
    fields: &REFUND_FIELDS,
    number: refund::NUMBER,
    inst_mids: INST_MIDS,
    reply: |visit, body| {
        refunded(visit, body, NUMBER).map_or_else(refusal, |refund| done(visit, &refund.order, members(&refund), &refund.state))
    },
};

pub(super) const REFUND_QUERY: Service = Service {
    api: Api::post("/v1/netpay/refund-query", Call::RefundQuery),
    fields: &REFUND_FIELDS,
    number: refund::NUMBER,
    inst_mids: INST_MIDS,
    reply: |visit, body| {
        asked(visit, body, NUMBER).map_or_else(refusal, |refund| done(visit, &refund.order, members(&refund), &refund.state))
    },
};

const NUMBER: &str = "merOrderId";
const INST_MIDS: &[&str] = &["H5DEFAULT", "MINIDEFAULT", "APPDEFAULT", "YUEDANDEFAULT"];
const MER_ORDER_ID: Field = (NUMBER, 32, true);

const FIELDS: [Field; 7] = [
    MER_ORDER_ID,
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    ("msgId", 64, false),
    ("srcReserve", 255, false),
];

/// A query of a refund needs no amount.
const REFUND_FIELDS: [Field; 11] = [
    MER_ORDER_ID,
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    (refund::NUMBER, 50, true),
    ("refundAmount", 12, false),
    ("refundDesc", 100, false),
    ("billDate", 10, false),
    ("msgId", 64, false),
    ("srcReserve", 255, false),
];

fn created(visit: &Visit<'_>, body: &Json) -> Done {
    let Some(total) = amount(body, "totalAmount") else {
        return Done::refused("BAD_REQUEST", "totalAmount is invalid");
    };
    let (made, named) = visit.create(ID, text(body, NUMBER).unwrap_or_default(), total, "");
    if let Some((code, _)) = bill::refused(made) {
        return Done::refused(code, if code == "DUP_ORDER" { "重复的订单号" } else { "系统繁忙" });
    }
    let package = format!("prepay_id=wx{}", hex::id(&named));
    let request = Json::texts(&[("package", &package), ("signType", "RSA")]);
    with_status(visit, &named, "NEW_ORDER", vec![("jsPayRequest", request)])
}

fn queried(visit: &Visit<'_>, body: &Json) -> Done {
    let (state, named) = visit.look(ID, text(body, NUMBER).unwrap_or_default());
    let status = match state {
        State::Open => "NEW_ORDER",
        State::Closed => "TRADE_CLOSED",
        State::Paid | State::Refused | State::Reserved | State::Released => "TRADE_SUCCESS",
        State::Refunded => "TRADE_REFUND",
        State::Processing | State::Accepted => "UNKNOWN",
        State::NotFound => return refusal(crate::book::Denied::NotFound),
        State::Limited => return refusal(crate::book::Denied::Limited),
    };
    with_status(visit, &named, status, Vec::new())
}

fn closed(visit: &Visit<'_>, body: &Json) -> Done {
    let (state, named) = visit.close(ID, text(body, NUMBER).unwrap_or_default());
    match state {
        State::Open | State::Closed => with_status(visit, &named, "TRADE_CLOSED", Vec::new()),
        State::Processing | State::Accepted => Done::refused("ORDER_PROCESSING", "订单处理中"),
        State::NotFound => refusal(crate::book::Denied::NotFound),
        State::Limited => refusal(crate::book::Denied::Limited),
        State::Paid | State::Refunded | State::Refused | State::Reserved | State::Released => {
            Done::refused("OPERATION_NOT_ALLOWED", "不允许的操作")
        }
    }
}

fn done(visit: &Visit<'_>, order: &str, members: Vec<(&'static str, Json)>, state: &RefundState) -> Done {
    with_status(visit, order, if *state == RefundState::Done { "TRADE_REFUND" } else { "TRADE_SUCCESS" }, members)
}

fn with_status(visit: &Visit<'_>, order: &str, status: &str, more: Vec<(&'static str, Json)>) -> Done {
    let mut members = vec![
        (NUMBER, Json::from(order)),
        ("totalAmount", Json::from(visit.book.total(ID, order))),
        ("targetSys", Json::from("WXPay")),
        ("seqId", Json::from(hex::digits(order).as_str())),
        ("status", Json::from(status)),
    ];
    members.extend(more);
    Done { code: "SUCCESS", why: "成功", members }
}
