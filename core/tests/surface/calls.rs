//! Calls of any other API: what is sent and what comes back at the sandbox, and what is never sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao::face::json as face;
use chexiao::{Answer, Client, Error, Evidence, Kind};
use chexiao_sandbox::{Keys, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::sync::LazyLock;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap());

fn client(gateway: &str) -> Client {
    Client::new(&SANDBOX.config(gateway, SANDBOX.http_url()).unwrap().to_string()).unwrap()
}

fn call(gateway: &str, api: &str, fields: Value) -> Answer {
    client(gateway).call(&json!({"operation": "call", "api": api, "fields": fields}).to_string()).unwrap()
}

/// Another cryptography has read what was signed, and signed what is read.
#[test]
fn each_gateway_is_called_and_its_reply_is_verified() {
    let unified = json!({"body": "test", "out_trade_no": "CALLED1", "total_fee": "1", "spbill_create_ip": "127.0.0.1", "notify_url": "https://shop.example/n", "trade_type": "NATIVE"});
    let made = call("wechat", "POST /pay/unifiedorder", unified);
    assert_eq!((made.status(), made.evidence(), made.field("result_code")), (0, Evidence::SignedUnbound, Some("SUCCESS")), "{made:?}");
    let state = call("wechat", "POST /pay/orderquery", json!({"out_trade_no": "CALLED1"}));
    assert_eq!((state.status(), state.evidence(), state.field("out_trade_no")), (0, Evidence::SignedBound, Some("CALLED1")), "{state:?}");
    let order = json!({"agreeCode": "a", "orderCode": "b", "partnerSeq": "CALLED2"});
    let state = call("icbc", "POST /api/mybank/pay/cpay/cporderquery/V1", order);
    assert_eq!((state.status(), state.evidence(), state.field("return_code")), (0, Evidence::SignedUnbound, Some("0")), "{state:?}");
    let ended = call("ysepay", "ysepay.trusteeship.sign.cancel", json!({"protocol_no": "CALLED3"}));
    assert_eq!((ended.status(), ended.evidence(), ended.field("code")), (0, Evidence::SignedUnbound, Some("10000")), "{ended:?}");
    let ended = call("edgeros", "POST /pay/v1/transactions/close", json!({"mch_trade_no": "CALLED4"}));
    assert_eq!((ended.status(), ended.evidence(), ended.field("mch_trade_no")), (0, Evidence::SignedBound, Some("CALLED4")), "{ended:?}");
    let bill = json!({"instMid": "QRPAYDEFAULT", "billNo": "CALLED5", "billDate": "2022-06-18"});
    let state = call("chinaums", "POST /v1/netpay/bills/query", bill);
    assert_eq!((state.status(), state.evidence(), state.field("errCode")), (0, Evidence::TlsOnly, Some("SUCCESS")), "{state:?}");
}

#[test]
fn a_failure_that_is_not_signed_comes_back_as_it_is() {
    let refused = call("wechat", "POST /pay/nothing_here", json!({"a": "1"}));
    assert!(!refused.is_authentic() && refused.verified().is_none() && refused.answered() && !refused.raw().is_empty(), "{refused:?}");
    assert_eq!((refused.status(), refused.evidence()), (9, Evidence::None));
    assert!(!refused.explanation().en.is_empty() && !refused.explanation().zh.is_empty());
}

/// Numbers, and whatever else is no text, are sent as they are written, in the order given.
#[test]
fn json_keeps_its_text_and_its_order() {
    let document = r#"{"operation":"call","api":"POST /api/a/b/V1","fields":{"z":1.10,"a":"\u8d27","n":{"y":[ 1.0,true ]}}}"#;
    let body = client("icbc").sign(document).unwrap().body;
    let body = String::from_utf8(body).unwrap();
    let biz = body.split('&').find_map(|pair| pair.strip_prefix("biz_content=")).unwrap();
    let decoded = url_decoded(biz);
    assert_eq!(decoded, r#"{"z":1.10,"a":"货","n":{"y":[ 1.0,true ]}}"#);
}

fn url_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => u8::from_str_radix(&String::from_utf8(rest.by_ref().take(2).collect()).unwrap(), 16).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

fn refused(error: &Error, kind: Kind, field: &str, hint: &str) {
    assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
    assert!(error.hint().contains(hint), "{}", error.hint());
}

#[test]
fn a_page_is_signed_and_never_sent() {
    for (gateway, api) in [
        ("icbc", "POST /ui/b2c/pay/custompay/V1"),
        ("ysepay", "ysepay.online.directpay.createbyuser"),
        ("wechat", "GET /papay/entrustweb"),
        ("wechat", "GET /papay/partner/entrustweb"),
        ("chinaums", "GET /v1/netpay/trade/h5-pay"),
        ("chinaums", "GET /v1/netpay/webpay/pay"),
    ] {
        let document = json!({"operation": "call", "api": api, "fields": {"a": "1"}}).to_string();
        let signed = client(gateway).sign(&document).unwrap();
        assert!(!signed.headers.iter().any(|(name, _)| name == "Accept-Encoding"), "{gateway}: a browser chooses its own");
        refused(&client(gateway).call(&document).unwrap_err(), Kind::Unsupported, "api", "`sign`");
        let answer =
            client(gateway).verify_call(&document, &signed, &chexiao::HttpReply { status: 200, headers: Vec::new(), body: Vec::new() });
        assert_eq!((answer.status(), answer.reason()), (9, Some(chexiao::Reason::Input)));
    }
}

/// Who sends what was signed for a front end, with any HTTP client, sends nothing.
#[test]
fn what_a_front_end_pays_with_is_signed_and_never_sent() {
    let prepaid = json!({"prepay_id": "wx201411101639507cbf6ffd8b0779950874"});
    let order = json!({"mch_trade_no": "PAID1", "amount_total": "0.01"});
    for (gateway, api, fields, signature) in
        [("wechat", "SIGN JSAPI", &prepaid, "paySign"), ("wechat", "SIGN APP", &prepaid, "sign"), ("edgeros", "SIGN order", &order, "sign")]
    {
        let client = client(gateway);
        let document = json!({"operation": "call", "api": api, "fields": fields}).to_string();
        let signed = client.sign(&document).unwrap();
        assert_eq!((signed.method, signed.url.as_str(), signed.headers.len()), ("SIGN", "", 0), "{gateway} {api}");
        let parameters: Value = serde_json::from_slice(&signed.body).unwrap();
        assert!(parameters.as_object().unwrap().values().all(Value::is_string), "{parameters}");
        assert!(parameters[signature].as_str().unwrap().len() >= 32, "{parameters}");
        let again: Value = serde_json::from_slice(&client.sign(&document).unwrap().body).unwrap();
        assert_ne!(parameters, again, "another nonce each time");
        refused(&client.call(&document).unwrap_err(), Kind::Unsupported, "api", "`sign`");
        let reply = chexiao::HttpReply { status: 200, headers: Vec::new(), body: b"<xml/>".to_vec() };
        let answer = client.verify_call(&document, &signed, &reply);
        assert_eq!((answer.status(), answer.reason()), (9, Some(chexiao::Reason::Input)));
        let (status, error) = face::send(&client, &document).unwrap_or_else(|error| (0, error.to_string()));
        assert!(status == 0 && error.contains("front end"), "{error}");
    }
}

/// Of a contract on a page outside WeChat the merchant asks for the address, by GET.
#[test]
fn a_get_that_is_no_page_is_sent() {
    let answer = call("wechat", "GET /papay/h5entrustweb", json!({"plan_id": "1", "contract_code": "2"}));
    assert!(answer.answered() && !answer.is_authentic(), "the sandbox has none: {answer:?}");
    for api in ["POST /papay/entrustweb", "POST /papay/partner/entrustweb"] {
        let document = json!({"operation": "call", "api": api, "fields": {"plan_id": "1"}}).to_string();
        refused(&client("wechat").sign(&document).unwrap_err(), Kind::Call, "api", "write GET");
    }
}

/// One of the two would be dropped.
#[test]
fn what_is_said_twice_is_said_alike() {
    for (gateway, api, word, name) in [
        ("wechat", "POST /pay/orderquery", "nonce", "nonce_str"),
        ("wechat", "GET /papay/entrustweb", "nonce", "nonce_str"),
        ("chinaums", "POST /v1/netpay/query", "msg_id", "msgId"),
        ("chinaums", "GET /v1/netpay/trade/h5-pay", "msg_id", "msgId"),
    ] {
        let sign =
            |fields: Value| client(gateway).sign(&json!({"operation": "call", "api": api, word: "abc", "fields": fields}).to_string());
        assert!(sign(json!({})).is_ok() && sign(json!({name: "abc"})).is_ok(), "{gateway} {api}");
        refused(&sign(json!({name: "def"})).unwrap_err(), Kind::Call, &format!("fields.{name}"), "once");
    }
    let content =
        json!({"operation": "call", "api": "POST /v1/netpay/query", "msg_id": "abc", "content": "{\"msgId\":\"def\"}"}).to_string();
    refused(&client("chinaums").sign(&content).unwrap_err(), Kind::Call, "content.msgId", "once");
    let version = json!({"operation": "call", "api": "ysepay.x.y", "version": "3.5", "omit": ["version"]}).to_string();
    refused(&client("ysepay").sign(&version).unwrap_err(), Kind::Call, "omit", "one of the two");
}

#[test]
fn what_wants_a_client_certificate_is_not_sent_without_one() {
    for path in [
        "/secapi/pay/refund",
        "/secapi/pay/reverse",
        "/secapi/mch/submchmanage",
        "/mmpaymkttransfers/sendredpack",
        "/mmpaymkttransfers/promotion/transfers",
        "/mmpaysptrans/pay_bank",
        "/risk/getpublickey",
    ] {
        let document = json!({"operation": "call", "api": format!("POST {path}"), "fields": {"a": "1"}}).to_string();
        assert!(client("wechat").sign(&document).is_ok(), "whoever sends it shows a certificate of his own");
        refused(&client("wechat").call(&document).unwrap_err(), Kind::Config, "client_certificate", "apiclient_cert.p12");
    }
}

#[test]
fn an_order_and_a_call_are_told_apart() {
    let (of_api, of_order) =
        (json!({"operation": "call", "api": "POST /pay/orderquery"}), json!({"operation": "close", "order": {"out_trade_no": "A1"}}));
    let wechat = client("wechat");
    refused(&wechat.send(&of_api.to_string()).unwrap_err(), Kind::Call, "operation", "`Client::call`");
    refused(&wechat.call(&of_order.to_string()).unwrap_err(), Kind::Call, "operation", "`Client::send`");
    let (status, document) = face::send(&wechat, &of_api.to_string()).unwrap();
    let answer: Value = serde_json::from_str(&document).unwrap();
    assert_eq!((status, &answer["code"], answer.get("outcome")), (answer["code"].as_i64().unwrap() as i32, &answer["code"], None));
    let request: Value = serde_json::from_str(&face::sign(&wechat, &of_api.to_string()).unwrap()).unwrap();
    let reply = json!({"status": 200, "headers": {}, "body_base64": STANDARD.encode("x")});
    for call in [of_api, json!({"operation": "call"}), json!({"operation": "call", "api": "nonsense"})] {
        let (status, document) = face::verify(&wechat, &json!({"call": call, "request": request, "reply": reply}).to_string());
        let answer: Value = serde_json::from_str(&document).unwrap();
        assert_eq!((status, &answer["verified"], answer.get("outcome")), (9, &Value::Null, None), "{document}");
    }
}

/// One reply too many would answer the next call: of the same order perhaps, which tells it from no other.
#[test]
fn a_call_has_a_connection_that_has_carried_no_reply() {
    let unified = json!({"body": "test", "out_trade_no": "KEPT2", "total_fee": "1", "spbill_create_ip": "127.0.0.1", "notify_url": "https://shop.example/n", "trade_type": "NATIVE"});
    let icbc = json!({"agreeCode": "a", "orderCode": "b", "partnerSeq": "KEPT3"});
    let bill = json!({"instMid": "QRPAYDEFAULT", "billNo": "KEPT6", "billDate": "2022-06-18"});
    for (gateway, api, fields, id) in [
        ("wechat", "POST /pay/orderquery", json!({"out_trade_no": "KEPT1"}), false),
        ("wechat", "POST /pay/unifiedorder", unified, false),
        ("wechat", "POST /pay/nothing_here", json!({}), false),
        ("icbc", "POST /api/mybank/pay/cpay/cporderquery/V1", icbc, true),
        ("ysepay", "ysepay.trusteeship.sign.cancel", json!({"protocol_no": "KEPT4"}), false),
        ("edgeros", "POST /pay/v1/transactions/close", json!({"mch_trade_no": "KEPT5"}), false),
        ("chinaums", "POST /v1/netpay/bills/query", bill, true),
    ] {
        let door = SANDBOX.door(None).unwrap();
        let client = Client::new(&SANDBOX.config(gateway, door.http_url()).unwrap().to_string()).unwrap();
        let document = json!({"operation": "call", "api": api, "fields": fields}).to_string();
        client.warm().unwrap();
        for _ in 0..2 {
            assert!(client.call(&document).unwrap().answered(), "{gateway} {api}");
        }
        assert_eq!(door.connections().len(), 2, "{gateway} {api}: the first on the one that was warmed");
        // A close may follow where the answer named its call by the call's own id.
        let order = json!({"operation": "close", "order": sample_order(gateway, "KEPT7").unwrap()}).to_string();
        client.send(&order).unwrap();
        assert_eq!(door.connections().len(), if id { 2 } else { 3 }, "{gateway} {api}");
    }
}
