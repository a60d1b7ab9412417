//! HTTP/1.1, as little as the gateways need: a head, a Content-Length, a body of at most 1 MiB. Not strictly, chunks too, and
//! a client that waits to be told to go on is told.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::clock;
use crate::json::Json;
use crate::merchant_certificates::Shown;
use crate::wire::Wire;

const HEAD_CAP: usize = 16 * 1024;
const BODY_CAP: usize = 1024 * 1024;
/// How long a connection may stay silent between two requests.
const IDLE: Duration = Duration::from_secs(30);
/// How long one request may take from its first byte to its last.
const WHOLE: Duration = Duration::from_secs(20);

/// A request received to its last byte.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The request target as it was sent; of a GET, and not strictly, its path alone.
    pub(crate) target: String,
    /// Of a GET, what stands behind the `?`.
    pub(crate) query: String,
    pub(crate) is_secure: bool,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) keep_open: bool,
    /// What the client has shown of itself.
    pub(crate) shown: Shown,
}

impl Request {
    /// In their order, names in lower case.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The header's value; `None` when it is absent or occurs twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// Whether Content-Type is this media type, in any case; and its charset, if it names one.
    pub(crate) fn content_type(&self, media_type: &str) -> Option<Option<&str>> {
        let mut parts = self.header("content-type")?.split(';').map(str::trim);
        parts.next().filter(|found| found.eq_ignore_ascii_case(media_type))?;
        let charset = match parts.next() {
            None => None,
            Some(parameter) => Some(parameter.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("charset"))?.1),
        };
        parts.next().is_none().then_some(charset)
    }
}

/// An answer before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Besides Date, Content-Length and Connection.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// What Content-Length says instead of the length of the body.
    pub(crate) announced: Option<u64>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        let headers = vec![("Content-Type".to_string(), content_type.to_string())];
        Reply { status, headers, body: body.into(), announced: None }
    }

    pub(crate) fn json(status: u16, value: &Json) -> Reply {
        Reply::new(status, "application/json;charset=UTF-8", value.compact())
    }

    /// A refusal of the HTTP server itself, which no gateway has seen.
    pub(crate) fn plain(status: u16) -> Reply {
        Reply::new(status, "text/plain", reason(status))
    }

    pub(crate) fn head(&self, keep_open: bool) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = self.announced.map_or_else(|| self.body.len().to_string(), |length| length.to_string());
        let connection = if keep_open { "keep-alive" } else { "close" };
        let (reason, date) = (reason(self.status), clock::http_date());
        format!(
            "HTTP/1.1 {} {reason}\r\nDate: {date}\r\n{headers}Content-Length: {length}\r\nConnection: {connection}\r\n\r\n",
            self.status
        )
    }

    /// Sets a header in place of one with the same name.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_string(), value.to_string()));
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        303 => "See Other",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "Status",
    }
}

/// Why there is no request.
#[derive(Debug)]
pub(crate) enum Silence {
    /// Nobody is there any more, or not fast enough.
    Gone,
    /// To be answered with this status, then closed.
    Bad(u16),
}

/// The bytes received and not yet used.
#[derive(Debug, Default)]
pub(crate) struct Inbox(Vec<u8>);

impl Inbox {
    /// The next request on the connection.
    pub(crate) fn next(&mut self, wire: &mut Wire, strict: bool) -> Result<Request, Silence> {
        if self.0.is_empty() {
            self.read(wire, Instant::now() + IDLE)?;
        }
        let deadline = Instant::now() + WHOLE;
        let (mut request, head, body) = loop {
            match parse_head(&self.0, strict)? {
                Some(found) => break found,
                None if self.0.len() > HEAD_CAP => return Err(Silence::Bad(431)),
                None => self.read(wire, deadline)?,
            }
        };
        if !strict && self.0.len() == head && request.header("expect").is_some_and(|it| it.eq_ignore_ascii_case("100-continue")) {
            wire.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").and_then(|()| wire.flush()).map_err(|_| Silence::Gone)?;
        }
        let end = match body {
            Body::Length(length) => {
                while self.0.len() < head + length {
                    self.read(wire, deadline)?;
                }
                request.body = self.0.get(head..head + length).unwrap_or_default().to_vec();
                head + length
            }
            Body::Chunks => self.chunks(head, &mut request.body, wire, deadline)?,
        };
        self.0.drain(..end);
        request.is_secure = wire.is_secure();
        Ok(request)
    }

    /// Joins the chunks from `at` on; returns where they end.
    fn chunks(&mut self, mut at: usize, body: &mut Vec<u8>, wire: &mut Wire, deadline: Instant) -> Result<usize, Silence> {
        loop {
            let line = self.line(at, wire, deadline)?;
            let size = self.0.get(at..line).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| Silence::Bad(400))?;
            if body.len() + size.min(BODY_CAP + 1) > BODY_CAP {
                return Err(Silence::Bad(413));
            }
            at = line + 2;
            if size == 0 {
                // Trailers, up to an empty line.
                loop {
                    let line = self.line(at, wire, deadline)?;
                    let is_last = line == at;
                    at = line + 2;
                    if is_last {
                        return Ok(at);
                    }
                }
            }
            while self.0.len() < at + size + 2 {
                self.read(wire, deadline)?;
            }
            body.extend_from_slice(self.0.get(at..at + size).unwrap_or_default());
            if self.0.get(at + size..at + size + 2) != Some(b"\r\n") {
                return Err(Silence::Bad(400));
            }
            at += size + 2;
        }
    }

    /// Where the line that begins at `at` ends.
    fn line(&mut self, at: usize, wire: &mut Wire, deadline: Instant) -> Result<usize, Silence> {
        loop {
            let rest = self.0.get(at..).unwrap_or_default();
            match rest.windows(2).position(|window| window == b"\r\n") {
                Some(length) => return Ok(at + length),
                None if rest.len() > HEAD_CAP => return Err(Silence::Bad(431)),
                None => self.read(wire, deadline)?,
            }
        }
    }

    fn read(&mut self, wire: &mut Wire, deadline: Instant) -> Result<(), Silence> {
        let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()).ok_or(Silence::Gone)?;
        wire.tcp().set_read_timeout(Some(left)).map_err(|_| Silence::Gone)?;
        let mut buffer = [0; 8192];
        match wire.read(&mut buffer) {
            Ok(0) | Err(_) => Err(Silence::Gone),
            Ok(count) => {
                self.0.extend(buffer.iter().take(count));
                Ok(())
            }
        }
    }
}

/// The length of the body that this whole head announces.
pub(crate) fn announced_body(head: &[u8]) -> Option<usize> {
    match parse_head(head, true).ok()?? {
        (_, _, Body::Length(length)) => Some(length),
        (_, _, Body::Chunks) => None,
    }
}

/// How a body is framed.
#[derive(Clone, Copy)]
enum Body {
    Length(usize),
    Chunks,
}

/// The request without its body, the length of the head and how the body is framed.
fn parse_head(bytes: &[u8], strict: bool) -> Result<Option<(Request, usize, Body)>, Silence> {
    const BAD: Silence = Silence::Bad(400);
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut slots);
    let head = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Silence::Bad(431)),
        Err(_) => return Err(BAD),
    };
    let mut headers = Vec::new();
    for header in parsed.headers.iter() {
        let value = std::str::from_utf8(header.value).map_err(|_| BAD)?;
        headers.push((header.name.to_ascii_lowercase(), value.to_string()));
    }
    let (method, target) = (parsed.method.unwrap_or_default(), parsed.path.unwrap_or_default());
    let (before, query) = target.split_once('?').filter(|_| method == "GET").unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_string(),
        target: if strict { before } else { path(target) }.to_string(),
        query: query.to_string(),
        is_secure: false,
        headers,
        body: Vec::new(),
        keep_open: parsed.version == Some(1),
        shown: Shown::Unasked,
    };
    if request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
        request.keep_open = false;
    }
    let body = framing(&request, strict)?;
    Ok(Some((request, head, body)))
}

/// Without the query, and without the host that a client names who takes the gateway for a proxy.
fn path(target: &str) -> &str {
    let path = target.split('?').next().unwrap_or_default();
    match path.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| rest.split_at(at).1),
        None => path,
    }
}

fn framing(request: &Request, strict: bool) -> Result<Body, Silence> {
    let has = |name: &str| request.headers.iter().any(|(known, _)| known == name);
    if has("transfer-encoding") {
        let chunked = request.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        return if chunked && !strict && !has("content-length") { Ok(Body::Chunks) } else { Err(Silence::Bad(501)) };
    }
    if !has("content-length") {
        return if request.method == "POST" { Err(Silence::Bad(411)) } else { Ok(Body::Length(0)) };
    }
    let length = request.header("content-length").filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    match length.and_then(|text| text.parse::<usize>().ok()) {
        Some(length) if length <= BODY_CAP => Ok(Body::Length(length)),
        Some(_) => Err(Silence::Bad(413)),
        None => Err(Silence::Bad(400)),
    }
}
