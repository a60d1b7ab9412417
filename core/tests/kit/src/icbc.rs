//! ICBC: `response_biz_content`, plain or encrypted, and its signature.

use crate::KEYS;
use crate::written::{Envelope, enveloped, in_charset, sign_of, signature};
use chexiao_sandbox::{Charset, KeyPair, icbc};
use serde_json::{Value, json};
use std::ops::Range;

/// The member that is signed, byte for byte.
pub const SIGNED: &str = "response_biz_content";

pub fn order(agree_code: &str, order_code: &str, partner_seq: &str) -> Value {
    json!({ "agreeCode": agree_code, "orderCode": order_code, "partnerSeq": partner_seq })
}

pub fn charset(settings: &Value) -> Charset {
    if settings["charset"] == "GBK" { Charset::Gbk } else { Charset::Utf8 }
}

/// The value of [`SIGNED`] for this object: itself, or encrypted where the account has a key for that.
pub fn content(settings: &Value, object: &str) -> String {
    match settings.get("encrypt_key") {
        Some(_) => icbc::encrypt(&KEYS.icbc_encrypt_key, object, charset(settings)).unwrap(),
        None => object.to_string(),
    }
}

/// A reply that holds this object, sealed as the account has it.
pub fn sealed(settings: &Value, object: &str) -> Vec<u8> {
    icbc::seal(&KEYS.icbc.gateway, &content(settings, object), charset(settings)).unwrap()
}

/// The signature of this content with its quotes, by whomever.
pub fn signed_by(key: &KeyPair, settings: &Value, content: &str) -> String {
    signature(&icbc::seal(key, content, charset(settings)).unwrap())
}

/// A reply of this content, with whatever stands for its signature.
pub fn reply(settings: &Value, content: &str, sign: Option<&str>, [spaced, sign_first]: [bool; 2]) -> Vec<u8> {
    let value = in_charset(content, charset(settings));
    Envelope { key: SIGNED, value: Some(&value), sign, sign_first, spaced }.written()
}

/// Where the content stands, and its signature.
pub fn sealed_at(body: &[u8]) -> Vec<Range<usize>> {
    vec![enveloped(body, SIGNED), sign_of(body)]
}
