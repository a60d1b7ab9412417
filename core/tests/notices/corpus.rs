//! The notifications of `tests/notifications`, with the clients that hear them.

use chexiao::face::json;
use chexiao::{Client, Incoming};
use chexiao_kit::with_keys;
use serde_json::{Value, json};
use std::path::Path;

/// One notification and what is known of it.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) gateway: String,
    pub(crate) config: Value,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) expect: Value,
    /// What the merchant expects, where it says so.
    pub(crate) expected: Value,
}

impl Case {
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.config.to_string()).unwrap_or_else(|error| panic!("{}: {error}", self.id))
    }

    pub(crate) fn incoming(&self, body: Vec<u8>) -> Incoming {
        Incoming { url: None, headers: self.headers.clone(), body, expect: Vec::new() }
    }

    /// What bindings hand over.
    pub(crate) fn message(&self) -> String {
        let headers: Value = self.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let mut message = json!({ "headers": headers, "body_base64": base64(&self.body) });
        if !self.expected.is_null() {
            message["expect"] = self.expected.clone();
        }
        message.to_string()
    }
}

/// The notice of these bytes.
pub(crate) fn hear(client: &Client, incoming: &Incoming) -> Value {
    serde_json::from_str(&json::notice_json(&client.notification(incoming).unwrap())).unwrap()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(crate) fn decode(base64: &Value) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

/// Every case; fails if a file holds another number than the manifest says.
pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/notifications");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap() };
    let mut cases = Vec::new();
    for file in read("manifest.json")["files"].as_array().unwrap() {
        let content = read(file["path"].as_str().unwrap());
        let vectors = content["vectors"].as_array().unwrap();
        assert_eq!(Some(vectors.len() as u64), file["count"].as_u64(), "{file}");
        cases.extend(vectors.iter().map(|vector| case(&with_keys(vector, &content["keys"]))));
    }
    assert_eq!(Some(cases.len() as u64), read("manifest.json")["total"].as_u64());
    cases
}

/// Those that were given, and of our own those that are written in another way.
pub(crate) fn of_each_form() -> Vec<Case> {
    const OWN: [&str; 12] = [
        "icbc-own-gbk",
        "icbc-own-gbk-encrypted",
        "icbc-own-answered-ca",
        "icbc-own-encrypted",
        "icbc-own-parameter-unknown",
        "wechat-own-hmac",
        "wechat-own-chinese",
        "wechat-own-institution-of-sub",
        "edgeros-own-names-by-code-unit",
        "edgeros-own-amount-as-number",
        "chinaums-own-md5",
        "chinaums-own-random-field-of-another-name",
    ];
    let (own, given): (Vec<_>, Vec<_>) = cases().into_iter().partition(|case| case.id.contains("-own-"));
    let own: Vec<_> = own.into_iter().filter(|case| OWN.contains(&case.id.as_str())).collect();
    assert_eq!(own.len(), OWN.len());
    given.into_iter().chain(own).collect()
}

fn case(vector: &Value) -> Case {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let mut config = vector["config"].clone();
    for (name, setting) in vector["settings"].as_object().into_iter().flatten() {
        config["account"][name] = setting.clone();
    }
    let request = &vector["request"];
    let body = request["body_text"].as_str().map_or_else(|| decode(&request["body_base64"]), |text| text.as_bytes().to_vec());
    Case {
        id: text(&vector["id"]),
        gateway: text(&vector["gateway"]),
        config,
        headers: vec![("Content-Type".into(), text(&request["content_type"]))],
        body,
        expect: vector["expect"].clone(),
        expected: vector["expected"].clone(),
    }
}
