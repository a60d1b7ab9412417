//! YSEPay 银盛支付: `/gateway.do`, method `ysepay.trusteeship.sign.cancel`.
//!
//! The partner may sign with RSA or with SM2, in either encoding; the reply is signed the way the request was.

mod other;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Gateway, Visit, fits};
use crate::book::State;
use crate::charset::Charset;
use crate::clock::{self, Stamp};
use crate::form::Form;
use crate::http::{Reply, Request};
use crate::json::{Json, quote};
use crate::keys::{KeyPair, Keys, Scheme};
use crate::sm2_keys::{Sm2Encoding, Sm2KeyPair};

const ID: &str = "ysepay";
const PATH: &str = "/gateway.do";
const METHOD: &str = "ysepay.trusteeship.sign.cancel";
const RESPONSE_KEY: &str = "ysepay_trusteeship_sign_cancel_response";
/// Of `ysepay.trusteeship.sign.query`.
const OTHER_RESPONSE_KEY: &str = "ysepay_trusteeship_sign_query_response";
const PARTNER_ID: &str = "sandbox_partner";
/// Goes into every SM2 signature, of both sides.
const USER_ID: &[u8] = b"1234567812345678";

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefix: PATH,
    path: PATH,
    query_path: None,
    number,
    message_id: |_| None,
    answer,
    calls: &other::CALLS,
    accounts: &[(ID, account), ("ysepay-sm", sm_account)],
    order,
};

const PARAMETERS: [&str; 9] = ["method", "partner_id", "timestamp", "charset", "sign_type", "sign", "version", "notify_url", "biz_content"];

/// A signed reply with this exact response object under this key, `sign` first as in the real sample; `None` when a
/// character has no place in the charset.
pub fn seal(platform: &KeyPair, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = platform.sign(Scheme::Sha1, &charset.encode(object)?);
    enclose(&signature, response_key, object, charset)
}

/// The same, signed with SM2 for the default user id.
pub fn seal_sm(platform: &Sm2KeyPair, encoding: Sm2Encoding, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = platform.sign(USER_ID, &charset.encode(object)?, encoding);
    enclose(&STANDARD.encode(signature), response_key, object, charset)
}

fn enclose(signature: &str, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    charset.encode(&format!(r#"{{"sign":"{signature}","{response_key}":{object}}}"#))
}

/// How a request is signed, by its own account.
#[derive(Clone, Copy)]
enum SignType {
    Rsa,
    Sm(Sm2Encoding),
}

impl SignType {
    /// 64 bytes are r ‖ s: DER is that short by chance once in 10¹⁴ signatures.
    fn of(form: &Form) -> Option<SignType> {
        let signature = form.ascii("sign").and_then(|text| STANDARD.decode(text).ok());
        match form.ascii("sign_type")? {
            "RSA" => Some(SignType::Rsa),
            "SM" if signature.is_some_and(|bytes| bytes.len() == 64) => Some(SignType::Sm(Sm2Encoding::Raw)),
            "SM" => Some(SignType::Sm(Sm2Encoding::Der)),
            _ => None,
        }
    }

    fn verifies(self, keys: &Keys, text: &[u8], signature: &str) -> bool {
        match self {
            SignType::Rsa => keys.ysepay.merchant.verifies(Scheme::Sha1, text, signature),
            SignType::Sm(encoding) => {
                let signature = STANDARD.decode(signature);
                signature.is_ok_and(|bytes| keys.ysepay_sm.merchant.verifies(USER_ID, text, encoding, &bytes))
            }
        }
    }

    fn seal(self, visit: &Visit<'_>, object: &str, charset: Charset) -> Option<Vec<u8>> {
        let key = if visit.is_of_other_method() { OTHER_RESPONSE_KEY } else { RESPONSE_KEY };
        match self {
            SignType::Rsa => seal(&visit.seal_keys.ysepay.gateway, key, object, charset),
            SignType::Sm(encoding) => seal_sm(&visit.seal_keys.ysepay_sm.gateway, encoding, key, object, charset),
        }
    }
}

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

fn number(request: &Request, _: &Keys) -> Option<String> {
    let form = Form::parse(&request.body)?;
    let charset = form.ascii("charset").and_then(Charset::named).unwrap_or(Charset::Utf8);
    let biz = Json::parse(&form.text("biz_content", charset)?)?;
    Some(biz.member("protocol_no")?.text()?.to_string())
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
    let Some(form) = Form::parse(&request.body) else {
        return unknown("request cannot be read");
    };
    if form.ascii("method") != Some(METHOD) {
        return unknown("method does not exist");
    }
    if form.ascii("partner_id") != Some(PARTNER_ID) {
        return unknown("partner_id does not exist");
    }
    let charset = form.ascii("charset").and_then(Charset::named).unwrap_or(Charset::Utf8);
    let object = match check(visit, &form) {
        Ok(protocol_no) if visit.other_call().is_some() => {
            visit.other_call().and_then(|kind| other::object(kind, &protocol_no)).unwrap_or_default()
        }
        Ok(protocol_no) => outcome(visit.close(ID, &protocol_no).0),
        Err(why) => failure("ACQ.INVALID_PARAMETER", why),
    };
    let body = if visit.unsigned() {
        charset.encode(&format!(r#"{{"{RESPONSE_KEY}":{object}}}"#))
    } else {
        SignType::of(&form).unwrap_or(SignType::Rsa).seal(visit, &object, charset)
    };
    let name = form.ascii("charset").unwrap_or("UTF-8");
    Reply::new(200, &format!("application/json;charset={name}"), body.unwrap_or_default())
}

/// The gateway's answer to a request it cannot assign; `unknow_response` is its own spelling.
fn unknown(why: &str) -> Reply {
    let text = format!(
        r#"{{"unknow_response":{{"code":"40001","msg":"Invalid Request","sub_code":"ACQ.INVALID_PARAMETER","sub_msg":{}}}}}"#,
        quote(why)
    );
    Reply::new(200, "application/json;charset=UTF-8", text)
}

fn failure(sub_code: &str, sub_msg: &str) -> String {
    format!(r#"{{"code":"40004","msg":"Business Failed","sub_code":"{sub_code}","sub_msg":{}}}"#, quote(sub_msg))
}

fn outcome(state: State) -> String {
    let (status, why) = match state {
        State::Open => ("SUCCESS", "解约成功"),
        State::Closed => ("FAILED", "协议已解约"),
        State::Paid | State::Refused | State::Refunded | State::Reserved | State::Released => ("FAILED", "解约失败"),
        State::NotFound => ("FAILED", "协议不存在"),
        State::Processing | State::Accepted | State::Limited => return failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
    };
    format!(r#"{{"code":"10000","msg":"Success","trade_status":"{status}","sub_msg":"{why}"}}"#)
}

/// The protocol_no of a correct request, or why it is not.
fn check(visit: &Visit<'_>, form: &Form) -> Result<String, &'static str> {
    if form.names().any(|name| !PARAMETERS.contains(&name)) {
        return Err("a parameter is unknown");
    }
    if !form.is_clean() {
        return Err("a parameter is blank or not ASCII");
    }
    let charset = form.ascii("charset").and_then(Charset::named).ok_or("charset is invalid")?;
    let declared = visit.request.content_type("application/x-www-form-urlencoded").flatten();
    if !declared.is_some_and(|name| form.ascii("charset").is_some_and(|charset| name.eq_ignore_ascii_case(charset))) {
        return Err("Content-Type is not that of a form in the request's charset");
    }
    if form.ascii("version") != Some("3.0") {
        return Err("version is invalid");
    }
    match form.ascii("timestamp").map(|text| clock::check(text, clock::SPELT)) {
        Some(Stamp::Good) => {}
        Some(Stamp::Skewed) => return Err("timestamp is out of range"),
        _ => return Err("timestamp is invalid"),
    }
    let sign_type = SignType::of(form).ok_or("sign_type is invalid")?;
    let signature = form.ascii("sign").ok_or("sign is missing")?;
    if !sign_type.verifies(visit.keys, &form.string_to_sign(), signature) {
        return Err("验签失败");
    }
    form.text("biz_content", charset).and_then(|text| protocol_no(&text)).ok_or("biz_content is invalid")
}

/// protocol_no, nothing else, at most 20 bytes.
fn protocol_no(biz_content: &str) -> Option<String> {
    match Json::parse(biz_content)? {
        Json::Object(members) => match members.as_slice() {
            [(name, Json::Text(number))] if name == "protocol_no" && fits(number, 20) => Some(number.clone()),
            _ => None,
        },
        _ => None,
    }
}
