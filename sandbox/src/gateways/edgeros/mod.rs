//! EdgerOS Pay 翼辉支付: what all calls share, and the row.

mod close;
mod envelope;
mod notice;
mod other;

use serde_json::{Value, json};

use super::{Gateway, Visit};
use crate::book::Book;
use crate::http::{Reply, Request};
use crate::json::{Json, quote};
use crate::keys::{Keys, Scheme, random_text};
use close::{Ids, PATH, read, string_to_sign};
pub(crate) use envelope::canonical;
use envelope::envelope;
pub use envelope::seal;

const ID: &str = "edgeros";
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
    notice: notice::notice,
    reply: notice::reply,
    schedule: &notice::SCHEDULE,
    acknowledges: notice::acknowledges,
    accounts: &[(ID, account)],
    order,
};

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
fn number(request: &Request, _: &Keys, _: &Book) -> Option<String> {
    let body = Json::parse(std::str::from_utf8(&request.body).ok()?)?;
    let number = |name| body.member(name).and_then(Json::text).filter(|text| !text.is_empty());
    number("transaction_no").or_else(|| number("mch_trade_no")).map(str::to_string)
}

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.request.target != PATH {
        return Reply::plain(404);
    }
    if visit.request.method != "POST" {
        return Reply::plain(405);
    }
    let body = match accept(visit) {
        Ok(ids) => close::reply(visit, &ids),
        Err(why) => {
            format!(r#"{{"status":1001,"message":"PARAM_ERROR","fieldErrors":{},"data":null}}"#, quote(why))
        }
    };
    Reply::new(200, "application/json;charset=UTF-8", body)
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

fn accept(visit: &Visit<'_>) -> Result<Ids, &'static str> {
    let request = visit.request;
    if visit.strict {
        check_head(request)?;
    }
    if request.header("x-acopay-mch-no") != Some(MCH_NO) {
        return Err("x-acopay-mch-no is unknown");
    }
    if request.header("x-acopay-sign-type") != Some(SIGN_TYPE) {
        return Err("x-acopay-sign-type is invalid");
    }
    let nonce = request.header("x-acopay-nonce").unwrap_or_default();
    let alphanumeric = nonce.len() == 32 && nonce.bytes().all(|b| b.is_ascii_alphanumeric());
    if !alphanumeric && (visit.strict || nonce.is_empty()) {
        return Err("x-acopay-nonce is invalid");
    }
    let body = std::str::from_utf8(&request.body).ok().and_then(Json::parse).ok_or("body is not JSON")?;
    let ids = read(&body, visit.strict)?;
    let signature = request.header("x-acopay-sign").ok_or("x-acopay-sign is missing")?;
    if !visit.keys.edgeros.merchant.verifies(Scheme::Sha256, string_to_sign(&ids, nonce).as_bytes(), signature) {
        return Err("signature is invalid");
    }
    ids.named()
}

/// What the official SDK sends and the gateway does not look at.
fn check_head(request: &Request) -> Result<(), &'static str> {
    let charset = request.content_type("application/json").ok_or("Content-Type is not application/json")?;
    if !charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")) {
        return Err("charset is not UTF-8");
    }
    match request.header("accept") {
        Some("application/json") => Ok(()),
        _ => Err("Accept is not application/json"),
    }
}
