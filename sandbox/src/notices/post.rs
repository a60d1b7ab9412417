//! Posting one notice, and hearing the answer.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Notice;
use super::url::Url;

/// WeChat Pay waits so long, and so do all here.
const PATIENCE: Duration = Duration::from_secs(5);
const CAP: usize = 64 * 1024;

/// What the merchant's web server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    /// Empty, if there is none.
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// Whether Content-Type is this media type, in UTF-8 or without a word about that.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        let mut parts = self.content_type.split(';').map(str::trim);
        let is_type = parts.next().is_some_and(|found| found.eq_ignore_ascii_case(media_type));
        is_type && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
    }
}

/// `connected` is shown the connection, by which another thread can end it.
pub(crate) fn post(to: &Url, notice: &Notice, connected: impl FnOnce(&TcpStream)) -> io::Result<Heard> {
    let deadline = Instant::now() + PATIENCE;
    let mut tcp = TcpStream::connect_timeout(&to.address(), PATIENCE)?;
    connected(&tcp);
    tcp.set_nodelay(true)?;
    tcp.set_write_timeout(Some(PATIENCE))?;
    let headers: String = notice.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        to.target,
        to.authority,
        notice.body.len()
    );
    tcp.write_all(&[head.as_bytes(), &notice.body].concat())?;
    let mut bytes = Vec::new();
    loop {
        if let Some(heard) = parse(&bytes, false)? {
            return Ok(heard);
        }
        let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()).ok_or(io::ErrorKind::TimedOut)?;
        tcp.set_read_timeout(Some(left))?;
        let mut buffer = [0; 4096];
        match tcp.read(&mut buffer)? {
            0 => return parse(&bytes, true)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend(buffer.iter().take(count)),
        }
        if bytes.len() > CAP {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

/// A whole answer; nothing as long as there may be more.
fn parse(bytes: &[u8], is_end: bool) -> io::Result<Option<Heard>> {
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut slots);
    let head = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(bad()),
    };
    let rest = bytes.get(head..).unwrap_or_default();
    let status = parsed.code.unwrap_or_default();
    if status < 200 {
        return parse(rest, is_end);
    }
    let header = |name: &str| {
        let header = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok().map(str::trim)
    };
    let length = header("content-length").map(|text| text.parse::<usize>().map_err(|_| bad())).transpose()?;
    let body = match (header("transfer-encoding"), length) {
        (Some(_), _) => chunks(rest)?,
        (None, Some(length)) => rest.get(..length).map(<[u8]>::to_vec),
        (None, None) => is_end.then(|| rest.to_vec()),
    };
    let content_type = header("content-type").unwrap_or_default().to_string();
    Ok(body.map(|body| Heard { status, content_type, body }))
}

/// The chunks joined, once the last one is there.
fn chunks(mut rest: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let (at, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(io::ErrorKind::InvalidData.into()),
        };
        if size == 0 {
            return Ok(Some(body));
        }
        let Some(end) = usize::try_from(size).ok().filter(|size| *size <= CAP).map(|size| at + size) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let Some(after) = rest.get(end + 2..) else {
            return Ok(None);
        };
        body.extend(rest.get(at..end).unwrap_or_default());
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let heard = |text: &str, is_end| parse(text.as_bytes(), is_end).unwrap().map(|heard| heard.body);
        for (text, body) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore", "ok"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n", "ok"),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        ] {
            assert_eq!(heard(text, false).as_deref(), Some(body.as_bytes()), "{text}");
        }
        let endless = "HTTP/1.0 200 OK\r\n\r\nok";
        assert_eq!((heard(endless, false), heard(endless, true)), (None, Some(b"ok".to_vec())));
        for partial in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "HTTP/1.1 100 Continue\r\n\r\n"] {
            assert_eq!(heard(partial, true), None, "{partial}");
        }
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for partial in ["", "2", "2\r\n", "2\r\nok", "2\r\nok\r", "2\r\nok\r\n"] {
            assert_eq!(heard(&format!("{chunked}{partial}"), true), None, "{partial}");
        }
        for bad in
            ["garbage\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", &format!("{chunked}zz\r\n"), &format!("{chunked}ffffffff\r\n")]
        {
            assert!(parse(bad.as_bytes(), true).is_err(), "{bad}");
        }
    }

    #[test]
    fn media_types() {
        let is = |text: &str| Heard { status: 200, content_type: text.to_string(), body: Vec::new() }.is("text/plain");
        assert!(["text/plain", "Text/Plain;charset=UTF-8", "text/plain; charset=utf-8"].into_iter().all(is));
        assert!(!["", "text/html", "text/plain; charset=gbk", "text/plainx"].into_iter().any(is));
    }
}
