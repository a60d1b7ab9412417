//! `chexiao call`

use crate::counter::{Counter, Done, chexiao, keys, run};
use crate::terminal::on_terminal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao_kit::openssl::openssl;
use chexiao_sandbox::{Call, Injection, State, sample_call};
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
        tcp.write_all(&[head.as_bytes(), &[b'`'; 1 << 20]].concat()).unwrap();
        std::thread::sleep(Duration::from_secs(2));
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

/// The bytes that `--sign` says are to be sent, and its document.
fn signed(counter: &Counter, gateway: &str, arguments: &[&str]) -> (String, Value) {
    let done = call(counter, gateway, &[arguments, &["--sign"]].concat(), "");
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let told = done.json();
    (String::from_utf8(STANDARD.decode(told["body_base64"].as_str().unwrap()).unwrap()).unwrap(), told)
}

#[test]
fn time_and_nonce_are_the_callers() {
    let counter = Counter::open();
    let query = ["POST /pay/orderquery", "--field", "out_trade_no=A1"];
    let (body, _) = signed(&counter, "wechat", &[&query[..], &["--nonce", "n1"]].concat());
    assert!(body.contains("<nonce_str>n1</nonce_str>"), "{body}");
    let at = ["--timestamp", "2026-01-05 10:00:00"];
    let icbc = [&["POST /api/mybank/pay/cpay/cporderquery/V1", "--field", "agreeCode=a", "--msg-id", "m1"], &at[..]].concat();
    let (body, told) = signed(&counter, "icbc", &icbc);
    assert!(body.contains("timestamp=2026-01-05+10%3A00%3A00") && told["msg_id"] == "m1", "{body}");
    assert_eq!(signed(&counter, "icbc", &icbc).0, body, "nothing else changes");
    let method = ["ysepay.online.trade.query", "--field", "out_trade_no=A1"];
    let (body, _) = signed(&counter, "ysepay", &[&method[..], &at].concat());
    assert!(body.contains("timestamp=2026-01-05+10%3A00%3A00") || body.contains("timestamp=2026-01-05%2010%3A00%3A00"), "{body}");
    let long = "n".repeat(33);
    let refused: [(&[&str], &str); 6] = [
        (&["--timestamp", "2026-13-05 10:00:00"], "timestamp"),
        (&["--timestamp", "1767578400"], "timestamp"),
        (&["--timestamp", ""], "timestamp"),
        (&["--nonce", &long], "nonce"),
        (&["--nonce", ""], "nonce"),
        (&["--nonce", "n 1"], "nonce"),
    ];
    for (given, field) in refused {
        for how in [&["--json"][..], &["--json", "--sign"]] {
            let done = call(&counter, "wechat", &[&query[..], given, how].concat(), "");
            assert_eq!((done.code, done.json()["field"].as_str()), (2, Some(field)), "{given:?} {how:?}: {}", done.out);
        }
    }
}

/// The parameters of a front end, whose signature OpenSSL makes anew.
#[test]
fn what_a_front_end_pays_with_is_printed_and_never_sent() {
    let counter = Counter::open();
    let key = counter.config("wechat")["account"]["api_key"].as_str().unwrap().to_owned();
    let common = ["--field", "prepay_id=wx201", "--nonce", "n1", "--timestamp", "2026-01-05 10:00:00"];
    for (api, sign, names) in [
        ("SIGN JSAPI", "paySign", ["appId", "nonceStr", "package", "signType", "timeStamp"].as_slice()),
        ("SIGN APP", "sign", &["appid", "noncestr", "package", "partnerid", "prepayid", "timestamp"]),
    ] {
        let (body, told) = signed(&counter, "wechat", &[&[api], &common[..]].concat());
        assert_eq!((told["method"].as_str(), told["url"].as_str()), (Some("SIGN"), Some("")));
        let parameters: Value = serde_json::from_str(&body).unwrap();
        let text: Vec<String> = names.iter().map(|name| format!("{name}={}&", parameters[name].as_str().unwrap())).collect();
        let digest = openssl(&["dgst", "-md5", "-r"], format!("{}key={key}", text.concat()).as_bytes());
        let digest = String::from_utf8(digest).unwrap().split(' ').next().unwrap().to_uppercase();
        assert_eq!((parameters[sign].as_str(), parameters.as_object().unwrap().len()), (Some(digest.as_str()), names.len() + 1), "{body}");
        let sent = call(&counter, "wechat", &[&[api], &common[..], &["--json"]].concat(), "");
        assert_eq!((sent.code, sent.json()["error"].as_str()), (2, Some("unsupported")), "{}", sent.out);
    }
    let nonce = "n".repeat(32);
    let order = ["SIGN order", "--field", "mch_trade_no=A1", "--field", "amount_total=1.5", "--nonce", &nonce];
    let (body, told) = signed(&counter, "edgeros", &order);
    let parameters: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((told["method"].as_str(), parameters["amount_total"].as_str()), (Some("SIGN"), Some("1.5")), "{body}");
    assert_eq!(
        (keys(&parameters).join(" ").as_str(), parameters["nonce"].as_str()),
        ("amount_total mch_no mch_trade_no nonce sign sign_type", Some(&*nonce))
    );
    for (gateway, api) in [
        ("wechat", "SIGN NOTHING"),
        ("wechat", "SIGN order"),
        ("edgeros", "SIGN JSAPI"),
        ("icbc", "SIGN JSAPI"),
        ("chinaums", "SIGN order"),
    ] {
        let done = call(&counter, gateway, &[api, "--field", "prepay_id=1", "--sign", "--json"], "");
        assert_eq!((done.code, done.json()["field"].as_str()), (2, Some("api")), "{gateway} {api}: {}", done.out);
    }
    assert!(counter.sandbox.deliveries().is_empty());
}

#[test]
fn a_download_that_gives_no_file_leaves_none_and_says_why() {
    let counter = Counter::open();
    counter.sandbox.set_state("wechat", "CLIBILL2", State::Open);
    counter.sandbox.pay("wechat", "CLIBILL2");
    let folder = counter.folder.0.join("bills");
    std::fs::create_dir(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let bill = bill("wechat");
    let bill: Vec<&str> = bill.iter().map(String::as_str).collect();
    let empty = || std::fs::read_dir(&folder).unwrap().next().is_none();
    let folder_itself = path("");
    let file = counter.folder.write("there.csv", "old");
    // Before anything is sent.
    for to in [path("missing/bill.csv"), folder_itself, file.clone(), format!("{file}/bill.csv"), "/dev/full".into()] {
        let done = call(&counter, "wechat", &[&bill[..], &["--to", &to, "--json"]].concat(), "");
        assert_eq!((done.code, done.json()["field"].as_str(), empty()), (2, Some("to"), true), "{to}: {}{}", done.out, done.err);
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
    let other = call(&counter, "wechat", &["POST /pay/orderquery", "--field", "out_trade_no=A1", "--to", &path("x"), "--json"], "");
    assert_eq!((other.code, other.json()["field"].as_str(), empty()), (2, Some("to"), true), "{}", other.out);
    for wrong in [&["--to", &path("x"), "--sign"][..], &["--replace"]] {
        let done = call(&counter, "wechat", &[&bill[..], wrong].concat(), "");
        assert!(done.code == 2 && done.out.is_empty() && empty(), "{wrong:?}: {}", done.out);
    }
    // Behind it.
    for (fault, reason) in [("bill:status:503", "http_503"), ("bill:cut", "truncated"), ("bill:redirect:302", "redirect")] {
        let door = counter.sandbox.door(Some(Injection::parse(fault).unwrap())).unwrap();
        let config = counter.sandbox.config("wechat", door.http_url()).unwrap();
        let config = counter.folder.write("faulty.json", &config.to_string());
        let done = run(&[&["call", "--config", &config], &bill[..], &["--to", &path("bill.csv"), "--json"]].concat(), "");
        let answer = done.json();
        let why = answer["reason"].as_str().unwrap_or_else(|| panic!("{fault}: {}", done.out));
        assert!(why == reason || fault == "bill:cut" && why == "reset", "{fault}: {}", done.out);
        assert_eq!((done.code, answer["file"].is_null(), empty()), (19, true, true), "{fault}: {}", done.out);
    }
    let unheard = r#"{"gateway":"wechat","base_url":"http://127.0.0.1:1","account":"#.to_owned()
        + &counter.config("wechat")["account"].to_string()
        + "}";
    let unheard = counter.folder.write("unheard.json", &unheard);
    let done = run(&[&["call", "--config", &unheard], &bill[..], &["--to", &path("bill.csv"), "--json"]].concat(), "");
    assert_eq!((done.code, done.json()["error"].as_str(), empty()), (2, Some("connect"), true), "{}", done.out);
    // For people.
    let done = call(&counter, "wechat", &["POST /pay/downloadbill", "--field", "bill_date=20010101", "--to", &path("bill.csv")], "");
    assert!(done.code == 19 && !done.out.contains("  file ") && done.out.contains("No Bill Exist") && empty(), "{}", done.out);
}
