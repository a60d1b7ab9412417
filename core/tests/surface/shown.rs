//! `Debug` of what holds orders and signatures: enough for a log, and none of it.

use chexiao::HttpReply;
use chexiao_kit::{Caller, MSG_ID};
use serde_json::json;

#[test]
fn debug_names_the_exchange_and_hides_its_bytes() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "ORDER-4711" }));
    let reply = HttpReply { status: 418, headers: vec![("Set-Cookie".into(), "canary".into())], body: b"canary ORDER-4711".to_vec() };
    let outcome = caller.verify(&reply);
    let (request, reply, outcome) = (format!("{:?}", caller.sent), format!("{reply:?}"), format!("{outcome:?}"));
    assert!(request.contains("/pay/closeorder") && request.contains(MSG_ID), "{request}");
    assert!(reply.contains("418") && reply.contains("17"), "{reply}");
    assert!(outcome.contains("Unknown") && outcome.contains("Http(418)") && outcome.contains(MSG_ID), "{outcome}");
    for shown in [request, reply, outcome] {
        assert!(!shown.contains("ORDER-4711") && !shown.contains("canary"), "{shown}");
    }
}
