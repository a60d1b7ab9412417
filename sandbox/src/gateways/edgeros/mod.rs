//! EdgerOS Pay 翼辉支付: what all calls share, and the row.

mod bill;
mod close;
mod envelope;
mod fields;
mod notice;
mod order;
mod other;
mod query;
mod refund;
mod seen;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit};
use crate::book::Book;
use crate::call::Call;
use crate::http::{Reply, Request};
use crate::json::{Json, quote};
use crate::keys::{Keys, Scheme, random_text};
pub(crate) use envelope::canonical;
use envelope::envelope;
pub use envelope::seal;
use fields::{Fields, read_leniently};
use order::Ids;

const ID: &str = "edgeros";
const MCH_NO: &str = "MCH1000000";
const SIGN_TYPE: &str = "SHA256withRSA";

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &["/pay/v1/"],
    api: |request| Api::find(SERVICES.iter().map(|service| &service.api), request),
    apis: || SERVICES.iter().map(|service| &service.api).collect(),
    named: |_| None,
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
    reading: seen::reading,
    refusal: seen::refusal,
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

/// The gateway obeys transaction_no when both ids are given. A refund is named by its own number.
fn number(request: &Request, _: &Keys, _: &Book) -> Option<String> {
    if matches!(GATEWAY.call(request), Some(Call::Refund | Call::RefundQuery)) {
        return read_leniently(request, "mch_refund_no");
    }
    read_leniently(request, "transaction_no").or_else(|| read_leniently(request, "mch_trade_no"))
}

/// One call of the API.
struct Service {
    api: Api,
    /// What it takes and signs, with the greatest lengths in bytes.
    fields: &'static [(&'static str, usize)],
    /// The answer to a request whose signature is right.
    reply: fn(&Visit<'_>, &Fields) -> Result<String, &'static str>,
}

static SERVICES: [Service; 5] = [close::SERVICE, query::SERVICE, refund::SERVICE, refund::QUERY_SERVICE, bill::SERVICE];

fn answer(visit: &Visit<'_>) -> Reply {
    let (method, path) = (visit.request.method.as_str(), visit.request.target.as_str());
    let Some(service) = SERVICES.iter().find(|service| (service.api.method, service.api.path) == (method, path)) else {
        if let Some(file) = bill::file(visit) {
            return file;
        }
        return Reply::plain(if SERVICES.iter().any(|service| service.api.path == path) { 405 } else { 404 });
    };
    let done = accept(visit, service).and_then(|fields| (service.reply)(visit, &fields));
    let refused = |why| format!(r#"{{"status":1001,"message":"PARAM_ERROR","fieldErrors":{},"data":null}}"#, quote(why));
    Reply::new(200, "application/json;charset=UTF-8", done.unwrap_or_else(refused))
}

/// Signed, about the order that `ids` name.
fn found(visit: &Visit<'_>, ids: &[(&'static str, String)], words: &[(&str, &str)]) -> String {
    let ids: Vec<_> = ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
    sealed(visit, 200, "SUCCESS", Json::Null, &[ids.as_slice(), words].concat())
}

/// Signed, and names no order.
fn not_found(visit: &Visit<'_>) -> String {
    sealed(visit, 1007, "ORDER_NOT_EXIST", Json::from("此订单不存在!"), &[])
}

fn sealed(visit: &Visit<'_>, status: u64, message: &str, field_errors: Json, data: &[(&str, &str)]) -> String {
    let (mch_no, nonce) = (visit.merchant(MCH_NO), random_text(32));
    let common = [("mch_no", mch_no.as_str()), ("nonce", &nonce), ("sign_type", SIGN_TYPE)];
    envelope(visit, status, message, field_errors, Json::texts(&[&common, data].concat()))
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

fn accept(visit: &Visit<'_>, service: &Service) -> Result<Fields, &'static str> {
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
    let fields = Fields::read(request, service.fields, visit.strict)?;
    let signature = request.header("x-acopay-sign").ok_or("x-acopay-sign is missing")?;
    match visit.keys.edgeros.merchant.verifies(Scheme::Sha256, fields.string_to_sign(nonce).as_bytes(), signature) {
        true => Ok(fields),
        false => Err("signature is invalid"),
    }
}

/// What the official SDK sends and the gateway does not look at.
fn check_head(request: &Request) -> Result<(), &'static str> {
    if request.header("accept") != Some("application/json") {
        return Err("Accept is not application/json");
    }
    if request.method == "GET" {
        return if request.header("content-type").is_none() && request.body.is_empty() { Ok(()) } else { Err("a GET has no body") };
    }
    let charset = request.content_type("application/json").ok_or("Content-Type is not application/json")?;
    if charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")) { Ok(()) } else { Err("charset is not UTF-8") }
}
