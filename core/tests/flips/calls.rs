//! Replies to calls of any other API: whatever byte is changed, what is said to be verified is what was signed.

use crate::change::Change;
use chexiao::{Answer, Client, HttpReply};
use chexiao_kit::with_keys;
use serde_json::Value;
use std::path::Path;

/// Of each gateway that signs; and one whose signature is over another spelling.
const REPLIES: [(&str, &str); 6] = [
    ("icbc", "created"),
    ("icbc", "encrypted"),
    ("ysepay", "refunded"),
    ("ysepay", "slashes-signed-plain"),
    ("wechat", "refundquery-names-the-order"),
    ("edgeros", "refunded"),
];

#[test]
fn no_changed_reply_to_a_call_verifies_as_anything_else() {
    for (gateway, id) in REPLIES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/vectors/{gateway}/call-answer.json"));
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let id = format!("{gateway}-answer-{id}");
        let vector = file["vectors"].as_array().unwrap().iter().find(|vector| vector["id"] == *id).unwrap();
        let vector = with_keys(vector, &file["keys"]);
        let (client, call) = (Client::new(&vector["config"].to_string()).unwrap(), vector["call"].to_string());
        let sent = client.sign(&call).unwrap();
        let judge = |body: Vec<u8>| client.verify_call(&call, &sent, &HttpReply { status: 200, headers: Vec::new(), body });
        let body = decode(vector["reply"]["body_base64"].as_str().unwrap());
        let before = judge(body.clone());
        assert!(before.is_authentic(), "{id}: {before:?}");
        let authentic = body_changes(&body).filter(|changed| is_authentic(&id, &judge(changed.clone()), &before)).count();
        // A blank more between two members changes nothing, at some gateways; a byte of most others does.
        assert!(authentic * 5 < body.len(), "{id}: {authentic} of {} changes are said to change nothing", body.len() * Change::ALL.len());
    }
}

fn body_changes(body: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..body.len()).flat_map(move |at| Change::ALL.map(|change| change.apply(body, at)))
}

fn is_authentic(id: &str, after: &Answer, before: &Answer) -> bool {
    match after.is_authentic() {
        true => assert_eq!((after.verified(), after.evidence(), after.status()), (before.verified(), before.evidence(), 0), "{id}"),
        false => assert_eq!((after.verified(), after.status(), after.reason().is_some()), (None, 9, true), "{id}"),
    }
    after.is_authentic()
}

fn decode(base64: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(base64).unwrap()
}
