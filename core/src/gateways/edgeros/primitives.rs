//! For the vectors of kind `primitive`.

use super::envelope::Reply;
use serde_json::{Value, json};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    assert_eq!(function, "edgeros.canonical");
    let canonical = Reply::open(input["body"].as_str().unwrap()).map(Reply::into_canonical);
    json!({"string_to_verify": canonical.unwrap_or("error".into())})
}
