//! `/pay/v1/transactions/close`

use super::envelope::{canonical, envelope};
use super::{ID, MCH_NO, SIGN_TYPE, other_reply};
use crate::book::State;
use crate::gateways::{Visit, fits};
use crate::json::Json;
use crate::keys::random_text;

pub(super) const PATH: &str = "/pay/v1/transactions/close";

/// The fields of the page with their greatest lengths, in bytes.
const FIELDS: [(&str, usize); 4] = [("transaction_no", 50), ("mch_trade_no", 50), ("aco_pay_sdk", 12), ("version", 3)];

/// The ids of a correct request.
pub(super) struct Ids {
    pub(super) transaction_no: Option<String>,
    pub(super) mch_trade_no: Option<String>,
}

impl Ids {
    /// The ids that name something: an empty one is signed and names nothing.
    pub(super) fn named(self) -> Result<Ids, &'static str> {
        let some = |id: Option<String>| id.filter(|id| !id.is_empty());
        let ids = Ids { transaction_no: some(self.transaction_no), mch_trade_no: some(self.mch_trade_no) };
        match (&ids.transaction_no, &ids.mch_trade_no) {
            (None, None) => Err("transaction_no and mch_trade_no are both missing"),
            _ => Ok(ids),
        }
    }
}

/// Strictly, nothing is null or empty, as the official SDK leaves it out.
pub(super) fn read(body: &Json, strict: bool) -> Result<Ids, &'static str> {
    let Json::Object(members) = body else {
        return Err("body is not an object");
    };
    for (name, value) in members {
        let (_, length) = FIELDS.iter().find(|(known, _)| known == name).ok_or("a field is unknown")?;
        let fits = match value {
            Json::Text(text) if strict => fits(text, *length),
            Json::Text(text) => text.len() <= *length,
            value => !strict && *value == Json::Null,
        };
        if !fits {
            return Err("a field is empty, too long or not a string");
        }
    }
    let field = |name| body.member(name).and_then(Json::text).map(str::to_string);
    if field("version").is_some_and(|version| version != "1.0") {
        return Err("version is invalid");
    }
    Ok(Ids { transaction_no: field("transaction_no"), mch_trade_no: field("mch_trade_no") })
}

pub(super) fn string_to_sign(ids: &Ids, nonce: &str) -> String {
    let mut fields = vec![("mch_no", MCH_NO), ("nonce", nonce), ("sign_type", SIGN_TYPE)];
    fields.extend(ids.transaction_no.as_deref().map(|number| ("transaction_no", number)));
    fields.extend(ids.mch_trade_no.as_deref().map(|number| ("mch_trade_no", number)));
    canonical(&Json::texts(&fields))
}

pub(super) fn reply(visit: &Visit<'_>, ids: &Ids) -> String {
    if let Some(kind) = visit.other_call() {
        return other_reply(visit, kind, ids);
    }
    let asked = ids.transaction_no.as_ref().or(ids.mch_trade_no.as_ref()).map(String::as_str).unwrap_or_default();
    let (state, named) = visit.close(ID, asked);
    let nonce = random_text(32);
    let mch_no = visit.merchant(MCH_NO);
    let mut data = vec![("mch_no", mch_no.as_str()), ("nonce", &nonce), ("sign_type", SIGN_TYPE)];
    let code = match state {
        State::Open => Some(("SUCCESS", "关单成功")),
        State::Closed => Some(("FAIL", "订单已关闭")),
        State::Paid | State::Refunded | State::Reserved | State::Released => Some(("FAIL", "订单已支付")),
        State::Processing | State::Accepted => Some(("FAIL", "订单支付中")),
        State::Refused => Some(("FAIL", "订单已过期")),
        State::Limited => Some(("FAIL", "操作过于频繁")),
        State::NotFound => None,
    };
    let (status, message, field_errors) = match code {
        Some((code, description)) => {
            // The gateway gave every order a transaction_no; a merchant's number it knows only when told.
            let made_up: String = format!("AP-{named}").chars().take(50).collect();
            let (transaction_no, mch_trade_no) = match (&ids.transaction_no, &ids.mch_trade_no) {
                (Some(_), mch_trade_no) => (named.as_str(), mch_trade_no.as_deref()),
                (None, _) => (made_up.as_str(), Some(named.as_str())),
            };
            data.extend(mch_trade_no.map(|number| ("mch_trade_no", number)));
            data.extend([("transaction_no", transaction_no), ("code", code), ("description", description)]);
            if visit.is_of_other_method() {
                data.extend([("amount_total", "100"), ("success_time", "2026-01-02 15:04:05")]);
            }
            return envelope(visit, 200, "SUCCESS", Json::Null, Json::texts(&data));
        }
        None => (1007, "ORDER_NOT_EXIST", Json::from("此订单不存在!")),
    };
    envelope(visit, status, message, field_errors, Json::texts(&data))
}
