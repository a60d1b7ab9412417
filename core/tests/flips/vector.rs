//! A reply of the test vectors, and the call that it answers.

use base64::Engine;
use chexiao::Client;
use chexiao_kit::with_keys;
use serde_json::Value;
use std::path::Path;

pub(crate) struct Answered {
    pub(crate) client: Client,
    pub(crate) call: String,
    pub(crate) body: Vec<u8>,
}

/// The vector `id` of a file below tests/vectors.
pub(crate) fn answered(file: &str, id: &str) -> Answered {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/vectors/{file}.json"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let vector = file["vectors"].as_array().unwrap().iter().find(|vector| vector["id"] == *id).unwrap();
    let vector = with_keys(vector, &file["keys"]);
    let body = base64::engine::general_purpose::STANDARD.decode(vector["reply"]["body_base64"].as_str().unwrap()).unwrap();
    Answered { client: Client::new(&vector["config"].to_string()).unwrap(), call: vector["call"].to_string(), body }
}
