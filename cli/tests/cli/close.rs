//! `chexiao close`, `query`, `ensure-closed`

use crate::counter::{Counter, Done, keys, run};
use chexiao_sandbox::{GATEWAYS, State, sample_order};
use serde_json::{Value, json};

/// Every key of the result, sorted.
const KEYS: &str = "code confirm contradiction elapsed_ms evidence explanation gateway hint http_status msg_id next outcome \
                    raw_base64 reason retry retry_after_ms sent";

#[test]
fn what_is_closed_stands_in_the_book() {
    let counter = Counter::open();
    for gateway in GATEWAYS {
        let done = counter.close(gateway, "A1001", &["--json"]);
        assert_eq!(done.json()["outcome"], "closed", "{gateway}");
        assert_eq!(counter.sandbox.state(gateway, "A1001"), Some(State::Closed));
        assert_eq!(counter.sandbox.posts(gateway, "A1001"), 1);
    }
    let again = counter.close("wechat", "A1001", &["--json"]);
    assert_eq!((again.code, again.json()["outcome"].as_str()), (12, Some("already_closed")));
}

#[test]
fn a_query_tells_the_state_and_ensure_closed_settles_the_close() {
    let counter = Counter::open();
    for (operation, number, code, outcome) in [
        ("query", "A1", 20, "open"),
        ("query", "PAID1", 13, "paid"),
        ("ensure-closed", "A1", 0, "closed"),
        ("query", "A1", 0, "closed"),
        ("ensure-closed", "QUERYPAID1", 19, "unknown"),
    ] {
        let done = counter.ask(operation, "wechat", number, &["--json"]);
        assert_eq!((done.code, done.json()["outcome"].as_str()), (code, Some(outcome)), "{operation} {number}");
    }
    let people = counter.ask("ensure-closed", "wechat", "A2", &[]);
    assert!(people.out.contains("The query that followed says: closed.") && people.out.contains("confirm not_needed"), "{}", people.out);
    let hint = counter.ask("query", "edgeros", "PAID1", &["--json"]);
    assert_eq!((hint.code, hint.json()["hint"].as_str()), (19, Some("paid")));
    let none = counter.ask("query", "ysepay", "A1", &["--json"]);
    assert_eq!((none.code, none.json()["error"].as_str()), (2, Some("unsupported")));
    assert_eq!(counter.sandbox.posts("ysepay", "A1"), 0);
}

#[test]
fn the_caller_may_give_the_id_of_every_operation() {
    let counter = Counter::open();
    for (operation, code, outcome) in [("query", 20, "open"), ("ensure-closed", 0, "closed"), ("close", 12, "already_closed")] {
        let done = counter.ask(operation, "wechat", "A1", &["--json", "--msg-id", operation]);
        let result = done.json();
        assert_eq!((done.code, result["outcome"].as_str(), result["msg_id"].as_str()), (code, Some(outcome), Some(operation)));
    }
    // A text, whatever it holds: neither member nor order of the call.
    let odd = r#"m","order":{"out_trade_no":"A2"},"nonce":"\n"#;
    assert_eq!(counter.close("wechat", "A3", &["--json", "--msg-id", odd]).json()["msg_id"], odd);
    assert_eq!((counter.sandbox.posts("wechat", "A2"), counter.sandbox.posts("wechat", "A3")), (0, 1));
    not_sent(&counter.close("icbc", "A1", &["--json", "--msg-id", &"m".repeat(41)]), "call", Some("msg_id"));
}

#[test]
fn other_outcomes_are_exit_code_10_and_their_number() {
    let counter = Counter::open();
    for (gateway, number, code, outcome) in [
        ("icbc", "PAID1", 13, "paid"),
        ("wechat", "PAID1", 13, "paid"),
        ("icbc", "PROCESSING1", 14, "processing"),
        ("wechat", "PROCESSING1", 14, "processing"),
        ("chinaums", "PROCESSING1", 14, "processing"),
        ("wechat", "NOTFOUND1", 15, "not_found"),
        ("edgeros", "NOTFOUND1", 15, "not_found"),
        ("chinaums", "NOTFOUND1", 15, "not_found"),
        ("ysepay", "PAID1", 16, "refused"),
        ("edgeros", "PAID1", 16, "refused"),
        ("chinaums", "PAID1", 16, "refused"),
        ("icbc", "LIMITED1", 18, "throttled"),
        ("icbc", "UNSIGNED1", 19, "unknown"),
        ("wechat", "WRONGKEY1", 19, "unknown"),
        ("edgeros", "OTHER1", 19, "unknown"),
        ("ysepay", "RESET1", 19, "unknown"),
        ("chinaums", "HALF1", 19, "unknown"),
    ] {
        let done = counter.close(gateway, number, &["--json"]);
        let result = done.json();
        assert_eq!((done.code, result["outcome"].as_str()), (code, Some(outcome)), "{gateway} {number}");
        assert_eq!(result["code"], code - 10);
        assert_eq!(counter.close(gateway, number, &[]).code, code, "{gateway} {number} for people");
    }
}

#[test]
fn a_key_the_gateway_does_not_know_is_misconfigured_17() {
    let counter = Counter::open();
    for (gateway, field, other) in [("icbc", "private_key", "ysepay"), ("ysepay", "private_key", "icbc"), ("chinaums", "app_key", "")] {
        let mut config = counter.config(gateway);
        config["account"][field] = if other.is_empty() { json!("another key") } else { counter.config(other)["account"][field].clone() };
        let done = counter.close_with(&config, &sample_order(gateway, "A1").unwrap().to_string(), &["--json"]);
        assert_eq!((done.code, done.json()["outcome"].as_str()), (17, Some("misconfigured")), "{gateway}");
        assert_eq!(counter.sandbox.state(gateway, "A1"), Some(State::Open));
    }
}

#[test]
fn json_has_every_key_whatever_the_outcome() {
    let counter = Counter::open();
    for gateway in GATEWAYS {
        for number in ["A1", "PAID1", "UNSIGNED1", "RESET1"] {
            let result = counter.close(gateway, number, &["--json"]).json();
            assert_eq!(keys(&result).join(" "), KEYS, "{gateway} {number}");
            assert_eq!(keys(&result["gateway"]), ["code", "message", "status", "sub_code"]);
            assert_eq!(keys(&result["explanation"]), ["en", "zh"]);
            assert_eq!(result["sent"], if number == "RESET1" { "maybe" } else { "answered" });
            assert_eq!(result["reason"].is_null(), result["outcome"] != "unknown", "{result}");
        }
    }
}

#[test]
fn people_read_the_outcome_and_both_languages() {
    let counter = Counter::open();
    for (gateway, number) in [("icbc", "A1"), ("wechat", "A1"), ("wechat", "PAID1"), ("ysepay", "PAID1"), ("edgeros", "UNSIGNED1")] {
        let done = counter.close(gateway, number, &[]);
        let result = counter.close(gateway, number, &["--json"]).json();
        let first = if number == "A1" { "closed" } else { result["outcome"].as_str().unwrap() };
        let lines: Vec<&str> = done.out.lines().collect();
        assert!(lines[0].starts_with(&format!("{first} (")) && lines[0].ends_with(" ms)"), "{}", done.out);
        assert!(lines[1].is_ascii() && lines[1].trim().ends_with('.'), "{}", done.out);
        assert!(lines[2].trim().ends_with('。'), "{}", done.out);
        if number != "A1" {
            assert_eq!([lines[1].trim(), lines[2].trim()], ["en", "zh"].map(|language| result["explanation"][language].as_str().unwrap()));
        }
        assert!(lines.last().unwrap().starts_with("  msg_id   ") && done.err.is_empty());
    }
}

#[test]
fn the_order_may_come_from_standard_input() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    let done = run(&["close", "--config", &config, "--order", "-", "--json"], "{\n  \"out_trade_no\": \"A1001\"\n}\n");
    assert_eq!((done.code, done.json()["outcome"].as_str()), (11, Some("closed")));
    assert_eq!(counter.sandbox.state("wechat", "A1001"), Some(State::Closed));
}

/// Nothing was sent: exit code 2, the error where it belongs, and in JSON its kind and field.
fn not_sent(done: &Done, kind: &str, field: Option<&str>) {
    assert_eq!(done.code, 2, "{}{}", done.out, done.err);
    let error = done.json();
    assert_eq!(keys(&error), ["error", "field", "hint", "message", "reason", "status"]);
    assert_eq!((error["error"].as_str(), error["field"].as_str()), (Some(kind), field), "{error}");
    assert!(error["status"].as_i64().unwrap() < 0);
}

#[test]
fn whatever_was_not_sent_is_exit_code_2() {
    let counter = Counter::open();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut config = counter.config("wechat");
        change(&mut config);
        counter.close_with(&config, r#"{"out_trade_no":"A1"}"#, &["--json"])
    };
    not_sent(&with(&|config| config["account"]["api_key"] = json!("short")), "config", Some("account.api_key"));
    not_sent(&with(&|config| config["unheard_of"] = json!(1)), "config", Some("unheard_of"));
    not_sent(&with(&|config| config["base_url"] = json!("http://example.com")), "config", Some("base_url"));
    not_sent(&with(&|config| config["ca_file"] = json!("/nonexistent")), "config", Some("ca_file"));
    not_sent(&with(&|config| config["base_url"] = json!("http://127.0.0.1:1")), "connect", None);
    for (order, field) in [
        ("", None),
        ("{", None),
        ("[]", Some("order")),
        ("{}", Some("order.out_trade_no")),
        (r#"{"out_trade_no":""}"#, Some("order.out_trade_no")),
        (r#"{"out_trade_no":"A1","total":1}"#, Some("order.total")),
        (r#"{"out_trade_no":"A1","out_trade_no":"A2"}"#, Some("order.out_trade_no")),
    ] {
        not_sent(&counter.close_with(&counter.config("wechat"), order, &["--json"]), "call", field);
    }
    not_sent(&run(&["close", "--config", "/nonexistent.json", "--order", "{}", "--json"], ""), "config", None);
    not_sent(&run(&["close", "--config", &counter.folder.write("empty", ""), "--order", "{}", "--json"], ""), "config", None);
    assert_eq!(counter.sandbox.posts("wechat", "A1"), 0);
}

#[test]
fn people_read_on_standard_error_that_nothing_was_sent() {
    let done = run(&["close", "--config", "/nonexistent.json", "--order", "{}"], "");
    assert_eq!((done.code, done.out.as_str()), (2, ""));
    assert!(done.err.contains("cannot be read") && done.err.contains("Nothing was sent. 未发送任何请求。"), "{}", done.err);
    for arguments in [&["close"][..], &["close", "--config", "x"], &["open"], &[]] {
        let done = run(arguments, "");
        assert_eq!((done.code, done.out.as_str(), done.err.is_empty()), (2, "", false), "{arguments:?}");
    }
}

/// The order must be a document by itself: what closes the order early would be read as other members of the call.
#[test]
fn an_order_that_goes_on_after_its_end_is_refused() {
    let counter = Counter::open();
    for order in [r#"{"out_trade_no":"A1"},"nonce":"n1""#, r#"{"out_trade_no":"A1"}}"#, r#"{"out_trade_no":"A1"} {}"#] {
        not_sent(&counter.close_with(&counter.config("wechat"), order, &["--json"]), "call", None);
    }
}

#[test]
fn an_order_longer_than_1_mib_is_refused_not_cut_off() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    let order = r#"{"out_trade_no":"A1"}"#.to_string() + &" ".repeat(1 << 20) + "}";
    not_sent(&run(&["close", "--config", &config, "--order", "-", "--json"], order), "call", Some("order"));
}

#[test]
fn an_order_that_is_not_utf_8_is_refused_in_json_too() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    not_sent(&run(&["close", "--config", &config, "--order", "-", "--json"], b"{\"out_trade_no\":\"\xFF\"}"), "call", Some("order"));
}

#[test]
fn a_certificate_that_is_not_trusted_is_a_tls_error() {
    let counter = Counter::open();
    let mut config = counter.config("wechat");
    config["base_url"] = json!(counter.sandbox.https_url());
    not_sent(&counter.close_with(&config, r#"{"out_trade_no":"A1"}"#, &["--json"]), "tls", None);
}
