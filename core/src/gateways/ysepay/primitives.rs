//! For the vectors of kind `primitive`.

use crate::strict::json;
use serde_json::{Value, json as value};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    assert_eq!(function, "ysepay.signed_text");
    let envelope = json::parse(input["raw_response"].as_str().unwrap());
    let span = envelope.ok().and_then(|envelope| envelope.member(input["response_key"].as_str().unwrap()).map(|node| node.raw.to_string()));
    value!({"text": span.unwrap_or("error".into())})
}
