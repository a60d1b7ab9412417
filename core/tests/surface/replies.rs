//! Replies of unusual shape: what is signed is all of it, only the documented means something, and the words are shown.

use chexiao::face::json;
use chexiao_kit::{Caller, KEYS, Padded, Signer};
use serde_json::{Value, json};

fn result(caller: &Caller, body: String) -> Value {
    serde_json::from_str(&json::result(&caller.judge(body))).unwrap()
}

/// An EdgerOS reply: `data` and what stands before and behind it, sorted by name; the signature goes to the end of `data`.
fn edgeros(before: &str, data: &str, behind: &str) -> Value {
    let caller = Caller::open("edgeros", &json!({ "mch_no": "M1" }), &json!({ "mch_trade_no": "A1" }));
    let canonical = format!("{{{before}\"data\":{{{data}}}{behind}}}");
    let signature = Signer::of(&KEYS.edgeros.gateway).sign(Padded::Sha256, canonical.as_bytes());
    result(&caller, format!("{{{before}\"data\":{{{data},\"sign\":\"{signature}\"}}{behind}}}"))
}

const CLOSED: &str = r#""code":"SUCCESS","description":"words","mch_no":"M1","mch_trade_no":"A1","sign_type":"SHA256withRSA""#;
const SUCCEEDED: &str = r#","message":"SUCCESS","status":200"#;

/// Beside `data.sign` every member of the envelope is signed, one called `sign` in another object too.
#[test]
fn edgeros_signs_whatever_else_is_in_the_envelope() {
    for before in ["", r#""a":1,"#, r#""a":{"sign":"x"},"#, r#""a":[{"data":{"sign":"x"}}],"#] {
        let result = edgeros(before, CLOSED, SUCCEEDED);
        assert_eq!((&result["outcome"], &result["evidence"]), (&json!("closed"), &json!("signed_bound")), "{before}");
    }
    let inner = edgeros("", &CLOSED.replace("\"description\"", r#""data":{"sign":"x"},"description""#), SUCCEEDED);
    assert_eq!(inner["outcome"], "closed");
}

#[test]
fn edgeros_status_is_an_integer() {
    for status in ["200.0", "2e2", "\"200\"", "null", "99999999999999999999"] {
        let result = edgeros("", CLOSED, &SUCCEEDED.replace("200", status));
        assert_eq!((&result["outcome"], &result["reason"]), (&json!("unknown"), &json!("parse")), "{status}");
    }
}

#[test]
fn edgeros_words_are_shown() {
    let result = edgeros("", CLOSED, SUCCEEDED);
    assert_eq!(result["gateway"], json!({"code": "200", "sub_code": "SUCCESS", "status": "SUCCESS", "message": "words"}));
    let field_errors = format!(r#","fieldErrors":"no such field"{SUCCEEDED}"#);
    let result = edgeros("", &CLOSED.replace(r#""description":"words","#, ""), &field_errors);
    assert_eq!((&result["outcome"], &result["gateway"]["message"]), (&json!("unknown"), &json!("no such field")));
    assert_eq!(result["contradiction"], true);
}

/// An ICBC reply that names the call and the order.
fn icbc(return_code: &str, status: &str, signed: bool) -> Value {
    let caller = Caller::open("icbc", &json!({}), &json!({ "agreeCode": "1", "orderCode": "2", "partnerSeq": "3" }));
    let id = chexiao_kit::MSG_ID;
    let value = format!(
        r#"{{"return_code":{return_code},"return_msg":"words","msg_id":"{id}","agreeCode":"1","orderCode":"2","partnerSeq":"3","status":{status}}}"#
    );
    let signature = if signed { Signer::of(&KEYS.icbc.gateway).sign(Padded::Sha1, value.as_bytes()) } else { "AAAA".into() };
    result(&caller, format!(r#"{{"response_biz_content":{value},"sign":"{signature}"}}"#))
}

/// The page's numbers are 0, positive and negative ones; another spelling of zero is none of them.
#[test]
fn icbc_zero_is_written_0() {
    let outcome = |return_code: &str| icbc(return_code, "\"1\"", true)["outcome"].clone();
    assert_eq!(outcome("\"5205\""), "paid");
    for return_code in ["\"00\"", "\"+0\"", "\"-0\"", "\"000\""] {
        assert_eq!(outcome(return_code), "unknown", "{return_code}");
    }
}

/// What an unsigned reply points to is a hint, also where it contradicts itself.
#[test]
fn icbc_unsigned_contradictions_are_hints() {
    for (status, hint) in [("\"1\"", json!("paid")), ("\"3\"", json!("processing")), ("\"2\"", Value::Null)] {
        let result = icbc("0", status, false);
        assert_eq!([&result["outcome"], &result["reason"], &result["hint"]], [&json!("unknown"), &json!("signature"), &hint], "{status}");
    }
}

/// A reply to a YSEPay close in this shape.
fn ysepay(body: &str) -> Value {
    let caller = Caller::open("ysepay", &json!({}), &json!({ "protocol_no": "A1" }));
    result(&caller, body.into())
}

#[test]
fn ysepay_one_reply_holds_one_response() {
    let response = r#""ysepay_trusteeship_sign_cancel_response":{"code":"10000","trade_status":"SUCCESS"}"#;
    let failure = r#""unknow_response":{"code":"3501","msg":"words"}"#;
    for (body, reason, message) in [
        (format!("{{{response}}}"), "signature", Value::Null),
        (format!("{{{failure}}}"), "signature", json!("words")),
        (r#"{"unknow_response":{"code":3501.5,"msg":7}}"#.into(), "signature", Value::Null),
        (r#"{"unknow_response":"3501"}"#.into(), "signature", Value::Null),
        (format!("{{{response},{failure}}}"), "contradiction", Value::Null),
        (r#"{"ysepay_online_trade_refund_response":{"code":"10000"}}"#.into(), "mismatch", Value::Null),
        (r#"{"sign":"x"}"#.into(), "parse", Value::Null),
    ] {
        let result = ysepay(&body);
        assert_eq!(
            [&result["outcome"], &result["reason"], &result["gateway"]["message"]],
            [&json!("unknown"), &json!(reason), &message],
            "{body}"
        );
    }
}

/// A success in one place and a failure in the other mean neither.
#[test]
fn ysepay_two_codes_count_only_where_they_agree() {
    let caller = Caller::open("ysepay", &json!({}), &json!({ "protocol_no": "A1" }));
    let outcome = |codes: &str| {
        let response = format!("{{{codes},\"trade_status\":\"SUCCESS\"}}");
        let signature = Signer::of(&KEYS.ysepay.gateway).sign(Padded::Sha1, response.as_bytes());
        let result = result(&caller, format!("{{\"sign\":\"{signature}\",\"ysepay_trusteeship_sign_cancel_response\":{response}}}"));
        assert_eq!(result["evidence"], "signed_unbound");
        result["outcome"].clone()
    };
    assert_eq!(outcome(r#""code":"10000""#), "closed");
    assert_eq!(outcome(r#""code":"10000","sub_code":"10000""#), "closed");
    assert_eq!(outcome(r#""code":"10000","sub_code":"3501""#), "unknown");
    assert_eq!(outcome(r#""code":"3501","sub_code":"10000""#), "unknown");
    assert_eq!(outcome(r#""code":"10000","sub_code":"ACQ.SYSTEM_ERROR""#), "unknown");
}

#[test]
fn wechat_says_why_under_either_name() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    for (name, message) in [("return_msg", json!("签名失败")), ("retmsg", json!("签名失败")), ("note", Value::Null)] {
        let result = result(&caller, format!("<xml><return_code>FAIL</return_code><{name}>签名失败</{name}></xml>"));
        assert_eq!((&result["gateway"]["message"], &result["gateway"]["code"]), (&message, &json!("FAIL")), "{name}");
    }
}

#[test]
fn chinaums_says_why_under_either_name() {
    let order = chexiao_sandbox::sample_order("chinaums", "A1").unwrap();
    let caller = Caller::open("chinaums", &json!({}), &order);
    for (words, message) in [
        (r#""errMsg":"one","errInfo":"two""#, json!("one")),
        (r#""errMsg":"","errInfo":"two""#, json!("two")),
        (r#""errInfo":"two""#, json!("two")),
        (r#""errMsg":null"#, Value::Null),
    ] {
        assert_eq!(result(&caller, format!("{{{words}}}"))["gateway"]["message"], message, "{words}");
    }
}
