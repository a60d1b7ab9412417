//! The JSON documents that go in and come out beside calls and results: the call of the command line, the exchange, the tables.

use chexiao::face::json;
use chexiao::{Kind, keys};
use chexiao_kit::openssl::openssl;
use chexiao_kit::{ASKED, Caller, GATEWAYS};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn a_call_is_made_of_an_operation_and_an_order() {
    assert_eq!(json::call("close", "{\"a\": 1.50}").unwrap(), "{\"operation\":\"close\",\"order\":{\"a\": 1.50}}");
    assert_eq!(json::call("query", "{}").unwrap(), "{\"operation\":\"query\",\"order\":{}}");
    for wrong in ["", "[]", "7", "{\"a\":1,\"a\":2}", "{}{}"] {
        assert_eq!(json::call("close", wrong).unwrap_err().kind(), Kind::Call, "{wrong}");
    }
}

#[test]
fn a_wrong_document_is_named_by_line_and_column() {
    let error = json::call("close", "{\n  \"a\": nul }").unwrap_err();
    assert!(error.to_string().contains("line 2, column "), "{error}");
}

/// An exchange with one member changed.
fn exchange(caller: &Caller, change: impl Fn(&mut Value)) -> String {
    let call: Value = serde_json::from_str(&caller.call).unwrap();
    let request: Value = serde_json::from_str(&json::sign(&caller.client, &caller.call).unwrap()).unwrap();
    let mut exchange = json!({ "call": call, "request": request, "reply": { "status": 500, "headers": {}, "body_base64": "" } });
    change(&mut exchange);
    exchange.to_string()
}

#[test]
fn an_exchange_is_read_strictly() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let reason = |change: &dyn Fn(&mut Value)| {
        let (_, result) = json::verify(&caller.client, &exchange(&caller, change));
        let result: Value = serde_json::from_str(&result).unwrap();
        (result["reason"].as_str().unwrap().to_string(), result["explanation"]["en"].as_str().unwrap().to_string())
    };
    assert_eq!(reason(&|_| {}).0, "http_500");
    assert_eq!(reason(&|exchange| _ = exchange["reply"].as_object_mut().unwrap().remove("headers")).0, "http_500");
    for (member, change) in [
        ("request.method", &(|exchange: &mut Value| exchange["request"]["method"] = "PUT".into()) as &dyn Fn(&mut Value)),
        ("request.body_base64", &|exchange| exchange["request"]["body_base64"] = "?".into()),
        ("reply.body_base64", &|exchange| exchange["reply"]["body_base64"] = "A".into()),
        ("reply.status", &|exchange| exchange["reply"]["status"] = 70_000.into()),
        ("reply.status", &|exchange| exchange["reply"]["status"] = "200".into()),
        ("request.url", &|exchange| _ = exchange["request"].as_object_mut().unwrap().remove("url")),
        ("note", &|exchange| exchange["note"] = 1.into()),
        ("call", &|exchange| _ = exchange.as_object_mut().unwrap().remove("call")),
    ] {
        let (reason, sentence) = reason(change);
        assert!(reason == "input" && sentence.contains(member), "{member}: {reason}, {sentence}");
    }
}

/// The tests know every gateway, and every one that can be asked: one that their list lacks would be tried by none of them.
#[test]
fn the_list_of_the_tests_is_that_of_the_library() {
    let all: Value = serde_json::from_str(&json::gateways()).unwrap();
    let with = |operation: &str| -> BTreeSet<&str> {
        let asked = all.as_array().unwrap().iter().filter(|entry| !entry[operation].as_array().unwrap().is_empty());
        asked.map(|entry| entry["gateway"].as_str().unwrap()).collect()
    };
    assert_eq!(with("close"), GATEWAYS.iter().copied().collect());
    assert_eq!(with("query"), ASKED.iter().copied().collect());
    assert_eq!(with("close"), chexiao_sandbox::GATEWAYS.into_iter().collect());
}

/// Conditions of all kinds, as the READMEs and `chexiao gateways` print them.
#[test]
fn the_tables_are_written_out() {
    let all: Value = serde_json::from_str(&json::gateways()).unwrap();
    let of = |gateway: &str| all.as_array().unwrap().iter().find(|entry| entry["gateway"] == gateway).unwrap();
    let has = |gateway: &str, operation: &str, outcome: &str, code: &str, status: &str| {
        let rows = of(gateway)[operation].as_array().unwrap().iter().flat_map(|table| table["rows"].as_array().unwrap());
        let mut same = rows.filter(|row| [&row["outcome"], &row["code"], &row["status"]] == [outcome, code, status]);
        assert!(same.next().is_some_and(|row| !row["source"].as_str().unwrap().is_empty()), "{gateway} {outcome} {code} {status}");
    };
    has("icbc", "close", "unknown", "< 0", "any");
    has("icbc", "close", "paid", "> 0", "1");
    has("icbc", "close", "throttled", "500031, 500032", "any");
    has("wechat", "close", "closed", "(absent)", "SUCCESS");
    has("ysepay", "close", "unknown", "ACQ.…", "SUCCESS, SUCCES");
    has("wechat", "query", "refunded", "(absent)", "result_code SUCCESS; trade_state REFUND");
    has("icbc", "query", "already_closed", "0", "payStatus 2; payType 101, 201; payPlanList all of 6, 7");
    has("icbc", "query", "unknown", "0", "payStatus 1; payPlanList some other than 1");
    assert_eq!(
        of("icbc")["environments"],
        json!({ "production": "https://gw.open.icbc.com.cn", "sandbox": "https://gw-sandbox.open.icbc.com.cn" })
    );
}

#[test]
fn an_inspection_tells_of_each_key() {
    let pem = openssl(&["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], b"");
    let inspection: Value = serde_json::from_str(&json::inspection(&keys::inspect(&pem, None).unwrap())).unwrap();
    let shown = inspection.to_string();
    assert!(shown.contains("RSA") && shown.contains("2048"), "{shown}");
}
