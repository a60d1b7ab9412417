//! A close and the query that follows it: one result, whose advice is a close's.

use chexiao::face::json;
use chexiao::{Client, Kind};
use chexiao_sandbox::{Fault, Injection, Keys, Options, Sandbox, State, sample_order};
use serde_json::Value;
use std::sync::LazyLock;
use std::time::Duration;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap());

fn client(gateway: &str) -> Client {
    Client::new(&SANDBOX.config(gateway, SANDBOX.http_url()).unwrap().to_string()).unwrap()
}

fn call(operation: &str, gateway: &str, number: &str) -> String {
    json::call(operation, &sample_order(gateway, number).unwrap().to_string()).unwrap()
}

fn send(operation: &str, gateway: &str, number: &str) -> Value {
    serde_json::from_str(&json::send(&client(gateway), &call(operation, gateway, number)).unwrap().1).unwrap()
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
    let expected = serde_json::json!({ "outcome": "closed", "confirm": "not_needed", "next": "done", "evidence": "signed_bound" });
    let result = assert_result("wechat", "E1", expected, (1, 1));
    assert_eq!(result["explanation"]["en"], "Closed. The query that followed says: closed.");
}

#[test]
fn an_unsigned_query_that_agrees_settles_what_nobody_signs() {
    let expected = serde_json::json!({ "outcome": "closed", "confirm": "not_needed", "next": "done", "evidence": "tls_only" });
    let result = assert_result("chinaums", "E2", expected, (1, 1));
    let sentence = result["explanation"]["en"].as_str().unwrap();
    assert!(sentence.contains("it rests on TLS") && sentence.ends_with("says: closed."), "{sentence}");
}

/// What stands behind `QUERY` in the number, the query suffers or says.
#[test]
fn a_query_that_proves_nothing_changes_nothing() {
    let expected = serde_json::json!({ "outcome": "closed", "confirm": "recommended", "next": "confirm", "evidence": "signed_unbound" });
    let result = assert_result("wechat", "QUERYUNSIGNED1", expected, (1, 1));
    assert!(result["explanation"]["en"].as_str().unwrap().ends_with("says: unknown."), "{result}");
}

#[test]
fn a_query_that_denies_the_close_leaves_nothing_to_rely_on() {
    for (number, hint) in [("QUERYPAID1", "paid"), ("QUERYOPEN1", "open")] {
        let expected = serde_json::json!({ "outcome": "unknown", "reason": "contradiction", "contradiction": true, "hint": hint });
        let result = assert_result("wechat", number, expected, (1, 1));
        assert!(result["explanation"]["en"].as_str().unwrap().contains("contradict each other"), "{result}");
    }
}

#[test]
fn where_the_close_is_the_last_word_nothing_is_asked() {
    let result = assert_result("icbc", "E3", serde_json::json!({ "outcome": "closed", "next": "done", "confirm": "not_needed" }), (1, 0));
    assert!(!result["explanation"]["en"].as_str().unwrap().contains("query that followed"), "{result}");
}

/// A query may be repeated at will, a close that is still in the bank's hands may not.
#[test]
fn processing_may_be_closed_again_only_after_a_query() {
    SANDBOX.set_state("wechat", "E4", State::Processing);
    assert_result("wechat", "E4", serde_json::json!({ "outcome": "processing", "retry": "after_query" }), (1, 1));
}

#[test]
fn a_gateway_without_a_query_is_not_asked_to_close() {
    for gateway in ["ysepay", "edgeros"] {
        let error = client(gateway).send(&call("ensure_closed", gateway, "E5")).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Unsupported, Some("operation")));
        assert_eq!(SANDBOX.posts(gateway, "E5"), 0);
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
