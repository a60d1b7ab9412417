//! Every notification of `tests/notifications` with its notice, and the answers to it byte by byte.

use crate::corpus::{Case, cases, decode};
use chexiao::face::json;
use chexiao_kit::word_of;
use serde_json::{Value, json};

const KEYS: [&str; 16] = [
    "event",
    "code",
    "evidence",
    "confirm",
    "reason",
    "hint",
    "contradiction",
    "order",
    "amount",
    "time",
    "fields",
    "gateway",
    "dedupe",
    "explanation",
    "acknowledge",
    "refuse",
];

#[test]
fn every_notification_has_its_notice() {
    let cases = cases();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case).err().map(|why| format!("{}: {why}", case.id))).collect();
    assert!(failures.is_empty(), "{} of {} failed:\n{}", failures.len(), cases.len(), failures.join("\n"));
    println!("{} notifications", cases.len());
}

fn check(case: &Case) -> Result<(), String> {
    let client = case.client();
    let (code, notice) = json::notification(&client, &case.message()).map_err(|error| error.to_string())?;
    let notice: Value = serde_json::from_str(&notice).unwrap();
    assert_eq!((notice["event"].as_str(), notice["code"].as_i64()), (Some(word_of(code)), Some(i64::from(code))));
    let mut keys: Vec<&str> = notice.as_object().unwrap().keys().map(String::as_str).collect();
    let mut all = KEYS.to_vec();
    keys.sort_unstable();
    all.sort_unstable();
    assert_eq!(keys, all, "all keys, always");
    let expect = &case.expect;
    let is = |what: &str, actual: &Value, expected: &Value| {
        if actual == expected { Ok(()) } else { Err(format!("{what} is {actual}, not {expected}; reason {}", notice["reason"])) }
    };
    is("event", &notice["event"], &expect["outcome"])?;
    for name in ["evidence", "confirm", "reason", "hint", "order", "dedupe", "amount", "time", "fields", "gateway", "contradiction"] {
        if let Some(expected) = expect.get(name) {
            is(name, &notice[name], expected)?;
        }
    }
    if notice["evidence"] == "none" && expect["kind"] != "refund" {
        is("order", &notice["order"], &json!({}))?;
        is("fields", &notice["fields"], &json!({}))?;
        is(
            "amount, time, dedupe, hint",
            &json!([notice["amount"], notice["time"], notice["dedupe"], notice["hint"]]),
            &json!([null, null, null, null]),
        )?;
    }
    answers(case, &notice)
}

fn answers(case: &Case, notice: &Value) -> Result<(), String> {
    assert_eq!(notice["refuse"]["status"], 200, "{}", case.id);
    let acknowledge = &notice["acknowledge"];
    if case.expect["acknowledge"] == false {
        return if acknowledge.is_null() { Ok(()) } else { Err("is acknowledged".into()) };
    }
    assert_ne!(acknowledge["body_base64"], notice["refuse"]["body_base64"], "{}", case.id);
    let Some(ack) = case.expect.get("ack") else { return Ok(()) };
    let actual = json!([
        acknowledge["status"],
        acknowledge["headers"]["Content-Type"],
        String::from_utf8_lossy(&decode(&acknowledge["body_base64"]))
    ]);
    let expected = json!([ack["status"], ack["content_type"], ack["body"]]);
    if actual == expected { Ok(()) } else { Err(format!("answers {actual}, not {expected}")) }
}
