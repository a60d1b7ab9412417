//! WeChat Pay: fields as XML, and a signature over all of them.

use crate::KEYS;
use chexiao_sandbox::wechat::{SignType, seal};
use serde_json::{Value, json};

pub fn order(out_trade_no: &str) -> Value {
    json!({ "out_trade_no": out_trade_no })
}

/// How the account signs, and how it does not.
pub fn sign_types(settings: &Value) -> [SignType; 2] {
    match settings["sign_type"] == "HMAC-SHA256" {
        true => [SignType::HmacSha256, SignType::Md5],
        false => [SignType::Md5, SignType::HmacSha256],
    }
}

/// A reply of these fields, sealed as the account has it.
pub fn sealed(settings: &Value, fields: &[(&str, &str)]) -> String {
    seal(fields, sign_types(settings)[0], &KEYS.wechat_api_key)
}

/// The same with the other algorithm.
pub fn sealed_otherwise(settings: &Value, fields: &[(&str, &str)]) -> String {
    seal(fields, sign_types(settings)[1], &KEYS.wechat_api_key)
}

/// The same with a key that is not the merchant's.
pub fn sealed_by_another(settings: &Value, fields: &[(&str, &str)]) -> String {
    seal(fields, sign_types(settings)[0], &KEYS.chinaums_app_key)
}

/// The end of a sealed reply, from its signature on.
pub fn sign_of(sealed: &str) -> &str {
    &sealed[sealed.find("<sign>").unwrap()..]
}

/// The sealed reply with another end.
pub fn ending_in(sealed: &str, end: &str) -> String {
    format!("{}{end}", sealed.strip_suffix(sign_of(sealed)).unwrap())
}

/// The sealed reply with these elements, which nobody signed, before its own.
pub fn beginning_with(elements: &str, sealed: &str) -> String {
    sealed.replacen("<xml>", &format!("<xml>{elements}"), 1)
}
