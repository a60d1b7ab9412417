//! Replies to calls of any other API: whatever byte is changed, what is said to be verified is what was signed; where nothing is,
//! what a reply holds that still names the call.

use crate::change::Change;
use crate::vector::{Answered, answered};
use chexiao::{Answer, Client, HttpReply, HttpRequest};
use serde_json::Value;

/// Orders made, refunds, their queries and bills, in every way that each gateway signs them.
const SIGNED: [(&str, &[&str]); 4] = [
    ("icbc", &["created", "sign-first", "gateway-level", "a-text", "gbk", "encrypted"]),
    ("ysepay", &["refunded", "sign-last", "slashes-signed-plain", "business-failure", "gbk", "misspelt-as-known"]),
    ("wechat", &["unifiedorder", "failed", "hmac", "refundquery-names-the-order", "sub-merchant"]),
    ("edgeros", &["refunded", "an-error-names-no-order", "bill"]),
];

/// At ChinaUMS, by each way to name the call.
const UNSIGNED: [&str; 5] =
    ["refunded", "names-merchant-and-bill", "names-msgId-alone", "merOrderId-without-msgId", "merOrderId-in-billPayment"];

struct Called {
    id: String,
    client: Client,
    call: String,
    sent: HttpRequest,
    body: Vec<u8>,
}

impl Called {
    fn open(gateway: &str, id: &str) -> Called {
        let id = format!("{gateway}-answer-{id}");
        let Answered { client, call, body } = answered(&format!("{gateway}/call-answer"), &id);
        let sent = client.sign(&call).unwrap();
        Called { id, client, call, sent, body }
    }

    fn judge(&self, body: Vec<u8>) -> Answer {
        self.client.verify_call(&self.call, &self.sent, &HttpReply { status: 200, headers: Vec::new(), body })
    }

    /// How many changes leave an answer that is proven and, as it must be, `allowed`.
    fn check(&self, allowed: impl Fn(&[u8], &Answer, &Answer) -> bool) -> usize {
        let before = self.judge(self.body.clone());
        assert!(before.is_authentic(), "{}: {before:?}", self.id);
        let changes = (0..self.body.len()).flat_map(|at| Change::ALL.map(|change| (at, change)));
        let is_proven = |(at, change): (usize, Change)| {
            let body = change.apply(&self.body, at);
            let after = self.judge(body.clone());
            match after.is_authentic() {
                true => assert!(allowed(&body, &after, &before), "{}: {change:?} of byte {at}: {:?}", self.id, after.verified()),
                false => assert_eq!((after.verified(), after.status(), after.reason().is_some()), (None, 9, true), "{}", self.id),
            }
            after.is_authentic()
        };
        changes.filter(|change| is_proven(*change)).count()
    }
}

#[test]
fn no_changed_reply_to_a_call_verifies_as_anything_else() {
    let mut runs = 0;
    for called in SIGNED.iter().flat_map(|(gateway, ids)| ids.iter().map(|id| Called::open(gateway, id))) {
        let same = |_: &[u8], after: &Answer, before: &Answer| {
            (after.verified(), after.evidence(), after.status()) == (before.verified(), before.evidence(), 0)
        };
        let proven = called.check(same);
        // A blank more between two members changes nothing, at some gateways; a byte of most others does.
        let (id, changes) = (&called.id, called.body.len() * Change::ALL.len());
        assert!(proven * 5 < called.body.len(), "{id}: {proven} of {changes} changes are said to change nothing");
        runs += changes;
    }
    println!("flips of calls: {runs} runs over {} replies", SIGNED.iter().map(|(_, ids)| ids.len()).sum::<usize>());
    assert!(runs > 40_000, "{runs}");
}

#[test]
fn what_nobody_signs_is_verified_only_where_it_names_the_call() {
    let mut runs = 0;
    for called in UNSIGNED.map(|id| Called::open("chinaums", id)) {
        let sent: Value = serde_json::from_slice(&called.sent.body).unwrap();
        called.check(|body, after, _| {
            let reply: Value = serde_json::from_slice(body).unwrap();
            let of = |name: &str| if name == "merOrderId" && reply[name].is_null() { &reply["billPayment"][name] } else { &reply[name] };
            let is_there = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
            let ids = ["msgId", "mid", "tid", "merOrderId", "billNo", "billDate", "refundOrderId", "instMid"];
            let is_another = |name: &&str| is_there(&sent[*name]) && is_there(of(name)) && sent[*name] != *of(name);
            let is_ours = |name: &str| is_there(&sent[name]) && sent[name] == *of(name);
            let named = is_ours("msgId") || is_ours("mid") && (is_ours("merOrderId") || is_ours("billNo"));
            let said = |(name, value): (&String, &Value)| {
                let verified = after.field(name);
                if let Some(text) = value.as_str() { verified == Some(text) } else { verified.is_some() != value.is_null() }
            };
            named && !ids.iter().any(is_another) && reply.as_object().unwrap().iter().all(said)
        });
        runs += called.body.len() * Change::ALL.len();
    }
    println!("flips of calls, nothing signed: {runs} runs over {} replies", UNSIGNED.len());
    assert!(runs > 4_000, "{runs}");
}
