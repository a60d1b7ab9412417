//! One reply for all requests, or one for closes and one for queries; where requests differ, it names the order and the message that was asked
//! about.

use super::seal::Seal;
use crate::cases::Reply;
use std::io::Result;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Members of a reply, and what each is taken from in the request, where both have them as texts of JSON. A query of ChinaUMS names its order
/// as a bill.
const ECHOED: &[(&str, &str)] = &[
    ("msgId", "msgId"),
    ("billNo", "billNo"),
    ("merOrderId", "billNo"),
    ("merOrderId", "merOrderId"),
    ("partnerSeq", "partnerSeq"),
    ("mch_trade_no", "mch_trade_no"),
];

pub struct Replies {
    close: Text,
    /// To what is posted to a path that says so.
    query: Option<Text>,
    /// What the gateway takes for a reply.
    takes: Duration,
    /// For what names the order.
    seal: Option<Seal>,
}

struct Text {
    headers: String,
    body: String,
}

impl Text {
    fn of(reply: &Reply) -> Self {
        let headers = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Self { headers, body: String::from_utf8(reply.body.clone()).expect("text") }
    }
}

impl Replies {
    pub fn of(close: &Reply, query: Option<Reply>, takes: Duration, seal: Option<Seal>) -> Self {
        Self { close: Text::of(close), query: query.as_ref().map(Text::of), takes, seal }
    }

    /// Answers one request after the other, until there is no more.
    pub async fn answer(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<()> {
        let mut read = Vec::with_capacity(4096);
        while let Some(request) = next(&mut stream, &mut read).await? {
            if !self.takes.is_zero() {
                tokio::time::sleep(self.takes).await;
            }
            stream.write_all(&self.to(&request)).await?;
            stream.flush().await?;
        }
        stream.shutdown().await
    }

    /// The whole reply.
    pub fn to(&self, request: &[u8]) -> Vec<u8> {
        let asks = request.split(|byte| *byte == b'\r').next().is_some_and(|line| find(line, b"/query ").is_some());
        let text = self.query.as_ref().filter(|_| asks).unwrap_or(&self.close);
        let named = |request: &[u8]| ECHOED.iter().fold(text.body.clone(), |body, (name, from)| echoing(body, name, request, from));
        let body = match &self.seal {
            Some(seal) => seal.seals(&named(&plain(request))),
            None => named(request),
        };
        format!("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{body}", text.headers, body.len()).into_bytes()
    }
}

/// The next request; `read` holds what has come of those after it.
async fn next(stream: &mut (impl AsyncRead + Unpin), read: &mut Vec<u8>) -> Result<Option<Vec<u8>>> {
    loop {
        if let Some(request) = first(read) {
            return Ok(Some(request));
        }
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

/// The first request of what was read, head and body, once it is whole.
pub(super) fn first(read: &mut Vec<u8>) -> Option<Vec<u8>> {
    let rest = read.split_off(whole(read)?);
    Some(std::mem::replace(read, rest))
}

/// How long the first request is, once it is there.
fn whole(read: &[u8]) -> Option<usize> {
    let head = find(read, b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&read[..head]).ok()?;
    let length = text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let whole = head + length.map_or(0, |(_, length)| length.trim().parse().expect("a length"));
    (read.len() >= whole).then_some(whole)
}

/// What is written in a form as `%22`, as it is meant.
fn plain(request: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(request.len()), request);
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(byte.unwrap_or(*first));
        rest = &behind[if byte.is_some() { 2 } else { 0 }..];
    }
    plain
}

fn echoing(mut body: String, name: &str, request: &[u8], asked: &str) -> String {
    let value = |text: &[u8], name: &str| -> Option<(usize, usize)> {
        let name = format!("\"{name}\":\"");
        let from = find(text, name.as_bytes())? + name.len();
        Some((from, from + find(&text[from..], b"\"")?))
    };
    if let (Some((from, to)), Some((asked_from, asked_to))) = (value(body.as_bytes(), name), value(request, asked)) {
        body.replace_range(from..to, std::str::from_utf8(&request[asked_from..asked_to]).expect("text"));
    }
    body
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
