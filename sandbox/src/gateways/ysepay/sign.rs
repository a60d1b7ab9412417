//! `ysepay.trusteeship.sign` asks for an agreement, and `.sign.confirm`, with the code that the buyer was sent, gives it.

use super::close::failure;
use super::trade::success;
use super::{ID, Service};
use crate::book::{Created, State};
use crate::call::Call;
use crate::clock::{self, DIGITS};
use crate::gateways::{Api, Visit};
use crate::hex;
use crate::json::Json;

pub(super) const SIGN: Service = Service {
    api: Api::post("ysepay.trusteeship.sign", Call::Create),
    number: "out_trade_no",
    required: &["out_trade_no", "seller_id", "seller_name", "buyer_name", "buyer_card_number", "buyer_mobile", "pyerIDNo"],
    object: asked,
};
pub(super) const CONFIRM: Service = Service {
    api: Api::post("ysepay.trusteeship.sign.confirm", Call::Create),
    number: "out_trade_no",
    required: &["out_trade_no", "mobile_verify_code"],
    object: given,
};

fn number(biz: &Json) -> &str {
    biz.member("out_trade_no").and_then(Json::text).unwrap_or_default()
}

/// The number of the agreement is that of the request, in the shape of the page's sample, at most 20 bytes.
fn protocol_no(number: &str) -> String {
    format!("K{}", hex::digits(number).split_at(1).1)
}

fn asked(visit: &Visit<'_>, biz: &Json) -> String {
    match visit.create(ID, number(biz), 0, &biz.compact()) {
        (Created::Made | Created::Again, named) => {
            success(&[("out_trade_no", &named), ("trade_no", &clock::stamp(DIGITS)), ("trade_status", "WAIT_CONFIRM")])
        }
        (Created::Is(State::Limited | State::Refused), _) => failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
        _ => failure("ACQ.INVALID_PARAMETER", "商户订单号重复"),
    }
}

/// Any code but six zeros is the right one.
fn given(visit: &Visit<'_>, biz: &Json) -> String {
    let is_asked = visit.book.order(ID, number(biz)).is_some_and(|order| order.created);
    if !is_asked && !visit.is_untouched() {
        return failure("ACQ.QUERY_NO_RECORD", "暂无记录");
    }
    if biz.member("mobile_verify_code").and_then(Json::text) == Some("000000") {
        return failure("ACQ.INVALID_PARAMETER", "短信验证码错误");
    }
    let (made, named) = visit.create(ID, &protocol_no(number(biz)), 0, "");
    match made {
        Created::Made | Created::Again => success(&[("out_trade_no", number(biz)), ("protocol_no", &named), ("trade_status", "SUCCESS")]),
        _ => failure("ACQ.INVALID_PARAMETER", "协议已解约"),
    }
}
