//! A tiny HTTP client over TcpStream, and the signing that a merchant does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::{Keys, Options, Sandbox};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde_json::Value;
use time::macros::{format_description, offset};

/// Before anything that is under way would have ended by itself, which takes 5 s at least.
pub(crate) const SOON: Duration = Duration::from_secs(3);

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap()
}

/// One that takes what the real gateways take.
pub(crate) fn tolerant() -> Sandbox {
    let sandbox = sandbox();
    sandbox.set_strict(false);
    sandbox
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) fn connect(sandbox: &Sandbox) -> TcpStream {
    connect_to(sandbox.http_url())
}

pub(crate) fn connect_to(http_url: &str) -> TcpStream {
    let tcp = TcpStream::connect(http_url.strip_prefix("http://").unwrap()).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    tcp
}

/// Everything the sandbox sends until it closes.
pub(crate) fn exchange(sandbox: &Sandbox, head: &str, body: &[u8]) -> Vec<u8> {
    exchange_at(sandbox.http_url(), head, body)
}

pub(crate) fn exchange_at(http_url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut tcp = connect_to(http_url);
    let head = format!("{head}Host: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    tcp.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut bytes = Vec::new();
    tcp.read_to_end(&mut bytes).unwrap();
    bytes
}

/// `head` is the request line and headers, each with its CRLF.
pub(crate) fn send(sandbox: &Sandbox, head: &str, body: &[u8]) -> Answer {
    parse(&exchange(sandbox, head, body))
}

pub(crate) fn parse(bytes: &[u8]) -> Answer {
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("no reply head");
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[at + 4..].to_vec() }
}

/// Beijing time, shifted by so many minutes.
pub(crate) fn spelt(minutes: i64) -> String {
    moment(minutes).format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]")).unwrap()
}

pub(crate) fn digits(minutes: i64) -> String {
    moment(minutes).format(format_description!("[year][month][day][hour][minute][second]")).unwrap()
}

fn moment(minutes: i64) -> time::OffsetDateTime {
    time::OffsetDateTime::now_utc().to_offset(offset!(+8)) + time::Duration::minutes(minutes)
}

/// 32 lower-case hex digits, new every time.
pub(crate) fn id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn form(fields: &[(&str, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value.as_bytes()))).collect();
    pairs.join("&")
}

pub(crate) fn encode(value: &[u8]) -> String {
    let one = |b: &u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'*' | b'-' => char::from(*b).to_string(),
        b' ' => "+".to_string(),
        b => format!("%{b:02X}"),
    };
    value.iter().map(one).collect()
}

pub(crate) fn private(config: &Value) -> RsaPrivateKey {
    let der = STANDARD.decode(config["account"]["private_key"]["base64"].as_str().unwrap()).unwrap();
    RsaPrivateKey::from_pkcs8_der(&der).unwrap()
}

pub(crate) fn sign(key: &RsaPrivateKey, padding: Pkcs1v15Sign, digest: &[u8]) -> String {
    STANDARD.encode(key.sign(padding, digest).unwrap())
}

pub(crate) fn verifies(config: &Value, padding: Pkcs1v15Sign, digest: &[u8], signature: &str) -> bool {
    let der = STANDARD.decode(config["account"]["gateway_public_key"]["base64"].as_str().unwrap()).unwrap();
    let key = RsaPublicKey::from_public_key_der(&der).unwrap();
    key.verify(padding, digest, &STANDARD.decode(signature).unwrap()).is_ok()
}
