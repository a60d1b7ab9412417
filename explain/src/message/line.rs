//! A line of a log that holds the body somewhere, and perhaps the URL and the headers that carry a signature.

use super::Message;

/// Headers in which signatures stand.
const HEADERS: [&str; 5] = ["x-acopay-mch-no", "x-acopay-nonce", "x-acopay-sign-type", "x-acopay-sign", "authorization"];

pub(super) fn read(file: &[u8]) -> Option<Message> {
    let text = std::str::from_utf8(file).ok().filter(|text| text.len() < LONGEST)?.trim_start_matches('\u{feff}');
    // A body by itself is none.
    if ["<", "{"].iter().any(|open| text.trim_start().starts_with(open)) || is_signed_form(text.trim()) {
        return None;
    }
    let text = if text.contains("{\\\"") { text.replace("\\\"", "\"").replace("\\\\", "\\") } else { text.to_string() };
    let headers: Vec<(String, String)> = HEADERS.iter().filter_map(|name| Some(((*name).into(), header(&text, name)?))).collect();
    let body = xml(&text).or_else(|| object(&text)).or_else(|| form(&text));
    let target = text.split(|c: char| c.is_whitespace() || "\"'<>,[](){}".contains(c)).find(|word| {
        let word = word.trim_start_matches("url=");
        word.starts_with("https://") || word.starts_with("http://")
    });
    let target = target.map(|target| target.trim_start_matches("url=")).unwrap_or_default().to_string();
    let is_signed_url = target.contains("sign");
    match body {
        Some(body) if body.len() < text.trim().len() || !headers.is_empty() => {
            Some(Message { read_as: "line of a log", target, headers, body: body.into_bytes(), ..Message::default() })
        }
        None if is_signed_url || !headers.is_empty() => {
            let method = Some("GET".into());
            Some(Message { read_as: "line of a log", method, target, headers, ..Message::default() })
        }
        _ => None,
    }
}

/// A form from its first name on, decoded or not, and no label before it: `body=a=1&sign=…` has one.
fn is_signed_form(text: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let first = text.split('&').next().unwrap_or_default();
    let Some((name, value)) = first.split_once('=') else { return false };
    let is_label = value.split_once('=').is_some_and(|(inner, rest)| is_word(inner) && !rest.trim_matches('=').is_empty());
    is_word(name) && !is_label && text.split('&').any(|part| part.starts_with("sign="))
}

fn xml(text: &str) -> Option<String> {
    let (start, end) = (text.find("<xml>")?, text.rfind("</xml>")?);
    text.get(start..end + "</xml>".len()).map(String::from)
}

/// Longer files, in bytes, are no line of a log.
const LONGEST: usize = 1 << 20;
/// Bounds the cost of a line that holds no whole object.
const MOST_STARTS: usize = 20;
const MOST_ENDS: usize = 100;

/// The first whole JSON object.
fn object(text: &str) -> Option<String> {
    let starts = text.match_indices("{\"").map(|(at, _)| at).take(MOST_STARTS);
    starts.filter_map(|at| text.get(at..)).find_map(|rest| {
        let ends = rest.match_indices('}').map(|(at, _)| at + 1).take(MOST_ENDS);
        ends.filter_map(|end| rest.get(..end)).find(|whole| serde_json::from_str::<serde_json::Value>(whole).is_ok()).map(String::from)
    })
}

/// The longest word that is `a=1&b=2`.
fn form(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'<>[]".contains(c));
    let word =
        words.filter(|word| word.matches('=').count() > 2 && word.contains('&') && !word.contains("://")).max_by_key(|word| word.len())?;
    // `body=a=1&b=2`
    let before = word.split('&').next().unwrap_or_default();
    let label = if before.matches('=').count() > 1 { before.find('=').map_or(0, |at| at + 1) } else { 0 };
    word.get(label..).map(String::from)
}

fn header(text: &str, name: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().match_indices(name).map(|(at, _)| at + name.len()).find_map(|end| {
        let rest = text.get(end..)?;
        let value = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix([':', '='])?;
        Some(value.trim_start())
    })?;
    if name == "authorization" {
        let end = at.find("\"\"").or_else(|| at.rfind('"').map(|at| at + 1)).unwrap_or(at.len());
        return at.get(..end).map(|value| value.trim_matches('\'').into());
    }
    let value = at.trim_start_matches(['"', '\'', '[']);
    Some(value.split(|c: char| c.is_whitespace() || "\"',;]}".contains(c)).next()?.into())
}
