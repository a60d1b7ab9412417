//! The inspector as a browser, a hostile page and a person without scripts meet it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::time::{Duration, Instant};

use chexiao_sandbox::{GATEWAYS, Sandbox, State};

use super::every::correct;
use super::support::{self, Answer, parse};

/// What a browser on this machine sends.
fn ask(sandbox: &Sandbox, request_line: &str, headers: &str, body: &str) -> Answer {
    let host = sandbox.http_url().strip_prefix("http://").unwrap();
    raw(sandbox, &format!("{request_line} HTTP/1.1\r\nHost: {host}\r\n{headers}"), body)
}

fn raw(sandbox: &Sandbox, head: &str, body: &str) -> Answer {
    let mut tcp = support::connect(sandbox);
    let head = format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    tcp.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
    let mut bytes = Vec::new();
    tcp.read_to_end(&mut bytes).unwrap();
    parse(&bytes)
}

fn page(sandbox: &Sandbox, path: &str) -> String {
    let answer = ask(sandbox, &format!("GET {path}"), "", "");
    assert_eq!(answer.status, 200, "{path}");
    answer.text().to_string()
}

fn token(sandbox: &Sandbox) -> String {
    let page = page(sandbox, "/inspector/faults");
    page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string()
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

fn act(sandbox: &Sandbox, fields: &[(&str, &str)]) -> Answer {
    let token = token(sandbox);
    let fields: Vec<_> = fields.iter().chain([&("token", token.as_str())]).map(|(name, value)| (*name, value.to_string())).collect();
    ask(sandbox, "POST /inspector/do", FORM, &support::form(&fields))
}

#[test]
fn every_exchange_is_told_in_words() {
    let sandbox = support::sandbox();
    for gateway in GATEWAYS {
        let (head, body) = correct(&sandbox, gateway, "A1001");
        support::send(&sandbox, &head, body.as_bytes());
        support::send(&sandbox, &head, body.replace("A1001", "A1002").as_bytes());
    }
    let list = page(&sandbox, "/inspector");
    assert_eq!((list.matches("✓").count(), list.matches("✗").count()), (5, 5), "{list}");
    assert_eq!(list.matches("signature does not match").count(), 5, "{list}");
    for (at, gateway) in (1..).step_by(2).zip(GATEWAYS) {
        let right = page(&sandbox, &format!("/inspector/exchange/{at}"));
        assert!(right.contains("Signed so, with the key of") && right.contains("A1001"), "{gateway} {right}");
        let wrong = page(&sandbox, &format!("/inspector/exchange/{}", at + 1));
        let reason = wrong.find("signature does not match").unwrap();
        assert!(reason < wrong.find("<h2>").unwrap(), "{gateway}: the reason comes first");
        assert!(wrong.contains("It has to be signed with the key of"), "{gateway} {wrong}");
    }
}

#[test]
fn a_path_that_does_not_exist_is_named() {
    let sandbox = support::sandbox();
    support::send(&sandbox, "POST /pay/closeordre HTTP/1.1\r\n", b"<xml></xml>");
    support::send(&sandbox, "POST /nowhere HTTP/1.1\r\n", b"");
    for path in [
        "/api/mybank/pay/cpay/cporderclos/V1",
        "/api/mybank/pay/cpay/cporderclose/v1",
        "/mybank/pay/cpay/cporderclose/V1",
        "/gateway.do/",
        "/pay/v1/transaction/close",
        "/v1/netpay/closed",
    ] {
        support::send(&sandbox, &format!("POST {path} HTTP/1.1\r\n"), b"");
    }
    let list = page(&sandbox, "/inspector");
    assert!(list.contains("wechat has no such call: POST /pay/closeordre – meant POST /pay/closeorder?"), "{list}");
    assert!(list.contains("no gateway has this path: POST /nowhere</span>"), "{list}");
    for (meant, times) in [
        ("POST /api/mybank/pay/cpay/cporderclose/V1", 3),
        ("POST /gateway.do", 1),
        ("POST /pay/v1/transactions/close", 1),
        ("POST /v1/netpay/close", 1),
    ] {
        assert_eq!(list.matches(&format!("– meant {meant}?")).count(), times, "{meant}: {list}");
    }
}

/// YSEPay's calls are no paths but methods.
#[test]
fn a_method_that_does_not_exist_is_named() {
    let sandbox = support::sandbox();
    let (head, body) = correct(&sandbox, "ysepay", "A1001");
    let method = body.split('&').find_map(|pair| pair.strip_prefix("method=")).unwrap();
    for wrong in [method[..method.len() - 1].to_string(), method.to_uppercase(), "nothing.like.it".into()] {
        support::send(&sandbox, &head, body.replace(method, &wrong).as_bytes());
        let list = page(&sandbox, "/inspector");
        let due = if wrong == "nothing.like.it" { String::new() } else { format!(" – meant {method}?") };
        assert!(list.contains(&format!("ysepay has no such method: {wrong}{due}</span>")), "{list}");
    }
}

#[test]
fn only_under_the_names_of_this_machine() {
    let sandbox = support::sandbox();
    for path in ["/", "/inspector", "/inspector/orders", "/inspector/style.css", "/inspector/events", "/inspector/nothing"] {
        for host in ["Host: evil.example\r\n", "Host: 127.0.0.1.evil.example:80\r\n", "", "Host: localhost\r\nHost: localhost\r\n"] {
            assert_eq!(raw(&sandbox, &format!("GET {path} HTTP/1.1\r\n{host}"), "").status, 403, "{path} {host}");
        }
    }
    for host in ["127.0.0.1", "localhost:1234", "[::1]:80"] {
        assert_eq!(raw(&sandbox, &format!("GET /inspector HTTP/1.1\r\nHost: {host}\r\n"), "").status, 200, "{host}");
    }
}

#[test]
fn every_answer_is_under_a_policy_without_inline_code() {
    let sandbox = support::sandbox();
    let (head, body) = correct(&sandbox, "wechat", "A1001");
    support::send(&sandbox, &head, body.as_bytes());
    let order = "/inspector/order?gateway=wechat&order=A1001";
    for path in
        ["/inspector", "/inspector/exchange/1", "/inspector/orders", order, "/inspector/notices", "/inspector/faults", "/inspector/x"]
    {
        let answer = ask(&sandbox, &format!("GET {path}"), "", "");
        let policy = answer.head.lines().find(|line| line.starts_with("Content-Security-Policy: ")).unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let text = answer.text();
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
        assert_eq!((text.matches("<script").count(), text.matches("<script src=\"/inspector/script.js\"").count()), (1, 1), "{path}");
        for inline in [" style=", "<style", " onclick", " onload", "javascript:", "src=\"http", "href=\"http", "action=\"http"] {
            assert!(!text.contains(inline), "{path} {inline}");
        }
    }
    for (path, kind) in [("style.css", "text/css"), ("script.js", "text/javascript"), ("icon.svg", "image/svg+xml")] {
        let answer = ask(&sandbox, &format!("GET /inspector/{path}"), "", "");
        assert!(answer.status == 200 && answer.head.contains(&format!("Content-Type: {kind}")), "{path}");
    }
}

#[test]
fn nothing_that_was_sent_becomes_markup() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let sandbox = support::tolerant();
    let order = format!("EVIL{EVIL}");
    let bodies = [
        ("/pay/closeorder", format!("<xml><out_trade_no><![CDATA[{order}]]></out_trade_no><sign>x</sign></xml>")),
        ("/pay/closeorder", EVIL.to_string()),
        ("/api/mybank/pay/cpay/cporderclose/V1", support::form(&[("biz_content", order.clone()), (EVIL, EVIL.to_string())])),
        ("/gateway.do", support::form(&[("method", EVIL.to_string()), ("biz_content", format!("{{\"protocol_no\":{:?}}}", order))])),
        ("/pay/v1/close", format!("{{\"mch_trade_no\":{order:?},{EVIL:?}:{EVIL:?}}}")),
        ("/v1/netpay/close", format!("{{\"merOrderId\":{order:?}}}")),
    ];
    for (path, body) in &bodies {
        support::send(&sandbox, &format!("POST {path} HTTP/1.1\r\nX-Evil: {EVIL}\r\n"), body.as_bytes());
    }
    support::send(&sandbox, "POST /<script>alert(1)</script> HTTP/1.1\r\n", b"");
    sandbox.set_state("wechat", &order, State::Paid);
    let of_order = format!("/inspector/order?gateway=wechat&order={}", support::encode(order.as_bytes()));
    let mut paths = vec!["/inspector".to_string(), "/inspector/orders".to_string(), of_order];
    paths.extend((1..=bodies.len() + 1).map(|number| format!("/inspector/exchange/{number}")));
    for path in paths {
        let text = page(&sandbox, &path);
        assert!(text.contains("&lt;script&gt;"), "{path}");
        assert!(!text.contains("<script>") && !text.contains("<img"), "{path} {text}");
    }
}

#[test]
fn acts_on_forms_of_this_run_alone() {
    let sandbox = support::sandbox();
    let token = token(&sandbox);
    let pay = |token: &str| format!("deed=pay&gateway=wechat&order=A1&token={token}");
    let host = sandbox.http_url();
    let other_run = support::sandbox();
    for (what, headers, body) in [
        ("no token", FORM.to_string(), pay("")),
        ("the token of another run", FORM.to_string(), pay(&self::token(&other_run))),
        ("another site", format!("{FORM}Origin: https://evil.example\r\n"), pay(&token)),
        ("a sandboxed frame", format!("{FORM}Origin: null\r\n"), pay(&token)),
        ("another port of this machine", format!("{FORM}Origin: http://127.0.0.1:1\r\n"), pay(&token)),
        ("no form", "Content-Type: text/plain\r\n".to_string(), pay(&token)),
    ] {
        assert_eq!(ask(&sandbox, "POST /inspector/do", &headers, &body).status, 403, "{what}");
    }
    for get in [format!("GET /inspector/do?{}", pay(&token)), format!("GET /inspector/order?{}", pay(&token))] {
        ask(&sandbox, &get, "", "");
    }
    assert_eq!(sandbox.state("wechat", "A1"), None);
    let done = ask(&sandbox, "POST /inspector/do", &format!("{FORM}Origin: {host}\r\n"), &pay(&token));
    assert!(done.status == 303 && done.head.contains("Location: /inspector/order?gateway=wechat&order=A1"), "{}", done.head);
    assert_eq!(sandbox.state("wechat", "A1"), Some(State::Paid));
    let admin =
        ask(&sandbox, "POST /_sandbox/orders", "Origin: https://evil.example\r\n", r#"{"gateway":"icbc","order":"A1","state":"PAID"}"#);
    assert_eq!((admin.status, sandbox.state("icbc", "A1")), (403, None));
}

#[test]
fn the_life_of_an_order() {
    let sandbox = support::sandbox();
    let expire = |order| act(&sandbox, &[("deed", "expire"), ("gateway", "wechat"), ("order", order)]).status;
    for (deed, state) in [("pay", State::Paid), ("refund", State::Refunded)] {
        assert_eq!(act(&sandbox, &[("deed", deed), ("gateway", "wechat"), ("order", "B1")]).status, 303, "{deed}");
        assert_eq!((expire("B1"), sandbox.state("wechat", "B1")), (400, Some(state)), "what was paid is not closed");
    }
    assert_eq!((expire("B2"), sandbox.state("wechat", "B2")), (303, Some(State::Closed)));
    for (deed, order) in [("pay", "B2"), ("refund", "B2"), ("refund", "B3"), ("pay", "B1"), ("refund", "B1")] {
        let refused = act(&sandbox, &[("deed", deed), ("gateway", "wechat"), ("order", order)]);
        assert_eq!(refused.status, 400, "{deed} {order}");
        assert!(refused.text().contains(&format!("href=\"/inspector/order?gateway=wechat&amp;order={order}\"")), "{}", refused.text());
    }
    let (head, body) = correct(&sandbox, "wechat", "B1");
    support::send(&sandbox, &head, body.as_bytes());
    let life = page(&sandbox, "/inspector/order?gateway=wechat&order=B1");
    let told = ["paid here, by hand", "given back here, by hand", "href=\"/inspector/exchange/1\""];
    let places: Vec<_> = told.iter().map(|what| life.find(what).unwrap_or_else(|| panic!("{what}: {life}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page(&sandbox, "/inspector/orders").contains("CLOSED"));
}

#[test]
fn a_fault_strikes_the_next_call() {
    let sandbox = support::sandbox();
    let fault = |name, parameter, times| {
        let fields =
            [("deed", "fault"), ("gateway", "wechat"), ("call", "close"), ("fault", name), ("parameter", parameter), ("times", times)];
        act(&sandbox, &fields).status
    };
    assert_eq!(fault("status", "503", "1"), 303);
    assert!(page(&sandbox, "/inspector/faults").contains("<code>status:503</code>"));
    let (head, body) = correct(&sandbox, "wechat", "C1");
    assert_eq!(support::send(&sandbox, &head, body.as_bytes()).status, 503);
    assert!(page(&sandbox, "/inspector").contains("suffers a fault on purpose: status:503</span>"));
    let fields = [("deed", "fault"), ("gateway", "wechat"), ("call", "close"), ("fault", "content-type"), ("parameter", "x")];
    let refused = act(&sandbox, &fields);
    assert!(refused.text().contains("parameters, a number for what is in capitals: wrong|none"), "{}", refused.text());
    assert!(refused.text().contains("href=\"/inspector/faults\">Back</a>"), "{}", refused.text());
    for (name, parameter, times) in
        [("nothing", "", "1"), ("status", "x", "1"), ("cut", "", "0"), ("cut", "", "x"), ("handshake", "hang", "1")]
    {
        assert_eq!(fault(name, parameter, times), 400, "{name} {parameter} {times}");
    }
}

#[test]
fn notifications_are_sent_and_told() {
    let sandbox = support::sandbox();
    let merchant = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/notify", merchant.local_addr().unwrap());
    let notify = |to: &str| act(&sandbox, &[("deed", "notify"), ("gateway", "wechat"), ("order", "D1"), ("config", "wechat"), ("to", to)]);
    assert_eq!(notify("http://example.com/notify").status, 400);
    assert_eq!(notify(&to).status, 303);
    let (mut tcp, _) = merchant.accept().unwrap();
    assert!(tcp.read(&mut [0; 8192]).unwrap() > 0);
    tcp.write_all(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n").unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while !page(&sandbox, "/inspector/notices").contains("(HTTP 500)") {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_a_merchant_has_heard_is_shown() {
    let sandbox = support::sandbox();
    let tell = |body: &str| support::send(&sandbox, "POST /_sandbox/heard HTTP/1.1\r\n", body.as_bytes()).status;
    let told = r#"{"gateway":"wechat","order":"F<1>","event":"paid","en":"Money came.","zh":"已收款。","acknowledged":true}"#;
    assert_eq!(tell(told), 200);
    for bad in [told.replace("wechat", "x"), told.replace("event", "evnt"), told.replace("\"paid\"", "1"), "{}".to_string()] {
        assert_eq!(tell(&bad), 400, "{bad}");
    }
    for path in ["/inspector/notices", "/inspector/order?gateway=wechat&order=F%3C1%3E"] {
        let text = page(&sandbox, path);
        assert!(text.contains("paid, acknowledged") && text.contains("Money came.") && text.contains("F&lt;1&gt;"), "{path} {text}");
    }
}

#[test]
fn two_languages() {
    let sandbox = support::sandbox();
    let title = |path: &str, headers: &str| {
        let answer = ask(&sandbox, &format!("GET {path}"), headers, "");
        (answer.text().split("<h1>").nth(1).unwrap().split('<').next().unwrap().to_string(), answer.head)
    };
    for (headers, expected) in [
        ("", "Orders"),
        ("Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n", "订单"),
        ("Accept-Language: de, en;q=0.8\r\n", "Orders"),
        ("Accept-Language: zh\r\nCookie: a=b; chexiao_language=en\r\n", "Orders"),
        ("Cookie: chexiao_language=xx\r\n", "Orders"),
    ] {
        assert_eq!(title("/inspector/orders", headers).0, expected, "{headers}");
    }
    let (chosen, head) = title("/inspector/orders?lang=zh", "");
    assert!(chosen == "订单" && head.contains("Set-Cookie: chexiao_language=zh; Path=/inspector; SameSite=Strict; HttpOnly"), "{head}");
    let order = ask(&sandbox, "GET /inspector/order?gateway=wechat&order=A%261", "", "");
    assert!(order.text().contains("?gateway=wechat&amp;order=A%261&amp;lang=zh"), "{}", order.text());
}

#[test]
fn no_secret_is_shown_though_it_was_sent() {
    let sandbox = support::tolerant();
    let keys = sandbox.keys();
    let secrets = [
        keys.wechat_api_key.clone(),
        keys.chinaums_app_key.clone(),
        keys.chinaums_notify_key.clone(),
        keys.icbc_encrypt_key.clone(),
        keys.icbc.merchant.private_base64(),
        keys.edgeros.merchant.private_base64(),
    ];
    for secret in &secrets {
        let fields = support::form(&[("app_id", secret.clone()), ("sign", "x".to_string())]);
        support::send(&sandbox, &format!("POST /api/mybank/pay/cpay/cporderclose/V1 HTTP/1.1\r\nX-Key: {secret}\r\n"), fields.as_bytes());
        support::send(
            &sandbox,
            "POST /pay/closeorder HTTP/1.1\r\n",
            format!("<xml><key>{secret}</key><out_trade_no>{secret}</out_trade_no></xml>").as_bytes(),
        );
        let across = format!("<xml><a>{}</a><out_trade_no>{}{secret}</out_trade_no></xml>", "x".repeat(4000), "7".repeat(38));
        support::send(&sandbox, "POST /pay/closeorder HTTP/1.1\r\n", across.as_bytes());
    }
    let mut all = page(&sandbox, "/inspector") + &page(&sandbox, "/inspector/orders");
    (1..=secrets.len() * 3).for_each(|number| all += &page(&sandbox, &format!("/inspector/exchange/{number}")));
    for secret in &secrets {
        assert!(!all.contains(secret.as_str()) && !all.contains(&support::encode(secret.as_bytes())));
        assert!(!all.contains(secret.get(..24).unwrap()), "cut, and shown up to there");
        let hex: String = secret.bytes().take(12).map(|byte| format!("{byte:02x} ")).collect();
        assert!(!all.contains(hex.trim_end()), "in hexadecimal");
    }
    assert!(all.contains("***"));
}

#[test]
fn open_pages_hear_of_what_is_new() {
    let sandbox = support::sandbox();
    let mut tcp = support::connect(&sandbox);
    tcp.write_all(b"GET /inspector/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(tcp.try_clone().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().as_deref(), Some("HTTP/1.1 200 OK"));
    assert!(lines.by_ref().take_while(|line| !line.is_empty()).any(|line| line == "Content-Type: text/event-stream"));
    let mut data = lines.filter(|line| line.starts_with("data: "));
    assert_eq!(data.next().as_deref(), Some("data: 0 0"));
    let (head, body) = correct(&sandbox, "wechat", "E1");
    support::send(&sandbox, &head, body.as_bytes());
    assert_eq!(data.next().as_deref(), Some("data: 1 0"));
    let begun = Instant::now();
    drop(sandbox);
    assert!(begun.elapsed() < support::SOON);
}

#[test]
fn its_own_pages_are_no_exchanges() {
    let sandbox = support::sandbox();
    assert!(page(&sandbox, "/inspector").contains("Nothing has come yet"));
    support::send(&sandbox, "GET /_sandbox/counts HTTP/1.1\r\n", b"");
    let home = ask(&sandbox, "GET /", "", "");
    assert_eq!(ask(&sandbox, "GET /inspector/do", "", "").status, 303);
    assert!(home.status == 303 && home.head.contains("Location: /inspector\r\n"), "{}", home.head);
    assert!(page(&sandbox, "/inspector").contains("Nothing has come yet"));
    assert_eq!(support::send(&sandbox, "POST / HTTP/1.1\r\n", b"").status, 404);
    assert!(page(&sandbox, "/inspector").contains("no gateway has this path: POST /"), "somebody posted to the wrong place");
    for (line, status) in
        [("GET /inspector/exchange/2", 404), ("GET /inspector/exchange/x", 404), ("PUT /inspector", 405), ("GET /inspectorx", 404)]
    {
        assert_eq!(ask(&sandbox, line, "", "").status, status, "{line}");
    }
}
