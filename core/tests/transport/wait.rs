//! The request may have left and no answer comes, or too late: Unknown, by the deadline.

use crate::server::{Connection, Server};
use crate::support::{File, Merchant, SHORT, assert_code, assert_unknown, closed, http, one_call, paid, sandbox};
use chexiao::Code;
use chexiao_sandbox::{Fault, GATEWAYS};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn no_answer_is_unknown_at_the_deadline() {
    let started = Instant::now();
    let end = one_call(SHORT, Connection::hold);
    assert_unknown(&end, "timeout");
    assert!(started.elapsed() >= Duration::from_millis(SHORT));
    let outcome = end.unwrap();
    assert!(!outcome.answered() && outcome.http_status().is_none() && outcome.raw().is_empty());
    assert!(outcome.elapsed_ms() >= SHORT && !outcome.msg_id().is_empty());
}

#[test]
fn a_peer_that_never_reads_is_unknown_at_the_deadline() {
    let server = Server::start(|connection| connection.pause(Duration::from_secs(5)));
    assert_unknown(&Merchant::at(&server.url(), &json!({"deadline_ms": SHORT})).close("A100"), "timeout");
    assert_eq!(server.seen().connections, 1);
}

#[test]
fn a_fin_without_an_answer_is_unknown() {
    assert_unknown(&one_call(8000, |_| {}), "reset");
}

#[test]
fn a_fin_on_one_side_without_an_answer_is_unknown() {
    assert_unknown(
        &one_call(8000, |connection| {
            connection.fin();
            connection.hold();
        }),
        "reset",
    );
}

#[test]
fn a_reset_after_the_request_is_unknown() {
    assert_unknown(&one_call(8000, |connection| connection.reset()), "reset");
}

#[test]
fn a_reset_before_the_whole_request_was_read_is_unknown() {
    for taken in [0, 1, 20, 200] {
        let server = Server::start(move |connection| {
            connection.peek();
            if taken > 0 {
                connection.read(taken);
            }
            connection.reset();
        });
        assert_unknown(&Merchant::at(&server.url(), &json!({})).close("A100"), "reset");
        assert_eq!(server.seen().connections, 1);
    }
}

#[test]
fn an_answer_after_the_deadline_is_unknown_and_never_the_answer_of_the_next_call() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            let late = request.contains("LATE");
            connection.pause(Duration::from_millis(if late { SHORT + 200 } else { 0 }));
            connection.send(http(200, "", &if late { closed() } else { paid() }));
        }
    });
    let (hurried, merchant) = (Merchant::at(&server.url(), &json!({"deadline_ms": SHORT})), Merchant::at(&server.url(), &json!({})));
    assert_unknown(&hurried.close("LATE"), "timeout");
    assert_code(&merchant.close("A100"), Code::Paid);
    std::thread::sleep(Duration::from_millis(400));
    assert_code(&merchant.close("A101"), Code::Paid);
    let seen = server.seen();
    assert_eq!((seen.requests.len(), seen.requests_with("LATE")), (3, 1));
}

#[test]
fn an_answer_nobody_asked_for_is_never_the_answer_of_the_next_call() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            let answer = http(200, "", &if request.contains("TWO") { paid() } else { closed() });
            let twice = if request.contains("ONE") { format!("{answer}{answer}") } else { answer };
            connection.send(twice);
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    for round in 0..20 {
        assert_code(&merchant.close(&format!("ONE{round}")), Code::Closed);
        let second = merchant.close(&format!("TWO{round}"));
        assert_ne!(second.as_ref().map(|outcome| outcome.is_closed()), Ok(true), "the late bytes were believed: {second:?}");
    }
    let seen = server.seen();
    assert!((0..20).all(|round| seen.requests_with(&format!("TWO{round}<")) <= 1 && seen.requests_with(&format!("ONE{round}<")) == 1));
}

#[test]
fn a_lost_answer_is_unknown_at_every_gateway_and_the_order_was_posted_once() {
    let sandbox = sandbox();
    let authority = File::new("lost.pem", sandbox.ca_pem());
    let faults =
        [(Fault::Cut, "reset"), (Fault::Reset, "reset"), (Fault::Half, "truncated"), (Fault::Sleep(Duration::from_secs(3)), "timeout")];
    for url in [sandbox.http_url(), sandbox.https_url()] {
        for gateway in GATEWAYS {
            let config = sandbox.config(gateway, url).unwrap();
            for (n, (fault, reason)) in faults.into_iter().enumerate() {
                let deadline = if reason == "timeout" { SHORT } else { 8000 };
                let merchant = Merchant::new(&config, &json!({"ca_file": authority.0, "deadline_ms": deadline}));
                let number = format!("{}{n}", url.len());
                sandbox.inject(gateway, fault, 1);
                assert_unknown(&merchant.close(&number), reason);
                assert_eq!(sandbox.posts(gateway, &number), 1);
            }
        }
    }
}
