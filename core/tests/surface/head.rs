//! The head of a reply decides before its body does: status, content coding, one answer to where the body ends, its size.

use super::bench::Bench;
use chexiao::{HttpReply, MAX_REPLY};
use serde_json::json;

/// What a reply with this head and body is taken for; `parse` means that the body was looked at.
fn reason(status: u16, headers: &[(&str, &str)], body: &[u8]) -> String {
    let bench = Bench::open("ysepay", &json!({}), &json!({ "protocol_no": "A1" }));
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    bench.verify(&HttpReply { status, headers, body: body.into() }).reason().unwrap().to_string()
}

#[test]
fn a_status_other_than_200_proves_nothing() {
    for (status, expected) in
        [(200, "parse"), (299, "http_299"), (300, "redirect"), (399, "redirect"), (400, "http_400"), (100, "http_100"), (500, "http_500")]
    {
        assert_eq!(reason(status, &[], b"x"), expected);
    }
}

#[test]
fn a_coding_that_nobody_asked_for_proves_nothing() {
    for (name, value, expected) in [
        ("Content-Encoding", "identity", "parse"),
        ("content-encoding", " Identity ", "parse"),
        ("CONTENT-ENCODING", "gzip", "encoding"),
        ("Content-Encoding", "", "encoding"),
        ("Content-Encoding", "identity, gzip", "encoding"),
        ("Content-Encodings", "gzip", "parse"),
        ("Transfer-Encoding", "chunked", "parse"),
        ("transfer-encoding", " Chunked ", "parse"),
        ("Transfer-Encoding", "gzip", "encoding"),
        ("Transfer-Encoding", "identity", "encoding"),
    ] {
        assert_eq!(reason(200, &[(name, value)], b"x"), expected, "{name}: {value}");
    }
}

#[test]
fn two_answers_to_where_the_body_ends_prove_nothing() {
    let length = ("Content-Length", "1");
    let lower = ("content-length", "1");
    let chunked = ("Transfer-Encoding", "chunked");
    for (headers, expected) in [
        (&[length][..], "parse"),
        (&[chunked], "parse"),
        (&[length, ("Date", "now"), ("Server", "x")], "parse"),
        (&[length, lower], "encoding"),
        (&[length, chunked], "encoding"),
        (&[chunked, chunked], "encoding"),
        (&[("Content-Length", "1, 1")], "encoding"),
        (&[("Transfer-Encoding", "chunked, chunked")], "encoding"),
        (&[("Transfer-Encoding", "gzip, chunked")], "encoding"),
    ] {
        assert_eq!(reason(200, headers, b"x"), expected, "{headers:?}");
    }
}

#[test]
fn a_body_of_more_than_1_mib_is_not_read() {
    assert_eq!(reason(200, &[], &vec![b' '; MAX_REPLY]), "parse");
    assert_eq!(reason(200, &[], &vec![b' '; MAX_REPLY + 1]), "too_large");
}
