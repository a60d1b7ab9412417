//! ChinaUMS's access token: how long one is used, and which replies end it.

use chexiao::{Client, Code, Kind};
use chexiao_kit::KEYS;
use chexiao_sandbox::{Injection, Keys, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;

struct Shop {
    sandbox: Sandbox,
    client: Client,
}

impl Shop {
    fn open(token_header: &str) -> Self {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
        let mut config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
        config["account"]["authentication"] = "access_token".into();
        config["account"]["token_header"] = token_header.into();
        let client = Client::new(&config.to_string()).unwrap();
        Self { sandbox, client }
    }

    /// Closes; the outcome and its reason.
    fn close(&self, number: &str) -> (String, Value) {
        let call = chexiao::face::json::call("close", &sample_order("chinaums", number).unwrap().to_string()).unwrap();
        let outcome = self.client.send(&call).unwrap();
        (outcome.code().to_string(), outcome.reason().map_or(Value::Null, |reason| reason.to_string().into()))
    }
}

/// Half its life where that is short, so also a token of some minutes serves more than one call.
#[test]
fn a_short_token_serves_for_half_its_life() {
    let shop = Shop::open("plain");
    shop.sandbox.set_token_life(100);
    for number in ["A1", "A2", "A3"] {
        assert_eq!(shop.close(number), ("closed".into(), Value::Null));
    }
    assert_eq!(shop.sandbox.tokens_issued(), 1);
}

/// Only the gateway's own words against it end a token.
#[test]
fn a_failure_that_is_not_the_tokens_keeps_it() {
    let shop = Shop::open("quoted");
    assert_eq!(shop.close("A1").0, "closed");
    for (fault, reason) in [("status:500", "http_500"), ("status:401", "http_401")] {
        shop.sandbox.inject("chinaums", Injection::parse(fault).unwrap(), 1);
        assert_eq!(shop.close("A2"), ("unknown".into(), reason.into()));
        assert_eq!(shop.close("A3").1, Value::Null);
    }
    assert_eq!(shop.sandbox.tokens_issued(), 1);
}

/// A token page that answers every request with this token.
fn page_with(token: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = json!({ "errCode": "0000", "accessToken": token, "expiresIn": "3600" }).to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            _ = stream.read(&mut request);
            _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        }
    });
    url
}

/// What cannot stand in the header between quotes would end it early.
#[test]
fn a_token_is_visible_ascii_without_quotes() {
    for (token, taken) in [("a1-._~+/=", true), ("a\"b", false), ("a b", false), ("é", false), ("", false)] {
        let mut config = chexiao_sandbox::config("chinaums", &page_with(token), &KEYS).unwrap();
        config["account"]["authentication"] = "access_token".into();
        let client = Client::new(&config.to_string()).unwrap();
        let call = chexiao::face::json::call("close", &sample_order("chinaums", "A1").unwrap().to_string()).unwrap();
        let end = client.send(&call).map(|outcome| outcome.code()).map_err(|error| error.kind());
        assert_eq!(end, if taken { Ok(Code::Unknown) } else { Err(Kind::NotSent) }, "{token}");
    }
}
