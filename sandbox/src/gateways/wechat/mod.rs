//! WeChat Pay v2 微信支付: what all calls share, and the row; direct and institution mode.

mod close;
mod envelope;
mod notice;
mod other;
mod query;

use serde_json::{Value, json};

use super::{Gateway, Visit, fits};
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
const MCH_ID: &str = "1900000109";
/// Stands for an order that nobody knows.
const NOT_FOUND: &str = "NOTFOUND";

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefix: "/pay/",
    path: close::PATH,
    query: Some(("POST", query::PATH)),
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

/// The fields of the page with their greatest lengths, in bytes.
const FIELDS: [(&str, usize); 8] = [
    ("appid", 32),
    ("mch_id", 32),
    ("sub_appid", 32),
    ("sub_mch_id", 32),
    ("out_trade_no", 32),
    ("nonce_str", 32),
    ("sign_type", 32),
    ("sign", 64),
];

fn account(keys: &Keys) -> Value {
    json!({ "appid": APPID, "mch_id": MCH_ID, "api_key": keys.wechat_api_key })
}

fn order(number: &str) -> Value {
    json!({ "out_trade_no": number })
}

fn number(request: &Request, _: &Keys, book: &Book) -> Option<String> {
    let fields = xml::parse(&request.body, false)?;
    named(&fields, request.target == query::PATH, book)
}

/// The order that a request names. In a query WeChat Pay's own number counts before the merchant's.
fn named(fields: &[(String, String)], asks: bool, book: &Book) -> Option<String> {
    let field = |name: &str| fields.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value);
    match field("transaction_id").filter(|_| asks) {
        Some(id) => book.numbers(ID).find(|number| query::transaction_id(number) == *id),
        None => field("out_trade_no").cloned(),
    }
}

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.call.is_none() {
        return Reply::plain(404);
    }
    if let Some(text) = visit.other_call().and_then(other::unsigned) {
        return Reply::new(200, "text/plain", text);
    }
    let text = match accept(visit) {
        Ok(accepted) => accepted.reply(visit),
        Err(why) => write(&[("return_code", "FAIL"), ("return_msg", why)]),
    };
    Reply::new(200, "text/plain", text)
}

/// A correct request of either call: its fields and how it was signed.
struct Accepted {
    fields: Vec<(String, String)>,
    sign_type: SignType,
}

impl Accepted {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    fn reply(&self, visit: &Visit<'_>) -> String {
        let asks = visit.call == Some(Call::Query);
        let number = named(&self.fields, asks, visit.book);
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
        let (state, named) = if asks { visit.look(ID, number) } else { visit.close(ID, number) };
        let transaction_id = query::transaction_id(&named);
        let found = if asks { query::found(state, &named, &transaction_id) } else { close::closed(state) };
        let attached = visit.book.attached(ID, &named).filter(|_| asks);
        match found {
            Ok(mut more) => {
                more.extend(attached.as_deref().map(|text| ("attach", text)));
                fields.extend([&[("result_code", "SUCCESS"), ("result_msg", "OK")], &more[..]].concat());
            }
            Err((code, why)) => fields.extend([("result_code", "FAIL"), ("err_code", code), ("err_code_des", why)]),
        }
        if visit.is_of_other_method() {
            fields.extend([("trade_type", "JSAPI"), ("prepay_id", "wx201411101639507cbf6ffd8b0779950874")]);
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
type Found<'a> = Result<Vec<(&'static str, &'a str)>, Failure>;

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
    Ok(accepted)
}

fn is_xml(request: &Request) -> bool {
    let content_type = ["text/xml", "application/xml"].iter().find_map(|name| request.content_type(name));
    content_type.is_some_and(|charset| charset.is_none_or(|name| name.eq_ignore_ascii_case("utf-8")))
}

/// Strictly, nothing but the fields of the page, none of them empty.
fn check(visit: &Visit<'_>, request: &Accepted) -> Option<()> {
    let known = |(name, value): &(String, String)| match FIELDS.iter().find(|(field, _)| field == name) {
        _ if value.is_empty() => !visit.strict,
        Some((_, length)) => fits(value, *length) && value.trim() == value,
        None => !visit.strict,
    };
    let own = request.field("appid") == Some(APPID) && request.field("mch_id") == Some(MCH_ID);
    let institution = request.field("sub_appid").is_none() || request.field("sub_mch_id").is_some();
    let number = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-|*@".contains(c));
    let by_id = !visit.strict && visit.call == Some(Call::Query) && request.field("transaction_id").is_some();
    let named = request.field("out_trade_no").map_or(by_id, number);
    let nonce = request.field("nonce_str")?;
    let shaped = named && (!visit.strict || nonce.chars().all(|c| c.is_ascii_alphanumeric()));
    (own && institution && shaped && request.fields.iter().all(known)).then_some(())
}
