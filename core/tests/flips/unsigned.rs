//! ChinaUMS, which signs nothing: what the changed reply still says decides.

use crate::change::Change;
use crate::run::{is_final, show};
use chexiao::Code;
use chexiao_kit::{Caller, MSG_ID, chinaums};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a reply closes by the page: its code, its ids, and its two status words, one of which may be absent.
fn closes(body: &[u8]) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let payment = &reply["billPayment"];
    let ours = reply["mid"] == "Mid1" && reply["tid"] == "Tid1" && reply["msgId"] == MSG_ID;
    let back = [
        payment["status"] == "TRADE_CLOSED" || payment["status"] == "TRADE_REFUND",
        reply["billStatus"] == "CLOSED" || reply["billStatus"] == "REFUND",
    ];
    let agree = (back[0] || payment["status"].is_null()) && (back[1] || reply["billStatus"].is_null());
    let order = &payment["merOrderId"];
    match reply["errCode"].as_str()? {
        "SUCCESS" if ours && agree && back.contains(&true) && order == "M1" => Some(Code::Closed),
        "HAS_CANCELLED" if ours && agree && (order == "M1" || order.is_null()) => Some(Code::AlreadyClosed),
        _ => None,
    }
}

/// What a reply to a query says by the page.
fn state(body: &[u8]) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let payment = &reply["billPayment"];
    let msg_id = &reply["msgId"];
    let ours = reply["mid"] == "Mid1"
        && reply["tid"] == "Tid1"
        && payment["merOrderId"] == "M1"
        && (msg_id == MSG_ID || msg_id.is_null() || msg_id == "");
    let bill_no = &reply["billNo"];
    let ours = ours && (bill_no == "B1" || bill_no == "M1" || bill_no.is_null() || bill_no == "");
    let word = |value: &Value, voided: &str, stands: &str, refunded: &str| match value.as_str() {
        None | Some("") if value.is_null() || value == "" => None,
        Some(word) if word == voided => Some(Code::Closed),
        Some(word) if word == stands => Some(Code::Open),
        Some(word) if word == refunded => Some(Code::Refunded),
        _ => Some(Code::Unknown),
    };
    let words =
        [word(&payment["status"], "TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_REFUND"), word(&reply["billStatus"], "CLOSED", "PAID", "REFUND")];
    let said = match words {
        [Some(one), Some(other)] if one != other => None,
        [one, other] => one.or(other),
    };
    said.filter(|code| reply["errCode"] == "SUCCESS" && ours && is_final(*code))
}

fn caller(operation: &str) -> Caller {
    Caller::of(operation, "chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &chinaums::order("B1", "2024-05-06", "M1"))
}

/// Changes every byte of each reply; what is final must be what `says` reads in the changed one.
fn check(caller: &Caller, replies: &[(&str, Code, Value)], says: fn(&[u8]) -> Option<Code>) {
    for (name, code, reply) in replies {
        let body = reply.to_string().into_bytes();
        assert_eq!(caller.judge(body.clone()).code(), *code, "{name}");
        let mut counts = BTreeMap::new();
        for (at, change) in (0..body.len()).flat_map(|at| Change::ALL.map(|change| (at, change))) {
            let changed = change.apply(&body, at);
            let after = caller.judge(changed.clone()).code();
            let allowed = if is_final(after) { says(&changed) == Some(after) } else { after == *code || after == Code::Unknown };
            assert!(allowed, "{name}: {after} after {change:?} of byte {at}\n{}", String::from_utf8_lossy(&changed));
            *counts.entry(after).or_default() += 1;
        }
        println!("flips chinaums {name}: {} runs: {}", body.len() * Change::ALL.len(), show(&counts));
    }
}

#[test]
fn unsigned_states_say_no_more_than_they_hold() {
    let reply = |payment: Value, bill: Value, bill_no: &str| {
        json!({
            "errCode": "SUCCESS", "errMsg": "查询 {\"}", "mid": "Mid1", "tid": "Tid1", "msgId": MSG_ID, "billNo": bill_no,
            "billPayment": { "merOrderId": "M1", "status": payment, "totalAmount": 100 }, "billStatus": bill,
        })
    };
    let replies = [
        ("query: closed", Code::Closed, reply(json!("TRADE_CLOSED"), json!("CLOSED"), "M1")),
        ("query: closed by the bill", Code::Closed, reply(Value::Null, json!("CLOSED"), "B1")),
        ("query: refunded", Code::Refunded, reply(json!("TRADE_REFUND"), json!("REFUND"), "B1")),
        ("query: open", Code::Open, reply(json!("TRADE_SUCCESS"), json!("PAID"), "M1")),
        ("query: open by the bill", Code::Open, reply(Value::Null, json!("PAID"), "B1")),
        ("query: contradictory", Code::Unknown, reply(json!("TRADE_CLOSED"), json!("PAID"), "M1")),
        ("query: unclear", Code::Unknown, reply(json!("WAIT_BUYER_PAY"), json!("UNPAID"), "M1")),
    ];
    check(&caller("query"), &replies, state);
}

#[test]
fn unsigned_replies_say_no_more_than_they_hold() {
    let reply = |code: &str, payment: &str, bill: &str| {
        json!({
            "errCode": code, "errMsg": "撤销 {\"}", "mid": "Mid1", "tid": "Tid1", "msgId": MSG_ID,
            "billPayment": { "merOrderId": "M1", "status": payment, "totalAmount": 100 }, "billStatus": bill,
        })
    };
    let replies = [
        ("closed", Code::Closed, reply("SUCCESS", "TRADE_CLOSED", "CLOSED")),
        ("closed by refund", Code::Closed, reply("SUCCESS", "TRADE_REFUND", "REFUND")),
        ("already closed", Code::AlreadyClosed, reply("HAS_CANCELLED", "TRADE_CLOSED", "CLOSED")),
        ("contradictory", Code::Unknown, reply("SUCCESS", "TRADE_CLOSED", "PAID")),
        ("refused", Code::Refused, reply("OPERATION_NOT_ALLOWED", "TRADE_SUCCESS", "PAID")),
        ("processing", Code::Processing, reply("ORDER_PROCESSING", "UNKNOWN", "UNKNOWN")),
        ("misconfigured", Code::Misconfigured, reply("BAD_SIGN", "", "")),
    ];
    check(&caller("close"), &replies, closes);
}
