//! `chexiao call`

use crate::counter::{Counter, Done, keys, run};

/// Every key of an answer, sorted.
const KEYS: &str = "code elapsed_ms evidence explanation gateway http_status msg_id raw_base64 reason sent verified";
const UNIFIED: &[&str] = &[
    "POST /pay/unifiedorder",
    "--field",
    "body=a=b 书",
    "--field",
    "out_trade_no=CLI1",
    "--field",
    "total_fee=1",
    "--field",
    "spbill_create_ip=127.0.0.1",
    "--field",
    "notify_url=https://shop.example/n?a=1",
    "--field",
    "trade_type=NATIVE",
];

fn call(counter: &Counter, gateway: &str, arguments: &[&str], input: &str) -> Done {
    let path = counter.folder.write("config.json", &counter.config(gateway).to_string());
    run(&[&["call", "--config", &path], arguments].concat(), input)
}

#[test]
fn an_authentic_answer_is_exit_code_0_and_an_unproven_one_19() {
    let counter = Counter::open();
    let made = call(&counter, "wechat", &[UNIFIED, &["--json", "--msg-id", "mine"]].concat(), "");
    let answer = made.json();
    assert_eq!(keys(&answer).join(" "), KEYS);
    assert_eq!((made.code, answer["verified"]["result_code"].as_str(), answer["msg_id"].as_str()), (0, Some("SUCCESS"), Some("mine")));
    let people = call(&counter, "wechat", &["POST /pay/orderquery", "--field", "out_trade_no=CLI1"], "");
    assert!(people.code == 0 && people.out.starts_with("authentic") && people.out.contains("out_trade_no = CLI1"), "{}", people.out);
    let unproven = call(&counter, "wechat", &["POST /pay/nothing_here", "--json"], "");
    assert_eq!((unproven.code, unproven.json()["verified"].is_null()), (19, true), "{}", unproven.out);
}

#[test]
fn content_comes_from_a_file_or_from_standard_input() {
    let counter = Counter::open();
    let text = r#"{"agreeCode":"a","orderCode":"b","partnerSeq":"CLI2"}"#;
    let file = counter.folder.write("content.json", text);
    for (content, input) in [(file.as_str(), ""), ("-", text)] {
        let done = call(&counter, "icbc", &["POST /api/mybank/pay/cpay/cporderquery/V1", "--content", content, "--json"], input);
        assert_eq!((done.code, done.json()["verified"]["return_code"].as_str()), (0, Some("0")), "{}", done.out);
    }
}

#[test]
fn a_page_is_printed_and_what_is_refused_is_exit_code_2() {
    let counter = Counter::open();
    let page = ["GET /v1/netpay/trade/h5-pay", "--field", "merOrderId=1"];
    let signed = call(&counter, "chinaums", &[&page[..], &["--sign"]].concat(), "");
    assert!(signed.code == 0 && signed.json()["url"].as_str().unwrap().contains("?authorization=OPEN-FORM-PARAM&"), "{}", signed.out);
    let refused: [&[&str]; 5] = [
        &page,
        &["POST /v1/netpay/query", "--field", "merOrderId"],
        &["POST /v1/netpay/query", "--field", "a=1", "--field", "a=2"],
        &["POST /v1/netpay/query", "--omit", "sign"],
        &["POST /v1/netpay/query", "--encrypt"],
    ];
    for arguments in refused {
        let done = call(&counter, "chinaums", &[arguments, &["--json"]].concat(), "");
        assert_eq!((done.code, done.json()["status"].as_i64().is_some_and(|status| status < 0)), (2, true), "{arguments:?}: {}", done.out);
    }
}
