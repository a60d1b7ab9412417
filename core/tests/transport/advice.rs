//! What an error says and what it advises, made from what was found at the peer.

use crate::certificates::{AUTHORITY, EXPIRED, GOOD, KEY, NOT_YET_VALID, OTHER_NAME, server_with};
use crate::openssl::{OpenSsl, self_signed};
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, assert_advice};
use chexiao::{Error, Kind};
use chexiao_kit::Away;
use serde_json::{Value, json};

fn error_at(url: &str, settings: &Value) -> Error {
    Merchant::at(url, settings).close("A100").unwrap_err()
}

#[test]
fn a_server_without_a_common_suite_or_version_is_told_what_is_spoken() {
    let rsa = self_signed("suites", "rsa:2048", &["-subj", "/CN=localhost"]);
    let suites = ["no cipher suite or curve in common (alert 40)", "ECDHE and AES-GCM", "no CBC, no RSA or DHE", "不支持 CBC"];
    let version = ["TLS 1.2 or 1.3 (alert 70)", "have TLS 1.2 turned on", "请在 127.0.0.1:"];
    for (name, arguments, parts) in [
        ("cbc", &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA"][..], &suites[..]),
        ("rsa", &["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES128-SHA"], &suites),
        ("dhe", &["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], &suites),
        ("curve", &["-tls1_2", "-groups", "P-521"], &suites),
        ("ccm", &["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"], &suites),
        ("old", &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], &version),
        ("older", &["-tls1", "-cipher", "ALL:@SECLEVEL=0"], &version),
    ] {
        let server = OpenSsl::serve(name, &rsa, arguments);
        let error = error_at(&server.url(), &json!({}));
        assert_advice(&error, Kind::Tls, parts);
        assert!(!error.hint().contains("clock") && !error.hint().contains("ca_file"), "{name}: {}", error.hint());
    }
}

/// The same alert 40 as above: what came before it tells them apart.
#[test]
fn a_server_that_wants_a_client_certificate_is_known_by_it() {
    let pem = GOOD.to_owned() + KEY;
    let authority = File::new("client-certificate.pem", AUTHORITY);
    let server = OpenSsl::serve("mutual", &pem, &["-tls1_2", "-Verify", "1"]);
    let error = error_at(&server.url(), &json!({"ca_file": authority.0}));
    assert_advice(&error, Kind::Tls, &["wants a certificate of its clients", "name it in client_certificate", "客户端证书"]);
}

/// It asked once, did without, and shows later that the two have no cipher suite in common.
#[test]
fn a_server_that_did_without_a_client_certificate_does_not_want_one() {
    let pem = GOOD.to_owned() + KEY;
    let authority = File::new("optional-certificate.pem", AUTHORITY);
    let server = OpenSsl::serve("optional", &pem, &["-tls1_2", "-verify", "1"]);
    let merchant = Merchant::at(&server.url(), &json!({"ca_file": authority.0}));
    merchant.close("A100").unwrap();
    let port = server.port;
    drop(server);
    let _server = OpenSsl::serve_at(port, "no-longer", &pem, &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"]);
    assert_advice(&merchant.close("A101").unwrap_err(), Kind::Tls, &["no cipher suite", "AES-GCM"]);
}

#[test]
fn alerts_are_told_in_words() {
    for (alert, parts) in [
        (112, ["does not know the host name", "base_url", "主机名"]),
        (80, ["has failed (alert 80)", "call again", "重新调用"]),
        (71, ["no cipher suite", "AES-GCM", "ChaCha20"]),
        (49, ["ends the handshake (alert 49)", "turns this machine away", "拒绝本机"]),
        (200, ["ends the handshake (alert 200)", "s_client", "防火墙"]),
    ] {
        let server = Server::start(move |connection| {
            connection.read(8192);
            connection.send([0x15, 3, 3, 0, 2, 2, alert]);
            connection.hold();
        });
        assert_advice(&error_at(&server.https_url(), &json!({})), Kind::Tls, &parts);
    }
}

#[test]
fn what_speaks_no_tls_is_named() {
    let not_tls = ["speaks no TLS", "plain HTTP or another service", "443", "明文 HTTP"];
    let hangs_up = ["breaks off the handshake", "s_client", "防火墙"];
    for (bytes, parts) in [
        (&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], &not_tls[..]),
        (b"SSH-2.0-OpenSSH_9.6\r\n", &not_tls),
        (b"220 mail.example ESMTP\r\n", &not_tls),
        (b"\x4a\0\0\0\x0a8.0.36\0aaaaaaaaaaaaaaaaaaaaaaaa", &not_tls),
        (b"", &hangs_up),
    ] {
        let server = Server::start(move |connection| {
            connection.read(8192);
            if !bytes.is_empty() {
                connection.send(bytes);
                connection.hold();
            }
        });
        assert_advice(&error_at(&server.https_url(), &json!({})), Kind::Tls, parts);
    }
}

#[test]
fn a_certificate_is_refused_for_its_own_reason() {
    let authority = File::new("advice-authority.pem", AUTHORITY);
    let other =
        File::new("advice-other.pem", self_signed("advice-other", "ec", &["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=Corp CA"]));
    let trusting = |file: &File| json!({"ca_file": file.0});
    for (certificate, settings, parts) in [
        (EXPIRED, trusting(&authority), &["expired at 20", "this machine's clock says 20", "must renew", "更新其证书"][..]),
        (
            NOT_YET_VALID,
            trusting(&authority),
            &["is valid from 2", "this machine's clock says 20", "set this machine's clock", "校准本机时钟"],
        ),
        (OTHER_NAME, trusting(&authority), &["shows a certificate for ", ", not for 127.0.0.1", "leads to another server", "hosts 文件"]),
        (GOOD, json!({}), &["issued by CN=TEST ONLY CA", "built-in Mozilla roots", "into ca_file", "请将其证书放入 ca_file"]),
        (
            GOOD,
            trusting(&other),
            &["issued by CN=TEST ONLY CA, which is not in ca_file", "takes the place of the built-in roots", "取代内置根证书"],
        ),
    ] {
        let server = server_with(certificate, Connection::hold);
        assert_advice(&error_at(&server.url(), &settings), Kind::Tls, parts);
    }
}

/// An authority's new key under its old name, as after a renewal.
#[test]
fn a_ca_file_of_the_same_name_and_another_key_is_out_of_date() {
    for algorithm in [&["ec", "-pkeyopt", "ec_paramgen_curve:P-256"][..], &["rsa:2048"]] {
        let arguments = [&algorithm[1..], &["-subj", "/CN=TEST ONLY CA"]].concat();
        let renewed = File::new("renewed.pem", self_signed("renewed", algorithm[0], &arguments));
        let server = server_with(GOOD, Connection::hold);
        let parts = ["CN=TEST ONLY CA", "of ca_file has not signed", "current certificate", "现行证书"];
        assert_advice(&error_at(&server.url(), &json!({"ca_file": renewed.0})), Kind::Tls, &parts);
    }
}

#[test]
fn nobody_there_is_told_apart_by_who_is_missing() {
    let away = Away::hold();
    let port = away.port;
    let place = format!("no connection to 127.0.0.1:{port}");
    let refused = error_at(&format!("https://127.0.0.1:{port}"), &json!({}));
    assert_advice(&refused, Kind::Connect, &[&place, "nothing accepts connections", "base_url", "没有服务"]);
    assert_eq!(refused.field(), None);
    let unknown = error_at("https://nosuch.invalid", &json!({}));
    assert_advice(&unknown, Kind::Dns, &["the host name nosuch.invalid does not resolve", "name server", "域名服务器"]);
}

#[test]
fn a_handshake_that_hangs_is_told_from_a_port_that_does_not_answer() {
    let server = Server::start(Connection::hold);
    let error = error_at(&server.https_url(), &json!({"connect_timeout_ms": 200}));
    assert_advice(&error, Kind::Connect, &["within connect_timeout_ms", "does not end the TLS handshake", "speaks TLS", "使用 TLS"]);
}
