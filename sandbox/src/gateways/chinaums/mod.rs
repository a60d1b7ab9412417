//! ChinaUMS 银联商务: what all calls share, and the row.

mod bill;
mod close;
mod netpay;
mod notice;
mod other;
mod query;
mod refund;
mod seen;
mod token;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit, whole};
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

static SERVICES: [Service; 11] = [
    close::SERVICE,
    query::SERVICE,
    bill::CREATE,
    bill::CLOSE,
    refund::SERVICE,
    refund::QUERY,
    netpay::CREATE,
    netpay::QUERY,
    netpay::CLOSE,
    netpay::REFUND,
    netpay::REFUND_QUERY,
];

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &["/v1/"],
    api: |request| service(request).map(|service| &service.api),
    apis: || SERVICES.iter().map(|service| &service.api).collect(),
    named: |_| None,
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
    reading: seen::reading,
    refusal: seen::refusal,
};

/// One call of the API.
struct Service {
    api: Api,
    fields: &'static [Field],
    /// The field that names what the call is about: the order, or the refund.
    number: &'static str,
    /// What instMid may be.
    inst_mids: &'static [&'static str],
    /// What a correct request is answered.
    reply: fn(&Visit<'_>, &Json) -> Done,
}

/// That of this path. The query of a bill that names a refund asks for that.
fn service(request: &Request) -> Option<&'static Service> {
    let asks_for_refund = || text(&read_body(request)?, "refundOrderId").map(drop);
    if request.target == query::PATH && asks_for_refund().is_some() {
        return Some(&refund::QUERY);
    }
    SERVICES.iter().find(|service| service.api.path == request.target)
}

/// Of a field: name, greatest length in bytes, required.
type Field = (&'static str, usize, bool);
/// The length of what may be anything.
const ANYTHING: usize = usize::MAX;
/// Of bills.
const QR: &[&str] = &["QRPAYDEFAULT"];

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

fn number(request: &Request, _: &Keys, book: &Book) -> Option<String> {
    let service = service(request)?;
    let number = text(&read_body(request)?, service.number)?.to_string();
    if service.number == bill::QR_CODE_ID { bill::of_qr_code(book, &number) } else { Some(number) }
}

/// The text of a member, where it is not empty.
fn text<'a>(body: &'a Json, name: &str) -> Option<&'a str> {
    body.member(name).and_then(Json::text).filter(|text| !text.is_empty())
}

/// So many fen, as a number or a text.
fn amount(body: &Json, name: &str) -> Option<u64> {
    let (Json::Text(text) | Json::Number(text)) = body.member(name)? else { return None };
    whole(text).filter(|fen| *fen > 0)
}

fn message_id(request: &Request) -> Option<String> {
    Some(read_body(request)?.member("msgId")?.text()?.to_string())
}

fn read_body(request: &Request) -> Option<Json> {
    Json::parse(std::str::from_utf8(&request.body).ok()?)
}

fn answer(visit: &Visit<'_>) -> Reply {
    let (method, path) = (visit.request.method.as_str(), visit.request.target.as_str());
    match (service(visit.request), path) {
        (Some(_), _) | (_, token::PATH) if method != "POST" => Reply::plain(405),
        (Some(service), _) => business(visit, service),
        (None, token::PATH) => token::token(visit),
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

fn business(visit: &Visit<'_>, service: &Service) -> Reply {
    if let Err((status, why)) = authorization::check(visit.request, visit.keys, visit.tokens, visit.strict) {
        return platform_error(status, why);
    }
    if let Some(text) = visit.other_call().and_then(other::elsewhere) {
        return Reply::new(200, "application/json;charset=UTF-8", text);
    }
    let body = read_body(visit.request).unwrap_or(Json::Null);
    let field = |name| body.member(name).and_then(Json::text);
    let done = match check(visit, &body, service) {
        Err((code, why)) => Done::refused(code, why),
        Ok(number) => match visit.other_call() {
            Some(kind) => Done { code: other::DONE.0, why: other::DONE.1, members: other::members(kind, number).unwrap_or_default() },
            None => (service.reply)(visit, &body),
        },
    };
    let now = clock::stamp(clock::SPELT);
    let mut members = vec![("errCode", Json::from(done.code)), ("errMsg", Json::from(done.why))];
    members.push(("responseTimestamp", Json::from(now.as_str())));
    members.extend(field("mid").map(|mid| ("mid", Json::from(visit.merchant(mid).as_str()))));
    for name in ["tid", "instMid", "billNo", "billDate", "srcReserve"] {
        members.extend(field(name).filter(|_| !done.names(name)).map(|text| (name, Json::from(text))));
    }
    members.extend(msg_id(visit, field("msgId")).map(|text| ("msgId", Json::from(text.as_str()))));
    members.extend(done.members);
    if visit.is_of_other_method() && !matches!(visit.call, Some(Call::Close | Call::Query)) {
        members.push(("billQRCode", Json::from("https://qr.95516.com/1")));
    }
    Reply::json(200, &Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect()))
}

/// What becomes of a correct request: errCode, errMsg and what else is said.
struct Done {
    code: &'static str,
    why: &'static str,
    members: Vec<(&'static str, Json)>,
}

impl Done {
    fn refused(code: &'static str, why: &'static str) -> Done {
        Done { code, why, members: Vec::new() }
    }

    /// With the bill, where the gateway knows it.
    fn of(visit: &Visit<'_>, (code, why, bill): Outcome, number: &str) -> Done {
        let bill = bill.map(|bill| {
            let payment = bill_payment(number, bill.payment, visit.book.total(ID, number));
            vec![("billPayment", payment), ("billStatus", Json::from(bill.status))]
        });
        Done { code, why, members: bill.unwrap_or_default() }
    }

    fn names(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| *known == name)
    }
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
/// Nobody has paid.
const UNPAID: Bill = Bill { payment: "NEW_ORDER", status: "UNPAID" };
const UNKNOWN: Bill = Bill { payment: "UNKNOWN", status: "UNKNOWN" };

/// errCode, errMsg and the bill.
type Outcome = (&'static str, &'static str, Option<Bill>);

fn bill_payment(mer_order_id: &str, status: &str, total: u64) -> Json {
    let members = [
        ("merOrderId", Json::from(mer_order_id)),
        ("billBizType", Json::from("bills")),
        ("paySeqId", Json::from("20000000001N")),
        ("totalAmount", Json::from(total)),
        ("buyerPayAmount", Json::from(total)),
        ("status", Json::from(status)),
        ("targetSys", Json::from("WXPay")),
    ];
    Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

/// What a correct body names, or errCode and errMsg.
fn check<'a>(visit: &Visit<'_>, body: &'a Json, service: &Service) -> Result<&'a str, (&'static str, &'static str)> {
    let Service { fields, number, .. } = service;
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
        let is_amount = || name.ends_with("Amount") && amount(body, name).is_some();
        if *length != ANYTHING && !is_amount() && value.text().is_none_or(|text| text.len() > *length) {
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
    if !service.inst_mids.contains(&field("instMid")) {
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
