//! Proxies: only the one in the configuration.

use crate::child;
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, assert_advice, assert_code, assert_error, assert_within, sandbox};
use chexiao::{Client, Code, Kind};
use chexiao_kit::Away;
use serde_json::json;
use std::time::{Duration, Instant};

const SECRET: &str = "CANARY0secret";

#[test]
fn the_proxy_variables_are_not_used() {
    if child::argument().is_some() {
        return call_both_ways();
    }
    let proxy = Server::start(Connection::hold);
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    child::run("proxy::the_proxy_variables_are_not_used", "", &names.map(|name| (name, proxy.url().leak() as &str)));
    assert_eq!(proxy.seen().connections, 0);
}

fn call_both_ways() {
    let sandbox = sandbox();
    let authority = File::new("variables.pem", sandbox.ca_pem());
    for (url, number) in [(sandbox.http_url(), "A100"), (sandbox.https_url(), "A101")] {
        let merchant = Merchant::new(&sandbox.config("wechat", url).unwrap(), &json!({"ca_file": authority.0}));
        assert_code(&merchant.close(number), Code::Closed);
    }
}

#[test]
fn the_configured_proxy_is_asked_for_a_tunnel_and_sees_nothing_else() {
    let sandbox = sandbox();
    let port = sandbox.https_url().rsplit(':').next().unwrap().parse().unwrap();
    let proxy = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
            connection.relay(port);
        }
    });
    let authority = File::new("tunnel.pem", sandbox.ca_pem());
    let config = sandbox.config("icbc", &format!("https://localhost:{port}")).unwrap();
    let merchant = Merchant::new(&config, &json!({"ca_file": authority.0, "proxy": proxy.url()}));
    assert_code(&merchant.close("A100"), Code::Closed);
    assert_code(&merchant.close("A101"), Code::Closed);
    let seen = proxy.seen();
    assert_eq!((seen.connections, seen.requests.len(), sandbox.posts("icbc", "A100")), (1, 1, 1));
    assert!(seen.requests[0].starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")));
    assert!(!String::from_utf8_lossy(&seen.bytes).contains("POST"));
}

#[test]
fn a_proxy_that_refuses_the_tunnel_is_an_error_and_keeps_its_secret() {
    for status in [301, 403, 407, 500, 502] {
        let proxy = Server::start(move |connection| {
            if connection.request().is_some() {
                connection.send(format!("HTTP/1.1 {status} No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
            }
        });
        let url = format!("http://merchant:{SECRET}@127.0.0.1:{}", proxy.port());
        let merchant = Merchant::at("https://gateway.invalid", &json!({"proxy": url}));
        let error = merchant.close("A100").unwrap_err();
        assert!(matches!(error.kind(), Kind::Connect | Kind::NotSent), "{error}");
        let seen = proxy.seen();
        assert_eq!((seen.connections, seen.requests.len()), (1, 1), "{error}");
        assert!(seen.requests[0].starts_with("CONNECT gateway.invalid:443 HTTP/1.1\r\n"));
        assert!(seen.requests[0].to_ascii_lowercase().contains("proxy-authorization: basic "));
        let said = format!("{error} {error:?} {} {:?}", chexiao::face::json::error(&error), merchant.client);
        assert!(!said.contains(SECRET) && !said.contains("merchant:"), "{said}");
    }
}

#[test]
fn a_proxy_that_is_not_there_is_a_connect_error() {
    let away = Away::hold();
    let port = away.port;
    let merchant = Merchant::at("https://gateway.invalid", &json!({"proxy": format!("http://127.0.0.1:{port}")}));
    assert_error(&merchant.close("A100"), Kind::Connect);
}

#[test]
fn a_proxy_that_hangs_is_a_connect_error_within_the_connect_timeout() {
    let proxy = Server::start(Connection::hold);
    let settings = json!({"proxy": proxy.url(), "connect_timeout_ms": 300});
    let started = Instant::now();
    assert_error(&Merchant::at("https://gateway.invalid", &settings).close("A100"), Kind::Connect);
    assert_within(Duration::from_millis(300), started);
}

/// What the proxy answers, and what is advised; never a word of base_url.
#[test]
fn what_a_proxy_does_instead_of_a_tunnel_decides_the_advice() {
    let bare = |port: u16| format!("http://127.0.0.1:{port}");
    let with_password = |port: u16| format!("http://merchant:{SECRET}@127.0.0.1:{port}");
    let secure = |port: u16| format!("https://127.0.0.1:{port}");
    type Url = fn(u16) -> String;
    let login = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 5\r\n\r\nlogin";
    let negotiate = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    for (url, answer, parts) in [
        (bare as Url, login, &["(407) wants a user and a password", "http://user:password@host:port", "密码"][..]),
        (with_password, login, &["(407) does not accept this user and password", "%40", "核对"]),
        (bare, negotiate, &["login other than Basic", "cntlm", "NTLM"]),
        (with_password, negotiate, &["login other than Basic", "cntlm", "NTLM"]),
        (bare, "HTTP/1.1 403 Forbidden\r\n\r\n", &["(403) forbids a tunnel to gateway.invalid:443", "allow CONNECT", "管理员"]),
        (
            bare,
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            &["(503) does not reach gateway.invalid:443", "whoever runs the proxy", "能否访问"],
        ),
        (bare, "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", &["(502) does not reach", "its name server", "域名服务器"]),
        (bare, "HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n", &["sends elsewhere", "login page", "登录页"]),
        (bare, "HTTP/1.1 200 OK\r\n\r\n<html>", &["a page instead of a tunnel", "web server", "CONNECT"]),
        (bare, "HTTP/1.1 405 Method Not Allowed\r\n\r\n", &["opens no tunnel", "CONNECT", "允许访问"]),
        (bare, "SSH-2.0-OpenSSH_9.6\r\n", &["speaks no HTTP", "another service", "别的服务"]),
        (bare, "\u{15}\u{3}\u{1}\0\u{2}\u{2}F", &["speaks TLS", "https:// instead of http://", "改为 https://"]),
        (bare, "\u{5}\u{0}", &["speaks SOCKS", "HTTP port", "HTTP 端口"]),
        (bare, "", &["hangs up without an answer", "HTTP proxy", "HTTP 代理"]),
        (
            secure,
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            &["what answers at the proxy speaks no TLS", "http:// instead of https://", "改为 http://"],
        ),
        (secure, "", &["the proxy breaks off the handshake", "in proxy", "代理"]),
    ] {
        let proxy = Server::start(move |connection| {
            connection.read(8192);
            if !answer.is_empty() {
                connection.send(answer);
            }
            connection.fin();
            connection.read(8192);
        });
        let error = Merchant::at("https://gateway.invalid", &json!({"proxy": url(proxy.port())})).close("A100").unwrap_err();
        assert_advice(&error, if url(1).starts_with("https") { Kind::Tls } else { Kind::Connect }, parts);
        assert_says_proxy(&error);
    }
}

fn assert_says_proxy(error: &chexiao::Error) {
    let said = format!("{error}\n{}", error.hint());
    assert!(error.field() == Some("proxy") && !said.contains("base_url") && !said.contains(SECRET), "{said}");
}

#[test]
fn a_proxy_that_cannot_be_reached_is_blamed_itself() {
    let away = Away::hold();
    let port = away.port;
    let hanging = Server::start(Connection::hold);
    let call = |url: &str, ms: u32| Merchant::at("https://gateway.invalid", &json!({"proxy": url, "connect_timeout_ms": ms})).close("A100");
    for (url, kind, parts) in [
        (format!("http://127.0.0.1:{port}"), Kind::Connect, ["no connection to the proxy", "host and port in proxy", "没有服务"]),
        ("http://proxy.invalid:3128".into(), Kind::Dns, ["the proxy's host name does not resolve", "name server", "域名服务器"]),
        (hanging.url(), Kind::Connect, ["the proxy gives no answer", "port of an HTTP proxy", "HTTP 代理的端口"]),
        (hanging.https_url(), Kind::Connect, ["the proxy does not end the TLS handshake", "port in proxy", "确认 proxy 的端口"]),
    ] {
        let error = call(&url, if kind == Kind::Dns { 3000 } else { 300 }).unwrap_err();
        assert_advice(&error, kind, &parts);
        if kind != Kind::Dns {
            assert_says_proxy(&error);
        }
        assert_eq!(error.field(), Some("proxy"));
    }
}

/// Through the tunnel the gateway is at fault again.
#[test]
fn behind_the_tunnel_it_is_the_gateway() {
    let proxy = Server::start(|connection| {
        if connection.request().is_some() {
            connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
            connection.read(8192);
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = Merchant::at("https://gateway.invalid:8443", &json!({"proxy": proxy.url()})).close("A100").unwrap_err();
    assert_advice(&error, Kind::Tls, &["what answers at gateway.invalid:8443 speaks no TLS", "port in base_url"]);
    assert_eq!(error.field(), None);
}

#[test]
fn a_proxy_that_is_mistyped_is_told_how_to_be_written() {
    for (url, parts) in [
        ("127.0.0.1:3128", &["has no http:// or https:// before it", "http://host:port", "http://主机:端口"][..]),
        ("proxy.test:3128", &["has no http:// or https:// before it", "http://host:port"]),
        ("ftp://proxy.test:3128", &["has no http:// or https:// before it", "http://host:port"]),
        ("socks5://127.0.0.1:1080", &["SOCKS", "HTTP port", "HTTP 端口"]),
        ("SOCKS5H://127.0.0.1:1080", &["SOCKS", "HTTP port"]),
        ("http://user:pa/CANARY0secret@127.0.0.1:3128", &["is not a URL", "%2F", "密码"]),
        ("http://user:12/CANARY0secret@127.0.0.1:3128", &["is not a URL", "%2F"]),
        ("http://user:12#CANARY0secret@127.0.0.1:3128", &["is not a URL", "%23"]),
        ("http://user:12?CANARY0secret@127.0.0.1:3128", &["is not a URL", "%3F"]),
        ("http://127.0.0.1:99999", &["is not a URL"]),
        ("http://127.0.0.1\u{200b}:3128", &["holds U+200B (a zero-width space) at line 1, character 17", "手工输入"]),
        ("\u{feff}http://127.0.0.1:3128", &["holds U+FEFF (a byte order mark) at line 1, character 1"]),
        ("http://127.0.0.1:3128\u{a0}", &["holds U+00A0 (a no-break space) at line 1, character 22"]),
        ("http://u:CANARY0secret\u{ff20}127.0.0.1:3128", &["holds U+FF20 (a full-width character)"]),
        ("http://127.0.0.1:3128\n", &["holds U+000A (a line break)"]),
    ] {
        let config = crate::support::with(&crate::support::wechat("https://127.0.0.1:1"), &json!({"proxy": url}));
        let error = Client::new(&config.to_string()).unwrap_err();
        assert_advice(&error, Kind::Config, parts);
        assert_says_proxy(&error);
    }
    let config = crate::support::with(&crate::support::wechat("http://127.0.0.1:1"), &json!({"proxy": "http://127.0.0.1:3128"}));
    assert_advice(&Client::new(&config.to_string()).unwrap_err(), Kind::Config, &["only for https", "leave proxy out", "删去 proxy"]);
}

#[test]
fn a_proxy_that_is_no_url_is_a_config_error_that_keeps_its_secret() {
    for url in [format!("http://x:{SECRET}@"), format!("http://[{SECRET}"), String::new()] {
        let config = crate::support::with(&crate::support::wechat("https://127.0.0.1:1"), &json!({"proxy": url}));
        let error = Client::new(&config.to_string()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some("proxy")));
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
    }
}
