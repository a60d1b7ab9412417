//! A connection made ahead: nothing is sent, and the next call goes over it.

use crate::certificates::{AUTHORITY, GOOD, server_with};
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, assert_code, assert_within, closed, connections, http, sandbox};
use chexiao::{Code, Kind};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn the_next_call_goes_over_the_connection_made_ahead() {
    let sandbox = sandbox();
    let authority = File::new("warm.pem", sandbox.ca_pem());
    for gateway in ["icbc", "wechat"] {
        for url in [sandbox.http_url(), sandbox.https_url()] {
            let merchant = Merchant::new(&sandbox.config(gateway, url).unwrap(), &json!({"ca_file": authority.0}));
            let before = connections(&sandbox);
            merchant.client.warm().unwrap();
            merchant.client.warm().unwrap();
            // Sessions that a TLS server sends late are no reason to give it up.
            std::thread::sleep(Duration::from_millis(100));
            assert_code(&merchant.close(&format!("W{}", url.len())), Code::Closed);
            assert_eq!(connections(&sandbox) - before - 1, 1, "{gateway} {url}");
        }
    }
}

#[test]
fn nothing_of_a_request_leaves() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    merchant.client.warm().unwrap();
    let seen = server.seen();
    assert_eq!((seen.connections, seen.bytes.len()), (1, 0));
    assert_code(&merchant.close("A100"), Code::Closed);
    assert_code(&merchant.close("A101"), Code::Closed);
    assert_eq!(server.seen().connections, 2, "its replies name nothing: the second close has a connection of its own");
}

#[test]
fn one_that_the_server_has_closed_meanwhile_is_replaced_unseen() {
    let server = server_with(GOOD, |connection| {
        if connection.number > 0 {
            while connection.request().is_some() {
                connection.send(http(200, "", &closed()));
            }
        }
    });
    let authority = File::new("warm-closed.pem", AUTHORITY);
    let merchant = Merchant::at(&server.url(), &json!({"ca_file": authority.0}));
    _ = merchant.client.warm();
    server.until(|seen| seen.ended == 1);
    std::thread::sleep(Duration::from_millis(50));
    assert_code(&merchant.close("A100"), Code::Closed);
}

#[test]
fn one_on_which_the_server_speaks_unasked_is_given_up() {
    let server = Server::start(|connection| {
        if connection.number == 0 {
            connection.send(http(200, "", &closed()));
            connection.hold();
        }
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let merchant = Merchant::at(&server.url(), &json!({}));
    merchant.client.warm().unwrap();
    server.until(|seen| seen.written > 0);
    std::thread::sleep(Duration::from_millis(50));
    assert_code(&merchant.close("A100"), Code::Closed);
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (2, 1));
}

#[test]
fn what_hinders_a_connection_is_said_as_by_a_call() {
    let nobody = Merchant::at("http://127.0.0.1:1", &json!({}));
    assert_eq!(nobody.client.warm().unwrap_err().kind(), Kind::Connect);
    let silent = Server::start(Connection::hold);
    let patient = Merchant::at(&silent.https_url(), &json!({"connect_timeout_ms": 200, "deadline_ms": 5000}));
    let started = Instant::now();
    let error = patient.client.warm().unwrap_err();
    assert_within(Duration::from_millis(1250), started);
    assert_eq!(error.kind(), Kind::Connect, "{error}");
}
