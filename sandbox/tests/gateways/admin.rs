use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chexiao_sandbox::{GATEWAYS, State, sample_order};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::json;

use super::support;

fn post(sandbox: &chexiao_sandbox::Sandbox, page: &str, body: &str) -> u16 {
    support::send(sandbox, &format!("POST /_sandbox/{page} HTTP/1.1\r\n"), body.as_bytes()).status
}

#[test]
fn orders_and_counts() {
    let sandbox = support::sandbox();
    assert_eq!(post(&sandbox, "orders", r#"{"gateway":"icbc","order":"A1","state":"paid"}"#), 200);
    assert_eq!(sandbox.state("icbc", "A1"), Some(State::Paid));
    let orders = support::send(&sandbox, "GET /_sandbox/orders HTTP/1.1\r\n", b"").json();
    assert_eq!(orders, json!({"orders": [{"gateway": "icbc", "order": "A1", "state": "PAID", "posts": 0, "queries": 0}]}));
    let counts = support::send(&sandbox, "GET /_sandbox/counts HTTP/1.1\r\n", b"").json();
    assert_eq!(counts["queries"], json!({"icbc": 0, "ysepay": 0, "wechat": 0, "edgeros": 0, "chinaums": 0}));
    assert_eq!((&counts["requests"], &counts["tokens"], &counts["posts"]["icbc"]), (&json!(3), &json!(0), &json!(0)));
    for bad in [r#"{"gateway":"x","order":"A1","state":"PAID"}"#, r#"{"gateway":"icbc","state":"PAID"}"#, "{", "[]"] {
        assert_eq!(post(&sandbox, "orders", bad), 400, "{bad}");
    }
    assert_eq!(post(&sandbox, "faults", r#"{"gateway":"icbc","fault":"CUT","tims":2}"#), 400);
    assert_eq!(post(&sandbox, "tokens", r#"{"expires_in":60,"revoke":true}"#), 200);
}

#[test]
fn every_gateway_has_a_config_and_an_order() {
    let sandbox = support::sandbox();
    assert_eq!(sandbox.configs("http://127.0.0.1:1").len(), 5);
    for gateway in GATEWAYS {
        assert_eq!(sandbox.config(gateway, "http://127.0.0.1:1").unwrap()["gateway"], gateway);
        assert!(sample_order(gateway, "N-1").unwrap().to_string().contains("N-1"));
    }
    assert!(sandbox.config("alipay", "x").is_none());
    let shown = format!("{:?} {sandbox:?}", sandbox.keys());
    assert!(!shown.contains(&sandbox.keys().wechat_api_key) && !shown.contains(&sandbox.keys().chinaums_app_key));
}

#[test]
fn keeps_connections_and_refuses_nonsense() {
    let sandbox = support::sandbox();
    let mut tcp = support::connect(&sandbox);
    for _ in 0..3 {
        tcp.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut buffer = [0; 1024];
        let count = tcp.read(&mut buffer).unwrap();
        let counts = support::parse(&buffer[..count]).json();
        assert_eq!(counts["connections"], 1);
    }
    for (request, status) in [
        ("GARBAGE\r\n\r\n", 400),
        ("POST /pay/closeorder HTTP/1.1\r\n\r\n", 411),
        ("POST /pay/closeorder HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST /pay/closeorder HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("POST /pay/closeorder HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    ] {
        let mut tcp = support::connect(&sandbox);
        tcp.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        tcp.read_to_end(&mut bytes).unwrap();
        assert_eq!(support::parse(&bytes).status, status, "{request}");
    }
}

#[test]
fn speaks_tls() {
    let sandbox = support::sandbox();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    for name in ["127.0.0.1", "localhost"] {
        let tcp = TcpStream::connect(sandbox.https_url().strip_prefix("https://").unwrap()).unwrap();
        let connection = rustls::ClientConnection::new(Arc::clone(&config), ServerName::try_from(name).unwrap()).unwrap();
        let mut tls = rustls::StreamOwned::new(connection, tcp);
        tls.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        tls.read_to_end(&mut bytes).unwrap(); // an error without close_notify
        assert_eq!(support::parse(&bytes).status, 200);
    }
}

#[test]
fn ends_with_open_connections() {
    let sandbox = support::sandbox();
    let mut idle = support::connect(&sandbox);
    idle.write_all(b"POST /pay/closeorder HTTP/1.1\r\nContent-Len").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let begun = Instant::now();
    drop(sandbox);
    assert!(begun.elapsed() < support::SOON);
    assert!(matches!(idle.read(&mut [0; 16]), Ok(0) | Err(_)));
}
