//! ChinaUMS 银联商务: what all calls share, and the row.

mod close;
mod notice;
mod other;
mod query;
mod token;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit};
use crate::authorization;
use crate::book::Book;
use crate::call::Call;
use crate::clock::{self, Stamp};
use crate::fault::Fault;
use crate::http::{Reply, Request};
use crate::json::Json;
use crate::keys::{Keys, random_text};

const ID: &str = "chinaums";
const MID: &str = "898201612345678";
const TID: &str = "88880001";

const APIS: [Api; 2] = [Api::post(close::PATH, Call::Close), Api::post(query::PATH, Call::Query)];

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &["/v1/"],
    api: |request| Api::find(APIS.iter(), request),
    number,
    message_id,
    answer,
    calls: &other::CALLS,
    notice: notice::notice,
    reply: notice::reply,
    schedule: &notice::SCHEDULE,
    acknowledges: notice::acknowledges,
    accounts: &[(ID, account)],
    order,
};

/// Of a field: name, greatest length in bytes, required.
type Field = (&'static str, usize, bool);

fn account(keys: &Keys) -> Value {
    json!({
        "app_id": keys.chinaums_app_id,
        "app_key": keys.chinaums_app_key,
        "mid": MID,
        "tid": TID,
        "notify_key": keys.chinaums_notify_key,
    })
}

fn order(number: &str) -> Value {
    json!({ "billNo": "", "billDate": "", "merOrderId": number, "authIdRespCd": "" })
}

fn number(request: &Request, _: &Keys, _: &Book) -> Option<String> {
    let name = if request.target == query::PATH { query::NUMBER } else { close::NUMBER };
    Some(read_body(request)?.member(name)?.text()?.to_string())
}

fn message_id(request: &Request) -> Option<String> {
    Some(read_body(request)?.member("msgId")?.text()?.to_string())
}

fn read_body(request: &Request) -> Option<Json> {
    Json::parse(std::str::from_utf8(&request.body).ok()?)
}

fn answer(visit: &Visit<'_>) -> Reply {
    match (visit.request.method.as_str(), visit.request.target.as_str()) {
        ("POST", close::PATH) => business(visit, &close::FIELDS, close::NUMBER),
        ("POST", query::PATH) => business(visit, &query::FIELDS, query::NUMBER),
        ("POST", token::PATH) => token::token(visit),
        (_, close::PATH | query::PATH | token::PATH) => Reply::plain(405),
        _ => Reply::plain(404),
    }
}

/// A refusal by the platform in front of the business: digits and errInfo.
fn platform_error(status: u16, why: &str) -> Reply {
    Reply::json(status, &Json::texts(&[("errCode", "1000"), ("errInfo", why)]))
}

fn is_json(request: &Request) -> bool {
    let charset = request.content_type("application/json");
    charset.is_some_and(|charset| charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")))
}

/// A call with these fields, of which one names the order.
fn business(visit: &Visit<'_>, fields: &[Field], number: &str) -> Reply {
    if let Err((status, why)) = authorization::check(visit.request, visit.keys, visit.tokens, visit.strict) {
        return platform_error(status, why);
    }
    if let Some(text) = visit.other_call().and_then(other::elsewhere) {
        return Reply::new(200, "application/json;charset=UTF-8", text);
    }
    let body = read_body(visit.request).unwrap_or(Json::Null);
    let field = |name| body.member(name).and_then(Json::text);
    let mut more = Vec::new();
    let (code, why, order) = match check(visit, &body, fields, number) {
        Err((code, why)) => (code, why, None),
        Ok(mer_order_id) if visit.other_call().is_some() => {
            more = visit.other_call().and_then(|kind| other::members(kind, mer_order_id)).unwrap_or_default();
            (other::DONE.0, other::DONE.1, None)
        }
        Ok(mer_order_id) => {
            let ((code, why, bill), named) = match visit.call {
                Some(Call::Query) => query::answered(visit, mer_order_id),
                _ => close::cancelled(visit, mer_order_id),
            };
            (code, why, bill.map(|bill| (named, bill)))
        }
    };
    let now = clock::stamp(clock::SPELT);
    let mut members = vec![("errCode", Json::from(code)), ("errMsg", Json::from(why))];
    members.push(("responseTimestamp", Json::from(now.as_str())));
    members.extend(field("mid").map(|mid| ("mid", Json::from(visit.merchant(mid).as_str()))));
    for name in ["tid", "instMid", "billNo", "billDate", "srcReserve"] {
        members.extend(field(name).map(|text| (name, Json::from(text))));
    }
    members.extend(msg_id(visit, field("msgId")).map(|text| ("msgId", Json::from(text.as_str()))));
    members.extend(more);
    if let Some((mer_order_id, bill)) = order {
        members.push(("billPayment", bill_payment(&mer_order_id, bill.payment)));
        members.push(("billStatus", Json::from(bill.status)));
    }
    Reply::json(200, &Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect()))
}

/// The echo is all that binds a reply to its call, so it is what the faults of the signature hit here.
fn msg_id(visit: &Visit<'_>, sent: Option<&str>) -> Option<String> {
    match visit.fault {
        Some(Fault::Unsigned) => None,
        Some(Fault::WrongKey) => Some(random_text(32)),
        _ => sent.map(str::to_string),
    }
}

/// The status words of a bill the gateway knows.
#[derive(Clone, Copy)]
struct Bill {
    payment: &'static str,
    status: &'static str,
}

/// The money has gone back.
const VOIDED: Bill = Bill { payment: "TRADE_CLOSED", status: "CLOSED" };
/// The completion stands.
const STANDING: Bill = Bill { payment: "TRADE_SUCCESS", status: "PAID" };
/// Part of the money has gone back.
const REFUNDED: Bill = Bill { payment: "TRADE_REFUND", status: "REFUND" };
const UNKNOWN: Bill = Bill { payment: "UNKNOWN", status: "UNKNOWN" };

/// errCode, errMsg and the bill.
type Outcome = (&'static str, &'static str, Option<Bill>);

fn bill_payment(mer_order_id: &str, status: &str) -> Json {
    let members = [
        ("merOrderId", Json::from(mer_order_id)),
        ("billBizType", Json::from("bills")),
        ("paySeqId", Json::from("20000000001N")),
        ("totalAmount", Json::from(100)),
        ("buyerPayAmount", Json::from(100)),
        ("status", Json::from(status)),
        ("targetSys", Json::from("WXPay")),
    ];
    Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

/// The order that a correct body names, or errCode and errMsg.
fn check<'a>(visit: &Visit<'_>, body: &'a Json, fields: &[Field], number: &str) -> Result<&'a str, (&'static str, &'static str)> {
    if visit.strict && !is_json(visit.request) {
        return Err(("BAD_REQUEST", "Content-Type is not application/json in UTF-8"));
    }
    let Json::Object(members) = body else {
        return Err(("BAD_REQUEST", "body is not a JSON object"));
    };
    for (name, value) in members {
        let Some((_, length, _)) = fields.iter().find(|(known, _, _)| known == name) else {
            // The calls of the family share their reader.
            if visit.strict {
                return Err(("BAD_REQUEST", "a field is unknown"));
            }
            continue;
        };
        if value.text().is_none_or(|text| text.len() > *length) {
            return Err(("BAD_REQUEST", "a field is too long or not a string"));
        }
    }
    let field = |name| body.member(name).and_then(Json::text).unwrap_or_default();
    if fields.iter().any(|(name, _, required)| *required && body.member(name).is_none()) {
        return Err(("BAD_REQUEST", "a required field is missing"));
    }
    match clock::check(field("requestTimestamp"), clock::SPELT) {
        Stamp::Good => {}
        Stamp::Skewed => return Err(("ABNORMAL_REQUEST_TIME", "请求时间异常")),
        Stamp::Malformed => return Err(("BAD_REQUEST", "requestTimestamp is invalid")),
    }
    if field("mid") != MID || field("tid") != TID {
        return Err(("NO_MERCHANT", "商户不存在"));
    }
    if field("instMid") != "QRPAYDEFAULT" {
        return Err(("BAD_REQUEST", "instMid is invalid"));
    }
    let bill_date = field("billDate"); // the page's own sample leaves billNo, billDate and authIdRespCd empty
    if !bill_date.is_empty() && !clock::is_date(bill_date) {
        return Err(("BAD_REQUEST", "billDate is invalid"));
    }
    match body.member(number).and_then(Json::text) {
        Some(number) if !number.trim().is_empty() => Ok(number),
        _ => Err(("BAD_REQUEST", "the order number is empty")),
    }
}
