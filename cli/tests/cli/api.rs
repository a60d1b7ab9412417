//! `chexiao call`

use crate::counter::{Counter, Done, chexiao, keys, run};
use crate::terminal::on_terminal;
use chexiao_sandbox::{Call, State, sample_call};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

/// Every key of an answer, sorted.
const KEYS: &str = "code elapsed_ms evidence explanation file gateway http_status msg_id raw_base64 reason sent verified";
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

fn bill(gateway: &str) -> Vec<String> {
    let call = sample_call(gateway, Call::Bill, "", "").unwrap();
    let fields = call["fields"].as_object().unwrap().iter();
    let fields = fields.flat_map(|(name, text)| ["--field".into(), format!("{name}={}", text.as_str().unwrap())]);
    [call["api"].as_str().unwrap().to_string()].into_iter().chain(fields).collect()
}

#[test]
fn a_bill_is_written_to_a_file() {
    let counter = Counter::open();
    for (gateway, code, word) in [("edgeros", 0, "authentic"), ("wechat", 19, "unsigned")] {
        let bill = bill(gateway);
        let arguments: Vec<_> = bill.iter().map(String::as_str).collect();
        let to = counter.folder.0.join(format!("{gateway}.csv"));
        let to = to.to_str().unwrap();
        let none = call(&counter, gateway, &[&arguments[..], &["--to", to, "--json"]].concat(), "");
        assert!(none.code == code && none.json()["file"].is_null() && !std::fs::exists(to).unwrap(), "{}", none.out);
        counter.sandbox.set_state(gateway, "CLIBILL", State::Open);
        counter.sandbox.pay(gateway, "CLIBILL");
        let done = call(&counter, gateway, &[&arguments[..], &["--to", to]].concat(), "");
        assert!(done.code == code && done.out.starts_with(word) && done.out.contains(&format!("  file     {to} (")), "{}", done.out);
        assert!(done.err.is_empty() && std::fs::read_to_string(to).unwrap().contains("CLIBILL"), "{}", done.err);
        let again = call(&counter, gateway, &[&arguments[..], &["--to", to, "--json"]].concat(), "");
        assert_eq!((again.code, again.json()["field"].as_str()), (2, Some("to")), "{}", again.out);
        let replaced = call(&counter, gateway, &[&arguments[..], &["--to", to, "--replace", "--json"]].concat(), "");
        assert_eq!((replaced.code, replaced.json()["file"]["path"].as_str()), (code, Some(to)), "{}", replaced.out);
    }
}

#[test]
fn a_terminal_is_shown_how_far_a_download_has_come() {
    let counter = Counter::open();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config: Value = counter.config("wechat");
    config["base_url"] = format!("http://{}", listener.local_addr().unwrap()).into();
    let server = std::thread::spawn(move || {
        let (mut tcp, _) = listener.accept().unwrap();
        assert_ne!(tcp.read(&mut [0; 4096]).unwrap(), 0);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 2 << 20);
        tcp.write_all(&[head.as_bytes(), &[b'1'; 1 << 20]].concat()).unwrap();
        std::thread::sleep(Duration::from_millis(600));
        tcp.write_all(&[b'1'; 1 << 20]).unwrap();
    });
    let to = counter.folder.0.join("bill.csv");
    let mut command = chexiao();
    command.args(["call", "--config", &counter.folder.write("config.json", &config.to_string())]).args(bill("wechat"));
    let (code, shown) = on_terminal(command.arg("--to").arg(&to), false);
    server.join().unwrap();
    assert_eq!((code, std::fs::metadata(&to).unwrap().len()), (Some(19), 2 << 20), "{shown}");
    assert!(shown.contains("% of 2.0 MiB"), "{shown:?}");
    assert!(shown.ends_with("\r\u{1b}[K"), "{shown:?}");
}
