use chexiao_sandbox::Sandbox;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::edgeros::{head, verified};
use super::super::support;

/// The string to sign of these fields, which need no escapes here.
fn to_sign(nonce: &str, fields: &[(&str, &str)]) -> String {
    let head = [("mch_no", "MCH1000000"), ("nonce", nonce), ("sign_type", "SHA256withRSA")];
    let mut members: Vec<_> = [&head[..], fields].concat();
    members.sort_unstable();
    let members: Vec<_> = members.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
    format!("{{{}}}", members.join(","))
}

fn post(sandbox: &Sandbox, name: &str, fields: &[(&str, &str)]) -> (String, String) {
    let nonce = support::id();
    let body = fields.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect::<Vec<_>>().join(",");
    (head(sandbox, &nonce, &to_sign(&nonce, fields)).replace("/close ", &format!("/{name} ")), format!("{{{body}}}"))
}

fn get(sandbox: &Sandbox, name: &str, fields: &[(&str, &str)]) -> (String, String) {
    let query: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = post(sandbox, name, fields).0.replace("Content-Type: application/json\r\n", "");
    (head.replace("POST ", "GET ").replace(&format!("/{name} "), &format!("/{name}?{}&version=1.0 ", query.join("&"))), String::new())
}

pub(crate) fn refund(sandbox: &Sandbox, order: &str, number: &str, fen: u64) -> (String, String) {
    let amount = format!("{}.{:02}", fen / 100, fen % 100);
    post(sandbox, "refund", &[("mch_trade_no", order), ("mch_refund_no", number), ("refund_amount", &amount), ("refund_reason", "x")])
}

pub(crate) fn refund_query(sandbox: &Sandbox, number: &str) -> (String, String) {
    get(sandbox, "refund", &[("mch_refund_no", number)])
}

fn ask(sandbox: &Sandbox, (head, body): &(String, String)) -> Value {
    verified(sandbox, &support::send(sandbox, head, body.as_bytes()))
}

const NUMBER: &str = "R00000000000000000000001";

#[test]
fn given_back_and_asked_for() {
    let sandbox = support::sandbox();
    let done = ask(&sandbox, &refund(&sandbox, "PAID1", NUMBER, 40));
    let data = &done["data"];
    assert_eq!((&done["status"], &data["code"], &data["mch_trade_no"]), (&json!(200), &json!("SUCCESS"), &json!("PAID1")));
    assert_eq!((&data["mch_refund_no"], &data["refund_amount"]), (&json!(NUMBER), &json!("0.40")));
    assert!(
        ["refund_reason", "success_time"].iter().all(|name| data.get(name).is_none()),
        "the platform's SDK knows no such member: {data}"
    );
    let asked = ask(&sandbox, &refund_query(&sandbox, NUMBER));
    assert_eq!((&asked["data"]["refund_no"], &asked["data"]["code"]), (&data["refund_no"], &json!("SUCCESS")));
    assert!(asked["data"]["success_time"].is_string(), "{asked}");
    let by_own = ask(&sandbox, &get(&sandbox, "refund", &[("refund_no", data["refund_no"].as_str().unwrap())]));
    assert_eq!(by_own["data"]["mch_refund_no"], NUMBER);
    for (order, why) in [("A1", "订单未支付"), ("CLOSED1", "订单已关闭"), ("PAID2", "商户退款单号重复"), ("REFUNDED1", "订单已全额退款")]
    {
        let number = if order == "PAID2" { NUMBER } else { "R00000000000000000000002" };
        let data = &ask(&sandbox, &refund(&sandbox, order, number, 40))["data"];
        assert_eq!((&data["code"], &data["description"]), (&json!("FAIL"), &json!(why)), "{order}");
    }
    assert_eq!(ask(&sandbox, &refund_query(&sandbox, "R00000000000000000000009"))["status"], 1007);
}

#[test]
fn what_a_refund_needs() {
    let sandbox = support::sandbox();
    let right = [("mch_trade_no", "PAID1"), ("mch_refund_no", NUMBER), ("refund_amount", "0.40"), ("refund_reason", "x")];
    for (at, value) in [(1, "short"), (1, "R0000000000000000000000 1"), (2, "0.401"), (2, "0"), (2, "-1"), (2, "1e1")] {
        let mut wrong = right;
        wrong[at].1 = value;
        let (head, body) = post(&sandbox, "refund", &wrong);
        assert_eq!(support::send(&sandbox, &head, body.as_bytes()).json()["status"], 1001, "{value}");
    }
    for missing in 0..4 {
        let fields: Vec<_> = right.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, field)| *field).collect();
        let (head, body) = post(&sandbox, "refund", &fields);
        assert_eq!(support::send(&sandbox, &head, body.as_bytes()).json()["status"], 1001, "{missing}");
    }
    assert!(sandbox.refunds().is_empty());
}

#[test]
fn a_bill_is_a_url_and_a_hash() {
    let sandbox = support::sandbox();
    let today = &support::spelt(0)[..10];
    let bill = |day: &str| ask(&sandbox, &get(&sandbox, "bill", &[("bill_date", day)]))["data"].clone();
    assert_eq!((&bill(today)["code"], &bill("2999-01-01")["code"]), (&json!("NO_BILL"), &json!("BILL_NOT_EXIST")));
    sandbox.pay("edgeros", "A1");
    ask(&sandbox, &refund(&sandbox, "A1", NUMBER, 40));
    let bill = bill(today);
    let (url, hash) = (bill["url"].as_str().unwrap(), bill["hash_code"].as_str().unwrap());
    let path = url.strip_prefix("http://x").unwrap(); // the Host of these tests
    let file = support::send(&sandbox, &format!("GET {path} HTTP/1.1\r\n"), b"");
    assert_eq!((file.text().lines().count(), file.head.contains("text/csv")), (3, true));
    assert_eq!(Sha256::digest(&file.body).iter().map(|b| format!("{b:02x}")).collect::<String>(), hash);
    assert_eq!((&bill["code"], &bill["hash_type"]), (&json!("SUCCESS"), &json!("SHA256")));
    assert_eq!(support::send(&sandbox, "GET /pay/v1/bills/2000-01-01.csv HTTP/1.1\r\n", b"").status, 404);
}
