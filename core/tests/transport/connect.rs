//! No connection, no TLS session: an error, and nothing of the request has left.

use crate::server::{Connection, Server};
use crate::support::{Merchant, assert_error, assert_unknown, assert_within};
use chexiao::Kind;
use chexiao_kit::Away;
use serde_json::json;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Ends with one of these errors over HTTPS to a server that does this instead of a handshake; the server read none of
/// the request.
#[track_caller]
fn no_handshake(kinds: &[Kind], script: impl Fn(&mut Connection) + Send + Sync + 'static) {
    let server = Server::start(script);
    let end = Merchant::at(&server.https_url(), &json!({})).close("A100");
    let kind = end.as_ref().map_err(|error| error.kind()).unwrap_err();
    assert!(kinds.contains(&kind), "{end:?}");
    let seen = server.seen();
    assert_eq!(seen.connections, 1, "{end:?}");
    assert!(!String::from_utf8_lossy(&seen.bytes).contains("POST"));
}

#[test]
fn a_refused_port_is_a_connect_error() {
    let away = Away::hold();
    let port = away.port;
    for scheme in ["http", "https"] {
        assert_error(&Merchant::at(&format!("{scheme}://127.0.0.1:{port}"), &json!({})).close("A100"), Kind::Connect);
    }
}

#[test]
fn a_host_name_that_does_not_resolve_is_a_dns_error() {
    assert_error(&Merchant::at("https://nosuch.invalid", &json!({})).close("A100"), Kind::Dns);
}

#[test]
fn a_syn_that_is_dropped_is_a_connect_error_within_the_connect_timeout() {
    that_drops(|address| {
        let merchant = Merchant::at(&format!("https://{address}"), &json!({"connect_timeout_ms": 300}));
        let started = Instant::now();
        assert_error(&merchant.close("A100"), Kind::Connect);
        assert_within(Duration::from_millis(300), started);
    });
}

/// An address that takes no notice of whoever wants to connect.
pub(crate) fn that_drops(test: impl FnOnce(SocketAddr)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let inside = runtime.enter();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap().into_std().unwrap();
    drop(inside);
    let address = listener.local_addr().unwrap();
    let connect = || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50));
    let queue: Vec<_> = (0..8).map_while(|_| connect().ok()).collect();
    assert!(queue.len() < 8, "the queue of the listener does not fill up");
    test(address);
}

#[test]
fn plain_http_on_the_tls_port_is_a_tls_error() {
    no_handshake(&[Kind::Tls], |connection| {
        connection.read(8192);
        connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        connection.hold();
    });
}

#[test]
fn garbage_on_the_tls_port_is_a_tls_error() {
    no_handshake(&[Kind::Tls], |connection| {
        connection.send([0xff; 600]);
        connection.hold();
    });
}

#[test]
fn a_reset_in_the_handshake_is_an_error() {
    no_handshake(&[Kind::Tls, Kind::Connect], |connection| connection.reset());
    no_handshake(&[Kind::Tls, Kind::Connect], |connection| {
        connection.peek();
        connection.reset();
    });
}

#[test]
fn a_close_in_the_handshake_is_a_tls_error() {
    no_handshake(&[Kind::Tls], |connection| {
        connection.read(8192);
    });
}

#[test]
fn a_handshake_that_hangs_is_an_error_within_the_connect_timeout() {
    let server = Server::start(Connection::hold);
    let merchant = Merchant::at(&server.https_url(), &json!({"connect_timeout_ms": 300}));
    let started = Instant::now();
    assert_error(&merchant.close("A100"), Kind::Connect);
    assert_within(Duration::from_millis(300), started);
    assert!(!String::from_utf8_lossy(&server.seen().bytes).contains("POST"));
}

/// Both are what a server that knows TLS 1.1 only may say: OpenSSL (`s_server -tls1_1`) sends the alert `protocol_version`, others go on with
/// their own version.
#[test]
fn a_server_below_tls_1_2_is_a_tls_error() {
    no_handshake(&[Kind::Tls], |connection| {
        connection.read(8192);
        connection.send([0x15, 3, 3, 0, 2, 2, 70]);
        connection.hold();
    });
    no_handshake(&[Kind::Tls], |connection| {
        connection.read(8192);
        let random = [7; 32];
        let hello = [&[2, 0, 0, 38, 3, 2][..], &random, &[0, 0xc0, 0x13, 0]].concat();
        connection.send([&[0x16, 3, 2, 0, 42][..], &hello].concat());
        connection.hold();
    });
}

/// Nobody has spoken of TLS there.
#[test]
fn a_reset_in_clear_is_never_a_tls_error() {
    for _ in 0..50 {
        let server = Server::start(|connection| connection.reset());
        match Merchant::at(&server.url(), &json!({})).close("A100") {
            Err(error) => assert!(matches!(error.kind(), Kind::Connect | Kind::NotSent), "{error}"),
            end => assert_unknown(&end, "reset"),
        }
    }
}
