//! A body that is cut, slow, endless or too large.

use crate::certificates::{AUTHORITY, GOOD, server_with};
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, SHORT, answered, assert_code, assert_unknown, closed, http, one_call};
use chexiao::{Code, MAX_REPLY};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n", body.len())
}

#[test]
fn a_body_in_chunks_is_whole_with_its_last_chunk() {
    let body = closed();
    let (start, end) = body.split_at(100);
    let whole = format!("{CHUNKED}{}{}0\r\n\r\n", chunk(start), chunk(end));
    assert_code(&answered(whole.clone()), Code::Closed);
    for missing in [1, 2, 4, 5, 7, 40] {
        let cut = whole[..whole.len() - missing].to_string();
        assert_unknown(&answered(cut), "truncated");
    }
}

/// One call per byte offset of the reply, each on a connection of its own: `answer` gets the reply up to there, and whether
/// that is all of it. Only the last call may be closed.
fn cut_everywhere(start: impl Fn(Script) -> (Server, Merchant), answer: fn(&mut Connection, &[u8], bool)) {
    let reply = http(200, "", &closed());
    let whole = reply.len();
    let head = reply.find("\r\n\r\n").unwrap() + 4;
    let (server, merchant) = start(Box::new(move |connection| {
        if connection.request().is_some() {
            let number = connection.number;
            answer(connection, &reply.as_bytes()[..number], number == whole);
        }
    }));
    for offset in 0..whole {
        let end = merchant.close("A100");
        let reason = end.as_ref().unwrap().reason().unwrap().to_string();
        assert_unknown(&end, &reason);
        // With RST, what was sent before may be lost on the way.
        assert!(reason == "reset" || (reason == "truncated" && offset >= head), "cut at {offset} of {whole}: {reason}");
    }
    assert_code(&merchant.close("A100"), Code::Closed);
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (whole + 1, whole + 1));
}

type Script = Box<dyn Fn(&mut Connection) + Send + Sync>;

fn plain(script: Script) -> (Server, Merchant) {
    let server = Server::start(script);
    let merchant = Merchant::at(&server.url(), &json!({}));
    (server, merchant)
}

fn over_tls(script: Script) -> (Server, Merchant) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let authority = File::new(&format!("body-{}.pem", NUMBER.fetch_add(1, Ordering::Relaxed)), AUTHORITY);
    let server = server_with(GOOD, script);
    let merchant = Merchant::at(&server.url(), &json!({"ca_file": authority.0}));
    (server, merchant)
}

#[test]
fn a_reply_cut_at_any_byte_by_fin_is_unknown() {
    cut_everywhere(plain, |connection, reply, _| {
        connection.send(reply);
    });
}

#[test]
fn a_reply_cut_at_any_byte_by_rst_is_unknown() {
    cut_everywhere(plain, |connection, reply, whole| {
        connection.send(reply);
        if !whole {
            connection.reset();
        }
    });
}

#[test]
fn a_reply_cut_at_any_byte_over_tls_is_unknown_with_and_without_close_notify() {
    cut_everywhere(over_tls, |connection, reply, _| {
        connection.send(reply);
    });
    cut_everywhere(over_tls, |connection, reply, _| {
        connection.send(reply);
        connection.close_notify();
    });
}

#[test]
fn a_body_without_length_ends_with_close_notify_and_with_nothing_less() {
    for notified in [true, false] {
        let (server, merchant) = over_tls(Box::new(move |connection| {
            if connection.request().is_some() {
                connection.send(format!("HTTP/1.1 200 OK\r\n\r\n{}", closed()));
                if notified {
                    connection.close_notify();
                }
            }
        }));
        let end = merchant.close("A100");
        if notified {
            assert_code(&end, Code::Closed)
        } else {
            assert_unknown(&end, "truncated")
        }
        assert_eq!(server.seen().requests.len(), 1);
    }
}

#[test]
fn a_body_that_drips_or_stalls_past_the_deadline_is_unknown() {
    let drip = one_call(SHORT, |connection| {
        connection.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", closed().len()));
        for byte in closed().bytes() {
            if !connection.send([byte]) {
                return;
            }
            connection.pause(Duration::from_millis(50));
        }
    });
    assert_unknown(&drip, "timeout");
    let stall = one_call(SHORT, |connection| {
        let reply = http(200, "", &closed());
        connection.send(&reply.as_bytes()[..reply.len() - 1]);
        connection.hold();
    });
    assert_unknown(&stall, "timeout");
}

#[test]
fn a_body_of_one_byte_more_than_the_limit_is_too_large() {
    let body = |length: usize| "x".repeat(length);
    assert_unknown(&answered(http(200, "", &body(MAX_REPLY))), "parse");
    assert_unknown(&answered(http(200, "", &body(MAX_REPLY + 1))), "too_large");
    assert_unknown(&answered(format!("{CHUNKED}{}0\r\n\r\n", chunk(&body(MAX_REPLY + 1)))), "too_large");
}

/// Sends this head and then a body for as long as the client takes it; says how much it took.
fn endless(head: &'static str, chunk: &str) -> usize {
    let chunk = chunk.to_string();
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send(head);
            while connection.send(&chunk) {}
        }
    });
    assert_unknown(&Merchant::at(&server.url(), &json!({})).close("A100"), "too_large");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (1, 1));
    seen.written
}

/// The rest of what was written is what the system's buffers hold.
#[test]
fn an_endless_body_is_given_up_at_the_limit() {
    let plain = "x".repeat(10_000);
    let in_chunks = endless(CHUNKED, &chunk(&plain));
    let of_10_gb = endless("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", &plain);
    let without_length = endless("HTTP/1.1 200 OK\r\n\r\n", &plain);
    assert!(in_chunks.max(of_10_gb).max(without_length) < 32 * MAX_REPLY, "{in_chunks} {of_10_gb} {without_length}");
}

#[test]
fn a_body_of_10_gb_that_never_comes_is_unknown_at_the_deadline() {
    let end = one_call(SHORT, |connection| {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nx");
        connection.hold();
    });
    assert_unknown(&end, "timeout");
}

#[test]
fn html_with_status_200_is_unknown() {
    assert_unknown(&answered(http(200, "Content-Type: text/html\r\n", "<html><body>maintenance</body></html>")), "parse");
    assert_unknown(&answered(http(200, "", "")), "parse");
}
