//! Raw HTTP: a start line, headers, an empty line, a body.

use super::{Message, Side, without_last_line_end};

const METHODS: [&str; 5] = ["POST", "GET", "PUT", "DELETE", "PATCH"];

pub(super) fn read(file: &[u8], side: Side) -> Option<Message> {
    let mut file = file;
    loop {
        let message = one(file)?;
        // `curl -i` shows the interim replies and those of proxies first.
        let next = message.body.starts_with(b"HTTP/").then(|| message.body.clone());
        match next {
            Some(_) if side == Side::Reply => file = file.get(file.len() - message.body.len()..)?,
            _ => return Some(message),
        }
    }
}

fn one(file: &[u8]) -> Option<Message> {
    let (head, body) = split_head(file);
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut message = start(lines.next()?)?;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        message.headers.push((name.trim().into(), value.trim().into()));
    }
    message.read_as = "raw HTTP";
    message.body = match message.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length < body.len() => body.get(..length)?.to_vec(),
        Some(length) if length == body.len() => body.to_vec(),
        _ if message.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) => {
            dechunked(body).unwrap_or_else(|| body.to_vec())
        }
        Some(_) => {
            message.lossy = true;
            without_last_line_end(body).to_vec()
        }
        None => without_last_line_end(body).to_vec(),
    };
    Some(message)
}

/// A start line of a request or a reply.
pub(super) fn start(line: &str) -> Option<Message> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [method, target] | [method, target, _] if METHODS.contains(method) && target.contains('/') => {
            Some(Message { method: Some((*method).into()), target: (*target).into(), ..Message::default() })
        }
        [version, status, ..] if version.starts_with("HTTP/") => Some(Message { status: Some(status.parse().ok()?), ..Message::default() }),
        _ => None,
    }
}

fn split_head(file: &[u8]) -> (&[u8], &[u8]) {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let found = ends.into_iter().filter_map(|end| Some((file.windows(end.len()).position(|window| window == end)?, end.len())));
    match found.min() {
        Some((at, length)) => (file.get(..at).unwrap_or_default(), file.get(at + length..).unwrap_or_default()),
        None => (file, &[]),
    }
}

fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let at = body.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..at)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(at + 2..(at + 2).checked_add(size)?)?);
        body = body.get(at + 4 + size..)?;
    }
}
