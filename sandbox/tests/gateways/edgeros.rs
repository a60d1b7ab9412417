use chexiao_sandbox::{Sandbox, State};
use rsa::Pkcs1v15Sign;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{self, Answer};

const TYPE: &str = "SHA256withRSA";

/// `ids` are the members of the string to sign that follow sign_type or stand before nonce, both sorted.
pub(crate) fn string_to_sign(nonce: &str, mch_trade_no: Option<&str>, transaction_no: Option<&str>) -> String {
    let member = |name: &str, value: Option<&str>| value.map_or(String::new(), |value| format!(r#","{name}":"{value}""#));
    format!(
        r#"{{"mch_no":"MCH1000000"{},"nonce":"{nonce}","sign_type":"{TYPE}"{}}}"#,
        member("mch_trade_no", mch_trade_no),
        member("transaction_no", transaction_no),
    )
}

/// A correct request, ready to write; every byte of its body is signed.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    let nonce = support::id();
    (head(sandbox, &nonce, &string_to_sign(&nonce, Some(number), None)), format!(r#"{{"mch_trade_no":"{number}"}}"#))
}

pub(crate) fn head(sandbox: &Sandbox, nonce: &str, signed: &str) -> String {
    let key = support::private(&sandbox.config("edgeros", "x").unwrap());
    let sign = support::sign(&key, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(signed));
    format!(
        "POST /pay/v1/transactions/close HTTP/1.1\r\nx-acopay-mch-no: MCH1000000\r\nx-acopay-nonce: {nonce}\r\n\
         x-acopay-sign-type: {TYPE}\r\nx-acopay-sign: {sign}\r\nContent-Type: application/json\r\n\
         Accept: application/json\r\n"
    )
}

/// A correct query, ready to write. It has no body.
pub(crate) fn query(sandbox: &Sandbox, number: &str) -> (String, String) {
    let nonce = support::id();
    let signed = string_to_sign(&nonce, Some(number), None);
    (query_head(sandbox, &nonce, &signed, &format!("mch_trade_no={number}&aco_pay_sdk=2.0.0&version=1.0")), String::new())
}

fn query_head(sandbox: &Sandbox, nonce: &str, signed: &str, fields: &str) -> String {
    let head = head(sandbox, nonce, signed).replace("Content-Type: application/json\r\n", "");
    head.replace("POST /pay/v1/transactions/close", &format!("GET /pay/v1/transactions/trade?{fields}"))
}

fn send(sandbox: &Sandbox, nonce: &str, signed: &str, body: &str) -> Answer {
    support::send(sandbox, &head(sandbox, nonce, signed), body.as_bytes())
}

fn close(sandbox: &Sandbox, number: &str) -> Value {
    let nonce = support::id();
    let body = format!(r#"{{"mch_trade_no":"{number}","aco_pay_sdk":"2.0.0","version":"1.0"}}"#);
    let answer = send(sandbox, &nonce, &string_to_sign(&nonce, Some(number), None), &body);
    verified(sandbox, &answer)
}

/// The reply, its signature checked over the sorted envelope; every value here is a plain string.
pub(crate) fn verified(sandbox: &Sandbox, answer: &Answer) -> Value {
    let reply = answer.json();
    let data = reply["data"].as_object().unwrap();
    let mut members: Vec<_> = data.iter().filter(|(name, _)| *name != "sign").collect();
    members.sort_by_key(|(name, _)| name.as_str());
    let members: Vec<_> = members.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    let errors = match &reply["fieldErrors"] {
        Value::Null => String::new(),
        text => format!(r#","fieldErrors":{text}"#),
    };
    let text = format!(r#"{{"data":{{{}}}{errors},"message":{},"status":{}}}"#, members.join(","), reply["message"], reply["status"]);
    let config = sandbox.config("edgeros", "x").unwrap();
    let sign = data["sign"].as_str().unwrap();
    assert!(support::verifies(&config, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(text), sign));
    reply
}

#[test]
fn answers_by_state() {
    let sandbox = support::sandbox();
    for (number, code, description) in [
        ("mp1", "SUCCESS", "关单成功"),
        ("mp1", "FAIL", "订单已关闭"),
        ("PAID1", "FAIL", "订单已支付"),
        ("processing1", "FAIL", "订单支付中"),
        ("REFUSED1", "FAIL", "订单已过期"),
    ] {
        let reply = close(&sandbox, number);
        assert_eq!((&reply["status"], &reply["message"]), (&json!(200), &json!("SUCCESS")));
        let data = &reply["data"];
        assert_eq!((&data["code"], &data["description"]), (&json!(code), &json!(description)), "{number}");
        assert_eq!(data["mch_trade_no"], number);
    }
    let missing = close(&sandbox, "NOTFOUND1");
    assert_eq!((&missing["status"], &missing["message"]), (&json!(1007), &json!("ORDER_NOT_EXIST")));
    assert_eq!(sandbox.state("edgeros", "mp1"), Some(State::Closed));
}

#[test]
fn obeys_transaction_no() {
    let sandbox = support::sandbox();
    let nonce = support::id();
    let body = r#"{"transaction_no":"AP1","mch_trade_no":"mp1"}"#;
    let answer = send(&sandbox, &nonce, &string_to_sign(&nonce, Some("mp1"), Some("AP1")), body);
    let data = &verified(&sandbox, &answer)["data"];
    assert_eq!((&data["transaction_no"], &data["mch_trade_no"]), (&json!("AP1"), &json!("mp1")));
    assert_eq!(sandbox.state("edgeros", "AP1"), Some(State::Closed));
    assert_eq!(sandbox.state("edgeros", "mp1"), None);
}

/// The words are guesses; who reads them must not rest on more than SUCCESS and ORDER_NOT_EXIST.
#[test]
fn a_query_names_the_order() {
    let sandbox = support::sandbox();
    for (number, code, time) in [
        ("A1", "NOTPAY", false),
        ("PAID1", "SUCCESS", true),
        ("CLOSED1", "CLOSED", false),
        ("REFUNDED1", "REFUND", true),
        ("PROCESSING1", "PROCESSING", false),
        ("REFUSED1", "FAIL", false),
    ] {
        let (head, body) = query(&sandbox, number);
        let reply = verified(&sandbox, &support::send(&sandbox, &head, body.as_bytes()));
        let data = &reply["data"];
        assert_eq!((&reply["status"], &data["code"], &data["mch_trade_no"]), (&json!(200), &json!(code), &json!(number)));
        assert_eq!((&data["amount_total"], data["success_time"].is_string()), (&json!("1.00"), time), "{number}");
    }
    let (head, body) = query(&sandbox, "NOTFOUND1");
    let missing = verified(&sandbox, &support::send(&sandbox, &head, body.as_bytes()));
    assert_eq!((&missing["status"], &missing["message"]), (&json!(1007), &json!("ORDER_NOT_EXIST")));
}

/// Signed is what stands behind the %XX.
#[test]
fn a_query_is_signed_raw() {
    let sandbox = support::sandbox();
    let nonce = support::id();
    let signed = string_to_sign(&nonce, Some("订 1+&="), Some("AP1"));
    let escaped = "transaction_no=AP1&mch_trade_no=%E8%AE%A2%201%2B%26%3D&version=1.0";
    let ask = |fields: &str| support::send(&sandbox, &query_head(&sandbox, &nonce, &signed, fields), b"");
    let data = &verified(&sandbox, &ask(escaped))["data"];
    assert_eq!((&data["transaction_no"], &data["mch_trade_no"]), (&json!("AP1"), &json!("订 1+&=")));
    for wrong in [
        "transaction_no=AP1&mch_trade_no=%E8%AE%A2%201%2B%26%3E",
        "transaction_no=AP1",
        "transaction_no=AP2&mch_trade_no=%E8%AE%A2%201%2B%26%3D",
        "transaction_no=AP1&mch_trade_no=%E8%AE%A2%201%2B%26%3D&x=1",
        "transaction_no=AP1&mch_trade_no=%E8%AE%A2%201%2B%26%3D&version=2.0",
        "transaction_no=AP1&transaction_no=AP1&mch_trade_no=%E8%AE%A2%201%2B%26%3D",
        "",
    ] {
        assert_eq!(ask(wrong).json()["status"], 1001, "{wrong}");
    }
    let (head, _) = query(&sandbox, "A1");
    assert_eq!(support::send(&sandbox, &head, b"{}").json()["status"], 1001, "a GET has no body");
    assert_eq!(support::send(&sandbox, &head.replace("Accept:", "Content-Type: application/json\r\nAccept:"), b"").json()["status"], 1001);
    for (from, to, status) in [("GET ", "POST ", 404), ("/trade?", "/close?", 405), ("/trade?", "/trades?", 404)] {
        assert_eq!(support::send(&sandbox, &head.replace(from, to), b"").status, status, "{to}");
    }
    assert_eq!(sandbox.queries("edgeros", "A1"), 2, "whole queries, right or wrong");
}

#[test]
fn refuses() {
    let sandbox = support::sandbox();
    let nonce = support::id();
    for (nonce, body) in [
        (nonce.as_str(), r#"{"mch_trade_no":"mp3"}"#),
        (&nonce, r#"{"mch_trade_no":"mp2","x":"1"}"#),
        (&nonce, r#"{"mch_trade_no":"mp2","mch_trade_no":"mp2"}"#),
        (&nonce, r#"{"mch_trade_no":"mp2","transaction_no":null}"#),
        (&nonce, r#"{"mch_trade_no":"mp2","transaction_no":""}"#),
        (&nonce, r#"{"mch_trade_no":"mp2","version":"2.0"}"#),
        (&nonce, r#"{"version":"1.0"}"#),
        (&nonce, "[]"),
        ("short", r#"{"mch_trade_no":"mp2"}"#),
    ] {
        let answer = send(&sandbox, nonce, &string_to_sign(nonce, Some("mp2"), None), body);
        let reply = answer.json();
        assert_eq!((answer.status, &reply["status"], &reply["data"]), (200, &json!(1001), &Value::Null), "{body}");
    }
    assert_ne!(sandbox.state("edgeros", "mp2"), Some(State::Closed));
    assert_ne!(sandbox.state("edgeros", "mp3"), Some(State::Closed));
}
