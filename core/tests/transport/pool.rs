//! Kept connections: used again where every reply named its call, and never a reason to send anything twice.

use crate::certificates::{AUTHORITY, GOOD, server_with};
use crate::relay::{Gateways, naming, serve};
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, assert_code, assert_unknown, closed, connections, http, sandbox};
use chexiao::Code;
use serde_json::json;
use std::time::Duration;

#[test]
fn calls_in_a_row_use_one_connection() {
    let (server, merchant) = naming(serve);
    for n in 0..20 {
        assert_code(&merchant.close(&format!("A{n:03}")), Code::Closed);
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (1, 20));
}

#[test]
fn a_connection_is_used_again_only_where_replies_name_their_call() {
    let sandbox = sandbox();
    let authority = File::new("pool.pem", sandbox.ca_pem());
    for (gateway, names) in [("icbc", true), ("edgeros", true), ("chinaums", true), ("wechat", false), ("ysepay", false)] {
        for url in [sandbox.http_url(), sandbox.https_url()] {
            let merchant = Merchant::new(&sandbox.config(gateway, url).unwrap(), &json!({"ca_file": authority.0}));
            let before = connections(&sandbox);
            for n in 0..10 {
                assert_code(&merchant.close(&format!("A{}{n}", url.len())), Code::Closed);
            }
            // One of those counted is that of the count before.
            assert_eq!(connections(&sandbox) - before - 1, if names { 1 } else { 10 }, "{gateway} {url}");
        }
    }
}

/// They were all authentic; the last one named nothing.
#[test]
fn a_connection_ends_with_the_first_reply_that_does_not_name_its_call() {
    let (server, merchant) = naming(|gateways, connection| {
        while let Some(request) = connection.request() {
            let refused = http(503, "", "");
            connection.send(if request.contains("REFUSED") { refused.into() } else { gateways.answer(&request) });
        }
    });
    for round in 0..3 {
        assert_code(&merchant.close(&format!("ONE{round}")), Code::Closed);
        assert_unknown(&merchant.close(&format!("REFUSED{round}")), "http_503");
    }
    assert_eq!(server.seen().connections, 3);
}

/// Each close has a connection of its own, with which the session of the one before goes on.
#[test]
fn tls_sessions_are_resumed() {
    let server = server_with(GOOD, |connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let authority = File::new("resumed.pem", AUTHORITY);
    let merchant = Merchant::at(&server.url(), &json!({"ca_file": authority.0}));
    for n in 0..10 {
        assert_code(&merchant.close(&format!("A{n:03}")), Code::Closed);
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.resumed), (10, 9));
}

#[test]
fn threads_of_one_client_use_one_connection_each() {
    let sandbox = sandbox();
    let merchant = Merchant::new(&sandbox.config("chinaums", sandbox.http_url()).unwrap(), &json!({}));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let merchant = &merchant;
            scope.spawn(move || {
                for n in 0..25 {
                    assert_code(&merchant.close(&format!("A{thread}-{n}")), Code::Closed);
                }
            });
        }
    });
    assert!(connections(&sandbox) <= 8 + 1, "{}", connections(&sandbox));
    let once = |thread, n| sandbox.posts("chinaums", &format!("A{thread}-{n}")) == 1;
    assert!((0..8).all(|thread| (0..25).all(|n| once(thread, n))));
}

/// Two closes, the second `after` the first, at a server that says this of how long it keeps connections.
fn connections_of_two(says: &'static str, after: Duration) -> usize {
    let (server, merchant) = naming(move |gateways, connection| {
        while let Some(request) = connection.request() {
            let reply = gateways.answer(&request);
            let line = reply.iter().position(|&byte| byte == b'\n').unwrap() + 1;
            connection.send([&reply[..line], says.as_bytes(), &reply[line..]].concat());
        }
    });
    assert_code(&merchant.close("A100"), Code::Closed);
    std::thread::sleep(after);
    assert_code(&merchant.close("A101"), Code::Closed);
    server.seen().connections
}

#[test]
fn a_connection_is_kept_a_little_less_than_the_server_says() {
    let cases = [
        ("", 5000, 1),
        ("Keep-Alive: timeout=60\r\n", 5000, 1),
        ("Keep-Alive: max=100, Timeout = 9\r\n", 5000, 1),
        ("Keep-Alive: timeout=2\r\n", 1100, 2),
        ("Keep-Alive: timeout=4, max=100\r\n", 3100, 2),
        ("Keep-Alive: timeout=0\r\n", 50, 2),
        ("Keep-Alive: timeout=soon\r\n", 50, 2),
        ("Keep-Alive: timeout=99999999999999999999\r\n", 50, 2),
    ];
    std::thread::scope(|scope| {
        for (says, after, connections) in cases {
            scope.spawn(move || assert_eq!(connections_of_two(says, Duration::from_millis(after)), connections, "{says:?} {after}"));
        }
    });
}

/// Apache and Tomcat say how long they keep a connection to those only that ask for one that is kept.
#[test]
fn requests_ask_for_a_connection_that_is_kept() {
    let (server, merchant) = naming(serve);
    assert_code(&merchant.close("A100"), Code::Closed);
    assert!(server.seen().requests[0].to_ascii_lowercase().contains("\r\nconnection: keep-alive\r\n"));
}

#[test]
fn a_connection_the_server_wants_closed_is_not_used_again() {
    let (server, merchant) = naming(|gateways, connection| {
        while let Some(request) = connection.request() {
            let reply = gateways.answer(&request);
            let line = reply.iter().position(|&byte| byte == b'\n').unwrap() + 1;
            connection.send([&reply[..line], b"Connection: close\r\n", &reply[line..]].concat());
        }
    });
    for n in 0..5 {
        assert_code(&merchant.close(&format!("A10{n}")), Code::Closed);
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (5, 5));
}

/// The server answers one request and ends the connection so; after `wait`, the client calls again. The call is answered
/// on a new connection or Unknown, and no order is posted twice.
fn ended_between_calls(wait: Duration, end: fn(&Connection)) -> usize {
    const ROUNDS: usize = 60;
    let (server, merchant) = naming(move |gateways, connection| {
        if let Some(request) = connection.request() {
            connection.send(gateways.answer(&request));
            end(connection);
        }
    });
    let mut unknown = 0;
    let ends: Vec<_> = (0..ROUNDS)
        .map(|n| {
            if wait > Duration::ZERO {
                server.until(|seen| seen.ended == n);
            }
            std::thread::sleep(wait);
            merchant.close(&format!("A{n:03}"))
        })
        .collect();
    let seen = server.seen();
    for (n, end) in ends.iter().enumerate() {
        let posts = seen.requests_with(&format!("%22A{n:03}%22"));
        match end.as_ref().map(|outcome| outcome.code()) {
            Ok(Code::Closed) => assert_eq!(posts, 1, "{end:?}"),
            _ => {
                assert_unknown(end, "reset");
                assert!(posts <= 1, "{end:?}");
                unknown += 1;
            }
        }
    }
    unknown
}

#[test]
fn a_kept_connection_that_the_server_has_closed_is_replaced_unseen() {
    assert_eq!(ended_between_calls(Duration::from_millis(20), |_| {}), 0);
    assert_eq!(ended_between_calls(Duration::from_millis(20), |connection| connection.reset()), 0);
}

#[test]
fn a_kept_connection_that_is_just_being_closed_never_makes_two_posts() {
    ended_between_calls(Duration::ZERO, |_| {});
    ended_between_calls(Duration::ZERO, |connection| connection.reset());
    ended_between_calls(Duration::ZERO, |connection| {
        connection.fin();
        connection.reset();
    });
}

/// The first request is answered; what the connection does after that is `then`'s.
fn answered_once(then: fn(&Gateways, &mut Connection)) -> (Server, Merchant) {
    naming(move |gateways, connection| {
        if let Some(request) = connection.request() {
            connection.send(gateways.answer(&request));
            if connection.number == 0 { then(gateways, connection) } else { serve(gateways, connection) }
        }
    })
}

fn ended_after_the_second_request(then: fn(&Gateways, &mut Connection)) {
    let (server, merchant) = answered_once(then);
    assert_code(&merchant.close("ONE"), Code::Closed);
    assert_unknown(&merchant.close("TWO"), "reset");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len(), seen.requests_with("TWO")), (1, 2, 1));
    assert_code(&merchant.close("THREE"), Code::Closed);
    assert_eq!(server.seen().connections, 2);
}

#[test]
fn a_kept_connection_that_ends_after_the_second_request_is_unknown_and_nothing_is_repeated() {
    ended_after_the_second_request(|_, connection| drop(connection.request()));
    ended_after_the_second_request(|_, connection| {
        connection.request();
        connection.reset();
    });
}

#[test]
fn a_kept_connection_reset_while_the_second_request_lies_unread_is_unknown_and_nothing_is_repeated() {
    let (server, merchant) = answered_once(|_, connection| {
        connection.peek();
        connection.reset();
    });
    assert_code(&merchant.close("ONE"), Code::Closed);
    assert_unknown(&merchant.close("TWO"), "reset");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests_with("TWO")), (1, 0));
}
