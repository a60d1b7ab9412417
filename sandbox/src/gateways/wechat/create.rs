//! `/pay/unifiedorder`
//!
//! The same number again gives the same `prepay_id` as long as everything is as it was, else `201 商户订单号重复`
//! (yansongda/pay issue 705).

use super::{Accepted, Failure, Field, Found, ID, SYSTEM_ERROR, TOO_OFTEN, owned};
use crate::book::{Created, State};
use crate::gateways::Visit;
use crate::hex;

pub(super) const PATH: &str = "/pay/unifiedorder";

pub(super) const FIELDS: [Field; 19] = [
    ("out_trade_no", 32, true),
    ("body", 128, true),
    ("total_fee", 12, true),
    ("spbill_create_ip", 64, true),
    ("notify_url", 256, true),
    ("trade_type", 16, true),
    ("device_info", 32, false),
    ("detail", 6000, false),
    ("attach", 127, false),
    ("fee_type", 16, false),
    ("time_start", 14, false),
    ("time_expire", 14, false),
    ("goods_tag", 32, false),
    ("product_id", 32, false),
    ("limit_pay", 32, false),
    ("openid", 128, false),
    ("sub_openid", 128, false),
    ("scene_info", 256, false),
    ("profit_sharing", 16, false),
];

pub(super) fn created(visit: &Visit<'_>, request: &Accepted, number: &str) -> Found {
    let trade_type = request.field("trade_type").unwrap_or_default();
    let buyer = request.field("openid").or(request.field("sub_openid"));
    let more = match trade_type {
        "NATIVE" => Some(("code_url", "weixin://wxpay/bizpayurl?pr=")),
        "MWEB" => Some(("mweb_url", "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=")),
        "JSAPI" if buyer.is_some() => None,
        "APP" => None,
        "JSAPI" => return Err(("PARAM_ERROR", "缺少参数openid")),
        _ => return Err(("PARAM_ERROR", "trade_type参数格式错误")),
    };
    let (made, named) = visit.create(ID, number, request.fen("total_fee").unwrap_or_default(), &request.words());
    if let Some(failure) = refused(made) {
        return Err(failure);
    }
    if let (Some(text), false) = (request.field("attach"), visit.is_untouched()) {
        visit.book.attach(ID, number, text);
    }
    let id = hex::id(&named);
    let mut fields = owned(&[("trade_type", trade_type), ("prepay_id", &format!("wx{id}"))]);
    fields.extend(more.map(|(name, url)| (name.to_string(), format!("{url}{id}"))));
    Ok(fields)
}

/// Why an order is not made, or not paid.
pub(super) fn refused(made: Created) -> Option<Failure> {
    match made {
        Created::Made | Created::Again => None,
        Created::Taken => Some(("INVALID_REQUEST", "201 商户订单号重复")),
        Created::Is(State::Paid | State::Refunded | State::Reserved | State::Released) => Some(("ORDERPAID", "该订单已支付")),
        Created::Is(State::Closed) => Some(("ORDERCLOSED", "该订单已关闭")),
        Created::Is(State::Limited) => Some(TOO_OFTEN),
        Created::Is(State::Open | State::Processing | State::NotFound | State::Refused | State::Accepted) => Some(SYSTEM_ERROR),
    }
}
