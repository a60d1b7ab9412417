use chexiao_sandbox::{Sandbox, State};
use serde_json::{Value, json};

use super::super::icbc::{AGREE, PATH, biz, fields, head, query, set, signed_for};
use super::super::support;

const APPLY: &str = "/api/mybank/pay/cpay/cppayapply/V1";
const REFUND: &str = "/api/mybank/pay/cpay/cppayapply/V2";

fn apply(path: &str, sandbox: &Sandbox, number: &str, fen: &str, submitted: &str, more: &Value) -> (String, String) {
    let mut content = json!({
        "agreeCode": AGREE, "orderCode": "O1", "partnerSeq": number, "orderAmount": fen, "orderCurr": "001", "sumPayamt": fen,
        "submitTime": submitted, "payMode": "1", "payeeList": [],
    });
    content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut fields = fields(number);
    set(&mut fields, "biz_content", &content.to_string());
    (head("UTF-8").replace(PATH, path), support::form(&signed_for(path, sandbox, &fields)))
}

pub(crate) fn refund(sandbox: &Sandbox, order: &str, number: &str, fen: u64) -> (String, String) {
    apply(REFUND, sandbox, number, &fen.to_string(), &support::digits(0), &json!({"partnerSeqOrigin": order}))
}

fn ask(sandbox: &Sandbox, (head, body): &(String, String)) -> Value {
    serde_json::from_str(&biz(sandbox, &support::send(sandbox, head, body.as_bytes()))).unwrap()
}

#[test]
fn applied_paid_and_given_back() {
    let sandbox = support::sandbox();
    let create = |number: &str, fen: &str| ask(&sandbox, &apply(APPLY, &sandbox, number, fen, &support::digits(0), &json!({})));
    let made = create("A1", "250");
    assert_eq!((&made["return_code"], &made["partnerSeq"], &made["sumPayamt"]), (&json!(0), &json!("A1"), &json!("250")));
    assert!(made["redirectParam"].as_str().unwrap().starts_with("https://") && made["msg_id"].is_string());
    assert_eq!((&create("A1", "250")["return_code"], &create("PAID9", "1")["return_code"]), (&json!(5205), &json!(5205)));
    assert_eq!(ask(&sandbox, &refund(&sandbox, "A1", "R1", 1))["return_msg"], "原订单未支付");
    sandbox.pay("icbc", "A1");
    let done = ask(&sandbox, &refund(&sandbox, "A1", "R1", 100));
    assert_eq!((&done["return_code"], &done["status"], &done["partnerSeqOrigin"]), (&json!(0), &json!("1"), &json!("A1")));
    let asked = ask(&sandbox, &query(&sandbox, "R1"));
    assert_eq!((&asked["payStatus"], asked.get("payType")), (&json!("1"), None));
    assert_eq!(ask(&sandbox, &refund(&sandbox, "A1", "PROCESSING1", 150))["status"], "3");
    assert_eq!(ask(&sandbox, &query(&sandbox, "PROCESSING1"))["payStatus"], "3");
    assert_eq!(ask(&sandbox, &refund(&sandbox, "A1", "R3", 1))["return_msg"], "原订单已全额退款");
    assert_eq!(ask(&sandbox, &refund(&sandbox, "A1", "LIMITED1", 1))["return_code"], 500031);
    assert_eq!(sandbox.state("icbc", "A1"), Some(State::Refunded));
}

#[test]
fn what_an_application_needs() {
    let sandbox = support::sandbox();
    let now = support::digits(0);
    let code = |fen: &str, submitted: &str, more: Value| {
        ask(&sandbox, &apply(APPLY, &sandbox, "A2", fen, submitted, &more))["return_code"].clone()
    };
    for (fen, submitted, more) in [
        ("1.00", now.as_str(), json!({})),
        ("0", &now, json!({})),
        ("1", &support::digits(-61), json!({})),
        ("1", &support::digits(12 * 60 + 1), json!({})),
        ("1", "2026-01-02 15:04:05", json!({})),
        ("1", &now, json!({"orderCurr": ""})),
        ("1", &now, json!({"partnerSeq": "1".repeat(35)})),
    ] {
        assert_eq!(code(fen, submitted, more.clone()), 400011, "{fen} {submitted} {more}");
    }
    assert_eq!(code("1", &support::digits(11 * 60), json!({})), 0);
    let without_origin = apply(REFUND, &sandbox, "R1", "1", &now, &json!({}));
    assert_eq!(ask(&sandbox, &without_origin)["return_code"], 400011);
    // The path is signed.
    let (head, body) = apply(APPLY, &sandbox, "A3", "1", &now, &json!({"partnerSeqOrigin": "A2"}));
    assert_eq!(ask(&sandbox, &(head.replace(APPLY, REFUND), body))["return_code"], 400017);
}
