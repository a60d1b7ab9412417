//! `/pay/micropay`: the buyer's code is scanned, and paid from.

use super::create::refused;
use super::query::transaction_id;
use super::{Accepted, Field, Found, ID, OPENID, SYSTEM_ERROR, owned};
use crate::book::State;
use crate::clock::{self, DIGITS};
use crate::gateways::Visit;

pub(super) const PATH: &str = "/pay/micropay";

pub(super) const FIELDS: [Field; 13] = [
    ("out_trade_no", 32, true),
    ("body", 128, true),
    ("total_fee", 12, true),
    ("spbill_create_ip", 64, true),
    ("auth_code", 128, true),
    ("device_info", 32, false),
    ("detail", 6000, false),
    ("attach", 127, false),
    ("fee_type", 16, false),
    ("goods_tag", 32, false),
    ("limit_pay", 32, false),
    ("time_start", 14, false),
    ("time_expire", 14, false),
];

pub(super) fn paid(visit: &Visit<'_>, request: &Accepted, number: &str) -> Found {
    let total = request.fen("total_fee").unwrap_or_default();
    let (made, state, named) = visit.pay(ID, number, total, &request.words());
    if state == State::Processing || state == State::Accepted {
        return Err(("USERPAYING", "需要用户输入支付密码"));
    }
    if let Some(failure) = refused(made) {
        return Err(failure);
    }
    if state != State::Paid {
        return Err(SYSTEM_ERROR);
    }
    if let (Some(text), false) = (request.field("attach"), visit.is_untouched()) {
        visit.book.attach(ID, number, text);
    }
    let total = total.to_string();
    Ok(owned(&[
        ("openid", OPENID),
        ("is_subscribe", "N"),
        ("trade_type", "MICROPAY"),
        ("bank_type", "OTHERS"),
        ("fee_type", "CNY"),
        ("total_fee", &total),
        ("cash_fee", &total),
        ("transaction_id", &transaction_id(&named)),
        ("out_trade_no", &named),
        ("time_end", &clock::stamp(DIGITS)),
    ]))
}
