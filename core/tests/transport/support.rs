//! A merchant of WeChat Pay (the lightest of the five), what its gateway answers, and how a call ended.

use crate::server::{Connection, Server};
use chexiao::{Client, Code, Error, Evidence, Kind, Outcome};
use chexiao_kit::lateness;
use chexiao_sandbox::wechat::{SignType, seal};
use chexiao_sandbox::{Keys, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) type End = Result<Outcome, Error>;

/// How much later than its deadline a call may return, on a machine that wakes everybody at once.
pub(crate) const SLACK: Duration = Duration::from_millis(250);
/// For calls that end by their deadline.
pub(crate) const SHORT: u64 = 500;

const APPID: &str = "wx8888888888888888";
const MCH_ID: &str = "1900000109";
const API_KEY: &str = "TEST0ONLY0TEST0ONLY0TEST0ONLY0AB";

/// A client whose every call is held to its deadline.
pub(crate) struct Merchant {
    pub(crate) client: Client,
    pub(crate) config: Value,
    deadline: Duration,
}

impl Merchant {
    /// At WeChat Pay, with these settings besides the account.
    pub(crate) fn at(base_url: &str, settings: &Value) -> Self {
        Self::new(&wechat(base_url), settings)
    }

    pub(crate) fn new(config: &Value, settings: &Value) -> Self {
        let config = with(config, settings);
        let deadline = Duration::from_millis(config["deadline_ms"].as_u64().unwrap());
        Self { client: Client::new(&config.to_string()).unwrap(), config, deadline }
    }

    #[track_caller]
    pub(crate) fn close(&self, number: &str) -> End {
        self.call("close", number)
    }

    #[track_caller]
    pub(crate) fn call(&self, operation: &str, number: &str) -> End {
        let call =
            json!({"operation": operation, "order": sample_order(self.config["gateway"].as_str().unwrap(), number).unwrap()}).to_string();
        let started = Instant::now();
        let end = self.client.send(&call);
        assert_within(self.deadline, started);
        end
    }
}

/// What began then has ended in this time, but for what is inexact, and for what the machine has made late meanwhile.
#[track_caller]
pub(crate) fn assert_within(time: Duration, began: Instant) {
    let (took, allowed) = (began.elapsed(), lateness::allowed(time + SLACK, began));
    assert!(took <= allowed, "took {took:?} of {time:?}, and {allowed:?} as late as the machine is");
}

/// The configuration with these settings in it; without a deadline, one that a busy machine does not reach.
pub(crate) fn with(config: &Value, settings: &Value) -> Value {
    lateness::watch();
    let mut config = config.clone();
    config["deadline_ms"] = 8000.into();
    for (name, value) in settings.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

pub(crate) fn wechat(base_url: &str) -> Value {
    json!({"gateway": "wechat", "base_url": base_url, "account": {"appid": APPID, "mch_id": MCH_ID, "api_key": API_KEY}})
}

/// A correctly signed reply to every close: it was closed.
pub(crate) fn closed() -> String {
    reply(&[("result_code", "SUCCESS"), ("result_msg", "OK")])
}

/// A correctly signed reply to every close: it was paid.
pub(crate) fn paid() -> String {
    reply(&[("result_code", "FAIL"), ("err_code", "ORDERPAID"), ("err_code_des", "order paid")])
}

fn reply(result: &[(&str, &str)]) -> String {
    let head = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("appid", APPID), ("mch_id", MCH_ID), ("nonce_str", "a1b2c3d4")];
    seal(&[&head, result].concat(), SignType::Md5, API_KEY)
}

/// An HTTP reply with its length and these further header lines, each with its CRLF.
pub(crate) fn http(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Status\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// One call to a server that answers the request so and then closes the connection. However it ends: exactly one
/// connection was made, and one POST arrived.
#[track_caller]
pub(crate) fn one_call(deadline_ms: u64, answer: impl Fn(&mut Connection) + Send + Sync + 'static) -> End {
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            answer(connection);
        }
    });
    let end = Merchant::at(&server.url(), &json!({"deadline_ms": deadline_ms})).close("A100");
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests.len()), (1, 1), "connections and requests: {end:?}");
    assert!(seen.requests[0].starts_with("POST /pay/closeorder HTTP/1.1\r\n") && seen.requests[0].contains("A100"));
    end
}

/// The same for an answer written at once, within a deadline that does not matter.
#[track_caller]
pub(crate) fn answered(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> End {
    one_call(8000, move |connection| {
        connection.send(&bytes);
    })
}

#[track_caller]
pub(crate) fn assert_unknown(end: &End, reason: &str) {
    let outcome = end.as_ref().expect("an error, though the request may have left");
    let actual = outcome.reason().map(|reason| reason.to_string()).unwrap_or_default();
    assert_eq!((outcome.code(), outcome.evidence(), actual.as_str()), (Code::Unknown, Evidence::None, reason));
}

#[track_caller]
pub(crate) fn assert_code(end: &End, code: Code) {
    assert_eq!(end.as_ref().map(Outcome::code), Ok(code), "{end:?}");
}

#[track_caller]
pub(crate) fn assert_error(end: &End, kind: Kind) {
    assert_eq!(end.as_ref().map_err(Error::kind).map(Outcome::code), Err(kind), "{end:?}");
    assert_plain(end.as_ref().unwrap_err());
}

/// An error of this kind whose message and hint hold all of these; the hint in both languages, and nothing of Rust's own spelling.
#[track_caller]
pub(crate) fn assert_advice(error: &Error, kind: Kind, parts: &[&str]) {
    assert_eq!(error.kind(), kind, "{error}");
    assert_plain(error);
    let said = format!("{error}\n{}", error.hint());
    for part in parts {
        assert!(said.contains(part), "no `{part}` in: {said}");
    }
}

/// Nothing that only `Debug` writes, a hint in English and in Chinese, one line each.
#[track_caller]
pub(crate) fn assert_plain(error: &Error) {
    let said = format!("{error}\n{}", error.hint());
    for debug in [
        "Os {", "Custom {", "kind:", "Some(", "None", "Err(", "Error(", "Error {", "std::", "Name(", "Address(", "\\\"", "Invalid",
        "Failure",
    ] {
        assert!(!said.contains(debug), "`{debug}` in: {said}");
    }
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(error.hint().starts_with(|c: char| c.is_ascii_alphanumeric()) && error.hint().contains(is_chinese), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap()
}

/// How many connections the sandbox has accepted, without the one that asks.
pub(crate) fn connections(sandbox: &Sandbox) -> u64 {
    let mut tcp = TcpStream::connect(sandbox.http_url().trim_start_matches("http://")).unwrap();
    tcp.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    tcp.read_to_string(&mut reply).unwrap();
    let counts: Value = serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    counts["connections"].as_u64().unwrap() - 1
}

/// A file of this test alone, removed when dropped.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    /// Never the same one twice, whoever else gives this name.
    pub(crate) fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("{}-{}-{name}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(unique);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}
