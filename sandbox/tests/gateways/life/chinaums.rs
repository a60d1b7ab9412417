use chexiao_sandbox::{Sandbox, State};
use serde_json::{Value, json};

use super::super::chinaums::{body_sig, head};
use super::super::support;

/// A correct request with these members beside those that all have.
fn request(sandbox: &Sandbox, path: &str, inst_mid: &str, more: &Value) -> (String, String) {
    let mut body = json!({
        "requestTimestamp": support::spelt(0), "mid": "898201612345678", "tid": "88880001", "instMid": inst_mid, "msgId": "m-1",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = body.to_string();
    (head(&body_sig(sandbox, &body, &support::digits(0), ",")).replace("bills/preauthed-cancel", path), body)
}

fn ask(sandbox: &Sandbox, path: &str, more: &Value) -> Value {
    let inst_mid = if path.starts_with("bills/") { "QRPAYDEFAULT" } else { "H5DEFAULT" };
    let (head, body) = request(sandbox, path, inst_mid, more);
    let answer = support::send(sandbox, &head, body.as_bytes());
    assert_eq!((answer.status, &answer.json()["msgId"]), (200, &json!("m-1")));
    answer.json()
}

pub(crate) fn refund(sandbox: &Sandbox, order: &str, number: &str, fen: u64) -> (String, String) {
    request(sandbox, "refund", "H5DEFAULT", &json!({"merOrderId": order, "refundOrderId": number, "refundAmount": fen}))
}

pub(crate) fn refund_query(sandbox: &Sandbox, order: &str, number: &str) -> (String, String) {
    request(sandbox, "refund-query", "H5DEFAULT", &json!({"merOrderId": order, "refundOrderId": number}))
}

#[test]
fn a_bill_is_made_paid_and_given_back() {
    let sandbox = support::sandbox();
    let day = &support::spelt(0)[..10];
    let bill = |name: &str, more: Value| {
        let mut members = json!({"billNo": "B1", "billDate": day});
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask(&sandbox, &format!("bills/{name}"), &members)
    };
    let made = bill("get-qrcode", json!({"totalAmount": 250, "billDesc": "测试"}));
    assert!(made["errCode"] == "SUCCESS" && made["billQRCode"].as_str().unwrap().starts_with("https://") && made["billNo"] == "B1");
    let again = bill("get-qrcode", json!({"totalAmount": "250"}));
    assert_eq!((&again["errCode"], &again["errMsg"]), (&json!("DUP_ORDER"), &json!("账单号重复")));
    assert_eq!(bill("query", json!({}))["billStatus"], "UNPAID");
    let early = bill("refund", json!({"refundOrderId": "R1", "refundAmount": 1}));
    assert_eq!(early["errCode"], "OPERATION_NOT_ALLOWED");
    let void = ask(&sandbox, "bills/preauthed-cancel", &json!({"billNo": "", "billDate": "", "merOrderId": "B1", "authIdRespCd": ""}));
    assert_eq!((&void["errCode"], sandbox.state("chinaums", "B1")), (&json!("OPERATION_NOT_ALLOWED"), Some(State::Open)));
    sandbox.pay("chinaums", "B1");
    let paid = bill("query", json!({}));
    assert_eq!((&paid["billStatus"], &paid["billPayment"]["totalAmount"]), (&json!("PAID"), &json!(250)));
    assert_eq!(ask(&sandbox, "bills/close-qrcode", &json!({"qrCodeId": made["qrCodeId"]}))["errCode"], "OPERATION_NOT_ALLOWED");
    let refund = bill("refund", json!({"refundOrderId": "R1", "refundAmount": 100}));
    assert_eq!((&refund["errCode"], &refund["refundStatus"], &refund["refundAmount"]), (&json!("SUCCESS"), &json!("SUCCESS"), &json!(100)));
    for (number, fen, code) in
        [("R1", 99, "DUP_ORDER"), ("R2", 151, "OPERATION_NOT_ALLOWED"), ("R2", 150, "SUCCESS"), ("R3", 1, "HAS_REFUNDED")]
    {
        assert_eq!(bill("refund", json!({"refundOrderId": number, "refundAmount": fen}))["errCode"], code, "{number} {fen}");
    }
    let asked = bill("query", json!({"refundOrderId": "R2"}));
    assert_eq!((&asked["refundStatus"], &asked["refundAmount"], &asked["billStatus"]), (&json!("SUCCESS"), &json!(150), &json!("REFUND")));
    assert_eq!(bill("query", json!({"refundOrderId": "R9"}))["errCode"], "NO_ORDER");
    assert_eq!(bill("get-qrcode", json!({"totalAmount": 0}))["errCode"], "BAD_REQUEST");
}

#[test]
fn a_completion_can_be_given_back() {
    let sandbox = support::sandbox();
    let refund = json!({"billNo": "A1", "billDate": "2026-01-02", "refundOrderId": "R1", "refundAmount": 40});
    assert_eq!(ask(&sandbox, "bills/refund", &refund)["errCode"], "SUCCESS");
    assert_eq!(sandbox.movements().iter().map(|movement| movement.fen).collect::<Vec<_>>(), [100, 40]);
}

#[test]
fn a_code_that_is_closed_closes_the_bill() {
    let sandbox = support::sandbox();
    let made = ask(&sandbox, "bills/get-qrcode", &json!({"billNo": "B2", "billDate": "2026-01-02", "totalAmount": 1}));
    let close = || ask(&sandbox, "bills/close-qrcode", &json!({"qrCodeId": made["qrCodeId"]}))["errCode"].clone();
    assert_eq!(
        (close(), close(), sandbox.state("chinaums", "B2")),
        (json!("SUCCESS"), json!("OPERATION_NOT_ALLOWED"), Some(State::Closed))
    );
    assert_eq!(sandbox.posts("chinaums", "B2"), 2);
    assert_eq!(ask(&sandbox, "bills/close-qrcode", &json!({"qrCodeId": "1"}))["errCode"], "NO_ORDER");
}

#[test]
fn netpay_orders() {
    let sandbox = support::sandbox();
    let create = |number: &str| ask(&sandbox, "wx/unified-order", &json!({"merOrderId": number, "totalAmount": 7, "tradeType": "JSAPI"}));
    let named = |path: &str, number: &str| ask(&sandbox, path, &json!({"merOrderId": number}));
    let made = create("N1");
    assert_eq!((&made["status"], &made["totalAmount"], made["jsPayRequest"].is_object()), (&json!("NEW_ORDER"), &json!(7), true));
    assert_eq!((&create("N1")["errCode"], &named("query", "N1")["status"]), (&json!("DUP_ORDER"), &json!("NEW_ORDER")));
    assert_eq!((&named("close", "N1")["status"], sandbox.state("chinaums", "N1")), (&json!("TRADE_CLOSED"), Some(State::Closed)));
    for (number, code) in
        [("PAID1", "OPERATION_NOT_ALLOWED"), ("NOTFOUND1", "NO_ORDER"), ("PROCESSING1", "ORDER_PROCESSING"), ("N1", "SUCCESS")]
    {
        assert_eq!(named("close", number)["errCode"], code, "{number}");
    }
    let (head, body) = request(&sandbox, "close", "QRPAYDEFAULT", &json!({"merOrderId": "N2"}));
    assert_eq!(support::send(&sandbox, &head, body.as_bytes()).json()["errCode"], "BAD_REQUEST");
    assert_eq!(support::send(&sandbox, &head.replace("POST", "GET"), b"").status, 405);
}
