//! A call that another thread stops: either nothing of it arrives, or it is Unknown.

use crate::server::Server;
use crate::support::{End, Merchant, assert_code, assert_error, assert_unknown, assert_within, closed, http};
use chexiao::{Client, Code, Kind, Stop};
use serde_json::json;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

/// Long before the deadline.
const SOON: Duration = Duration::from_millis(500);

fn call(operation: &str, number: &str) -> String {
    json!({"operation": operation, "order": {"out_trade_no": number}}).to_string()
}

/// What the call said, and what `stop` said; the call ends soon after it.
#[track_caller]
fn stopped(after: impl FnOnce(), client: &Client, call: &str) -> (End, bool) {
    let stop = Stop::new();
    thread::scope(|scope| {
        let end = scope.spawn(|| client.send_until(call, &stop));
        after();
        let asked = Instant::now();
        let begun = stop.stop();
        let end = end.join().unwrap();
        assert_within(SOON, asked);
        (end, begun)
    })
}

#[test]
fn what_was_stopped_before_it_began_is_not_sent() {
    let server = Server::start(|connection| _ = connection.request());
    let client = Merchant::at(&server.url(), &json!({})).client;
    for operation in ["close", "query", "ensure_closed"] {
        let stop = Stop::new();
        assert!(!stop.stop() && !stop.stop());
        assert_error(&client.send_until(&call(operation, "A1"), &stop), Kind::NotSent);
    }
    assert_eq!(server.seen().connections, 0);
}

#[test]
fn a_call_that_is_still_connecting_is_not_sent() {
    // The system accepts, nobody answers: a handshake without end.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Merchant::at(&format!("https://{}", silent.local_addr().unwrap()), &json!({})).client;
    let mut held = None;
    let (end, begun) = stopped(|| held = Some(silent.accept().unwrap()), &client, &call("close", "A1"));
    assert_error(&end, Kind::NotSent);
    assert!(!begun);
}

#[test]
fn a_call_that_waits_for_its_reply_is_unknown_at_once() {
    let server = Server::start(|connection| {
        connection.request();
        connection.hold();
    });
    let client = Merchant::at(&server.url(), &json!({})).client;
    for (operation, number) in [("close", "ORDER1"), ("query", "ORDER2"), ("ensure_closed", "ORDER3")] {
        let (end, begun) = stopped(|| server.until(|seen| seen.requests_with(number) == 1), &client, &call(operation, number));
        assert_unknown(&end, "interrupted");
        assert!(begun, "{operation}");
        assert_eq!(server.seen().requests_with(number), 1, "{operation}: no query follows");
    }
}

#[test]
fn a_close_that_was_answered_keeps_its_word_when_its_query_is_stopped() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            if request.contains("orderquery") {
                return connection.hold();
            }
            connection.send(http(200, "", &closed()));
        }
    });
    let client = Merchant::at(&server.url(), &json!({})).client;
    let (end, begun) = stopped(|| server.until(|seen| seen.requests.len() == 2), &client, &call("ensure_closed", "A1"));
    assert_code(&end, Code::Closed);
    assert_ne!(end.unwrap().next(), chexiao::Next::Done, "nothing has confirmed it");
    assert!(begun);
}

/// At whatever moment: `false` is an error and no byte, `true` an outcome.
#[test]
fn what_stop_says_and_what_arrives_agree() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let client = Merchant::at(&server.url(), &json!({})).client;
    let (mut not_sent, mut outcomes) = (Vec::new(), 0);
    for round in 0..400_u32 {
        let number = format!("ROUND{round}E");
        match stopped(|| thread::sleep(Duration::from_micros(u64::from(round) * 4)), &client, &call("close", &number)) {
            (Err(error), false) => {
                assert_eq!(error.kind(), Kind::NotSent, "{error}");
                not_sent.push(number);
            }
            (Ok(_), true) => outcomes += 1,
            (end, begun) => panic!("stop said {begun}: {end:?}"),
        }
    }
    let seen = server.seen();
    assert!(not_sent.iter().all(|number| seen.requests_with(number) == 0), "sent all the same");
    println!("{} not sent, {outcomes} outcomes", not_sent.len());
    assert!(!not_sent.is_empty() && outcomes > 0, "this test proves nothing");
}
