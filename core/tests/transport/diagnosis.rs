//! A diagnosis of networks and TLS that are broken, and of gateways that refuse: the first failure is the cause, and nothing else is blamed.
//! Servers are those of OpenSSL, and scripts.

use crate::certificates::{AUTHORITY, EXPIRED, GOOD, KEY, NOT_YET_VALID, OTHER_NAME, server_with};
use crate::connect::that_drops;
use crate::identities;
use crate::openssl::{OpenSsl, self_signed};
use crate::server::{Connection, Server};
use crate::support::{File, assert_within, http, sandbox, wechat, with};
use chexiao::face::json;
use chexiao::{Client, Diagnosis, State, diagnose};
use chexiao_kit::Away;
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SECRET: &str = "CANARY0secret";

/// The failures, as step and finding, of this configuration of WeChat Pay.
#[track_caller]
fn failures(url: &str, settings: &Value) -> Vec<(String, String)> {
    let mut config = with(&wechat(url), settings);
    if settings["connect_timeout_ms"].is_null() {
        config["connect_timeout_ms"] = 3000.into();
    }
    failed(&diagnose(&config.to_string()))
}

#[track_caller]
fn failed(diagnosis: &Diagnosis) -> Vec<(String, String)> {
    let (status, told) = json::diagnosis(diagnosis);
    assert!(!told.contains("CANARY") && !told.contains("TEST0ONLY0"), "{told}");
    assert_eq!(status != 0, diagnosis.cause().is_some(), "{told}");
    let names: Vec<&str> = diagnosis.steps().iter().map(chexiao::Step::name).collect();
    for name in ["configuration", "base_url", "dns", "tcp", "tls", "clock", "probe"] {
        assert!(names.contains(&name), "{name}: {told}");
    }
    let failed = diagnosis.steps().iter().filter(|step| step.state() == State::Failure);
    failed.map(|step| (step.name().into(), step.finding().unwrap_or_default().into())).collect()
}

#[track_caller]
fn assert_cause(found: &[(String, String)], step: &str, finding: &str, about: &str) {
    assert_eq!(found, [(step.to_owned(), finding.to_owned())], "{about}");
}

/// Every connection gets these bytes, once it has said something.
fn answering(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
    Server::start(move |connection| {
        connection.read(8192);
        if !bytes.as_ref().is_empty() {
            connection.send(&bytes);
            connection.hold();
        }
    })
}

#[test]
fn servers_of_openssl_that_do_not_speak_as_they_must() {
    let rsa = self_signed("doctor-suites", "rsa:2048", &["-subj", "/CN=localhost"]);
    for (name, arguments, finding) in [
        ("doctor-cbc", &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA"][..], "no_common_suite"),
        ("doctor-cbc384", &["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"], "no_common_suite"),
        ("doctor-rsa", &["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES128-SHA"], "no_common_suite"),
        ("doctor-dhe", &["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], "no_common_suite"),
        ("doctor-curve", &["-tls1_2", "-groups", "P-521"], "no_common_suite"),
        ("doctor-ccm", &["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"], "no_common_suite"),
        ("doctor-old", &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "old_version"),
        ("doctor-older", &["-tls1", "-cipher", "ALL:@SECLEVEL=0"], "old_version"),
        ("doctor-self", &["-tls1_2"], "self_signed"),
        ("doctor-self13", &["-tls1_3"], "self_signed"),
    ] {
        let server = OpenSsl::serve(name, &rsa, arguments);
        assert_cause(&failures(&server.url(), &json!({})), "tls", finding, name);
    }
}

#[test]
fn certificates_of_servers_that_are_not_to_be_trusted() {
    let authority = File::new("doctor-authority.pem", AUTHORITY);
    let other = self_signed("doctor-other", "ec", &["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=Corp CA"]);
    let other = File::new("doctor-other.pem", other);
    let trusting = |file: &File| json!({"ca_file": file.0});
    for (certificate, settings, finding) in [
        (EXPIRED, trusting(&authority), "certificate_not_valid_now"),
        (NOT_YET_VALID, trusting(&authority), "certificate_not_valid_now"),
        (OTHER_NAME, trusting(&authority), "wrong_name"),
        (GOOD, json!({}), "unknown_issuer"),
        (GOOD, trusting(&other), "unknown_issuer"),
    ] {
        let server = server_with(certificate, Connection::hold);
        assert_cause(&failures(&server.url(), &settings), "tls", finding, finding);
    }
    let weak = self_signed("doctor-sha1", "rsa:2048", &["-sha1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]);
    let server = OpenSsl::serve("doctor-sha1", &weak, &[]);
    assert_cause(&failures(&server.url(), &json!({})), "tls", "self_signed", "sha1");
}

#[test]
fn ports_of_other_services() {
    for (bytes, finding) in [
        (&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], "no_tls"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no_tls"),
        (b"220 mail.example ESMTP\r\n", "no_tls"),
        (b"+PONG\r\n", "no_tls"),
        (b"", "handshake_broken_off"),
        (&[0x15, 3, 3, 0, 2, 2, 112], "name_not_served"),
        (&[0x15, 3, 3, 0, 2, 2, 80], "handshake_broken_off"),
        (&[0x15, 3, 3, 0, 2, 2, 70], "old_version"),
    ] {
        let server = answering(bytes);
        assert_cause(&failures(&server.https_url(), &json!({})), "tls", finding, &String::from_utf8_lossy(bytes));
    }
    let hangs = Server::start(Connection::hold);
    let found = failures(&hangs.https_url(), &json!({"connect_timeout_ms": 300}));
    assert_cause(&found, "tls", "handshake_silent", "half open");
    let resets = Server::start(|connection| connection.reset());
    assert_eq!(failures(&resets.https_url(), &json!({})).len(), 1);
}

#[test]
fn nobody_there_is_told_apart_by_who_is_missing() {
    let away = Away::hold();
    let port = away.port;
    assert_cause(&failures(&format!("https://127.0.0.1:{port}"), &json!({})), "tcp", "refused", "https");
    assert_cause(&failures(&format!("http://127.0.0.1:{port}"), &json!({})), "tcp", "refused", "http");
    let found = failures("https://nosuch.invalid", &json!({}));
    assert!(found.len() == 1 && found[0].0 == "dns", "{found:?}");
    that_drops(|address| {
        let started = Instant::now();
        let found = failures(&format!("https://{address}"), &json!({"connect_timeout_ms": 300}));
        assert_cause(&found, "tcp", "no_answer", "dropped");
        assert_within(Duration::from_millis(2750), started);
    });
}

#[test]
fn proxies_that_open_no_tunnel() {
    let answers = [
        ("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n", "proxy_login"),
        ("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n", "proxy_login"),
        ("HTTP/1.1 403 No\r\n\r\n", "proxy_forbids"),
        ("HTTP/1.1 502 No\r\n\r\n", "proxy_without_way"),
        ("HTTP/1.1 504 No\r\n\r\n", "proxy_without_way"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "not_a_proxy"),
        ("HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n", "not_a_proxy"),
        ("HTTP/1.1 405 No\r\n\r\n", "not_a_proxy"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "not_a_proxy"),
        ("\u{5}\u{0}", "not_a_proxy"),
        ("", "not_a_proxy"),
    ];
    for (answer, finding) in answers {
        let server = answering(answer);
        let proxy = server.url().replace("http://", &format!("http://user:{SECRET}@"));
        assert_cause(&failures("https://gateway.invalid", &json!({"proxy": proxy})), "proxy", finding, answer);
    }
    let silent = Server::start(Connection::hold);
    let found = failures("https://gateway.invalid", &json!({"proxy": silent.url(), "connect_timeout_ms": 300}));
    assert_cause(&found, "proxy", "proxy_silent", "silent");
    let plain = answering("HTTP/1.1 400 No\r\n\r\n");
    let found = failures("https://gateway.invalid", &json!({"proxy": plain.https_url(), "connect_timeout_ms": 1000}));
    assert_cause(&found, "proxy", "proxy_tls", "a proxy of https that speaks http");
    let away = Away::hold();
    let port = away.port;
    let found = failures("https://gateway.invalid", &json!({"proxy": format!("http://127.0.0.1:{port}")}));
    assert_cause(&found, "tcp", "refused", "no proxy there");
    let found = failures("https://127.0.0.1:1", &json!({"proxy": "http://nosuch.invalid:8080"}));
    assert!(found.len() == 1 && found[0].0 == "dns", "{found:?}");
}

/// A gateway in clear that answers every request with this.
fn speaking(answer: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
    Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send(&answer);
        }
    })
}

#[test]
fn what_answers_in_the_gateways_place() {
    let signed_by_nobody = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>";
    let wrongly = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><sign>AAAA</sign></xml>";
    for (answer, finding) in [
        (http(403, "Content-Type: text/html\r\n", "<html>WAF</html>"), "turned_away"),
        (http(401, "WWW-Authenticate: Basic\r\n", ""), "login_wanted"),
        (http(404, "", "no"), "wrong_path"),
        (http(405, "", ""), "wrong_path"),
        (http(413, "", ""), "body_limit"),
        (http(502, "", ""), "front_without_gateway"),
        (http(504, "", ""), "front_without_gateway"),
        (http(500, "", ""), "server_fails"),
        (http(503, "Retry-After: 1\r\n", ""), "server_fails"),
        (http(302, "Location: https://example.invalid/\r\n", ""), "redirected"),
        (http(200, "Content-Type: text/html\r\n", "<html><body>login</body></html>"), "not_the_gateway"),
        (http(200, "", ""), "not_the_gateway"),
        (http(400, "", "<html>400 No required SSL certificate was sent</html>"), "client_certificate_wanted"),
        (http(200, "", signed_by_nobody), "answer_unsigned"),
        (http(200, "", wrongly), "wrong_gateway_key"),
        (http(200, "", "<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>"), "signature_refused"),
        (http(200, "", "<xml><return_code>FAIL</return_code><return_msg>appid和mch_id不匹配</return_msg></xml>"), "answer_unsigned"),
        (http(200, "Content-Encoding: gzip\r\n", "x"), "compressed"),
        (http(204, "", ""), "not_the_gateway"),
        (http(511, "Content-Type: text/html\r\n", "<html>login</html>"), "not_the_gateway"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<xml>".into(), "no_reply"),
        ("SSH-2.0-OpenSSH_9.6\r\n".into(), "no_reply"),
        (String::new(), "no_reply"),
    ] {
        let server = speaking(answer.clone());
        let step = if finding.starts_with("client_certificate") { "client_certificate" } else { "probe" };
        assert_cause(&failures(&server.url(), &json!({})), step, finding, &answer);
        let seen = server.seen();
        assert!(seen.requests.iter().all(|request| request.starts_with("POST /pay/orderquery ")), "{:?}", seen.requests);
    }
}

/// Nothing is said of a charset where there is no text of the gateway.
#[test]
fn bytes_in_no_charset_of_the_gateway() {
    let body = |body: &[u8]| [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat();
    let in_gbk = b"\xc7\xeb\xb5\xc7\xc2\xbc";
    for (answer, gateway, finding) in [
        (body(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"), "wechat", "compressed"),
        (body(&[&b"<html>"[..], in_gbk].concat()), "wechat", "not_the_gateway"),
        (body(&[&b"<html>"[..], in_gbk].concat()), "icbc", "not_the_gateway"),
        (body(&[&b"{\"response_biz_content\":{\"return_msg\":\""[..], in_gbk, b"\"}}"].concat()), "icbc", "wrong_charset"),
    ] {
        let server = speaking(answer);
        let config = sandbox().config(gateway, &server.url()).unwrap();
        assert_cause(&failed(&diagnose(&config.to_string())), "probe", finding, gateway);
    }
}

#[test]
fn a_server_that_has_too_much_to_do_is_no_failure() {
    let server = speaking(http(429, "Retry-After: 1\r\n", "<html>slow down</html>"));
    let diagnosis = diagnose(&wechat(&server.url()).to_string());
    let probe = diagnosis.steps().last().unwrap();
    assert_eq!((failed(&diagnosis).len(), probe.finding(), probe.state()), (0, Some("throttled"), State::Warning));
}

#[test]
fn http_where_tls_is_spoken_is_named() {
    let server = server_with(GOOD, Connection::hold);
    assert_cause(&failures(&server.url().replace("https", "http"), &json!({})), "probe", "speaks_tls", "rustls");
    let rsa = self_signed("doctor-plain", "rsa:2048", &["-subj", "/CN=localhost"]);
    let server = OpenSsl::serve("doctor-plain", &rsa, &[]);
    assert_cause(&failures(&server.url().replace("https", "http"), &json!({})), "probe", "speaks_tls", "openssl");
}

#[test]
fn a_clock_that_is_off_is_told_by_the_date_of_the_answer() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let date = |seconds: u64| {
        let mut date = std::process::Command::new("date");
        date.args(["-u", "-d", &format!("@{seconds}"), "+%a, %d %b %Y %H:%M:%S GMT"]).env("LC_ALL", "C");
        String::from_utf8(date.output().unwrap().stdout).unwrap().trim().to_owned()
    };
    for (seconds, finding, state) in [
        (now - 3600, "clock_off", State::Failure),
        (now + 8 * 3600, "clock_off", State::Failure),
        (now - 120, "clock_inexact", State::Warning),
        (now + 120, "clock_inexact", State::Warning),
        (now, "", State::Ok),
    ] {
        let sandbox = sandbox();
        let port = sandbox.http_url().rsplit(':').next().unwrap().parse().unwrap();
        let dated = date(seconds);
        // The sandbox's own answer under another date.
        let server = Server::start(move |connection| {
            let Some(request) = connection.request() else { return };
            let mut tcp = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
            std::io::Write::write_all(&mut tcp, request.replace("keep-alive", "close").as_bytes()).unwrap();
            let mut reply = String::new();
            std::io::Read::read_to_string(&mut tcp, &mut reply).unwrap();
            let (head, body) = reply.split_once("\r\n\r\n").unwrap();
            let head: Vec<&str> = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect();
            connection.send(format!("{}\r\nDate: {dated}\r\n\r\n{body}", head.join("\r\n")));
        });
        let diagnosis = diagnose(&sandbox.config("wechat", &server.url()).unwrap().to_string());
        let clock = diagnosis.steps().iter().find(|step| step.name() == "clock").unwrap();
        assert_eq!((clock.finding().unwrap_or_default(), clock.state()), (finding, state), "{}", json::diagnosis(&diagnosis).1);
        assert_eq!(failed(&diagnosis).len(), usize::from(state == State::Failure));
    }
}

#[test]
fn a_server_that_wants_a_certificate_says_so_in_either_version() {
    let authority = File::new("doctor-mutual.pem", AUTHORITY);
    let pem = GOOD.to_owned() + KEY;
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::serve(&format!("doctor-mutual{version}"), &pem, &[version, "-Verify", "1", "-verify_return_error"]);
        let found = failures(&server.url(), &json!({"ca_file": authority.0}));
        assert_cause(&found, "client_certificate", "client_certificate_wanted", version);
        let own = json!({"file": identities::file("rsa.p12"), "password": identities::PASSWORD});
        let found = failures(&server.url(), &json!({"ca_file": authority.0, "client_certificate": own}));
        assert!(found.is_empty() || found[0].0 == "client_certificate", "{version}: {found:?}");
    }
}

/// Over TLS and in clear; each gateway that has a query is asked it, and no order is touched.
#[test]
fn a_sandbox_in_order_is_in_order_everywhere() {
    let sandbox = sandbox();
    let authority = File::new("doctor-sandbox.pem", sandbox.ca_pem());
    for name in chexiao_sandbox::CONFIGS {
        for (url, settings) in [(sandbox.https_url(), json!({"ca_file": authority.0})), (sandbox.http_url(), json!({}))] {
            let config = with(&sandbox.config(name, url).unwrap(), &settings);
            let diagnosis = diagnose(&config.to_string());
            let told = json::diagnosis(&diagnosis).1;
            assert_eq!(failed(&diagnosis), [], "{name} {url}: {told}");
            let probe = diagnosis.steps().last().unwrap();
            let has_query = !name.starts_with("ysepay");
            assert_eq!((probe.name(), probe.state()), ("probe", if has_query { State::Ok } else { State::Skipped }), "{name}: {told}");
            let again = Client::new(&config.to_string()).unwrap().diagnose();
            assert_eq!(failed(&again), [], "{name} {url}: {}", json::diagnosis(&again).1);
        }
    }
}

/// What the sandbox itself refuses: other keys and other names than those it was told.
#[test]
fn the_gateways_own_refusals_name_what_is_wrong_with_the_account() {
    let (sandbox, other) = (sandbox(), chexiao_sandbox::Keys::generate());
    let another = |name: &str| chexiao_sandbox::config(name, sandbox.http_url(), &other).unwrap();
    for (name, pointer, value, findings) in [
        ("wechat", "/account/api_key", json!("another0key0of0exactly0320bytes0"), &["signature_refused"][..]),
        ("wechat", "/account/mch_id", json!("1900000999"), &["app_unknown", "request_refused"]),
        ("icbc", "/account/private_key", another("icbc")["account"]["private_key"].clone(), &["signature_refused"]),
        ("icbc", "/account/gateway_public_key", another("icbc")["account"]["gateway_public_key"].clone(), &["wrong_gateway_key"]),
        ("icbc", "/account/app_id", json!("10000000000000000999"), &["app_or_clock", "app_unknown", "signature_refused"]),
        (
            "edgeros",
            "/account/private_key",
            another("edgeros")["account"]["private_key"].clone(),
            &["answer_unsigned", "signature_refused"],
        ),
        ("edgeros", "/account/gateway_public_key", another("edgeros")["account"]["gateway_public_key"].clone(), &["wrong_gateway_key"]),
        ("chinaums", "/account/app_key", json!("another"), &["signature_refused", "app_or_clock"]),
        ("chinaums", "/account", json!({"app_key": "another", "authentication": "access_token"}), &["token_refused"]),
    ] {
        let Some(mut config) = sandbox.config(name, sandbox.http_url()) else { panic!("{name}") };
        match (config.pointer_mut(pointer).unwrap().as_object_mut(), &value) {
            (Some(members), Value::Object(others)) => members.extend(others.clone()),
            _ => *config.pointer_mut(pointer).unwrap() = value,
        }
        let diagnosis = diagnose(&config.to_string());
        let found = failed(&diagnosis);
        let is_named = found.len() == 1 && found[0].0 == "probe" && findings.contains(&found[0].1.as_str());
        assert!(is_named, "{name} {pointer}: {found:?} {:?}", diagnosis.steps().last());
    }
}

/// The calls of a client find its connections as they were.
#[test]
fn a_diagnosis_leaves_the_connections_of_calls_alone() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox.config("icbc", sandbox.http_url()).unwrap().to_string()).unwrap();
    client.warm().unwrap();
    let before = crate::support::connections(&sandbox);
    assert_eq!(failed(&client.diagnose()), []);
    let between = crate::support::connections(&sandbox);
    let call = json!({"operation": "close", "order": chexiao_sandbox::sample_order("icbc", "A1").unwrap()}).to_string();
    client.send(&call).unwrap();
    // Each look has a connection of its own.
    assert_eq!((between - before, crate::support::connections(&sandbox) - between), (2, 1));
}

#[test]
fn a_diagnosis_ends_by_the_deadline() {
    let server = Server::start(|connection| {
        if connection.request().is_some() {
            connection.hold();
        }
    });
    let started = Instant::now();
    let found = failures(&server.url(), &json!({"deadline_ms": 2000, "connect_timeout_ms": 1500}));
    assert_cause(&found, "probe", "no_reply", "never answers");
    assert_within(Duration::from_millis(2550), started);
}
