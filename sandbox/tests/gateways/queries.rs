//! Queries: what the four gateways that have them say of an order, and that none of it changes the book.

use chexiao_sandbox::{Call, Injection, Sandbox, State};
use serde_json::{Value, json};

use super::{chinaums, edgeros, every, icbc, support, wechat};

const ASKED: [&str; 4] = ["icbc", "wechat", "edgeros", "chinaums"];

fn query(sandbox: &Sandbox, gateway: &str, number: &str) -> (String, String) {
    match gateway {
        "icbc" => icbc::query(sandbox, number),
        "wechat" => wechat::query(sandbox, number),
        "edgeros" => edgeros::query(sandbox, number),
        _ => chinaums::query(sandbox, number),
    }
}

fn exchange(sandbox: &Sandbox, (head, body): &(String, String)) -> String {
    String::from_utf8(support::exchange(sandbox, head, body.as_bytes())).unwrap()
}

fn ask(sandbox: &Sandbox, gateway: &str, number: &str) -> String {
    exchange(sandbox, &query(sandbox, gateway, number))
}

fn close(sandbox: &Sandbox, gateway: &str, number: &str) -> String {
    exchange(sandbox, &every::correct(sandbox, gateway, number))
}

#[test]
fn icbc_proves_a_close_by_its_plan_alone() {
    let sandbox = support::sandbox();
    let none = || (Value::Null, Value::Null, Value::Null);
    let words = |status, pay_type: &str, plan: &str| (status, json!(pay_type), json!([{"status": plan}]));
    for (number, code, (status, pay_type, plan)) in [
        ("A1", 0, words(json!("3"), "101", "0")),
        ("PAID1", 0, words(json!("1"), "101", "1")),
        ("RESERVED1", 0, words(json!("1"), "201", "1")),
        ("RELEASED1", 0, words(json!("1"), "202", "1")),
        ("CLOSED1", 0, words(Value::Null, "101", "6")),
        ("PROCESSING1", 0, words(json!("3"), "101", "4")),
        ("NOTFOUND1", 5205, none()),
        ("REFUSED1", 80008001, none()),
        ("LIMITED1", 500031, none()),
    ] {
        let answer = support::parse(ask(&sandbox, "icbc", number).as_bytes());
        let reply: Value = serde_json::from_str(&icbc::biz(&sandbox, &answer)).unwrap();
        assert_eq!((&reply["return_code"], &reply["payStatus"], &reply["payPlanList"]), (&json!(code), &status, &plan), "{number}");
        assert_eq!(reply["payType"], pay_type, "{number}");
        let named = if code == 500031 { Value::Null } else { json!(number) };
        assert_eq!((&reply["partnerSeq"], reply["msg_id"].as_str().map(str::len)), (&named, Some(32)), "{number}");
    }
}

#[test]
fn wechat_names_the_order() {
    let sandbox = support::sandbox();
    for (number, state, error) in [
        ("A1", Some("NOTPAY"), None),
        ("PAID1", Some("SUCCESS"), None),
        ("CLOSED1", Some("CLOSED"), None),
        ("PROCESSING1", Some("USERPAYING"), None),
        ("REFUNDED1", Some("REFUND"), None),
        ("ACCEPTED1", Some("ACCEPT"), None),
        ("NOTFOUND1", None, Some("ORDERNOTEXIST")),
        ("REFUSED1", None, Some("SYSTEMERROR")),
        ("LIMITED1", None, Some("FREQUENCY_LIMITED")),
    ] {
        let fields = wechat::reply(&support::parse(ask(&sandbox, "wechat", number).as_bytes()));
        let field = |name| wechat::field(&fields, name);
        assert_eq!((field("trade_state").as_deref(), field("err_code").as_deref()), (state, error), "{number}");
        assert_eq!(field("out_trade_no").as_deref(), state.map(|_| number));
        assert_eq!(field("transaction_id").is_some(), ["PAID1", "REFUNDED1"].contains(&number));
        assert_eq!(field("sign").unwrap(), wechat::signature(&sandbox, fields.clone(), false));
    }
}

#[test]
fn chinaums_tells_whether_the_completion_stands() {
    let sandbox = support::sandbox();
    for (number, code, status, payment) in [
        ("A1", "SUCCESS", json!("PAID"), json!("TRADE_SUCCESS")),
        ("PAID1", "SUCCESS", json!("PAID"), json!("TRADE_SUCCESS")),
        ("CLOSED1", "SUCCESS", json!("CLOSED"), json!("TRADE_CLOSED")),
        ("PROCESSING1", "SUCCESS", json!("UNKNOWN"), json!("UNKNOWN")),
        ("REFUNDED1", "SUCCESS", json!("REFUND"), json!("TRADE_REFUND")),
        ("NOTFOUND1", "NO_ORDER", Value::Null, Value::Null),
        ("REFUSED1", "SUCCESS", json!("PAID"), json!("TRADE_SUCCESS")),
        ("LIMITED1", "SYSTEM_BUSY", Value::Null, Value::Null),
    ] {
        let reply = support::parse(ask(&sandbox, "chinaums", number).as_bytes()).json();
        let bill = &reply["billPayment"];
        assert_eq!((&reply["errCode"], &reply["billStatus"], &bill["status"]), (&json!(code), &status, &payment), "{number}");
        assert_eq!((&reply["billNo"], &reply["msgId"]), (&json!(number), &json!("m-2")));
        assert_eq!(bill["merOrderId"], if bill.is_null() { Value::Null } else { json!(number) });
    }
}

#[test]
fn wechat_gives_back_what_was_attached() {
    let sandbox = support::sandbox();
    sandbox.attach("wechat", "A1", "a&b=c");
    let page = |body: &str| support::send(&sandbox, "POST /_sandbox/orders HTTP/1.1\r\n", body.as_bytes()).status;
    assert_eq!(page(r#"{"gateway":"wechat","order":"A2","attach":"x=1"}"#), 200);
    assert_eq!(page(r#"{"gateway":"wechat","order":"A2"}"#), 400, "nothing to do");
    for (number, attached) in
        [("A1", Some("a&b=c")), ("A2", Some("x=1")), ("PAIDATTACH1", Some("uid=1&order=2")), ("A3", None), ("NOTFOUNDATTACH", None)]
    {
        let fields = wechat::reply(&support::parse(ask(&sandbox, "wechat", number).as_bytes()));
        assert_eq!(wechat::field(&fields, "attach").as_deref(), attached, "{number}");
        assert_eq!(wechat::field(&fields, "sign").unwrap(), wechat::signature(&sandbox, fields.clone(), false));
        let closed = wechat::reply(&support::parse(close(&sandbox, "wechat", number).as_bytes()));
        assert_eq!(wechat::field(&closed, "attach"), None, "a close names nothing");
    }
}

#[test]
fn queries_change_nothing_and_are_counted_apart() {
    let sandbox = support::sandbox();
    for gateway in ASKED {
        let open = ask(&sandbox, gateway, "A1");
        assert_eq!(sandbox.state(gateway, "A1"), Some(State::Open), "{gateway}");
        close(&sandbox, gateway, "A1");
        let closed = ask(&sandbox, gateway, "A1");
        assert!(open != closed && sandbox.state(gateway, "A1") == Some(State::Closed), "{gateway}");
        assert_eq!((sandbox.posts(gateway, "A1"), sandbox.queries(gateway, "A1")), (1, 2), "{gateway}");
    }
    let counts = support::send(&sandbox, "GET /_sandbox/counts HTTP/1.1\r\n", b"").json();
    assert_eq!(counts["queries"], json!({"icbc": 2, "ysepay": 0, "wechat": 2, "edgeros": 2, "chinaums": 2}));
}

#[test]
fn a_query_is_checked_to_the_byte() {
    let sandbox = support::sandbox();
    for gateway in ASKED {
        let refused = |(head, body): (String, String)| {
            let answer = exchange(&sandbox, &(head, body));
            ["400017", "签名错误", "签名验证失败", "400011", "BAD_REQUEST", "PARAM_ERROR"].iter().any(|why| answer.contains(why))
        };
        let (head, body) = query(&sandbox, gateway, "CLOSED1");
        assert!(refused((head.replace("CLOSED1", "CLOSED2"), body.replace("CLOSED1", "CLOSED2"))), "{gateway}");
        let (path, _) = query(&sandbox, gateway, "CLOSED1");
        let (_, of_close) = every::correct(&sandbox, gateway, "CLOSED1");
        // WeChat signs neither path nor method: there a close is a query.
        assert_eq!(refused((path, of_close)), gateway != "wechat", "{gateway}");
    }
}

#[test]
fn faults_are_for_one_of_the_two() {
    let sandbox = support::sandbox();
    let read = |text: &str| Injection::parse(text).unwrap();
    for gateway in ASKED {
        assert!(ask(&sandbox, gateway, "CUT1").contains("200 OK"), "{gateway}");
        assert!(close(&sandbox, gateway, "QUERYCUT1").contains("200 OK") && ask(&sandbox, gateway, "QUERYCUT1").is_empty(), "{gateway}");
        sandbox.inject(gateway, read("query:cut"), 1);
        sandbox.inject(gateway, read("status:503"), 1);
        assert!(close(&sandbox, gateway, "B1").contains("503") && ask(&sandbox, gateway, "B1").is_empty(), "{gateway}");
        let door = sandbox.door(Some(read("query:sleep:10"))).unwrap();
        let through = |(head, body): (String, String)| support::exchange_at(door.http_url(), &head, body.as_bytes());
        assert!(!through(every::correct(&sandbox, gateway, "C1")).is_empty() && through(query(&sandbox, gateway, "C1")).is_empty());
        let calls: Vec<_> = door.connections().iter().map(|it| (it.posts, it.handled, it.queries)).collect();
        assert_eq!(calls, [(1, 1, 0), (0, 0, 1)], "{gateway}");
    }
    assert_eq!(read("query:cut").call, Call::Query);
    let page = |body: &str| support::send(&sandbox, "POST /_sandbox/faults HTTP/1.1\r\n", body.as_bytes()).status;
    assert_eq!(page(r#"{"gateway":"wechat","fault":"query:sleep","ms":20}"#), 200);
    assert!(!close(&sandbox, "wechat", "D1").is_empty() && ask(&sandbox, "wechat", "D1").is_empty());
    assert_eq!(page(r#"{"gateway":"wechat","fault":"query:refused"}"#), 400);
}

#[test]
fn a_query_can_say_what_is_not_so() {
    let sandbox = support::sandbox();
    for gateway in ASKED {
        close(&sandbox, gateway, "QUERYOPEN1");
        let word = |number: &str| {
            let answer = ask(&sandbox, gateway, number);
            let closed = [r#""status":"6""#, "[CLOSED]", r#""code":"CLOSED""#, r#""TRADE_CLOSED"#];
            let open = [r#""payStatus":"3""#, "[NOTPAY]", r#""code":"NOTPAY""#, r#""TRADE_SUCCESS"#];
            let has = |words: &[&str]| words.iter().any(|word| answer.contains(word));
            if has(&closed) { Some(true) } else { has(&open).then_some(false) }
        };
        assert_eq!(word("QUERYOPEN1"), Some(false), "{gateway}");
        assert_eq!((word("QUERYCLOSED1"), sandbox.state(gateway, "QUERYCLOSED1")), (Some(true), Some(State::Open)), "{gateway}");
        let other = ask(&sandbox, gateway, "QUERYOTHER1");
        assert!(other.contains("QUERYOTHER0") && word("QUERYOTHER1") == Some(true), "{gateway} {other}");
        assert_eq!((sandbox.state(gateway, "QUERYOPEN1"), sandbox.state(gateway, "QUERYOTHER0")), (Some(State::Closed), None));
        let seal = match gateway {
            "chinaums" => "msgId",
            "edgeros" => "\"sign\"",
            _ => "sign",
        };
        assert!(!ask(&sandbox, gateway, "QUERYUNSIGNED1").contains(seal), "{gateway}");
        assert!(ask(&sandbox, gateway, "QUERYWRONGKEY1").contains(seal), "{gateway}");
    }
}
