//! EdgerOS Pay 翼辉支付: `/pay/v1/transactions/close`.

mod other;

use serde_json::{Value, json};

use super::{Gateway, Visit, fits};
use crate::book::State;
use crate::http::{Reply, Request};
use crate::json::{Json, quote};
use crate::keys::{KeyPair, Keys, Scheme, random_text};

const ID: &str = "edgeros";
const PATH: &str = "/pay/v1/transactions/close";
const MCH_NO: &str = "MCH1000000";
const SIGN_TYPE: &str = "SHA256withRSA";

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefix: "/pay/v1/",
    path: PATH,
    query_path: None,
    number,
    message_id: |_| None,
    answer,
    calls: &other::CALLS,
    accounts: &[(ID, account)],
    order,
};

/// The fields of the page with their greatest lengths, in bytes.
const FIELDS: [(&str, usize); 4] = [("transaction_no", 50), ("mch_trade_no", 50), ("aco_pay_sdk", 12), ("version", 3)];

/// The compact text of this envelope with `sign` added to its `data`; an envelope without `data` stays unsigned.
pub fn seal(platform: &KeyPair, envelope: &Json) -> String {
    let signature = platform.sign(Scheme::Sha256, canonical(envelope).as_bytes());
    let mut sealed = envelope.clone();
    if let Json::Object(members) = &mut sealed {
        for (name, value) in members {
            if let ("data", Json::Object(data)) = (name.as_str(), value) {
                data.push(("sign".to_string(), Json::from(signature.as_str())));
            }
        }
    }
    sealed.compact()
}

/// The string to sign: members sorted, nulls left out, empty strings kept, `data.sign` left out.
pub(crate) fn canonical(envelope: &Json) -> String {
    let sorted = match sorted(envelope) {
        Json::Object(members) => Json::Object(members.into_iter().map(without_sign).collect()),
        other => other,
    };
    let mut text = String::new();
    sorted.write(&mut text, &gson_quote);
    text
}

fn without_sign((name, value): (String, Json)) -> (String, Json) {
    match value {
        Json::Object(data) if name == "data" => (name, Json::Object(data.into_iter().filter(|(name, _)| name != "sign").collect())),
        value => (name, value),
    }
}

fn sorted(value: &Json) -> Json {
    let Json::Object(members) = value else {
        return value.clone();
    };
    let mut members: Vec<_> = members.iter().filter(|(_, value)| *value != Json::Null).collect();
    members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
    Json::Object(members.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect())
}

/// Gson escapes the two Unicode line separators as well.
fn gson_quote(text: &str) -> String {
    quote(text).replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn account(keys: &Keys) -> Value {
    json!({
        "mch_no": MCH_NO,
        "private_key": { "base64": keys.edgeros.merchant.private_base64() },
        "gateway_public_key": { "base64": keys.edgeros.gateway.public_base64() },
    })
}

fn order(number: &str) -> Value {
    json!({ "mch_trade_no": number })
}

/// The gateway obeys transaction_no when both ids are given.
fn number(request: &Request, _: &Keys) -> Option<String> {
    let body = Json::parse(std::str::from_utf8(&request.body).ok()?)?;
    Some(body.member("transaction_no").or_else(|| body.member("mch_trade_no"))?.text()?.to_string())
}

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.request.target != PATH {
        return Reply::plain(404);
    }
    if visit.request.method != "POST" {
        return Reply::plain(405);
    }
    let body = match accept(visit) {
        Ok(ids) => reply(visit, &ids),
        Err(why) => {
            format!(r#"{{"status":1001,"message":"PARAM_ERROR","fieldErrors":{},"data":null}}"#, quote(why))
        }
    };
    Reply::new(200, "application/json;charset=UTF-8", body)
}

/// The ids of a correct request.
struct Ids {
    transaction_no: Option<String>,
    mch_trade_no: Option<String>,
}

fn reply(visit: &Visit<'_>, ids: &Ids) -> String {
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

/// A notice is signed over its own flat members, everything else over the envelope.
fn other_reply(visit: &Visit<'_>, kind: &str, ids: &Ids) -> String {
    let nonce = random_text(32);
    let common = [("mch_no", MCH_NO), ("nonce", &nonce), ("sign_type", SIGN_TYPE)].map(|(name, text)| (name, Json::from(text)));
    let object =
        |more: Vec<(&str, Json)>| Json::Object(common.iter().cloned().chain(more).map(|(name, value)| (name.to_string(), value)).collect());
    if let Some(mut notice) = other::notice(kind, ids) {
        let signature = visit.seal_keys.edgeros.gateway.sign(Scheme::Sha256, canonical(&object(notice.clone())).as_bytes());
        notice.push(("sign", Json::from(signature.as_str())));
        return object(notice).compact();
    }
    envelope(visit, 200, "SUCCESS", Json::Null, object(other::data(kind, ids).unwrap_or_default()))
}

fn envelope(visit: &Visit<'_>, status: u64, message: &str, field_errors: Json, data: Json) -> String {
    let members = [("status", Json::from(status)), ("message", Json::from(message)), ("fieldErrors", field_errors), ("data", data)];
    let envelope = Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect());
    match visit.unsigned() {
        true => envelope.compact(),
        false => seal(&visit.seal_keys.edgeros.gateway, &envelope),
    }
}

fn accept(visit: &Visit<'_>) -> Result<Ids, &'static str> {
    let request = visit.request;
    let charset = request.content_type("application/json").ok_or("Content-Type is not application/json")?;
    if !charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")) {
        return Err("charset is not UTF-8");
    }
    if request.header("accept") != Some("application/json") {
        return Err("Accept is not application/json");
    }
    if request.header("x-acopay-mch-no") != Some(MCH_NO) {
        return Err("x-acopay-mch-no is unknown");
    }
    if request.header("x-acopay-sign-type") != Some(SIGN_TYPE) {
        return Err("x-acopay-sign-type is invalid");
    }
    let nonce = request.header("x-acopay-nonce").unwrap_or_default();
    if nonce.len() != 32 || !nonce.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err("x-acopay-nonce is invalid");
    }
    let body = std::str::from_utf8(&request.body).ok().and_then(Json::parse).ok_or("body is not JSON")?;
    let ids = read(&body)?;
    let signature = request.header("x-acopay-sign").ok_or("x-acopay-sign is missing")?;
    if !visit.keys.edgeros.merchant.verifies(Scheme::Sha256, string_to_sign(&ids, nonce).as_bytes(), signature) {
        return Err("signature is invalid");
    }
    Ok(ids)
}

fn read(body: &Json) -> Result<Ids, &'static str> {
    let Json::Object(members) = body else {
        return Err("body is not an object");
    };
    for (name, value) in members {
        let (_, length) = FIELDS.iter().find(|(known, _)| known == name).ok_or("a field is unknown")?;
        if !value.text().is_some_and(|text| fits(text, *length)) {
            return Err("a field is empty, too long or not a string");
        }
    }
    let field = |name| body.member(name).and_then(Json::text).map(str::to_string);
    if field("version").is_some_and(|version| version != "1.0") {
        return Err("version is invalid");
    }
    let ids = Ids { transaction_no: field("transaction_no"), mch_trade_no: field("mch_trade_no") };
    match (&ids.transaction_no, &ids.mch_trade_no) {
        (None, None) => Err("transaction_no and mch_trade_no are both missing"),
        _ => Ok(ids),
    }
}

fn string_to_sign(ids: &Ids, nonce: &str) -> String {
    let mut fields = vec![("mch_no", MCH_NO), ("nonce", nonce), ("sign_type", SIGN_TYPE)];
    fields.extend(ids.transaction_no.as_deref().map(|number| ("transaction_no", number)));
    fields.extend(ids.mch_trade_no.as_deref().map(|number| ("mch_trade_no", number)));
    canonical(&Json::texts(&fields))
}
