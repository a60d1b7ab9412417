//! The head of a reply: its status decides before the body does; what else it says counts where nothing is signed.

use chexiao::{HttpReply, MAX_REPLY};
use chexiao_kit::{Caller, MSG_ID, wechat, ysepay};
use serde_json::json;

/// What a reply with this head and body is taken for; `parse` means that the body was looked at.
fn reason(status: u16, headers: &[(&str, &str)], body: &[u8]) -> String {
    let caller = Caller::open("ysepay", &json!({}), &ysepay::order("A1"));
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    caller.verify(&HttpReply { status, headers, body: body.into() }).reason().unwrap().to_string()
}

#[test]
fn a_status_other_than_200_proves_nothing() {
    for (status, expected) in
        [(200, "parse"), (299, "http_299"), (300, "redirect"), (399, "redirect"), (400, "http_400"), (100, "http_100"), (500, "http_500")]
    {
        assert_eq!(reason(status, &[], b"x"), expected);
    }
}

/// Heads that say something odd of a body that is plain.
const ODD: &[&[(&str, &str)]] = &[
    &[("Content-Encoding", "UTF-8")],
    &[("Content-Encoding", "none")],
    &[("content-encoding", "binary")],
    &[("Content-Encoding", "")],
    &[("CONTENT-ENCODING", "gzip")],
    &[("Content-Encoding", "identity, br")],
    &[("Transfer-Encoding", "identity")],
    &[("Transfer-Encoding", "gzip, chunked")],
    &[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
    &[("Content-Length", "7"), ("content-length", "7")],
    &[("Content-Length", "7, 7")],
    &[("Content-Length", "7"), ("Transfer-Encoding", "chunked")],
];

const USUAL: &[&[(&str, &str)]] = &[
    &[],
    &[("Content-Encoding", " Identity ")],
    &[("Content-Encodings", "gzip")],
    &[("Transfer-Encoding", " Chunked ")],
    &[("Content-Length", "7"), ("Date", "now"), ("Server", "x")],
];

fn closed_at_wechat(headers: &[(&str, &str)], spoil: impl Fn(&mut Vec<u8>)) -> String {
    let caller = Caller::open("wechat", &json!({}), &wechat::order("A1"));
    let fields = [("return_code", "SUCCESS"), ("result_code", "SUCCESS")];
    let mut body = wechat::sealed(&json!({}), &fields).into_bytes();
    spoil(&mut body);
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let outcome = caller.verify(&HttpReply { status: 200, headers, body });
    outcome.reason().map_or(outcome.code().to_string(), |reason| reason.to_string())
}

/// The signature proves the body; the head can neither add to that nor take from it.
#[test]
fn a_signed_body_is_believed_whatever_its_head_says() {
    for headers in USUAL.iter().chain(ODD) {
        assert_eq!(closed_at_wechat(headers, |_| {}), "closed", "{headers:?}");
    }
}

/// A refusal of WeChat's is never signed: nothing but its head says that it is whole.
#[test]
fn a_refusal_that_nobody_signs_is_believed_under_a_usual_head_alone() {
    let caller = Caller::open("wechat", &json!({}), &wechat::order("A1"));
    let refused = |headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let body = "<xml><return_code>FAIL</return_code><return_msg>签名失败</return_msg></xml>".into();
        let outcome = caller.verify(&HttpReply { status: 200, headers, body });
        outcome.reason().map_or(outcome.code().to_string(), |reason| reason.to_string())
    };
    for headers in USUAL {
        assert_eq!(refused(headers), "misconfigured", "{headers:?}");
    }
    for headers in ODD {
        assert_eq!(refused(headers), "encoding", "{headers:?}");
    }
}

/// Of two lengths one is wrong, and nobody knows whether the body is whole.
#[test]
fn two_lengths_prove_nothing() {
    for headers in [&[("Content-Length", "7"), ("Content-Length", "8")][..], &[("Content-Length", "7, 8")]] {
        assert_eq!(closed_at_wechat(headers, |_| {}), "encoding", "{headers:?}");
    }
}

#[test]
fn what_cannot_be_read_and_is_said_to_be_compressed_is_a_matter_of_coding() {
    let compressed = |body: &mut Vec<u8>| body.splice(..0, [0x1f, 0x8b, 8, 0]).for_each(drop);
    let cut = |body: &mut Vec<u8>| body.truncate(20);
    let changed = |body: &mut Vec<u8>| *body = String::from_utf8(body.clone()).unwrap().replace("result_code", "result_msg").into_bytes();
    for (headers, coded) in [
        (&[("Content-Encoding", "gzip")][..], true),
        (&[("content-encoding", "identity, X-GZIP")], true),
        (&[("Content-Encoding", "zstd")], true),
        (&[("Transfer-Encoding", "deflate, chunked")], true),
        (&[("Content-Encoding", "UTF-8")], false),
        (&[], false),
    ] {
        let or = |otherwise| if coded { "encoding" } else { otherwise };
        assert_eq!(closed_at_wechat(headers, compressed), or("charset"), "{headers:?}");
        assert_eq!(closed_at_wechat(headers, cut), or("parse"), "{headers:?}");
        assert_eq!(closed_at_wechat(headers, changed), or("signature"), "{headers:?}");
    }
}

/// Where nothing is signed the head is all that says which bytes are the reply.
#[test]
fn a_body_that_nobody_signs_needs_a_usual_head() {
    let order = json!({"mid": "M1", "tid": "T1", "billNo": "", "billDate": "", "merOrderId": "A1", "authIdRespCd": ""});
    let caller = Caller::open("chinaums", &json!({}), &order);
    let body = json!({"errCode": "NO_ORDER", "mid": "M1", "tid": "T1", "msgId": MSG_ID}).to_string();
    let said = |headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let outcome = caller.verify(&HttpReply { status: 200, headers, body: body.clone().into() });
        outcome.reason().map_or(outcome.code().to_string(), |reason| reason.to_string())
    };
    for headers in USUAL {
        assert_eq!(said(headers), "not_found", "{headers:?}");
    }
    for headers in ODD {
        assert_eq!(said(headers), "encoding", "{headers:?}");
    }
}

#[test]
fn a_body_of_more_than_1_mib_is_not_read() {
    assert_eq!(reason(200, &[], &vec![b' '; MAX_REPLY]), "parse");
    assert_eq!(reason(200, &[], &vec![b' '; MAX_REPLY + 1]), "too_large");
}
