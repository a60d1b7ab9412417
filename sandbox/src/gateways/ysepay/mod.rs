//! YSEPay 银盛支付: `/gateway.do`, and the row.
//!
//! The partner may sign with RSA or with SM2, in either encoding; the reply is signed the way the request was.

mod close;
mod envelope;
mod notice;
mod other;
mod seen;
mod sign;
mod trade;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit};
use crate::book::Book;
use crate::call::Call;
use crate::charset::Charset;
use crate::clock::{self, Stamp};
use crate::form::Form;
use crate::http::{Reply, Request};
use crate::json::Json;
use crate::keys::Keys;
use close::{METHOD, failure};
use envelope::{SignType, unknown};
pub use envelope::{seal, seal_sm};

const ID: &str = "ysepay";
const PATH: &str = "/gateway.do";
const PARTNER_ID: &str = "sandbox_partner";
/// Which signs with SM2, and is told so.
const ACCOUNT_SM: &str = "ysepay-sm";

static SERVICES: [Service; 7] = [close::SERVICE, sign::SIGN, sign::CONFIRM, trade::PAY, trade::QUERY, trade::REFUND, trade::REFUND_QUERY];

/// The parameter `method` of what comes to the one path.
fn method(request: &Request) -> Option<String> {
    let form = Form::parse(&request.body, false).filter(|_| request.target == PATH)?;
    form.ascii("method").map(String::from)
}

/// One method.
struct Service {
    /// Its name in place of a path.
    api: Api,
    /// The member of biz_content that names what it is about.
    number: &'static str,
    /// What biz_content must hold.
    required: &'static [&'static str],
    /// The response object.
    object: fn(&Visit<'_>, &Json) -> String,
}

impl Service {
    /// Whatever names no other method is taken for a close.
    fn of(request: &Request) -> Option<&'static Service> {
        let method = method(request).unwrap_or_else(|| METHOD.into());
        let named = || SERVICES.iter().find(|service| service.api.path == method);
        (request.target == PATH).then(|| named().or(SERVICES.first()))?
    }

    /// What its response object stands under.
    fn response_key(&self) -> String {
        self.api.path.replace('.', "_") + "_response"
    }
}

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &[PATH],
    api: |request| Service::of(request).map(|service| &service.api),
    apis: || SERVICES.iter().map(|service| &service.api).collect(),
    named: method,
    number,
    message_id: |_| None,
    answer,
    calls: &other::CALLS,
    notice: notice::notice,
    reply: notice::reply,
    schedule: &notice::SCHEDULE,
    acknowledges: notice::acknowledges,
    accounts: &[(ID, account), (ACCOUNT_SM, sm_account)],
    order,
    reading: seen::reading,
    refusal: seen::refusal,
};

const PARAMETERS: [&str; 11] = [
    "method",
    "partner_id",
    "timestamp",
    "charset",
    "sign_type",
    "sign",
    "version",
    "notify_url",
    "return_url",
    "tran_type",
    "biz_content",
];

fn account(keys: &Keys) -> Value {
    json!({
        "partner_id": PARTNER_ID,
        "sign_type": "RSA",
        "private_key": { "base64": keys.ysepay.merchant.private_base64() },
        "gateway_public_key": { "base64": keys.ysepay.gateway.public_base64() },
    })
}

fn sm_account(keys: &Keys) -> Value {
    json!({
        "partner_id": PARTNER_ID,
        "sign_type": "SM",
        "private_key": { "pem": keys.ysepay_sm.merchant.private_pem() },
        "gateway_public_key": { "pem": keys.ysepay_sm.gateway.public_pem() },
        "sm2_encoding": "der",
    })
}

fn order(number: &str) -> Value {
    json!({ "protocol_no": number })
}

fn number(request: &Request, _: &Keys, _: &Book) -> Option<String> {
    let form = Form::parse(&request.body, false)?;
    let charset = charset(&form, false).unwrap_or(Charset::Utf8);
    let biz = Json::parse(&form.text("biz_content", charset)?)?;
    Some(biz.member(Service::of(request)?.number)?.text()?.to_string())
}

fn answer(visit: &Visit<'_>) -> Reply {
    let request = visit.request;
    if request.target != PATH {
        return Reply::plain(404);
    }
    if request.method != "POST" {
        return Reply::plain(405);
    }
    if let Some(notice) = visit.other_call().and_then(other::notice) {
        return Reply::new(200, "application/x-www-form-urlencoded; charset=utf-8", notice);
    }
    let Some(form) = Form::parse(&request.body, visit.strict) else {
        return unknown("request cannot be read");
    };
    let service = Service::of(request).filter(|service| form.ascii("method") == Some(service.api.path));
    let Some(service) = service else {
        return unknown("method does not exist");
    };
    if form.ascii("partner_id") != Some(PARTNER_ID) {
        return unknown("partner_id does not exist");
    }
    let charset = charset(&form, visit.strict).unwrap_or(Charset::Utf8);
    let object = match (check(visit, &form, service), visit.other_call()) {
        (Ok(biz), Some(kind)) => {
            let number = biz.member(service.number).and_then(Json::text).unwrap_or_default();
            other::object(kind, number).unwrap_or_default()
        }
        (Ok(biz), None) => (service.object)(visit, &biz),
        (Err(why), _) => failure("ACQ.INVALID_PARAMETER", why),
    };
    let key = service.response_key();
    let body = if visit.unsigned() {
        charset.encode(&format!(r#"{{"{key}":{object}}}"#))
    } else {
        SignType::of(&form).unwrap_or(SignType::Rsa).seal(visit, &key, &object, charset)
    };
    let name = form.ascii("charset").unwrap_or(charset.name());
    Reply::new(200, &format!("application/json;charset={name}"), body.unwrap_or_default())
}

/// The biz_content of a correct request, or why it is not.
fn check(visit: &Visit<'_>, form: &Form, service: &Service) -> Result<Json, &'static str> {
    if visit.strict {
        check_page(visit.request, form)?;
    }
    let charset = charset(form, visit.strict).ok_or("charset is invalid")?;
    if form.ascii("version") != Some("3.0") {
        return Err("version is invalid");
    }
    match form.ascii("timestamp").map(|text| clock::check(text, clock::SPELT)) {
        Some(Stamp::Good) => {}
        Some(Stamp::Skewed) => return Err("timestamp is out of range"),
        _ => return Err("timestamp is invalid"),
    }
    let sign_type = SignType::of(form).ok_or("sign_type is invalid")?;
    let signature = form.signature().ok_or("sign is missing")?;
    if !sign_type.verifies(visit.keys, &form.string_to_sign(), &signature) {
        return Err("验签失败");
    }
    let biz = form.text("biz_content", charset).and_then(|text| Json::parse(&text)).ok_or("biz_content is invalid")?;
    let is_there = |name: &&str| biz.member(name).and_then(Json::text).is_some_and(|text| !text.trim().is_empty());
    match service.required.iter().all(is_there) && (service.api.call != Call::Close || close::is_exact(&biz, visit.strict)) {
        true => Ok(biz),
        false => Err("biz_content is invalid"),
    }
}

/// The charset of the request. The page's default is GBK, and what is held to the page must name one.
fn charset(form: &Form, strict: bool) -> Option<Charset> {
    match form.ascii("charset") {
        Some(name) => Charset::named(name, strict),
        None if strict => None,
        None => Some(Charset::Gbk),
    }
}

/// What the page says and the gateway does not look at.
fn check_page(request: &Request, form: &Form) -> Result<(), &'static str> {
    if form.names().any(|name| !PARAMETERS.contains(&name)) {
        return Err("a parameter is unknown");
    }
    if !form.is_clean() {
        return Err("a parameter is blank or not ASCII");
    }
    let declared = request.content_type("application/x-www-form-urlencoded").flatten();
    if !declared.is_some_and(|name| form.ascii("charset").is_some_and(|charset| name.eq_ignore_ascii_case(charset))) {
        return Err("Content-Type is not that of a form in the request's charset");
    }
    Ok(())
}
