//! Notices on their way to a merchant: when, how often, and what ends it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use chexiao_sandbox::{GATEWAYS, NoticeFault, Sandbox, State};
use rsa::Pkcs1v15Sign;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use socket2::{Domain, Socket, Type};

use super::merchant::{Merchant, http, settled};
use super::{every, support};

/// Real time is too slow for tests.
const FAST: u32 = 1_000_000;

fn fast() -> Sandbox {
    let sandbox = support::sandbox();
    sandbox.set_notify_speed(FAST);
    sandbox
}

/// The answer of the gateway's page to this notice.
fn acknowledgement(sandbox: &Sandbox, gateway: &str, posted: &str) -> String {
    match gateway {
        "icbc" => http("application/json; charset=UTF-8", &icbc_answer(sandbox, "RSA", 0, &icbc_msg_id(posted))),
        "ysepay" => http("text/plain; charset=utf-8", "success"),
        "wechat" => http(
            "text/xml; charset=utf-8",
            "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>",
        ),
        "edgeros" => http("application/json; charset=utf-8", r#"{"status":"SUCCESS","message":"成功"}"#),
        _ => http("text/plain; charset=utf-8", "SUCCESS"),
    }
}

/// Of a notice that is not encrypted.
fn icbc_msg_id(posted: &str) -> String {
    let at = posted.find("050100").unwrap();
    posted[at..at + 26].to_string()
}

fn icbc_answer(sandbox: &Sandbox, sign_type: &str, code: i32, msg_id: &str) -> String {
    let key = support::private(&sandbox.config("icbc", "").unwrap());
    let text =
        format!(r#""response_biz_content":{{"return_code":{code},"return_msg":"success","msg_id":"{msg_id}"}},"sign_type":"{sign_type}""#);
    let sign = match sign_type {
        "RSA2" => support::sign(&key, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&text)),
        _ => support::sign(&key, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(&text)),
    };
    format!(r#"{{{text},"sign":"{sign}"}}"#)
}

#[test]
fn repeats_until_it_is_acknowledged() {
    for gateway in GATEWAYS {
        let sandbox = std::sync::Arc::new(fast());
        let answers = std::sync::Arc::clone(&sandbox);
        let merchant = Merchant::start(move |round, posted| match round {
            0 => "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n".to_string(),
            1 => http("text/plain", "fail"),
            _ => acknowledgement(&answers, gateway, posted),
        });
        sandbox.post_notice(gateway, "A1", None, &merchant.url).unwrap();
        let deliveries = settled(&sandbox, 1);
        let answers: Vec<_> = deliveries[0].answers.iter().map(|answer| answer.unwrap()).map(|it| (it.status, it.as_expected)).collect();
        assert_eq!(answers, [(500, false), (200, false), (200, true)], "{gateway}");
        assert!(deliveries[0].is_acknowledged() && merchant.posts().len() == 3, "{gateway}");
        let (head, body) = &merchant.posts()[0];
        assert!(head.starts_with("POST /hear HTTP/1.1\r\n") && head.contains("\r\nContent-Type: "), "{head}");
        let repeat = &merchant.posts()[2].1;
        assert!(body == repeat || gateway == "ysepay", "{gateway}: {body} {repeat}");
        let page = support::send(&sandbox, "GET /_sandbox/notices HTTP/1.1\r\n", b"").json();
        let line = &page["notices"][0];
        assert_eq!((&line["gateway"], &line["order"], &line["posted"]), (&json!(gateway), &json!("A1"), &json!(3)));
        assert_eq!((&line["acknowledged"], &line["waiting"], &line["to"]), (&json!(true), &json!(false), &json!(merchant.url)));
        assert_eq!(line["answers"][2], json!({"status": 200, "as_expected": true}));
    }
}

#[test]
fn gives_up_at_the_end_of_the_schedule() {
    let sandbox = fast();
    let held = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    held.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    let nobody = held.local_addr().unwrap().as_socket().unwrap();
    for gateway in GATEWAYS {
        sandbox.post_notice(gateway, "A1", None, &format!("http://{nobody}/")).unwrap();
    }
    let counts: Vec<_> = settled(&sandbox, 5).iter().map(|delivery| delivery.answers.len()).collect();
    assert_eq!(counts, [3, 8, 16, 7, 10]);
    assert!(sandbox.deliveries().iter().all(|delivery| !delivery.is_acknowledged() && delivery.answers.iter().all(Option::is_none)));
}

/// WeChat's first repeat comes after 15 seconds; here, a hundred times as fast.
#[test]
fn keeps_to_the_schedule() {
    let sandbox = support::sandbox();
    sandbox.set_notify_speed(100);
    let merchant = Merchant::start(|_, _| http("text/plain", "no"));
    let begun = Instant::now();
    sandbox.post_notice("wechat", "A1", None, &merchant.url).unwrap();
    while merchant.posts().len() < 3 {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(begun.elapsed() >= Duration::from_millis(300) && sandbox.deliveries()[0].waiting, "{:?}", begun.elapsed());
}

/// Whether each answer ends the repeats of a strict gateway, and of one that takes what the real one takes.
#[test]
fn only_the_right_answer_ends_it() {
    let sandbox = fast();
    let icbc = |sign_type, code, msg_id: &str| http("application/json", &icbc_answer(&sandbox, sign_type, code, msg_id));
    sandbox.set_state("icbc", "A1", State::Paid);
    let notice = String::from_utf8(sandbox.notice("icbc", "A1", None).unwrap().body).unwrap();
    let msg_id = icbc_msg_id(&notice);
    let wechat = |code: &str| format!("<xml><return_code>{code}</return_code><return_msg>OK</return_msg></xml>");
    let right = icbc("RSA", 0, &msg_id);
    let table = [
        ("icbc", right.clone(), (true, true)),
        ("icbc", icbc("RSA2", 0, &msg_id), (true, true)),
        ("icbc", icbc("RSA", -12345, &msg_id), (false, false)),
        ("icbc", icbc("RSA", 0, "050100"), (false, false)),
        ("icbc", icbc("CA", 0, &msg_id), (false, false)),
        ("icbc", right.replace("\"RSA\"", "\"RSA2\""), (false, false)),
        ("icbc", right.replace("success", "SUCCESS"), (false, false)),
        ("icbc", right.replace("application/json", "text/html"), (false, true)),
        ("icbc", right.replace("200 OK", "201 OK"), (false, false)),
        ("icbc", http("application/json", "{}"), (false, false)),
        ("ysepay", http("text/plain", "success"), (true, true)),
        ("ysepay", http("text/html", "success"), (false, true)),
        ("ysepay", http("text/plain", "success\n"), (false, false)),
        ("ysepay", http("text/plain", "SUCCESS"), (false, false)),
        ("ysepay", http("text/plain", "fail"), (false, false)),
        ("wechat", http("text/xml", &wechat("SUCCESS")), (true, true)),
        ("wechat", http("application/xml", &wechat("SUCCESS")), (false, true)),
        ("wechat", http("text/xml", "<xml><return_code>SUCCESS</return_code></xml>"), (false, true)),
        ("wechat", http("text/xml", &wechat("FAIL")), (false, false)),
        ("wechat", http("text/xml", "SUCCESS"), (false, false)),
        ("edgeros", http("application/json", r#"{"status":"SUCCESS","message":"成功"}"#), (true, true)),
        ("edgeros", http("application/json", r#"{"status":"SUCCESS"}"#), (false, true)),
        ("edgeros", http("application/json", r#"{"status":"FAIL","message":"失败"}"#), (false, false)),
        ("edgeros", http("application/json", "SUCCESS"), (false, false)),
        ("chinaums", http("text/plain", "SUCCESS"), (true, true)),
        ("chinaums", http("text/html", "<html>SUCCESS</html>"), (false, true)),
        ("chinaums", http("text/plain", "success"), (false, false)),
        ("chinaums", http("text/plain", "FAILED"), (false, false)),
    ];
    let mut posted = 0;
    for (gateway, answer, (strictly, otherwise)) in table {
        for (strict, ends) in [(true, strictly), (false, otherwise)] {
            sandbox.set_strict(strict);
            let said = answer.clone();
            let merchant = Merchant::start(move |_, _| said.clone());
            sandbox.post_notice(gateway, "A1", None, &merchant.url).unwrap();
            posted += 1;
            let delivery = settled(&sandbox, posted).pop().unwrap();
            assert_eq!(delivery.is_acknowledged(), ends, "{gateway}, strict {strict}: {answer}");
        }
    }
}

fn post(sandbox: &Sandbox, page: &str, command: &Value) -> (u16, Value) {
    let answer = support::send(sandbox, &format!("POST /_sandbox/{page} HTTP/1.1\r\n"), command.to_string().as_bytes());
    (answer.status, answer.json())
}

/// By the admin page, by a buyer, by the prefix of a number first heard of; once each.
#[test]
fn money_is_told_by_itself() {
    for gateway in GATEWAYS {
        let sandbox = fast();
        let merchant = Merchant::start(|_, _| http("text/plain", "no"));
        let done = (200, json!({"ok": true}));
        assert_eq!(post(&sandbox, "notify", &json!({"gateway": gateway, "to": merchant.url, "speed": 1_000_000})), done);
        let told = |count| {
            let deliveries = settled(&sandbox, count);
            deliveries.last().map(|delivery| (delivery.config, delivery.number.clone()))
        };
        let paid = json!({"gateway": gateway, "order": "A1", "state": "paid"});
        for _ in 0..2 {
            assert_eq!(post(&sandbox, "orders", &paid), done);
            assert_eq!(told(1), Some((gateway, "A1".into())));
        }
        let (head, body) = every::correct(&sandbox, gateway, "A2");
        support::send(&sandbox, &head, body.as_bytes());
        assert_eq!((sandbox.state(gateway, "A2"), sandbox.deliveries().len()), (Some(State::Closed), 1), "{gateway}");
        sandbox.pay(gateway, "A2");
        assert_eq!(told(2), Some((gateway, "A2".into())));
        let (head, body) = every::correct(&sandbox, gateway, "PAID3");
        support::send(&sandbox, &head, body.as_bytes());
        assert_eq!(told(3), Some((gateway, "PAID3".into())));
        sandbox.set_state(gateway, "A1", State::Refunded);
        let refunds = usize::from(gateway != "icbc");
        assert_eq!(settled(&sandbox, 3 + refunds).len(), 3 + refunds, "{gateway}");
        sandbox.set_notify_url(gateway, None).unwrap();
        sandbox.pay(gateway, "A4");
        assert_eq!(sandbox.deliveries().len(), 3 + refunds, "{gateway}");
    }
}

#[test]
fn twice_at_once_and_out_of_order() {
    let sandbox = fast();
    let merchant = Merchant::start(|_, _| http("text/plain", "SUCCESS"));
    sandbox.post_notice("chinaums", "A1", Some(NoticeFault::Duplicated), &merchant.url).unwrap();
    settled(&sandbox, 1);
    while merchant.posts().len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let posts = merchant.posts();
    assert!(posts.len() == 2 && posts[0] == posts[1], "{posts:?}");
    sandbox.post_notice("chinaums", "A1", Some(NoticeFault::OutOfOrder), &merchant.url).unwrap();
    settled(&sandbox, 3);
    let [refund, paid] = [2, 3].map(|at| merchant.posts()[at].1.clone());
    assert!(refund.contains("TRADE_REFUND") && paid.contains("TRADE_SUCCESS"), "{refund} {paid}");
    assert_eq!(sandbox.state("chinaums", "A1"), Some(State::Refunded));
    sandbox.post_notice("chinaums", "A1", Some(NoticeFault::Replayed), &merchant.url).unwrap();
    settled(&sandbox, 4);
    assert_eq!(merchant.posts()[4].1, paid);
}

#[test]
fn what_cannot_be_told() {
    let sandbox = support::sandbox();
    let order = |more: Value| {
        let mut command = json!({"gateway": "icbc", "order": "A1"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        command
    };
    for command in [
        json!({"gateway": "alipay", "order": "A1"}),
        json!({"gateway": "icbc"}),
        order(json!({"fault": "nothing"})),
        order(json!({"fault": 1})),
        order(json!({"fault": "call:micropay"})),
        order(json!({"fault": "call:notice"})),
        order(json!({"to": "http://192.0.2.1:80/"})),
        order(json!({"to": "https://127.0.0.1:80/"})),
        order(json!({"state": "PAID"})),
        order(json!({"order": "REFUNDED1"})),
        json!({"gateway": "wechat", "order": "CLOSED1", "to": "http://127.0.0.1:1/"}),
        json!({"gateway": "edgeros", "order": "LIMITED1"}),
    ] {
        let (status, answer) = post(&sandbox, "notices", &command);
        assert!(status == 400 && answer["error"].is_string(), "{command} {answer}");
    }
    for command in [json!({"gateway": "x", "to": null}), json!({"gateway": "icbc", "to": "http://x:1/"}), json!({"speed": -1})] {
        assert_eq!(post(&sandbox, "notify", &command).0, 400, "{command}");
    }
    assert!(sandbox.deliveries().is_empty());
    let (status, notice) = post(&sandbox, "notices", &order(json!({"fault": null, "to": null})));
    assert!(status == 200 && notice["body_base64"].is_string() && notice["headers"]["Content-Type"].is_string(), "{notice}");
    assert_eq!(notice["url"], sandbox.config("icbc", "").unwrap()["account"]["notify_url"]);
}

#[test]
fn ends_though_the_merchant_says_nothing() {
    let sandbox = support::sandbox();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for number in ["A1", "A2"] {
        sandbox.post_notice("wechat", number, None, &format!("http://{}/", silent.local_addr().unwrap())).unwrap();
    }
    let _held = silent.accept().unwrap();
    let begun = Instant::now();
    drop(sandbox);
    assert!(begun.elapsed() < support::SOON, "{:?}", begun.elapsed());
}
