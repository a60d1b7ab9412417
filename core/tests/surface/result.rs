//! The result JSON beside the outcome: every member says what the reply, the call and the gateway's rules make of it.

use chexiao::face::{border, json};
use chexiao::{Code, HttpReply, Reason};
use chexiao_kit::{Caller, MSG_ID};
use serde_json::{Value, json};

fn result(caller: &Caller, status: u16, body: &str) -> Value {
    let outcome = caller.verify(&HttpReply { status, headers: Vec::new(), body: body.into() });
    assert_eq!((outcome.http_status(), outcome.raw(), outcome.msg_id()), (Some(status), body.as_bytes(), MSG_ID));
    serde_json::from_str(&json::result(&outcome)).unwrap()
}

/// The members named, as text in this order.
fn members(result: &Value, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| result[name].as_str().map_or_else(|| result[name].to_string(), str::to_string)).collect()
}

#[test]
fn an_unknown_says_why_and_what_was_answered() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let result = result(&caller, 502, "no gateway");
    let names = ["outcome", "code", "reason", "sent", "http_status", "evidence", "next", "retry", "hint", "contradiction", "elapsed_ms"];
    let expected = ["unknown", "9", "http_502", "answered", "502", "none", "query", "after_query", "null", "false", "0"];
    assert_eq!(members(&result, &names), expected);
    assert_eq!(result["raw_base64"], "bm8gZ2F0ZXdheQ==");
}

/// The unsigned words are a log's; only what nobody acts on wrongly becomes a hint.
#[test]
fn an_unsigned_reply_keeps_its_words_and_its_hint() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let fail = |code: &str, text: &str| {
        format!(
            "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code><err_code>{code}</err_code><err_code_des>{text}</err_code_des></xml>"
        )
    };
    let names = ["outcome", "reason", "hint", "evidence", "retry"];
    for (code, hint, retry) in [
        ("ORDERPAID", "paid", "after_query"),
        ("ORDERNOTEXIST", "not_found", "after_query"),
        ("FREQUENCY_LIMITED", "processing", "after_query"),
        ("ORDERCLOSED", "null", "after_query"),
        ("SIGNERROR", "null", "after_query"),
        ("SYSTEMERROR", "null", "same_request"),
        ("NEVER_HEARD", "null", "after_query"),
    ] {
        let result = result(&caller, 200, &fail(code, "words"));
        assert_eq!(members(&result, &names), ["unknown", "signature", hint, "none", retry], "{code}");
        assert_eq!(result["gateway"], json!({"code": "SUCCESS", "sub_code": code, "status": "FAIL", "message": "words"}));
    }
}

/// YSEPay documents no repetition as harmless.
#[test]
fn where_no_repetition_is_documented_none_is_advised() {
    let of = |config: &str, order: Value| Caller::open(config, &json!({}), &order);
    assert_eq!(result(&of("ysepay", json!({ "protocol_no": "A1" })), 500, "")["retry"], "never");
    assert_eq!(result(&of("wechat", json!({ "out_trade_no": "A1" })), 500, "")["retry"], "after_query");
}

/// No query where none settles it.
#[test]
fn what_is_left_open_is_asked_where_it_is_settled() {
    for (config, order, todo) in [
        ("wechat", json!({ "out_trade_no": "A1" }), ["Query the order.", "请查询订单。"]),
        ("ysepay", json!({ "protocol_no": "A1" }), ["the merchant console shows it", "请在商户后台查看"]),
        ("edgeros", json!({ "mch_trade_no": "A1" }), ["the merchant console settles", "以通知或商户后台为准"]),
    ] {
        let lost = result(&Caller::open(config, &json!({}), &order), 500, "");
        for (language, todo) in ["en", "zh"].iter().zip(todo) {
            assert!(lost["explanation"][language].as_str().unwrap().contains(todo), "{config}: {}", lost["explanation"]);
        }
        assert_eq!(lost["explanation"]["en"].as_str().unwrap().contains("Query the order."), config == "wechat");
    }
}

#[test]
fn a_query_can_always_be_asked_again_and_its_sentence_is_a_querys() {
    let order = json!({ "out_trade_no": "A1" });
    let query = result(&Caller::of("query", "wechat", &json!({}), &order), 500, "");
    let close = result(&Caller::open("wechat", &json!({}), &order), 500, "");
    assert_eq!(members(&query, &["outcome", "reason", "retry"]), ["unknown", "http_500", "same_request"]);
    let english = |result: &Value| result["explanation"]["en"].as_str().unwrap().to_string();
    assert!(english(&query).contains("query proved nothing"), "{}", english(&query));
    assert!(english(&close).contains("close may have happened"), "{}", english(&close));
}

/// Over input that cannot be read nothing is known, and the note says what it was.
#[test]
fn unreadable_input_is_unknown_with_a_note_and_without_advice_to_repeat() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let (code, result) = json::verify(&caller.client, "{\"call\":{},\"request\":7}");
    let result: Value = serde_json::from_str(&result).unwrap();
    assert_eq!(code, Code::Unknown as i32);
    assert_eq!(members(&result, &["reason", "sent", "retry", "msg_id", "http_status"]), ["input", "maybe", "never", "", "null"]);
    let reply = HttpReply { status: 200, headers: Vec::new(), body: b"x".to_vec() };
    let answered = caller.client.verify("{}", &caller.sent, &reply);
    assert_eq!((answered.reason(), answered.http_status(), answered.raw()), (Some(Reason::Input), Some(200), &b"x"[..]));
    let note = "request: must be an object";
    for sentence in ["en", "zh"] {
        assert!(result["explanation"][sentence].as_str().unwrap().contains(note), "{}", result["explanation"]);
    }
}

/// What the bindings say where they cannot ask, or where a defect stopped them.
#[test]
fn a_bindings_unknown_names_its_cause() {
    let not_utf8 = border::text("call", b"a\xFF").unwrap_err();
    for (reason, words, (code, result)) in [
        ("input", "is not UTF-8 at byte 1", json::unknown_input(&not_utf8)),
        ("defect", "stopped by a defect", json::unknown_after("", "stopped by a defect")),
    ] {
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(code, Code::Unknown as i32);
        assert_eq!(members(&result, &["outcome", "reason", "sent", "retry", "next"]), ["unknown", reason, "maybe", "never", "query"]);
        assert!(result["explanation"]["en"].as_str().unwrap().ends_with(words), "{}", result["explanation"]);
    }
}

/// The way out of a refund that was stopped is the query of the refund, even where little of the call can be read.
#[test]
fn what_is_left_open_about_a_refund_is_asked_of_the_refund() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let operations =
        [("refund", "refund_query"), ("refund_query", "refund_query"), ("reverse", "query"), ("close", "query"), ("query", "query")];
    for (operation, next) in operations {
        let call = json!({ "operation": operation }).to_string();
        let exchange = format!("{{\"call\":{call},\"request\":5}}");
        for (_, result) in [json::unknown_after(&call, "x"), json::unknown_after(&exchange, "x"), json::verify(&caller.client, &exchange)] {
            let result: Value = serde_json::from_str(&result).unwrap();
            assert_eq!(members(&result, &["outcome", "retry", "next"]), ["unknown", "never", next], "{operation}");
        }
        assert_eq!(
            caller.client.verify(&call, &caller.sent, &HttpReply { status: 200, headers: Vec::new(), body: Vec::new() }).next().word(),
            next
        );
    }
    for unreadable in ["", "{", "[]", r#"{"operation":5}"#, r#"{"operation":"refunds"}"#, r#"{"call":"refund"}"#] {
        let result: Value = serde_json::from_str(&json::unknown_after(unreadable, "x").1).unwrap();
        assert_eq!(members(&result, &["next"]), ["query"], "{unreadable}");
    }
}

#[test]
fn an_error_carries_its_status_its_field_and_a_remedy() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let error = json::sign(&caller.client, "{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"\"}}").unwrap_err();
    let error: Value = serde_json::from_str(&json::error(&error)).unwrap();
    assert_eq!(members(&error, &["error", "status", "reason", "field"]), ["call", "-10", "null", "order.out_trade_no"]);
    assert!(error["message"].as_str().unwrap().contains("empty") && !error["hint"].as_str().unwrap().is_empty(), "{error}");
}
