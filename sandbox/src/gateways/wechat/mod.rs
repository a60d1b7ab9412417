//! WeChat Pay v2 微信支付: what all calls share, and the row; direct and institution mode.

mod bill;
mod close;
mod create;
mod envelope;
mod notice;
mod other;
mod pay;
mod query;
mod refund;
mod reverse;
mod seen;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit, fits, whole};
use crate::book::Book;
use crate::call::Call;
use crate::http::{Reply, Request};
use crate::keys::{Keys, random_text};
use crate::xml;
pub(crate) use envelope::sign;
use envelope::write;
pub use envelope::{SignType, seal};

const ID: &str = "wechat";
const APPID: &str = "wx8888888888888888";
pub(crate) const MCH_ID: &str = "1900000109";
/// Stands for an order that nobody knows.
const NOT_FOUND: &str = "NOTFOUND";
const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";

const APIS: [Api; 8] = [
    Api::post(close::PATH, Call::Close),
    Api::post(query::PATH, Call::Query),
    Api::post(create::PATH, Call::Create),
    Api::post(pay::PATH, Call::Pay),
    Api::post(refund::PATH, Call::Refund),
    Api::post(refund::QUERY_PATH, Call::RefundQuery),
    Api::post(reverse::PATH, Call::Reverse),
    Api::post(bill::PATH, Call::Bill),
];

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &["/pay/", "/secapi/"],
    api: |request| Api::find(APIS.iter(), request),
    apis: || APIS.iter().collect(),
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

/// Of a field: name, greatest length in bytes, required.
type Field = (&'static str, usize, bool);

/// The fields of all pages.
const FIELDS: [Field; 7] = [
    ("appid", 32, true),
    ("mch_id", 32, true),
    ("sub_appid", 32, false),
    ("sub_mch_id", 32, false),
    ("nonce_str", 32, true),
    ("sign_type", 32, false),
    ("sign", 64, false), // without it the signature is wrong
];

/// The other fields of the page of this call. An order that is required may be named in another way where one is there.
fn fields_of(call: Option<Call>) -> &'static [Field] {
    match call {
        Some(Call::Create) => &create::FIELDS,
        Some(Call::Pay) => &pay::FIELDS,
        Some(Call::Refund) => &refund::FIELDS,
        Some(Call::RefundQuery) => &refund::QUERY_FIELDS,
        Some(Call::Reverse) => &reverse::FIELDS,
        Some(Call::Bill) => &bill::FIELDS,
        _ => &close::FIELDS,
    }
}

fn account(keys: &Keys) -> Value {
    json!({ "appid": APPID, "mch_id": MCH_ID, "api_key": keys.wechat_api_key })
}

fn order(number: &str) -> Value {
    json!({ "out_trade_no": number })
}

fn number(request: &Request, _: &Keys, book: &Book) -> Option<String> {
    let fields = xml::parse(&request.body, false)?;
    let call = (GATEWAY.api)(request).map(|api| api.call);
    let own = field(&fields, "out_refund_no").filter(|_| matches!(call, Some(Call::Refund | Call::RefundQuery)));
    own.map(str::to_string).or_else(|| named(&fields, call, book))
}

/// The order that a request names. Except in a close, WeChat Pay's own number counts before the merchant's.
fn named(fields: &[(String, String)], call: Option<Call>, book: &Book) -> Option<String> {
    match field(fields, "transaction_id").filter(|_| call != Some(Call::Close)) {
        Some(id) => book.numbers(ID).find(|number| query::transaction_id(number) == *id),
        None => field(fields, "out_trade_no").map(str::to_string),
    }
}

/// The value, where it is not empty.
fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.call.is_none() {
        return Reply::plain(404);
    }
    if let Some(text) = visit.other_call().and_then(other::unsigned) {
        return Reply::new(200, "text/plain", text);
    }
    let text = match accept(visit) {
        Ok(accepted) if visit.call == Some(Call::Bill) && visit.other_call().is_none() => return bill::bill(visit, &accepted),
        Ok(accepted) => accepted.reply(visit),
        Err(why) => write(&[("return_code", "FAIL"), ("return_msg", why)]),
    };
    Reply::new(200, "text/plain", text)
}

/// A correct request of any call: its fields and how it was signed.
struct Accepted {
    fields: Vec<(String, String)>,
    sign_type: SignType,
}

impl Accepted {
    fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    /// So many fen.
    fn fen(&self, name: &str) -> Option<u64> {
        self.field(name).and_then(whole).filter(|fen| *fen > 0)
    }

    /// What a second request for the same must repeat.
    fn words(&self) -> String {
        let mut own: Vec<_> = self.fields.iter().filter(|(name, _)| !FIELDS.iter().any(|(known, _, _)| known == name)).collect();
        own.sort();
        format!("{own:?}")
    }

    fn reply(&self, visit: &Visit<'_>) -> String {
        let number = named(&self.fields, visit.call, visit.book);
        let number = number.as_deref().unwrap_or(NOT_FOUND);
        let nonce = random_text(16);
        let mch_id = visit.merchant(MCH_ID);
        let mut fields = vec![("return_code", "SUCCESS"), ("return_msg", "OK"), ("mch_id", mch_id.as_str())];
        for name in ["appid", "sub_appid", "sub_mch_id"] {
            fields.extend(self.field(name).map(|value| (name, value)));
        }
        fields.push(("nonce_str", &nonce));
        if let Some(kind) = visit.other_call() {
            fields.extend(other::fields(kind, number).unwrap_or_default());
            return self.seal(visit, &fields);
        }
        let found = match visit.call {
            Some(Call::Query) => query::queried(visit, number),
            Some(Call::Create) => create::created(visit, self, number),
            Some(Call::Pay) => pay::paid(visit, self, number),
            Some(Call::Refund) => refund::refunded(visit, self, number),
            Some(Call::RefundQuery) => refund::queried(visit, self, number),
            Some(Call::Reverse) => reverse::reversed(visit, number),
            _ => close::closed(visit.close(ID, number).0),
        };
        let (result, more) = match &found {
            Ok(more) => ([("result_code", "SUCCESS")].to_vec(), more.as_slice()),
            Err((code, why)) => ([("result_code", "FAIL"), ("err_code", *code), ("err_code_des", *why)].to_vec(), [].as_slice()),
        };
        fields.extend(result);
        // Of all pages only that of the close has it.
        fields.extend((visit.call == Some(Call::Close) && found.is_ok()).then_some(("result_msg", "OK")));
        fields.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        fields.extend((visit.call == Some(Call::Reverse)).then(|| ("recall", reverse::recall(&found))));
        if visit.is_of_other_method() {
            fields.extend(
                [("trade_type", "JSAPI"), ("prepay_id", "wx201411101639507cbf6ffd8b0779950874")]
                    .iter()
                    .filter(|(name, _)| !more.iter().any(|(known, _)| known == name)),
            );
        }
        self.seal(visit, &fields)
    }

    fn seal(&self, visit: &Visit<'_>, fields: &[(&str, &str)]) -> String {
        match visit.unsigned() {
            true => write(fields),
            false => seal(fields, self.sign_type.of_reply(visit), &visit.seal_keys.wechat_api_key),
        }
    }
}

/// err_code and err_code_des.
type Failure = (&'static str, &'static str);

/// What a success holds besides, or the failure.
type Found = Result<Vec<(String, String)>, Failure>;

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

const SYSTEM_ERROR: Failure = ("SYSTEMERROR", "系统错误");
const TOO_OFTEN: Failure = ("FREQUENCY_LIMITED", "频率限制，请稍后再试");

const BAD_PARAMETER: &str = "参数格式校验错误";

fn accept(visit: &Visit<'_>) -> Result<Accepted, &'static str> {
    if visit.request.method != "POST" {
        return Err("请使用post方法");
    }
    if visit.strict && !is_xml(visit.request) {
        return Err("XML格式错误");
    }
    let fields = xml::parse(&visit.request.body, visit.strict).ok_or("XML格式错误")?;
    let sign_type = match fields.iter().find(|(name, _)| name == "sign_type").map(|(_, value)| value.as_str()) {
        None | Some("MD5") => SignType::Md5,
        Some("") if !visit.strict => SignType::Md5,
        Some("HMAC-SHA256") => SignType::HmacSha256,
        Some(_) => return Err(BAD_PARAMETER),
    };
    let accepted = Accepted { fields, sign_type };
    check(visit, &accepted).ok_or(BAD_PARAMETER)?;
    let fields: Vec<_> = accepted.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if accepted.field("sign") != Some(&sign(&fields, sign_type, &visit.keys.wechat_api_key)) {
        return Err("签名错误");
    }
    match visit.call {
        Some(Call::Refund) => refund::check(&accepted)?,
        Some(Call::Create | Call::Pay) => accepted.fen("total_fee").map(drop).ok_or("invalid total_fee")?,
        _ => {}
    }
    Ok(accepted)
}

fn is_xml(request: &Request) -> bool {
    let content_type = ["text/xml", "application/xml"].iter().find_map(|name| request.content_type(name));
    content_type.is_some_and(|charset| charset.is_none_or(|name| name.eq_ignore_ascii_case("utf-8")))
}

/// Strictly, nothing but the fields of the page, none of them empty.
fn check(visit: &Visit<'_>, request: &Accepted) -> Option<()> {
    let of_page = || FIELDS.iter().chain(fields_of(visit.call));
    let known = |(name, value): &(String, String)| match of_page().find(|(field, _, _)| field == name) {
        _ if value.is_empty() => !visit.strict,
        Some((_, length, _)) => fits(value, *length) && value.trim() == value,
        None => !visit.strict,
    };
    let own = request.field("appid") == Some(APPID) && request.field("mch_id") == Some(MCH_ID);
    let institution = request.field("sub_appid").is_none() || request.field("sub_mch_id").is_some();
    let number = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-|*@".contains(c));
    let by_id = !visit.strict && visit.call == Some(Call::Query) && request.field("transaction_id").is_some();
    let missing = |(name, _, required): &Field| *required && request.field(name).is_none() && !(by_id && *name == "out_trade_no");
    let names = ["out_trade_no", "transaction_id", "out_refund_no", "refund_id"];
    let names_something = visit.call == Some(Call::Bill) || names.into_iter().any(|name| request.field(name).is_some());
    let shaped = names.into_iter().filter_map(|name| request.field(name)).all(number);
    let nonce = request.field("nonce_str")?.chars().all(|c| c.is_ascii_alphanumeric()) || !visit.strict;
    let all = own && institution && names_something && shaped && nonce && !of_page().any(missing);
    (all && request.fields.iter().all(known)).then_some(())
}
