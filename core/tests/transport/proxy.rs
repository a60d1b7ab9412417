//! Proxies: only the one in the configuration.

use crate::child;
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, SLACK, assert_code, assert_error, sandbox};
use chexiao::{Client, Code, Kind};
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
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let merchant = Merchant::at("https://gateway.invalid", &json!({"proxy": format!("http://127.0.0.1:{port}")}));
    assert_error(&merchant.close("A100"), Kind::Connect);
}

#[test]
fn a_proxy_that_hangs_is_a_connect_error_within_the_connect_timeout() {
    let proxy = Server::start(Connection::hold);
    let settings = json!({"proxy": proxy.url(), "connect_timeout_ms": 300});
    let started = Instant::now();
    assert_error(&Merchant::at("https://gateway.invalid", &settings).close("A100"), Kind::Connect);
    assert!(started.elapsed() <= Duration::from_millis(300) + SLACK);
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
