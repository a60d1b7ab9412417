//! The access token of ChinaUMS: fetched once, shared, renewed; without one, nothing is sent to the order.

use crate::server::Server;
use crate::support::{Merchant, SHORT, assert_code, assert_error, assert_unknown, http, sandbox};
use chexiao::face::json as out;
use chexiao::{Client, Code, Error, Kind};
use chexiao_sandbox::{Fault, Sandbox, State};
use serde_json::{Value, json};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

pub(crate) const TOKEN_PATH: &str = "POST /v1/token/access ";
pub(crate) const BUSINESS_PATH: &str = "POST /v1/netpay/bills/preauthed-cancel ";
const TOKEN: &str = "CANARY0token0of0the0test";

fn with_token(mut config: Value) -> Merchant {
    config["account"]["authentication"] = "access_token".into();
    let deadline = config["deadline_ms"].as_u64().unwrap_or(8000);
    Merchant::new(&config, &json!({"deadline_ms": deadline}))
}

fn merchant(sandbox: &Sandbox) -> Merchant {
    with_token(sandbox.config("chinaums", sandbox.http_url()).unwrap())
}

/// A client of a hand-written server, which needs a token.
pub(crate) fn chinaums(url: &str, deadline_ms: u64) -> Arc<Client> {
    Arc::new(merchant_at(url, deadline_ms).client)
}

/// A merchant of a hand-written server.
fn merchant_at(url: &str, deadline_ms: u64) -> Merchant {
    let account = json!({"app_id": "a1b2c3d4", "app_key": "TEST ONLY", "mid": "898201612345678", "tid": "88880001"});
    with_token(json!({"gateway": "chinaums", "base_url": url, "account": account, "deadline_ms": deadline_ms}))
}

#[test]
fn threads_that_come_together_fetch_one_token() {
    let sandbox = sandbox();
    let merchant = merchant(&sandbox);
    let together = Barrier::new(16);
    std::thread::scope(|scope| {
        for n in 0..16 {
            let (merchant, together) = (&merchant, &together);
            scope.spawn(move || {
                together.wait();
                assert_code(&merchant.close(&format!("A{n}")), Code::Closed);
            });
        }
    });
    assert_eq!(sandbox.tokens_issued(), 1);
    assert_code(&merchant.close("B100"), Code::Closed);
    assert_eq!(sandbox.tokens_issued(), 1);
    assert!((0..16).all(|n| sandbox.posts("chinaums", &format!("A{n}")) == 1));
}

#[test]
fn a_token_is_renewed_before_it_ends() {
    let sandbox = sandbox();
    sandbox.set_token_life(4);
    // Where the machine is so busy that the first token has ended anyway, once more.
    let is_in_time = |round: u64| {
        let (merchant, started) = (merchant(&sandbox), Instant::now());
        assert_code(&merchant.close(&format!("A{round}")), Code::Closed);
        let before = sandbox.tokens_issued();
        std::thread::sleep(Duration::from_millis(2100));
        assert_code(&merchant.close(&format!("B{round}")), Code::Closed);
        assert_eq!(sandbox.tokens_issued(), before + 1);
        started.elapsed() < Duration::from_secs(4)
    };
    assert!((0..10).any(is_in_time));
}

#[test]
fn a_token_that_the_gateway_no_longer_takes_is_unknown_once_and_replaced() {
    let sandbox = sandbox();
    let merchant = merchant(&sandbox);
    assert_code(&merchant.close("A100"), Code::Closed);
    sandbox.revoke_tokens();
    assert_unknown(&merchant.close("A101"), "http_401");
    assert_eq!((sandbox.posts("chinaums", "A101"), sandbox.tokens_issued()), (1, 1));
    assert_ne!(sandbox.state("chinaums", "A101"), Some(State::Closed));
    assert_code(&merchant.close("A101"), Code::Closed);
    assert_eq!((sandbox.posts("chinaums", "A101"), sandbox.tokens_issued()), (2, 2));
}

#[test]
fn a_refusal_that_comes_late_does_not_end_the_token_that_followed() {
    let sandbox = sandbox();
    let merchant = merchant(&sandbox);
    assert_code(&merchant.close("A100"), Code::Closed);
    sandbox.inject("chinaums", Fault::Delay(Duration::from_millis(1500)), 1);
    sandbox.revoke_tokens();
    std::thread::scope(|scope| {
        let late = scope.spawn(|| merchant.close("A101"));
        std::thread::sleep(Duration::from_millis(500));
        assert_unknown(&merchant.close("A102"), "http_401");
        assert_code(&merchant.close("A103"), Code::Closed);
        assert_unknown(&late.join().unwrap(), "http_401");
    });
    assert_code(&merchant.close("A104"), Code::Closed);
    assert_eq!(sandbox.tokens_issued(), 2);
}

#[test]
fn a_token_that_is_refused_is_an_error_and_nothing_reaches_the_order() {
    let sandbox = sandbox();
    let mut config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
    config["account"]["app_key"] = "CANARY0wrong0key".into();
    let merchant = with_token(config);
    let end = merchant.close("A100");
    assert_error(&end, Kind::NotSent);
    assert!(!format!("{end:?} {} {:?}", end.as_ref().unwrap_err(), merchant.client).contains("CANARY"));
    assert_eq!((sandbox.posts("chinaums", "A100"), sandbox.tokens_issued()), (0, 0));
}

/// A token page that answers so: the call ends in an error, after one request for a token and none for the order.
#[track_caller]
fn no_token(deadline_ms: u64, answer: impl Fn(&mut crate::server::Connection) + Send + Sync + 'static) -> Error {
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            answer(connection);
        }
    });
    let end = merchant_at(&server.url(), deadline_ms).close("A100");
    assert_error(&end, Kind::NotSent);
    let seen = server.seen();
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests.len(), seen.requests_with("A100")), (1, 1, 0));
    end.unwrap_err()
}

#[test]
fn a_token_page_that_fails_is_an_error_and_nothing_reaches_the_order() {
    let said = |error: Error| assert!(!format!("{error:?} {error} {}", out::error(&error)).contains(TOKEN), "{error}");
    let reply = |life: &str| format!("{{\"errCode\":\"0000\",\"accessToken\":\"{TOKEN}\",\"expiresIn\":{life}}}");
    for (status, body) in [
        (200, String::new()),
        (200, "<html>".into()),
        (200, reply("0")),
        (200, reply("-1")),
        (200, reply("null")),
        (200, reply("1e9")),
        (200, reply("3600").replace("0000", "1000")),
        (200, reply("3600").replace(TOKEN, "")),
        (200, reply("3600").replace(TOKEN, &format!("{TOKEN}\\r\\nX: y"))),
        (201, reply("3600")),
        (401, reply("3600")),
        (500, reply("3600")),
    ] {
        said(no_token(8000, move |connection| {
            connection.send(http(status, "", &body));
        }));
    }
    said(no_token(8000, |connection| connection.reset()));
    said(no_token(8000, |_| {}));
}

#[test]
fn a_token_page_that_is_silent_is_an_error_at_the_deadline() {
    let started = Instant::now();
    no_token(SHORT, |connection| connection.hold());
    assert!(started.elapsed() >= Duration::from_millis(SHORT));
}

#[test]
fn a_token_page_that_redirects_is_not_followed() {
    let elsewhere = Server::start(|connection| drop(connection.request()));
    let location = format!("Location: {}/v1/token/access\r\n", elsewhere.url());
    no_token(8000, move |connection| {
        connection.send(http(307, &location, ""));
    });
    assert_eq!(elsewhere.seen().connections, 0);
}

#[test]
fn threads_that_wait_for_a_token_give_up_at_their_deadline() {
    let server = Server::start(|connection| {
        if connection.request().is_some() {
            connection.hold();
        }
    });
    let merchant = merchant_at(&server.url(), SHORT);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let merchant = &merchant;
            scope.spawn(move || assert_error(&merchant.close(&format!("A{n}")), Kind::NotSent));
        }
    });
    let seen = server.seen();
    assert!(seen.requests_with(BUSINESS_PATH) == 0 && seen.requests_with(TOKEN_PATH) <= 8);
}

#[test]
fn a_slow_token_and_the_call_share_one_deadline() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            if request.starts_with(BUSINESS_PATH) {
                return connection.hold();
            }
            connection.pause(Duration::from_millis(500));
            connection.send(token_reply());
        }
    });
    assert_unknown(&merchant_at(&server.url(), 2000).close("A100"), "timeout");
    let seen = server.seen();
    // A token names no call: its connection carries nothing else.
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests_with(BUSINESS_PATH), seen.connections), (1, 1, 2));
}

pub(crate) fn token_reply() -> String {
    http(200, "", &json!({"errCode": "0000", "accessToken": TOKEN, "expiresIn": 3600}).to_string())
}

#[test]
fn the_token_is_never_shown() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            let refusal = http(401, "", "{\"errCode\":\"1000\",\"errInfo\":\"认证失败\"}");
            connection.send(if request.starts_with(TOKEN_PATH) { token_reply() } else { refusal });
        }
    });
    let merchant = merchant_at(&server.url(), 8000);
    let outcome = merchant.close("A100").unwrap();
    assert_eq!(outcome.reason().unwrap().to_string(), "http_401");
    let shown = format!("{:?} {outcome:?} {} {:?}", merchant.client, out::result(&outcome), outcome.explanation());
    assert!(!shown.contains(TOKEN), "{shown}");
    let seen = server.seen();
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests_with(BUSINESS_PATH)), (1, 1));
    assert!(seen.requests[1].contains(&format!("AccessToken=\"{TOKEN}\"")), "the order was sent without the token");
}
