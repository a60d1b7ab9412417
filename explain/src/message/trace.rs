//! What curl shows of an exchange: `curl -v`, `--trace-ascii` and `--trace`.

use super::{Message, Side, http};

pub(super) fn read(text: &str, side: Side) -> Option<Message> {
    trace(text, side).or_else(|| verbose(text, side))
}

/// `> POST / HTTP/1.1`, `> Host: …`: the heads. A body stands where standard output went: behind the last mark.
fn verbose(text: &str, side: Side) -> Option<Message> {
    let mark = if side.is_request() { "> " } else { "< " };
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().rposition(|line| line.strip_prefix(mark).and_then(http::start).is_some())?;
    let mut message = http::start(lines.get(first)?.strip_prefix(mark)?)?;
    for line in lines.get(first + 1..)?.iter().map_while(|line| line.strip_prefix(mark.trim_end())) {
        let Some((name, value)) = line.trim().split_once(':') else { break };
        message.headers.push((name.trim().into(), value.trim().into()));
    }
    let is_mark = |line: &&&str| ["* ", "<", ">", "{ [", "} [", " "].iter().any(|mark| line.starts_with(mark)) || line.is_empty();
    let others: Vec<&str> = lines.iter().filter(|line| !is_mark(line)).copied().filter(|line| !line.starts_with("curl ")).collect();
    message.read_as = "curl -v";
    match side {
        Side::Reply => message.body = others.join("\n").into_bytes(),
        // A command above it holds the body, or a person has put it there.
        Side::Request | Side::Notification => {
            match lines.iter().position(|line| line.trim_start().trim_start_matches(['$', ' ']).starts_with("curl ")) {
                Some(at) => message.body = super::curl::read(&lines.get(at..)?.join("\n"), side)?.body,
                None => message.lossy = message.method.as_deref() == Some("POST"),
            }
        }
    }
    Some(message)
}

/// `=> Send header, 167 bytes (0xa7)` and lines `0000: …`, as text or as hexadecimal digits.
fn trace(text: &str, side: Side) -> Option<Message> {
    let marks = if side.is_request() { ["=> Send header", "=> Send data"] } else { ["<= Recv header", "<= Recv data"] };
    let mut parts = [Vec::new(), Vec::new()];
    let (mut at, mut next, mut is_lossy) = (None, 0usize, false);
    for line in text.lines() {
        if ["=> ", "<= ", "== "].iter().any(|mark| line.starts_with(mark)) {
            at = marks.iter().position(|mark| line.starts_with(mark));
            next = 0;
            continue;
        }
        let (Some(part), Some((offset, content))) = (at.and_then(|at| parts.get_mut(at)), line.split_once(": ").or(line.split_once(':')))
        else {
            continue;
        };
        let Ok(offset) = usize::from_str_radix(offset.trim(), 16) else { continue };
        match from_dump(content) {
            Some(bytes) => part.extend(bytes),
            None => {
                is_lossy |= content.contains('.') && side.is_request() && at == Some(1) && !content.is_ascii();
                // A line ends where a line of the message does, which is not shown, or is full.
                if next.checked_add(2) == Some(offset) {
                    part.extend(b"\r\n");
                }
                part.extend(content.as_bytes());
                next = offset.saturating_add(content.len());
            }
        }
    }
    let [head, body] = parts;
    if head.is_empty() {
        return None;
    }
    let mut whole = head;
    while whole.ends_with(b"\r\n") {
        whole.truncate(whole.len() - 2);
    }
    whole.extend(b"\r\n\r\n");
    whole.extend(body);
    let mut message = http::read(&whole, side)?;
    message.read_as = "curl --trace";
    message.lossy |= is_lossy;
    Some(message)
}

/// `50 4f 53 54 20 2f                               POST /`
fn from_dump(content: &str) -> Option<Vec<u8>> {
    let digits = content.get(..48).unwrap_or(content);
    let groups: Vec<&str> = digits.split_whitespace().collect();
    let is_dump = !groups.is_empty() && groups.iter().all(|group| group.len() == 2);
    let bytes = groups.iter().map(|group| u8::from_str_radix(group, 16).ok()).collect::<Option<Vec<u8>>>();
    bytes.filter(|bytes| is_dump && (content.len() > 48 || bytes.len() < 17 && content.len() >= 48))
}
