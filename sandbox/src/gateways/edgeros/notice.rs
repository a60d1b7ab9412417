//! What the platform posts by itself: one flat JSON object, signed over its own members, of a payment or of a refund.

use super::envelope::{canonical, seal};
use super::order::Ids;
use super::{MCH_NO, SIGN_TYPE, other, refund};
use crate::book::State;
use crate::clock::WITH_ZONE;
use crate::gateways::yuan;
use crate::http::Reply;
use crate::json::Json;
use crate::keys::Scheme;
use crate::notices::{Notice, Reception, Telling};

const JSON: &str = "application/json;charset=UTF-8";

/// Not published: a guess.
pub(super) const SCHEDULE: [u32; 6] = [15, 60, 300, 1800, 3600, 7200];

pub(super) fn notice(telling: &Telling<'_>) -> Option<Notice> {
    let time = telling.happened(WITH_ZONE);
    let (mch_no, nonce) = (telling.merchant(MCH_NO), telling.id_of_this());
    let (refund_no, mch_refund_no) = match telling.refund {
        Some(refund) => (refund::refund_no(&refund.number), refund.number.clone()),
        None => (format!("AR-{}", telling.number), format!("mr-{}", telling.number)),
    };
    let (total, returned) = (yuan(telling.total), yuan(telling.returned()));
    let (more, changeable) = match telling.state {
        State::Paid => (
            vec![
                ("app_no", "APP1"),
                ("extra", ""),
                ("code", "SUCCESS"),
                ("description", "支付成功"),
                ("amount_total", &total),
                ("amount_currency", "CNY"),
                ("acoid", "1"),
            ],
            "amount_total",
        ),
        State::Refunded => (
            vec![
                ("refund_no", refund_no.as_str()),
                ("mch_refund_no", mch_refund_no.as_str()),
                ("code", "SUCCESS"),
                ("description", "退款成功"),
                ("refund_amount", &returned),
                ("refund_reason", "退货"),
            ],
            "refund_amount",
        ),
        _ => return None,
    };
    let common = [
        ("notify_time", time.as_str()),
        ("success_time", time.as_str()),
        // The book does not say which of the two its number is.
        ("transaction_no", telling.number),
        ("mch_trade_no", telling.number),
        ("mch_no", mch_no.as_str()),
        ("nonce", nonce.as_str()),
        ("sign_type", SIGN_TYPE),
    ];
    let mut fields = [&common[..], &more].concat();
    let signature = telling.keys.edgeros.gateway.sign(Scheme::Sha256, canonical(&Json::texts(&fields)).as_bytes());
    let amount = telling.sent(if telling.state == State::Refunded { &returned } else { &total });
    for (name, value) in &mut fields {
        if *name == changeable {
            *value = &amount;
        }
    }
    fields.extend((!telling.is_unsigned()).then_some(("sign", signature.as_str())));
    Some(telling.notice(JSON, Json::texts(&fields).compact()))
}

pub(super) fn acknowledges(reception: &Reception<'_>) -> bool {
    let answer = reception.text().and_then(Json::parse);
    let exact = Json::texts(&[("status", "SUCCESS"), ("message", "成功")]);
    let says_so = |answer: &Json| answer.member("status").and_then(Json::text) == Some("SUCCESS");
    reception.is_fine("application/json") && answer.is_some_and(|answer| answer == exact || !reception.strict && says_so(&answer))
}

/// The genuine reply of another call about this order.
pub(super) fn reply(telling: &Telling<'_>, kind: &str) -> Option<Reply> {
    let ids = Ids { transaction_no: None, mch_trade_no: Some(telling.number.to_string()) };
    let nonce = telling.id(kind);
    let common = [("mch_no", MCH_NO), ("nonce", nonce.as_str()), ("sign_type", SIGN_TYPE)];
    let data = common.into_iter().map(|(name, text)| (name, Json::from(text))).chain(other::data(kind, &ids)?);
    let data = Json::Object(data.map(|(name, value)| (name.to_string(), value)).collect());
    let members = [("status", Json::from(200)), ("message", Json::from("SUCCESS")), ("fieldErrors", Json::Null), ("data", data)];
    let envelope = Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect());
    Some(Reply::new(200, JSON, seal(&telling.keys.edgeros.gateway, &envelope)))
}
