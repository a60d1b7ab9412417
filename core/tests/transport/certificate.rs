//! Whom the client trusts, and what `ca_file` must be.

use crate::certificates::{AUTHORITY, EXPIRED, GOOD, KEY, NOT_YET_VALID, OTHER_NAME, server_with};
use crate::support::{End, File, Merchant, assert_code, assert_error, closed, http, sandbox, wechat, with};
use chexiao::{Client, Code, Kind};
use serde_json::json;
use std::path::Path;

/// One call to a server that shows this certificate, by a client that trusts [`AUTHORITY`]; and how many requests came.
fn call_to(certificate: &str, name: &str) -> (End, usize) {
    let authority = File::new(&format!("{name}.pem"), AUTHORITY);
    let server = server_with(certificate, |connection| {
        if connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let end = Merchant::at(&server.url(), &json!({"ca_file": authority.0})).close("A100");
    (end, server.seen().requests.len())
}

#[track_caller]
fn assert_refused(certificate: &str, name: &str) {
    let (end, requests) = call_to(certificate, name);
    assert_error(&end, Kind::Tls);
    assert_eq!(requests, 0);
}

#[test]
fn a_certificate_of_the_ca_file_is_trusted() {
    let (end, requests) = call_to(GOOD, "good");
    assert_code(&end, Code::Closed);
    assert_eq!(requests, 1);
}

#[test]
fn a_certificate_for_another_name_is_a_tls_error() {
    assert_refused(OTHER_NAME, "other");
}

#[test]
fn an_expired_certificate_is_a_tls_error() {
    assert_refused(EXPIRED, "expired");
}

#[test]
fn a_certificate_that_is_not_yet_valid_is_a_tls_error() {
    assert_refused(NOT_YET_VALID, "early");
}

#[test]
fn a_certificate_nobody_trusts_is_a_tls_error() {
    let sandbox = sandbox();
    let config = sandbox.config("wechat", sandbox.https_url()).unwrap();
    let authority = File::new("unrelated.pem", AUTHORITY);
    for settings in [json!({}), json!({"ca_file": authority.0})] {
        assert_error(&Merchant::new(&config, &settings).close("A100"), Kind::Tls);
    }
    assert_eq!(sandbox.posts("wechat", "A100"), 0);
}

#[test]
fn the_ca_file_alone_is_trusted_once_it_is_given() {
    let sandbox = sandbox();
    let authority = File::new("sandbox.pem", sandbox.ca_pem());
    let config = sandbox.config("wechat", sandbox.https_url()).unwrap();
    let merchant = Merchant::new(&config, &json!({"ca_file": authority.0}));
    assert_code(&merchant.close("A100"), Code::Closed);
    assert_eq!(sandbox.posts("wechat", "A100"), 1);
}

#[test]
fn a_ca_file_that_cannot_be_used_is_a_config_error_that_names_it() {
    let garbage = "-----BEGIN CERTIFICATE-----\nTm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let cut = AUTHORITY.split_at(300).0;
    let contents: [&[u8]; 6] = [b"", b"no certificate", garbage.as_bytes(), cut.as_bytes(), KEY.as_bytes(), &[0xff, 0x30, 0x82, 0, 0xfe]];
    let files: Vec<_> = contents.iter().enumerate().map(|(n, content)| File::new(&format!("bad-{n}.pem"), content)).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let others = [folder.join("no-such.pem"), folder.into(), "".into()];
    for path in files.iter().map(|file| &file.0).chain(&others) {
        let config = with(&wechat("https://127.0.0.1:1"), &json!({"ca_file": path}));
        let error = Client::new(&config.to_string()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some("ca_file")), "{}: {error}", path.display());
        assert!(!error.message().contains("PRIVATE"), "{error}");
    }
}
