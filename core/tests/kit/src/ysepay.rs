//! YSEPay: the response object under the name of its method, and its signature.

use crate::KEYS;
use crate::written::{enveloped, sign_of, signature};
use chexiao_sandbox::{Charset, KeyPair, Sm2Encoding, ysepay};
use serde_json::{Value, json};
use std::ops::Range;

/// The member that is signed, byte for byte.
pub const SIGNED: &str = "ysepay_trusteeship_sign_cancel_response";

pub fn order(protocol_no: &str) -> Value {
    json!({ "protocol_no": protocol_no })
}

pub fn charset(settings: &Value) -> Charset {
    if settings["charset"].is_null() { Charset::Utf8 } else { Charset::Gbk }
}

/// A reply that holds this object, sealed with RSA.
pub fn sealed(settings: &Value, object: &str) -> Vec<u8> {
    ysepay::seal(&KEYS.ysepay.gateway, SIGNED, object, charset(settings)).unwrap()
}

/// The same, sealed with SM2.
pub fn sealed_sm(encoding: Sm2Encoding, object: &str) -> Vec<u8> {
    ysepay::seal_sm(&KEYS.ysepay_sm.gateway, encoding, SIGNED, object, Charset::Utf8).unwrap()
}

/// The signature of this object with its quotes, by whomever.
pub fn signed_by(key: &KeyPair, settings: &Value, object: &str) -> String {
    signature(&ysepay::seal(key, SIGNED, object, charset(settings)).unwrap())
}

/// Where the object stands, and its signature.
pub fn sealed_at(body: &[u8]) -> Vec<Range<usize>> {
    vec![enveloped(body, SIGNED), sign_of(body)]
}
