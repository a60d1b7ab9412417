//! The replies of the API are signed with the same keys. None of them is a notification, and no notification is a reply.

use crate::corpus::{cases, decode, hear};
use chexiao::{Client, Code, HttpReply, Incoming};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// All replies of the vectors, those that say paid, closed or refunded among them.
#[test]
fn no_reply_is_heard_as_a_notification() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap() };
    let mut counts = BTreeMap::<String, usize>::new();
    for file in read("manifest.json")["files"].as_array().unwrap().iter().filter(|file| file["kind"] == "verify") {
        let content = read(file["path"].as_str().unwrap());
        let mut clients = BTreeMap::<String, Client>::new();
        // One is a notification; and without its description the state of an order is that of a deduction, which is notified so.
        for vector in content["vectors"].as_array().unwrap() {
            let body = decode(&vector["reply"]["body_base64"]);
            if vector["id"].as_str().unwrap().contains("notification") || is_told_as_a_deduction(&body) {
                continue;
            }
            let gateway = vector["config"]["gateway"].as_str().unwrap();
            let client = clients.entry(vector["config"].to_string()).or_insert_with(|| listening(&vector["config"], &content["keys"]));
            let notice = hear(client, &Incoming { body, ..Incoming::default() });
            assert_eq!(notice["event"], "unknown", "{}: {notice}", vector["id"]);
            *counts.entry(gateway.into()).or_default() += 1;
        }
    }
    println!("replies posted as notifications: {counts:?}");
    assert!(counts.len() == 5 && counts.values().all(|count| *count > 300), "{counts:?}");
}

fn is_told_as_a_deduction(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.contains("<trade_state>") && !text.contains("<trade_state_desc>")
}

/// The client of this configuration, with what it needs for notifications.
fn listening(config: &Value, keys: &Value) -> Client {
    let mut config: Value = serde_json::from_str(&filled(&config.to_string(), keys)).unwrap();
    match config["gateway"].as_str() {
        Some("icbc") => config["account"]["notify_url"] = "https://merchant.invalid/pay".into(),
        Some("chinaums") => {
            config["account"]["notify_key"] = config["account"]["app_key"].clone();
            config["account"]["mid"] = "898201612345678".into();
        }
        _ => {}
    }
    Client::new(&config.to_string()).unwrap()
}

fn filled(config: &str, keys: &Value) -> String {
    let mut text = config.to_string();
    for (name, key) in keys.as_object().into_iter().flatten() {
        text = text.replace(&format!("{{\"$key\":\"{name}\"}}"), &key.to_string());
    }
    text
}

#[test]
fn no_notification_is_verified_as_a_reply() {
    let mut verified = 0;
    // Some of the strangers are replies; and what is told as a deduction is the state of an order, as a query has it.
    for case in cases().into_iter().filter(|case| !case.id.contains("reply") && !is_told_as_a_deduction(&case.body)) {
        let client = case.client();
        let order = hear(&client, &case.incoming(case.body.clone()))["order"].clone();
        let Some((mut order, operations)) = asked(&case.gateway, &order) else { continue };
        if case.config["account"]["mode"] == "institution" {
            order["sub_mch_id"] = "1900000999".into();
        }
        for operation in operations {
            let call = json!({ "operation": operation, "order": order }).to_string();
            let sent = client.sign(&call).unwrap_or_else(|error| panic!("{}: {error}", case.id));
            let reply = HttpReply { status: 200, headers: case.headers.clone(), body: case.body.clone() };
            let outcome = client.verify(&call, &sent, &reply);
            assert_eq!(outcome.code(), Code::Unknown, "{}: {operation}", case.id);
            verified += 1;
        }
    }
    println!("{verified} notifications handed to verify");
    assert!(verified > 100, "{verified}");
}

/// The order that the notification is about, or another one, as a call names it.
fn asked(gateway: &str, order: &Value) -> Option<(Value, &'static [&'static str])> {
    let or = |name: &str, other: &str| if order[name].is_string() { order[name].clone() } else { json!(other) };
    Some(match gateway {
        "icbc" => {
            (json!({ "agreeCode": or("agreeCode", "A1"), "orderCode": "O1", "partnerSeq": or("partnerSeq", "S1") }), &["close", "query"])
        }
        "ysepay" => (json!({ "protocol_no": "K1" }), &["close"]),
        "wechat" => (json!({ "out_trade_no": or("out_trade_no", "W1") }), &["close", "query"]),
        "edgeros" => (json!({ "mch_trade_no": or("mch_trade_no", "M1") }), &["close", "query"]),
        "chinaums" => {
            let order =
                json!({ "tid": "88880001", "billNo": "", "billDate": "", "merOrderId": or("merOrderId", "C1"), "authIdRespCd": "" });
            (order, &["close", "query"])
        }
        _ => return None,
    })
}
