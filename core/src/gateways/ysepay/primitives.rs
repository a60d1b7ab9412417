//! For the vectors of kind `primitive`.

use crate::strict::json;
use serde_json::{Value, json as value};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    match function {
        "ysepay.signed_text" => signed_text(input),
        "ysepay.encrypt_field" => encrypt_field(input),
        _ => panic!("{function} is not known here"),
    }
}

/// The key comes from the partner_id alone.
fn encrypt_field(input: &Value) -> Value {
    let key = super::field_key(input["partner_id"].as_str().unwrap());
    value!({"base64": key.and_then(|key| super::encrypt_field(key, input["text"].as_str().unwrap())).unwrap_or("error".into())})
}

fn signed_text(input: &Value) -> Value {
    let envelope = json::parse(input["raw_response"].as_str().unwrap());
    let span = envelope.ok().and_then(|envelope| envelope.member(input["response_key"].as_str().unwrap()).map(|node| node.raw.to_string()));
    value!({"text": span.unwrap_or("error".into())})
}
