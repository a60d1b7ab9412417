//! The message as JSON: what bindings hand over, and what of it cannot be read.

use crate::corpus::{Case, base64, cases, decode};
use chexiao::face::json;
use chexiao_kit::word_of;
use serde_json::{Value, json};

fn of_each_gateway() -> Vec<Case> {
    let mut first = Vec::<Case>::new();
    for case in cases() {
        if first.iter().all(|other| other.gateway != case.gateway) {
            first.push(case);
        }
    }
    assert_eq!(first.len(), 5);
    first
}

#[test]
fn what_cannot_be_read_is_unknown_and_never_an_error() {
    for case in of_each_gateway() {
        let client = case.client();
        let body = base64(&case.body);
        for message in [
            String::new(),
            "{}".into(),
            "[]".into(),
            "null".into(),
            "{\"headers\":{}}".into(),
            "{\"headers\":{},\"body_base64\":5}".into(),
            "{\"headers\":{},\"body_base64\":\"*\"}".into(),
            "{\"headers\":[],\"body_base64\":\"\"}".into(),
            format!("{{\"headers\":{{}},\"body_base64\":\"{body}\",\"body_base64\":\"{body}\"}}"),
            format!("{{\"headers\":{{\"a\":\"1\",\"a\":\"2\"}},\"body_base64\":\"{body}\"}}"),
            format!("{{\"headers\":{{\"a\":[\"1\"]}},\"body_base64\":\"{body}\"}}"),
            format!("{{\"headers\":{{}},\"body_base64\":\"{body}\",\"expect\":{{\"x\":1}}}}"),
            format!("{{\"headers\":{{}},\"body_base64\":\"{body}\",\"expect\":\"x\"}}"),
            format!("{{\"headers\":{{}},\"body_base64\":\"{body}\",\"extra\":1}}"),
            format!("{{\"headers\":{{}},\"body_base64\":\"{body}\"}} x"),
        ] {
            let (code, notice) = json::notification(&client, &message).unwrap();
            let notice: Value = serde_json::from_str(&notice).unwrap();
            assert_eq!((word_of(code), &notice["reason"], &notice["evidence"]), ("unknown", &json!("input"), &json!("none")), "{message}");
            assert!(notice["acknowledge"].is_null() && !decode(&notice["refuse"]["body_base64"]).is_empty());
        }
    }
}

#[test]
fn headers_and_address_change_nothing_but_two_lengths() {
    for case in of_each_gateway() {
        let client = case.client();
        let body = base64(&case.body);
        let reason = |rest: &str| {
            let (code, notice) = json::notification(&client, &format!("{{{rest}\"body_base64\":\"{body}\"}}")).unwrap();
            (word_of(code), serde_json::from_str::<Value>(&notice).unwrap()["reason"].as_str().map(String::from))
        };
        let plain = reason("");
        assert_ne!(plain.1.as_deref(), Some("input"));
        for same in [
            "\"url\":\"https://merchant.invalid/?status=paid\",\"headers\":{},",
            "\"headers\":{\"Content-Type\":\"text/plain\",\"Content-Encoding\":\"none\"},",
            "\"headers\":{\"content-length\":\"7, 7\",\"Transfer-Encoding\":\"chunked\"},",
            "\"headers\":{\"Content-Encoding\":\"gzip\"},",
            "\"url\":null,\"expect\":{},",
        ] {
            assert_eq!(reason(same), plain, "{same}");
        }
        assert_eq!(reason("\"headers\":{\"Content-Length\":\"7\",\"content-length\":\"8\"},"), ("unknown", Some("encoding".into())));
    }
}

/// The same, posted again, is the same document.
#[test]
fn a_replay_is_the_same_document() {
    for case in cases() {
        let client = case.client();
        let [one, other] = [0; 2].map(|_| json::notification(&client, &case.message()).unwrap());
        assert_eq!(one, other, "{}", case.id);
    }
}
