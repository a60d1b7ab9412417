use chexiao_sandbox::{Sandbox, State};
use serde_json::{Value, json};

use super::super::support;
use super::super::ysepay::{fields, head, object_of, set, signed};

fn request(sandbox: &Sandbox, method: &str, biz: &Value) -> (String, String) {
    let mut fields = fields("x");
    set(&mut fields, "method", method);
    set(&mut fields, "biz_content", &biz.to_string());
    (head("UTF-8"), support::form(&signed(sandbox, &fields)))
}

fn ask(sandbox: &Sandbox, method: &str, biz: &Value) -> Value {
    let (head, body) = request(sandbox, method, biz);
    object_of(method, sandbox, &support::send(sandbox, &head, body.as_bytes()))
}

pub(crate) fn refund(sandbox: &Sandbox, order: &str, number: &str, fen: u64) -> (String, String) {
    let amount = format!("{}.{:02}", fen / 100, fen % 100);
    let biz = json!({"out_trade_no": order, "refund_amount": amount, "refund_reason": "退货", "out_request_no": number});
    request(sandbox, "ysepay.online.trade.refund", &biz)
}

pub(crate) fn refund_query(sandbox: &Sandbox, order: &str, number: &str) -> (String, String) {
    request(sandbox, "ysepay.online.trade.refund.query", &json!({"out_trade_no": order, "out_request_no": number}))
}

/// The word of a refusal, else trade_status or refund_state.
fn word(object: &Value) -> &str {
    ["sub_code", "trade_status", "refund_state"].iter().find_map(|name| object[name].as_str()).unwrap()
}

#[test]
fn agreed_paid_cancelled_and_given_back() {
    let sandbox = support::sandbox();
    let buyer = json!({
        "out_trade_no": "20260102S1", "seller_id": "s", "seller_name": "商户", "buyer_name": "x", "buyer_card_number": "x",
        "buyer_mobile": "x", "pyerIDNo": "x",
    });
    let confirm =
        |code: &str| ask(&sandbox, "ysepay.trusteeship.sign.confirm", &json!({"out_trade_no": "20260102S1", "mobile_verify_code": code}));
    assert_eq!(word(&confirm("123456")), "ACQ.QUERY_NO_RECORD");
    assert_eq!(word(&ask(&sandbox, "ysepay.trusteeship.sign", &buyer)), "WAIT_CONFIRM");
    assert_eq!(word(&confirm("000000")), "ACQ.INVALID_PARAMETER");
    let agreed = confirm("123456");
    let protocol = agreed["protocol_no"].as_str().unwrap();
    assert!(word(&agreed) == "SUCCESS" && protocol.starts_with('K') && protocol.len() <= 20);
    let pay = |number: &str, amount: &str| {
        let biz = json!({
            "out_trade_no": number, "shopdate": "20260102", "subject": "测试", "total_amount": amount, "currency": "CNY", "seller_id": "s",
            "seller_name": "商户", "business_code": "01000010", "protocol_no": protocol,
        });
        ask(&sandbox, "ysepay.trusteeship.fastPay", &biz)
    };
    let paid = pay("T1", "2.50");
    assert_eq!((word(&paid), &paid["total_amount"], sandbox.state("ysepay", "T1")), ("TRADE_SUCCESS", &json!("2.50"), Some(State::Paid)));
    assert_eq!(
        (word(&pay("PROCESSING1", "1")), word(&pay("T2", "0")), word(&pay("REFUSED1", "1"))),
        ("TRADE_PROCESS", "ACQ.INVALID_PARAMETER", "TRADE_FAILED")
    );
    let state = || ask(&sandbox, "ysepay.online.trade.query", &json!({"out_trade_no": "T1", "shopdate": "20260102"}));
    assert_eq!(word(&state()), "TRADE_SUCCESS");
    let give = |number: &str, fen: u64| {
        let (head, body) = refund(&sandbox, "T1", number, fen);
        object_of("ysepay.online.trade.refund", &sandbox, &support::send(&sandbox, &head, body.as_bytes()))
    };
    let done = give("R1", 100);
    assert_eq!((&done["code"], &done["refund_amount"], word(&state())), (&json!("10000"), &json!("1.00"), "TRADE_PART_REFUND"));
    assert_eq!(
        (word(&give("R1", 99)), word(&give("R2", 151)), give("R2", 150)["code"].as_str()),
        ("ACQ.INVALID_PARAMETER", "ACQ.INVALID_PARAMETER", Some("10000"))
    );
    assert_eq!((word(&state()), word(&give("R3", 1))), ("TRADE_ALL_REFUND", "ACQ.TRADE_STATUS_ERROR"));
    assert_eq!(word(&ask(&sandbox, "ysepay.trusteeship.sign.cancel", &json!({"protocol_no": protocol}))), "SUCCESS");
    assert_eq!(word(&pay("T3", "1")), "ACQ.INVALID_PARAMETER");
}

#[test]
fn fields_methods_and_charsets() {
    let sandbox = support::sandbox();
    let biz = json!({"out_trade_no": "PAID1", "refund_amount": "0.40", "refund_reason": "x", "out_request_no": "R1"});
    for name in biz.as_object().unwrap().keys() {
        let mut without = biz.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(word(&ask(&sandbox, "ysepay.online.trade.refund", &without)), "ACQ.INVALID_PARAMETER", "{name}");
    }
    let (head, body) = request(&sandbox, "ysepay.online.trade.refunds", &biz);
    assert!(support::send(&sandbox, &head, body.as_bytes()).text().contains("unknow_response"));
    assert!(sandbox.refunds().is_empty());
    let mut fields = fields("x");
    for (name, value) in [("method", "ysepay.online.trade.refund"), ("tran_type", "1"), ("biz_content", &biz.to_string())] {
        set(&mut fields, name, value);
    }
    let body = support::form(&signed(&sandbox, &fields));
    assert_eq!(object_of("ysepay.online.trade.refund", &sandbox, &support::send(&sandbox, &head, body.as_bytes()))["code"], "10000");
}
