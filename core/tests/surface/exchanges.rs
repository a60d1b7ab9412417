//! What a binding hands to `verify` once the request is out: whatever is wrong with it, the order is unknown. The same rows, in the terms of each
//! language, are in tests/c/parameters.c, tests/cpp/client.cpp, python/tests/test_client.py and java's ClientIT.

use chexiao::Code;
use chexiao::face::verbs::VERIFY;
use chexiao::face::{border, json};
use chexiao_kit::Caller;
use serde_json::{Value, json};

/// After `"reply":`.
const REPLIES: [&[u8]; 30] = [
    b"{\"status\":200,\"headers\":{\"X\":\"caf\xe9\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"caf\xe9\":\"x\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"X\":\"\xb3\xb7\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"X\":\"\xe6\x92\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"X\":\"\xed\xa0\x80\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"X\":\"\xc0\x80\"},\"body_base64\":\"\"}",
    br#"{"status":200,"headers":{"X":"\ud800"},"body_base64":""}"#,
    br#"{"status":200,"headers":{"\udc00\ud800":"x"},"body_base64":""}"#,
    b"{\"status\":200,\"headers\":{\"X\":\"a\0b\"},\"body_base64\":\"\"}",
    b"{\"status\":200,\"headers\":{\"X\":\"\x1b\"},\"body_base64\":\"\"}",
    br#"{"status":200,"headers":{"X":"a","X":"b"},"body_base64":""}"#,
    br#"{"status":200,"headers":{"X":1},"body_base64":""}"#,
    br#"{"status":200,"headers":{"X":null},"body_base64":""}"#,
    br#"{"status":200,"headers":{"X":true},"body_base64":""}"#,
    br#"{"status":200,"headers":{"X":["a"]},"body_base64":""}"#,
    br#"{"status":200,"headers":{"X":{}},"body_base64":""}"#,
    br#"{"status":200,"headers":"X: a","body_base64":""}"#,
    br#"{"status":200,"headers":[],"body_base64":""}"#,
    br#"{"status":200,"headers":[["X","a"]],"body_base64":""}"#,
    br#"{"status":200,"headers":null,"body_base64":""}"#,
    br#"{"status":200,"headers":7,"body_base64":""}"#,
    br#"{"status":"200","headers":{},"body_base64":""}"#,
    br#"{"status":-1,"headers":{},"body_base64":""}"#,
    br#"{"status":65536,"headers":{},"body_base64":""}"#,
    br#"{"status":200.0,"headers":{},"body_base64":""}"#,
    br#"{"status":200,"headers":{},"body_base64":"?"}"#,
    br#"{"status":200,"headers":{},"body_base64":null}"#,
    br#"{"status":200,"headers":{}}"#,
    br#"{"status":200,"headers":{},"body_base64":"","body":""}"#,
    b"null",
];

#[test]
fn a_reply_that_cannot_be_read_is_unknown_whatever_is_wrong_with_it() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let call = r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#;
    let request = json::sign(&caller.client, call).unwrap();
    let with = |reply: &[u8]| [format!("{{\"call\":{call},\"request\":{request},\"reply\":").as_bytes(), reply, b"}"].concat();
    let verified = |exchange: &[u8]| {
        let (status, told) = VERIFY.told(Ok(&caller.client), border::text("exchange", exchange));
        let told: Value = serde_json::from_str(&told).unwrap();
        (status, told["reason"].as_str().unwrap().to_string(), told["next"].as_str().unwrap().to_string())
    };
    let input = (Code::Unknown as i32, "input".to_string(), "query".to_string());
    for reply in REPLIES {
        assert_eq!(verified(&with(reply)), input, "{}", reply.escape_ascii());
    }
    for exchange in [&b""[..], b"\0", b"\xff", b"{}", b"[]", &with(b""), &with(b"{}")[1..]] {
        assert_eq!(verified(exchange), input, "{}", exchange.escape_ascii());
    }
    // No defect of the document: judged, and its body proves nothing.
    let odd = br#"{"status":200,"headers":{"X":"a\u0000b\u001b"},"body_base64":""}"#;
    assert_eq!(verified(&with(odd)).1, "parse");
}
