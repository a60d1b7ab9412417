//! ChinaUMS, which signs nothing: what the changed reply still says decides.

use crate::bench::{Bench, MSG_ID};
use crate::change::Change;
use crate::run::{is_final, show};
use chexiao::Code;
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

#[test]
fn unsigned_replies_say_no_more_than_they_hold() {
    let order = json!({ "billNo": "B1", "billDate": "2024-05-06", "merOrderId": "M1", "authIdRespCd": "" });
    let bench = Bench::open("chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &order);
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
    for (name, code, reply) in &replies {
        let body = reply.to_string().into_bytes();
        assert_eq!(bench.judge(body.clone()).code(), *code, "{name}");
        let mut counts = BTreeMap::new();
        for (at, change) in (0..body.len()).flat_map(|at| Change::ALL.map(|change| (at, change))) {
            let changed = change.apply(&body, at);
            let after = bench.judge(changed.clone()).code();
            let allowed = if is_final(after) { closes(&changed) == Some(after) } else { after == *code || after == Code::Unknown };
            assert!(allowed, "{name}: {after} after {change:?} of byte {at}\n{}", String::from_utf8_lossy(&changed));
            *counts.entry(after).or_default() += 1;
        }
        println!("flips chinaums {name}: {} runs: {}", body.len() * Change::ALL.len(), show(&counts));
    }
}
