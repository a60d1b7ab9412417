//! What is measured: one account of every gateway in each of its ways to sign, with a close that succeeds, from the test vectors.

use crate::library::{Client, Library};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::path::Path;

/// An account, and a close with the reply to it.
pub struct Case {
    pub name: &'static str,
    pub config: String,
    /// Leaves nonce, time and id to the library, as programs do.
    pub call: String,
    pub exchange: String,
    /// The length of what is signed in a request, about; of the body of the reply.
    pub lengths: (usize, usize),
    /// The merchant's private key, DER; empty where there is none. The modulus of the gateway's key has this many bits.
    pub key: Vec<u8>,
    pub bits: usize,
}

/// Name, vector, settings over those of the account, bits of the gateway's key.
type Source = (&'static str, &'static str, &'static str, fn(&Value) -> Value, usize);

const SOURCES: &[Source] = &[
    ("icbc RSA", "icbc", "icbc-verify-0-2-closed", |_| json!({}), 1024),
    ("icbc RSA2", "icbc", "icbc-verify-0-2-closed", |_| json!({"sign_type": "RSA2"}), 1024),
    ("icbc CA", "icbc", "icbc-verify-0-2-closed", ca, 1024),
    ("ysepay RSA", "ysepay", "ysepay-verify-10000-SUCCESS-closed", |_| json!({}), 1024),
    ("ysepay SM", "ysepay", "ysepay-verify-sm-der-closed", |_| json!({}), 0),
    ("wechat MD5", "wechat", "wechat-verify-success-closed", |_| json!({}), 0),
    ("wechat HMAC-SHA256", "wechat", "wechat-verify-hmac-closed", |_| json!({}), 0),
    ("edgeros", "edgeros", "edgeros-verify-200-SUCCESS-closed", |_| json!({}), 2048),
    ("chinaums", "chinaums", "chinaums-verify-SUCCESS-TRADE_CLOSED", |_| json!({}), 0),
];

fn ca(keys: &Value) -> Value {
    json!({"sign_type": "CA", "certificate": {"pem": keys["icbc_merchant.cert_pem"]}})
}

/// The names of all.
pub fn names() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|source| source.0)
}

/// One of them.
pub fn named(library: &Library, root: &Path, name: &str) -> Case {
    case(library, root, SOURCES.iter().find(|source| source.0 == name).expect("a case"))
}

/// A reply with status 200.
pub struct Reply {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The reply of one of them.
pub fn reply(root: &Path, name: &str) -> Reply {
    let (_, gateway, id, ..) = SOURCES.iter().find(|source| source.0 == name).expect("a case");
    reply_of(&vector(root, gateway, "verify", id).0)
}

/// What a query says of the order that was closed there; only where many orders are closed and queried.
pub fn query_reply(root: &Path, name: &str) -> Option<Reply> {
    (name == "chinaums").then(|| reply_of(&vector(root, name, "query", "chinaums-query-TRADE_CLOSED-only").0))
}

fn reply_of(vector: &Value) -> Reply {
    let headers = vector["reply"]["headers"].as_object().unwrap().iter();
    Reply {
        headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().into())).collect(),
        body: BASE64.decode(vector["reply"]["body_base64"].as_str().unwrap()).unwrap(),
    }
}

/// The vector, and the keys that it names.
fn vector(root: &Path, gateway: &str, kind: &str, id: &str) -> (Value, Value) {
    let file = std::fs::read_to_string(root.join(format!("tests/vectors/{gateway}/{kind}.json"))).unwrap();
    let mut content: Value = serde_json::from_str(&file).unwrap();
    let vector = content["vectors"].as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap().clone();
    (vector, content["keys"].take())
}

fn case(library: &Library, root: &Path, source: &Source) -> Case {
    let (name, gateway, id, settings, bits) = source;
    let (vector, keys) = vector(root, gateway, "verify", id);
    let mut config = with_keys(&vector["config"], &keys);
    for (name, value) in settings(&keys).as_object().unwrap() {
        config["account"][name] = value.clone();
    }
    let key = &config["account"]["private_key"];
    let key = key["pem"].as_str().or(key["base64"].as_str()).map(der).unwrap_or_default();
    let config = config.to_string();
    let (client, call) = (library.open(&config), &vector["call"]);
    let exchange = exchange(&client, call, vector["reply"].clone());
    let (outcome, result) = client.result(&exchange.to_string());
    assert_eq!(outcome, 1, "{name}: {result}");
    Case {
        name,
        config,
        call: json!({"operation": "close", "order": call["order"]}).to_string(),
        lengths: (length(&exchange["request"]), length(&exchange["reply"])),
        exchange: exchange.to_string(),
        key,
        bits: *bits,
    }
}

fn exchange(client: &Client<'_>, call: &Value, reply: Value) -> Value {
    let request: Value = serde_json::from_str(&client.request(&call.to_string())).unwrap();
    json!({"call": call, "request": request, "reply": reply})
}

impl Case {
    /// The account, at a server of one's own.
    pub fn config_at(&self, base_url: &str, ca_file: &Path) -> String {
        let mut config: Value = serde_json::from_str(&self.config).unwrap();
        config["base_url"] = base_url.into();
        if base_url.starts_with("https") {
            config["ca_file"] = ca_file.to_str().unwrap().into();
        }
        config.to_string()
    }

    /// The same with a key of that server's own, base64; `-` where it has none.
    pub fn config_with(&self, base_url: &str, ca_file: &Path, public_key: &str) -> String {
        let mut config: Value = serde_json::from_str(&self.config_at(base_url, ca_file)).unwrap();
        if public_key != "-" {
            config["account"]["gateway_public_key"] = json!({"base64": public_key});
        }
        config.to_string()
    }

    /// Orders by their number, each by the merchant's alone.
    pub fn orders(&self) -> impl Fn(usize) -> String + Sync + use<> {
        let mut call: Value = serde_json::from_str(&self.call).unwrap();
        let numbers = ["merOrderId", "protocol_no", "partnerSeq", "mch_trade_no"];
        let known = numbers.iter().find_map(|member| call["order"][member].as_str()).expect("a number").to_string();
        call["order"].as_object_mut().unwrap().remove("transaction_no");
        let order = call["order"].to_string();
        move |number| order.replace(&known, &format!("{}{number:012}", &known[..4]))
    }

    /// Such a call about each of them.
    pub fn calls(&self, operation: &str) -> impl Fn(usize) -> String + Sync + use<> {
        let (order, operation) = (self.orders(), operation.to_string());
        move |number| format!(r#"{{"operation":"{operation}","order":{}}}"#, order(number))
    }

    /// The exchange with a reply of 64 KiB that is not signed: what it costs to read one.
    pub fn long(&self) -> String {
        let mut exchange: Value = serde_json::from_str(&self.exchange).unwrap();
        let body = BASE64.decode(exchange["reply"]["body_base64"].as_str().unwrap()).unwrap();
        let body = String::from_utf8(body).unwrap();
        let long = format!("支付, \\\"paid\\\" of {}", "撤销 the order ".repeat(64 * 1024 / 17));
        let body = match body.find(['{', '>']) {
            Some(at) if body.starts_with('{') => format!("{{\"long\":\"{long}\",{}", &body[at + 1..]),
            Some(at) => format!("{}<long>{long}</long>{}", &body[..=at], &body[at + 1..]),
            None => body,
        };
        exchange["reply"]["body_base64"] = BASE64.encode(body).into();
        exchange.to_string()
    }
}

fn length(message: &Value) -> usize {
    BASE64.decode(message["body_base64"].as_str().unwrap()).unwrap().len()
}

fn der(pem: &str) -> Vec<u8> {
    BASE64.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap()
}

fn with_keys(value: &Value, keys: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("$key") => keys[members["$key"].as_str().unwrap()].clone(),
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), with_keys(inner, keys))).collect(),
        other => other.clone(),
    }
}
