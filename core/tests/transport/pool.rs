//! Kept connections: used again, and never a reason to send anything twice.

use crate::server::{Connection, Server};
use crate::support::{Merchant, assert_code, assert_unknown, closed, connections, http, sandbox};
use chexiao::Code;
use serde_json::json;
use std::time::Duration;

/// Answers every request on the connection.
fn serve(connection: &mut Connection) {
    while connection.request().is_some() {
        connection.send(http(200, "", &closed()));
    }
}

#[test]
fn calls_in_a_row_use_one_connection() {
    let server = Server::start(serve);
    let merchant = Merchant::at(&server.url(), &json!({}));
    for n in 0..20 {
        assert_code(&merchant.close(&format!("A{n:03}")), Code::Closed);
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (1, 20));
}

#[test]
fn threads_of_one_client_use_one_connection_each() {
    let sandbox = sandbox();
    let merchant = Merchant::new(&sandbox.config("wechat", sandbox.http_url()).unwrap(), &json!({}));
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
    let once = |thread, n| sandbox.posts("wechat", &format!("A{thread}-{n}")) == 1;
    assert!((0..8).all(|thread| (0..25).all(|n| once(thread, n))));
}

#[test]
fn a_connection_idle_for_five_seconds_is_not_used_again() {
    let server = Server::start(serve);
    let merchant = Merchant::at(&server.url(), &json!({}));
    assert_code(&merchant.close("A100"), Code::Closed);
    std::thread::sleep(Duration::from_secs(5));
    assert_code(&merchant.close("A101"), Code::Closed);
    assert_eq!(server.seen().connections, 2);
}

#[test]
fn a_connection_the_server_wants_closed_is_not_used_again() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "Connection: close\r\n", &closed()));
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    for _ in 0..5 {
        assert_code(&merchant.close("A100"), Code::Closed);
    }
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (5, 5));
}

/// The server answers one request and ends the connection so; after `wait`, the client calls again. The call is answered
/// on a new connection or Unknown, and no order is posted twice.
fn ended_between_calls(wait: Duration, end: fn(&Connection)) -> usize {
    const ROUNDS: usize = 60;
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send(http(200, "", &closed()));
            end(connection);
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    let mut unknown = 0;
    let ends: Vec<_> = (0..ROUNDS)
        .map(|n| {
            std::thread::sleep(wait);
            merchant.close(&format!("A{n:03}"))
        })
        .collect();
    let seen = server.seen();
    for (n, end) in ends.iter().enumerate() {
        let posts = seen.requests_with(&format!(">A{n:03}<"));
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

/// The first request is answered; after the second the connection ends without an answer.
fn ended_after_the_second_request(end: fn(&Connection)) {
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send(http(200, "", &closed()));
            if connection.number == 0 {
                connection.request();
                end(connection);
            }
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    assert_code(&merchant.close("ONE"), Code::Closed);
    assert_unknown(&merchant.close("TWO"), "reset");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len(), seen.requests_with("TWO")), (1, 2, 1));
    assert_code(&merchant.close("THREE"), Code::Closed);
    assert_eq!(server.seen().connections, 2);
}

#[test]
fn a_kept_connection_that_ends_after_the_second_request_is_unknown_and_nothing_is_repeated() {
    ended_after_the_second_request(|_| {});
    ended_after_the_second_request(|connection| connection.reset());
}

#[test]
fn a_kept_connection_reset_while_the_second_request_lies_unread_is_unknown_and_nothing_is_repeated() {
    let server = Server::start(|connection| {
        if connection.number == 0 && connection.request().is_some() {
            connection.send(http(200, "", &closed()));
            connection.peek();
            connection.reset();
        } else {
            serve(connection);
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    assert_code(&merchant.close("ONE"), Code::Closed);
    assert_unknown(&merchant.close("TWO"), "reset");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests_with("TWO")), (1, 0));
}
