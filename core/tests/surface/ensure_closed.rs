//! A close and the query that follows it: one result, whose advice is a close's.

use chexiao::face;
use chexiao::{Client, Kind};
use chexiao_kit::{KEYS, edgeros};
use chexiao_sandbox::{Fault, Injection, Keys, Options, Sandbox, State, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::LazyLock;
use std::time::Duration;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap());

fn client(gateway: &str) -> Client {
    Client::new(&SANDBOX.config(gateway, SANDBOX.http_url()).unwrap().to_string()).unwrap()
}

fn call(operation: &str, gateway: &str, number: &str) -> String {
    face::json::call(operation, &sample_order(gateway, number).unwrap().to_string()).unwrap()
}

fn send(operation: &str, gateway: &str, number: &str) -> Value {
    serde_json::from_str(&face::json::send(&client(gateway), &call(operation, gateway, number)).unwrap().1).unwrap()
}

/// These members of a result, and that the close and the query were each sent so often.
fn assert_result(gateway: &str, number: &str, expected: Value, sent: (usize, usize)) -> Value {
    let result = send("ensure_closed", gateway, number);
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&result[name], value, "{gateway} {name}: {result}");
    }
    assert_eq!((SANDBOX.posts(gateway, number), SANDBOX.queries(gateway, number)), sent, "{gateway}");
    result
}

#[test]
fn a_signed_query_settles_a_close_that_names_no_order() {
    let expected = json!({ "outcome": "closed", "confirm": "not_needed", "next": "done", "evidence": "signed_bound" });
    let result = assert_result("wechat", "E1", expected, (1, 1));
    assert_eq!(result["explanation"]["en"], "Closed. The query that followed says: closed.");
}

#[test]
fn an_unsigned_query_that_agrees_settles_what_nobody_signs() {
    let expected = json!({ "outcome": "closed", "confirm": "not_needed", "next": "done", "evidence": "tls_only" });
    let result = assert_result("chinaums", "E2", expected, (1, 1));
    let sentence = result["explanation"]["en"].as_str().unwrap();
    assert!(sentence.contains("it rests on TLS") && sentence.ends_with("says: closed."), "{sentence}");
}

/// What stands behind `QUERY` in the number, the query suffers or says.
#[test]
fn a_query_that_proves_nothing_changes_nothing() {
    let expected = json!({ "outcome": "closed", "confirm": "recommended", "next": "confirm", "evidence": "signed_unbound" });
    let result = assert_result("wechat", "QUERYUNSIGNED1", expected, (1, 1));
    assert!(result["explanation"]["en"].as_str().unwrap().ends_with("says: unknown."), "{result}");
}

#[test]
fn a_query_that_denies_the_close_leaves_nothing_to_rely_on() {
    for (number, hint) in [("QUERYPAID1", "paid"), ("QUERYOPEN1", "open")] {
        let expected = json!({ "outcome": "unknown", "reason": "contradiction", "contradiction": true, "hint": hint });
        let result = assert_result("wechat", number, expected, (1, 1));
        assert!(result["explanation"]["en"].as_str().unwrap().contains("contradict each other"), "{result}");
    }
}

#[test]
fn where_the_close_is_the_last_word_nothing_is_asked() {
    let result = assert_result("icbc", "E3", json!({ "outcome": "closed", "next": "done", "confirm": "not_needed" }), (1, 0));
    assert!(!result["explanation"]["en"].as_str().unwrap().contains("query that followed"), "{result}");
}

/// A query may be repeated at will, a close that is still in the bank's hands may not.
#[test]
fn processing_may_be_closed_again_only_after_a_query() {
    SANDBOX.set_state("wechat", "E4", State::Processing);
    assert_result("wechat", "E4", json!({ "outcome": "processing", "retry": "after_query" }), (1, 1));
}

#[test]
fn a_gateway_without_a_query_is_not_asked_to_close() {
    let error = client("ysepay").send(&call("ensure_closed", "ysepay", "E5")).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Kind::Unsupported, Some("operation")));
    assert_eq!(SANDBOX.posts("ysepay", "E5"), 0);
}

/// Whom an outcome sends to a query is told what that can and cannot settle, and what else does; nobody else is.
#[test]
fn where_a_query_does_not_settle_it_the_explanation_says_what_does() {
    let told = |operation, gateway, number| {
        let result = send(operation, gateway, number);
        let sentence = |language: &str| result["explanation"][language].as_str().unwrap().to_string();
        (result["next"].as_str().unwrap().to_string(), sentence("en"), sentence("zh"))
    };
    for (operation, gateway, number, next, advice) in [
        ("close", "ysepay", "E8", "confirm", ["merchant console", "ysepay.trusteeship.fastPay.queryProtocol", "商户后台"]),
        ("close", "ysepay", "UNSIGNED8", "query", ["merchant console", "ysepay.trusteeship.fastPay.queryProtocol", "商户后台"]),
        ("close", "edgeros", "PAID8", "query", ["only points to a payment", "merchant console", "商户后台"]),
        ("close", "edgeros", "CUT8", "query", ["only points to a payment", "merchant console", "商户后台"]),
        ("query", "edgeros", "PAID9", "query", ["only points to a payment", "notification", "通知"]),
        ("ensure_closed", "edgeros", "PAID7", "query", ["says: unknown", "only points to a payment", "商户后台"]),
    ] {
        let (found, en, zh) = told(operation, gateway, number);
        assert_eq!(found, next, "{gateway} {number}");
        assert!(advice.iter().all(|part| en.contains(part) || zh.contains(part)), "{en} {zh}");
    }
    for (operation, gateway, number) in
        [("close", "edgeros", "E8"), ("query", "edgeros", "NOTFOUND8"), ("close", "wechat", "E9"), ("query", "wechat", "QUERYUNSIGNED8")]
    {
        let (_, en, zh) = told(operation, gateway, number);
        assert!(!en.contains("console") && !zh.contains("后台"), "{gateway} {number}: {en} {zh}");
    }
}

/// A gateway that gives these replies, one to each request.
fn answering(replies: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (reply, stream) in replies.iter().zip(listener.incoming()) {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            _ = stream.read(&mut request);
            _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{reply}", reply.len());
        }
    });
    url
}

/// A query that never says closed settles no close; what it says of money, or that there is no such order, denies one.
#[test]
fn what_a_query_without_states_makes_of_a_close() {
    let reply = |status: &str, data: &str| {
        let ours = r#""mch_no":"MCH1000000","sign_type":"SHA256withRSA""#;
        edgeros::sealed(&format!(r#"{{{status},"data":{{{ours}{data}}}}}"#))
    };
    let done = |more: &str| reply(r#""status":200,"message":"SUCCESS""#, &format!(r#","mch_trade_no":"E10",{more}"#));
    let missing = || reply(r#""status":1007,"message":"ORDER_NOT_EXIST""#, "");
    // Closed, beside a member that nobody knows: to be confirmed.
    let closed = || done(r#""code":"SUCCESS","new":"1""#);
    let (odd, money, state) = (|| done(r#""code":"ODD""#), || done(r#""code":"SUCCESS""#), || done(r#""code":"CLOSED""#));
    let of_refund = || done(r#""code":"SUCCESS","refund_no":"R1""#);
    for (close, query, expected) in [
        (closed(), money(), json!(["unknown", "query", "paid", "contradiction"])),
        (closed(), missing(), json!(["unknown", "query", "not_found", "contradiction"])),
        (closed(), state(), json!(["closed", "confirm", null, null])),
        (closed(), of_refund(), json!(["closed", "confirm", null, null])),
        (odd(), money(), json!(["unknown", "query", "paid", "unlisted"])),
        (odd(), missing(), json!(["unknown", "query", "not_found", "unlisted"])),
        (odd(), state(), json!(["unknown", "query", null, "unlisted"])),
    ] {
        let shown = format!("{close} {query}");
        let url = answering(vec![close, query]);
        let client = Client::new(&chexiao_sandbox::config("edgeros", &url, &KEYS).unwrap().to_string()).unwrap();
        let result: Value = serde_json::from_str(&face::json::send(&client, &call("ensure_closed", "edgeros", "E10")).unwrap().1).unwrap();
        assert_eq!(json!([result["outcome"], result["next"], result["hint"], result["reason"]]), expected, "{shown} {result}");
        assert!(result["explanation"]["en"].as_str().unwrap().contains("only points to a payment"), "{result}");
    }
}

#[test]
fn a_query_that_points_to_money_is_kept_beside_a_refusal() {
    for (number, hint) in [("PAID6", Some("paid")), ("CLOSED6", None), ("REFUNDED6", None)] {
        let expected = json!({ "outcome": "refused", "next": "query", "hint": hint, "evidence": "signed_bound" });
        let result = assert_result("edgeros", number, expected, (1, 1));
        assert_eq!(result["gateway"]["status"], "FAIL", "the close decides");
    }
}

/// A signed reply that names the order says it all; the others say what is missing, to a close and to a query in other words.
#[test]
fn closed_is_said_with_what_it_rests_on() {
    for (operation, gateway, sentence) in [
        ("close", "icbc", "Closed."),
        ("close", "wechat", "a query is recommended."),
        ("query", "wechat", "Closed."),
        ("close", "chinaums", "confirm with a query before relying on it."),
        ("query", "chinaums", "Compare it with the statement of account before relying on it."),
    ] {
        let result = send(operation, gateway, "E7");
        assert_eq!(result["outcome"], "closed", "{operation} {gateway}");
        let english = result["explanation"]["en"].as_str().unwrap();
        assert!(english.ends_with(sentence) && (sentence != "Closed." || english == sentence), "{operation} {gateway}: {english}");
    }
}

#[test]
fn the_time_it_took_is_told() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: SANDBOX.keys().clone() }).unwrap();
    sandbox.inject("icbc", Injection::from(Fault::Delay(Duration::from_millis(60))), 1);
    let client = Client::new(&sandbox.config("icbc", sandbox.http_url()).unwrap().to_string()).unwrap();
    let outcome = client.send(&call("close", "icbc", "E6")).unwrap();
    assert!((60..8_000).contains(&outcome.elapsed_ms()), "{}", outcome.elapsed_ms());
}
