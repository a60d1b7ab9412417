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

/// Whether the reply names the call, the merchant and no other kind of order; a query's need not name the call.
fn names(reply: &Value, inst_mid: &str, must_name_call: bool) -> bool {
    let is = |name: &str, ours: &str| reply[name].is_null() || reply[name] == "" || reply[name] == ours;
    let call = reply["msgId"] == MSG_ID || !must_name_call && is("msgId", MSG_ID);
    reply["errCode"] == "SUCCESS" && reply["mid"] == "Mid1" && reply["tid"] == "Tid1" && call && is("instMid", inst_mid)
}

/// What a reply to the refund R1 of 40 fen says by the page, and one to its query: the refund, the order and the amount, and done.
fn refunded(body: &[u8], must_name_call: bool) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let amount = reply["refundAmount"] == 40 || reply["refundAmount"] == "40" || reply["refundAmount"] == "040";
    let is_so = names(&reply, "H5DEFAULT", must_name_call) && amount && reply["refundOrderId"] == "R1" && reply["merOrderId"] == "M1";
    (is_so && reply["refundStatus"] == "SUCCESS").then_some(Code::Refunded)
}

/// And one to the close of an order that nobody has paid.
fn closes_unpaid(body: &[u8]) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let is_so = names(&reply, "H5DEFAULT", true) && reply["merOrderId"] == "M1" && reply["status"] == "TRADE_CLOSED";
    is_so.then_some(Code::Closed)
}

/// Or of a code.
fn closes_code(body: &[u8]) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let code = &reply["qrCodeId"];
    let is_so = reply["billStatus"] == "CLOSED" && (code == "Q1" || code.is_null() || code == "");
    (names(&reply, "QRPAYDEFAULT", true) && is_so).then_some(Code::Closed)
}

/// And one to the query of that order.
fn state_of_order(body: &[u8]) -> Option<Code> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    let code = match reply["status"].as_str()? {
        "TRADE_CLOSED" => Code::Closed,
        "TRADE_SUCCESS" => Code::Paid,
        "TRADE_REFUND" => Code::Refunded,
        "NEW_ORDER" | "WAIT_BUYER_PAY" => Code::Open,
        _ => return None,
    };
    (names(&reply, "H5DEFAULT", false) && reply["merOrderId"] == "M1").then_some(code)
}

#[test]
fn unsigned_replies_of_the_siblings_say_no_more_than_they_hold() {
    let of = |operation: &str, order: Value| Caller::of(operation, "chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &order);
    let own = json!({ "errCode": "SUCCESS", "errMsg": "成功 {\"}", "mid": "Mid1", "tid": "Tid1", "msgId": MSG_ID, "instMid": "H5DEFAULT", "merOrderId": "M1" });
    let with = |more: Value| with_members(&own, &more);
    let order = json!({ "merOrderId": "M1", "instMid": "H5DEFAULT" });
    let refund = with_members(&order, &json!({ "refundOrderId": "R1", "refundAmount": 40 }));
    let told = |word: &str| {
        with(json!({ "refundOrderId": "R1", "refundAmount": 40, "refundStatus": word, "status": "TRADE_SUCCESS", "totalAmount": 100 }))
    };
    let said = |operation: &'static str| {
        [("SUCCESS", Code::Refunded), ("PROCESSING", Code::Processing), ("FAIL", Code::Refused), ("UNKNOWN", Code::Unknown)]
            .map(|(word, code)| (operation, code, told(word)))
    };
    check(&of("refund", refund.clone()), &said("refund"), |body| refunded(body, true));
    check(&of("refund_query", refund), &said("refund_query"), |body| refunded(body, false));
    let state = |word: &str| with(json!({ "status": word, "totalAmount": 100 }));
    check(&of("close", order.clone()), &[("unpaid: closed", Code::Closed, state("TRADE_CLOSED"))], closes_unpaid);
    let states =
        [("TRADE_CLOSED", Code::Closed), ("TRADE_SUCCESS", Code::Paid), ("TRADE_REFUND", Code::Refunded), ("NEW_ORDER", Code::Open)];
    check(&of("query", order), &states.map(|(word, code)| ("unpaid: query", code, state(word))), state_of_order);
    let code = json!({ "errCode": "SUCCESS", "errMsg": "成功关闭二维码", "mid": "Mid1", "tid": "Tid1", "msgId": MSG_ID, "instMid": "QRPAYDEFAULT", "qrCodeId": "Q1", "billStatus": "CLOSED" });
    check(&of("close", json!({ "qrCodeId": "Q1" })), &[("unpaid: code closed", Code::Closed, code)], closes_code);
}

fn with_members(one: &Value, more: &Value) -> Value {
    let mut both = one.clone();
    both.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    both
}
