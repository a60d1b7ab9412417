//! Answers to calls of any other API, at every gateway: verified is what a genuine one says under the text that a second reader finds
//! to be signed; at ChinaUMS, what that reader reads of a reply that names the call.

use super::{edgeros_canonical, spans};
use crate::answers::{Answers, Reader};
use crate::lab::Account;
use crate::reference::{json, xml};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static READERS: [Reader; 5] = [
    Reader {
        gateway: "icbc",
        covered: of_icbc,
        words: &["\"response_biz_content\":", "\"sign\":", "\"msg_id\":", "\"return_code\":0", "\\u0073ign", "null", ",", "{", "}"],
    },
    Reader {
        gateway: "ysepay",
        covered: of_ysepay,
        words: &["_response\":", "\"ysepay_online_trade_refund_response\":", "\"unknow_response\":", "\"sign\":", "\\/", ",", "{", "}"],
    },
    Reader {
        gateway: "wechat",
        covered: of_wechat,
        words: &[
            "<xml>",
            "</xml>",
            "<out_refund_no>",
            "<out_refund_no_0>",
            "<sign>",
            "</sign>",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&#38;",
            "<a/>",
        ],
    },
    Reader {
        gateway: "edgeros",
        covered: edgeros_canonical::covered,
        words: &[
            "\"data\":",
            "\"sign\":",
            "\"status\":200",
            "\"mch_refund_no\":",
            "\"mch_no\":\"MCH1000000\"",
            "null",
            "1.0",
            ",",
            "{",
            "}",
        ],
    },
    Reader {
        gateway: "chinaums",
        covered: of_chinaums,
        words: &[
            "\"errCode\":\"SUCCESS\"",
            "\"msgId\":",
            "\"mid\":",
            "\"merOrderId\":",
            "\"billNo\":",
            "\"refundOrderId\":",
            "null",
            ",",
            "{",
            "}",
        ],
    },
];

static ANSWERS: LazyLock<Answers> = LazyLock::new(|| Answers::new(&READERS));

pub fn run(data: &[u8]) {
    ANSWERS.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    ANSWERS.seeds()
}

fn of_icbc(account: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    spans(account, body, |node| Some(node.member("response_biz_content")?.raw))
}

/// Under whatever name: which of them is the method's, the account's own genuine answers say.
fn of_ysepay(account: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    let is_response = |name: &str| name != "sign" && name != "unknow_response";
    let mut texts = spans(account, body, |node| Some(node.members().iter().find(|(name, _)| is_response(name))?.1.raw));
    let unescaped = texts.first().and_then(|bytes| account.decode(bytes)).map(|text| account.encode(&text.replace("\\/", "/")));
    texts.extend(unescaped);
    texts
}

fn of_wechat(_: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    std::str::from_utf8(body).ok().and_then(xml::read).map(|fields| xml::signed(&fields)).into_iter().collect()
}

/// Nothing is signed: every id that the request has must be the reply's where that has one, and the call's own id or its order there.
fn of_chinaums(account: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    let Some(node) = std::str::from_utf8(body).ok().and_then(json::read) else { return Vec::new() };
    let request: Value = serde_json::from_slice(&account.request.body).unwrap();
    let asked = |name: &str| request[name].as_str().filter(|text| !text.is_empty());
    let told = |name: &str| node.member(name).and_then(|told| told.text()).filter(|text| !text.is_empty());
    let is_ours = |name: &str| asked(name).is_some() && asked(name) == told(name);
    let ids = ["msgId", "mid", "tid", "merOrderId", "billNo", "billDate", "refundOrderId", "qrCodeId", "instMid"];
    let others = ids.into_iter().any(|name| asked(name).is_some() && told(name).is_some() && !is_ours(name));
    let names_order = is_ours("mid") && ["merOrderId", "billNo"].into_iter().any(|name| is_ours(name) || is_paid(&node, asked(name)));
    if others || !(is_ours("msgId") || names_order) {
        return Vec::new();
    }
    let members = node.members().iter().filter(|(_, member)| member.raw != "null");
    let said: BTreeMap<&str, &str> = members.map(|(name, member)| (name.as_str(), member.text().unwrap_or(member.raw))).collect();
    vec![format!("unsigned {}", serde_json::to_string(&Some(said)).unwrap()).into()]
}

/// Whether the order stands beside its payment.
fn is_paid(node: &json::Node<'_>, order: Option<&str>) -> bool {
    order.is_some() && node.member("billPayment").and_then(|payment| payment.member("merOrderId")?.text()) == order
}
