//! ICBC 工商银行: the envelope, and `/api/mybank/pay/cpay/cporderclose/V1`.

mod other;
mod query;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Call, Gateway, Visit, fits};
use crate::book::State;
use crate::charset::Charset;
use crate::clock::{self, Stamp};
use crate::form::Form;
use crate::http::{Reply, Request};
use crate::json::{Json, quote};
use crate::keys::{KeyPair, Keys, Scheme};

const ID: &str = "icbc";
const PATH: &str = "/api/mybank/pay/cpay/cporderclose/V1";
const APP_ID: &str = "10000000000000000001";

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefix: "/api/",
    path: PATH,
    query_path: Some(query::PATH),
    number,
    message_id,
    answer,
    calls: &other::CALLS,
    accounts: &[(ID, account)],
    order,
};

/// The parameters of the page with their greatest lengths, in bytes.
const PARAMETERS: [(&str, usize); 10] = [
    ("app_id", 20),
    ("msg_id", 40),
    ("format", 5),
    ("charset", 10),
    ("encrypt_type", 5),
    ("sign_type", 5),
    ("sign", 400), // the page says 300, but RSA-2048 needs 344
    ("timestamp", 19),
    ("ca", 2048),
    ("biz_content", usize::MAX),
];

/// A signed reply with this exact `response_biz_content`; `None` when a character has no place in the charset.
pub fn seal(gateway: &KeyPair, biz_content: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = gateway.sign(Scheme::Sha1, &charset.encode(biz_content)?);
    charset.encode(&format!(r#"{{"response_biz_content":{biz_content},"sign":"{signature}"}}"#))
}

/// An encrypted `response_biz_content` with its quotes, to be given to [`seal`]. `key` is the base64 of the AES-128 key.
pub fn encrypt(key: &str, biz_content: &str, charset: Charset) -> Option<String> {
    let key = STANDARD.decode(key).ok()?;
    let cipher = cbc::Encryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).ok()?;
    let bytes = cipher.encrypt_padded_vec_mut::<Pkcs7>(&charset.encode(biz_content)?);
    Some(format!("\"{}\"", STANDARD.encode(bytes)))
}

fn decrypt(key: &str, biz_content: &str, charset: Charset) -> Option<String> {
    let key = STANDARD.decode(key).ok()?;
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).ok()?;
    charset.decode(&cipher.decrypt_padded_vec_mut::<Pkcs7>(&STANDARD.decode(biz_content).ok()?).ok()?)
}

fn account(keys: &Keys) -> Value {
    json!({
        "app_id": APP_ID,
        "private_key": { "base64": keys.icbc.merchant.private_base64() },
        "gateway_public_key": { "base64": keys.icbc.gateway.public_base64() },
    })
}

fn order(number: &str) -> Value {
    json!({ "agreeCode": "0000000000090000000001000000085016", "orderCode": "2019021314281026", "partnerSeq": number })
}

fn number(request: &Request, keys: &Keys) -> Option<String> {
    let form = Form::parse(&request.body)?;
    let charset = charset(&form).unwrap_or(Charset::Utf8);
    let biz_content = biz_content(&form, charset, keys)?;
    Some(Json::parse(&biz_content)?.member("partnerSeq")?.text()?.to_string())
}

fn message_id(request: &Request) -> Option<String> {
    Some(Form::parse(&request.body)?.ascii("msg_id")?.to_string())
}

fn charset(form: &Form) -> Option<Charset> {
    match form.ascii("charset").unwrap_or("UTF-8") {
        name @ ("UTF-8" | "GBK") => Charset::named(name),
        _ => None,
    }
}

fn biz_content(form: &Form, charset: Charset, keys: &Keys) -> Option<String> {
    let text = form.text("biz_content", charset)?;
    match form.ascii("encrypt_type") {
        None => Some(text),
        Some("AES") => decrypt(&keys.icbc_encrypt_key, &text, charset),
        Some(_) => None,
    }
}

/// A refusal by the gateway itself: return_code and return_msg.
type Refusal = (u32, &'static str);

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.request.method != "POST" {
        return Reply::plain(405);
    }
    if let Some(notice) = visit.other_call().and_then(other::notice) {
        return Reply::new(200, "application/x-www-form-urlencoded; charset=utf-8", notice);
    }
    let form = Form::parse(&visit.request.body);
    let charset = form.as_ref().and_then(charset).unwrap_or(Charset::Utf8);
    let checked = form.as_ref().ok_or((400011, "parameters cannot be read")).and_then(|form| accept(visit, form));
    let msg_id = form.as_ref().and_then(|form| form.ascii("msg_id")).unwrap_or_default();
    let reply = match checked {
        Ok(accepted) => accepted.reply(visit, msg_id),
        Err((code, why)) => refusal(code, why, msg_id),
    };
    let body = if visit.unsigned() {
        charset.encode(&format!(r#"{{"response_biz_content":{reply}}}"#))
    } else {
        seal(&visit.seal_keys.icbc.gateway, &reply, charset)
    };
    let name = if charset == Charset::Gbk { "GBK" } else { "UTF-8" };
    Reply::new(200, &format!("application/json; charset={name}"), body.unwrap_or_default())
}

fn refusal(code: u32, why: &str, msg_id: &str) -> String {
    format!(r#"{{"return_code":{code},"return_msg":{},"msg_id":{}}}"#, quote(why), quote(msg_id))
}

/// A correct request of either call, read.
struct Accepted {
    agree_code: String,
    partner_seq: String,
    charset: Charset,
    encrypted: bool,
}

impl Accepted {
    /// The value of `response_biz_content`. What the gateway itself refuses stays unencrypted.
    fn reply(&self, visit: &Visit<'_>, msg_id: &str) -> String {
        let text = match (visit.other_call(), visit.call) {
            (Some(kind), _) => self.other(kind, msg_id),
            (None, Some(Call::Query)) => self.queried(visit, msg_id),
            (None, _) => self.closed(visit),
        };
        let Some(text) = text else {
            return refusal(500031, "速率超限", msg_id);
        };
        let cipher = self.encrypted.then(|| encrypt(&visit.keys.icbc_encrypt_key, &text, self.charset)).flatten();
        cipher.unwrap_or(text)
    }

    /// Nothing when the gateway itself refuses.
    fn closed(&self, visit: &Visit<'_>) -> Option<String> {
        let (state, number) = visit.close(ID, &self.partner_seq);
        let (code, why, status) = match state {
            State::Open => (0, "关闭成功", Some("2")),
            State::Closed => (0, "订单已关闭", Some("2")),
            State::Paid | State::Refunded | State::Reserved | State::Released => (5205, "订单关闭失败", Some("1")),
            State::Processing | State::Accepted => (80005207, "调用企网指令查询服务异常", Some("3")),
            State::NotFound | State::Refused => (80008001, "业务逻辑错误", None),
            State::Limited => return None,
        };
        let status = status.map(|status| format!(r#","status":"{status}""#)).unwrap_or_default();
        Some(format!(
            r#"{{"agreeCode":{},"partnerSeq":{},"return_code":{code},"return_msg":{}{status},"success":{}}}"#,
            quote(&visit.merchant(&self.agree_code)),
            quote(&number),
            quote(why),
            code != 80005207, // the page's samples: true beside 5205, false beside 80005207
        ))
    }
}

fn accept(visit: &Visit<'_>, form: &Form) -> Result<Accepted, Refusal> {
    let request = visit.request;
    if visit.call.is_none() {
        return Err((500018, "访问的API不存在"));
    }
    let charset = charset(form).ok_or((400011, "charset is invalid"))?;
    check_head(request, form)?;
    check_parameters(form)?;
    check_signature(&request.target, form, visit.keys)?;
    if !form.ascii("msg_id").is_some_and(|msg_id| visit.book.is_new_msg_id(msg_id)) {
        return Err((400011, "msg_id was used before"));
    }
    let text = biz_content(form, charset, visit.keys).ok_or((400011, "biz_content cannot be decrypted"))?;
    let [agree_code, _, partner_seq] = read_biz_content(&text).ok_or((400011, "biz_content is invalid"))?;
    Ok(Accepted { agree_code, partner_seq, charset, encrypted: form.ascii("encrypt_type").is_some() })
}

fn check_head(request: &Request, form: &Form) -> Result<(), Refusal> {
    let charset = request.content_type("application/x-www-form-urlencoded").flatten();
    if !charset.is_some_and(|charset| charset.eq_ignore_ascii_case(form.ascii("charset").unwrap_or("UTF-8"))) {
        return Err((400011, "Content-Type is not that of a form in the request's charset"));
    }
    match request.header("apigw-version") {
        Some("v2_20190522") => Ok(()),
        _ => Err((400011, "APIGW-VERSION is missing or unknown")),
    }
}

fn check_parameters(form: &Form) -> Result<(), Refusal> {
    if form.names().any(|name| !PARAMETERS.iter().any(|(known, _)| *known == name)) {
        return Err((400011, "a parameter is unknown"));
    }
    let too_long = |(name, length): &(&str, usize)| form.ascii(name).is_some_and(|value| value.len() > *length);
    if !form.is_clean() || PARAMETERS.iter().any(too_long) {
        return Err((400011, "a parameter is blank, not ASCII or too long"));
    }
    if form.ascii("app_id") != Some(APP_ID) {
        return Err((400011, "app id is not registered"));
    }
    if form.ascii("msg_id").is_none() {
        return Err((400011, "msg_id is missing"));
    }
    if form.ascii("format").unwrap_or("json") != "json" {
        return Err((400011, "format is invalid"));
    }
    match form.ascii("timestamp").map(|text| clock::check(text, clock::SPELT)) {
        Some(Stamp::Good) => Ok(()),
        Some(Stamp::Skewed) => Err((400011, "timestamp is out of range")),
        _ => Err((400011, "timestamp is invalid")),
    }
}

fn check_signature(path: &str, form: &Form, keys: &Keys) -> Result<(), Refusal> {
    let (scheme, certificate) = match form.ascii("sign_type").unwrap_or("RSA") {
        "RSA" => (Scheme::Sha1, None),
        "RSA2" => (Scheme::Sha256, None),
        "CA" => (Scheme::BareSha1, Some(keys.icbc_certificate_base64())),
        _ => return Err((400011, "sign_type is invalid")),
    };
    if form.ascii("ca") != certificate.as_deref() {
        return Err((400011, "ca is not the registered certificate"));
    }
    let signature = form.ascii("sign").ok_or((400011, "sign is missing"))?;
    let message = [path.as_bytes(), b"?", &form.string_to_sign()].concat();
    match keys.icbc.merchant.verifies(scheme, &message, signature) {
        true => Ok(()),
        false => Err((400017, "签名验证失败")),
    }
}

/// agreeCode, orderCode and partnerSeq, nothing else, at most 34 bytes each.
fn read_biz_content(text: &str) -> Option<[String; 3]> {
    let biz = Json::parse(text)?;
    let Json::Object(members) = &biz else {
        return None;
    };
    if members.len() != 3 {
        return None;
    }
    let field = |name| Some(biz.member(name)?.text().filter(|text| fits(text, 34))?.to_string());
    Some([field("agreeCode")?, field("orderCode")?, field("partnerSeq")?])
}
