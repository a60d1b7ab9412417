//! Forms, JSON, XML and headers with their values replaced, and all else, escapes too, as it stands.

use crate::text::{Charset, Escape, escaped, xml_unescaped};
use serde_json::Value as Json;

/// What becomes of the value of a name.
pub(super) type Rule<'r> = &'r dyn Fn(&str, Value<'_>) -> String;

#[derive(Clone, Copy)]
pub(super) enum Value<'v> {
    Text(&'v str),
    Number(&'v str),
}

/// In bytes; one that is longer is none.
const LONGEST_REFERENCE: usize = 12;

/// A character, and what stands for it.
struct Unit {
    c: char,
    raw: String,
}

/// Writes each new character as the old one stood there.
fn written(units: &[Unit], new: &str, encode: &dyn Fn(char, Option<&Unit>) -> String) -> String {
    let olds = units.iter().map(Some).chain(std::iter::repeat(None));
    new.chars().zip(olds).map(|(c, old)| old.filter(|old| old.c == c).map_or_else(|| encode(c, old), |old| old.raw.clone())).collect()
}

fn plain(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.c).collect()
}

fn text_or_json(name: &str, text: &str, rule: Rule<'_>) -> String {
    if is_json(text) { json(text, rule) } else { rule(name, Value::Text(text)) }
}

/// Only of JSON is known that outside its strings and numbers nothing stands that is anyone's.
fn is_json(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<Json>(text).is_ok()
}

/// A name of the protocol, which is kept; another may be anything.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// A body of whatever kind; one that cannot be read at all becomes question marks.
pub(super) fn body(bytes: &[u8], charset: Charset, rule: Rule<'_>) -> Vec<u8> {
    let Some((charset, text)) = [charset, charset.other()].into_iter().find_map(|charset| Some((charset, charset.decode(bytes)?))) else {
        return vec![b'?'; bytes.len()];
    };
    let new = match text.trim_start_matches('\u{feff}').trim_start() {
        inner if inner.starts_with('<') => xml(&text, rule),
        inner if is_json(inner) => json(&text, rule),
        _ => form(&text, charset, rule),
    };
    charset.encode(&new).unwrap_or_default()
}

/// `a=1&b=2`; what is none is one text.
pub(super) fn form(text: &str, charset: Charset, rule: Rule<'_>) -> String {
    let part = |part: &str| match part.split_once('=') {
        Some((name, wire)) => is_name(name).then(|| format!("{name}={}", escaped_value(name, wire, charset, rule))),
        None => part.is_empty().then(String::new),
    };
    let parts: Option<Vec<String>> = text.split('&').map(part).collect();
    parts.map_or_else(|| rule("text", Value::Text(text)), |parts| parts.join("&"))
}

fn escaped_value(name: &str, wire: &str, charset: Charset, rule: Rule<'_>) -> String {
    let Some((charset, units)) = [charset, charset.other()].into_iter().find_map(|it| Some((it, escapes(wire, it)?))) else {
        return "?".repeat(wire.len());
    };
    let new = text_or_json(name, &plain(&units), rule);
    let is_bare = wire.contains(['+', '/', '=']);
    written(&units, &new, &|c, old| {
        let bytes = charset.encode(&c.to_string()).unwrap_or_default();
        let was_escaped = old.is_some_and(|old| old.raw.starts_with('%'));
        let was_plain = old.is_some_and(|old| old.c.is_ascii_alphanumeric());
        match (was_escaped, c.is_ascii_alphanumeric()) {
            (true, true) if !was_plain => c.into(),
            (true, _) => bytes.iter().map(|byte| format!("%{byte:02X}")).collect(),
            (false, true) => c.into(),
            (false, false) if is_bare || !c.is_ascii() => c.into(),
            (false, false) => escaped(&bytes, Escape::Form),
        }
    })
}

/// The characters of a value in a form, with their escapes; `None` if they are none of this charset.
fn escapes(wire: &str, charset: Charset) -> Option<Vec<Unit>> {
    let (mut units, mut rest) = (Vec::new(), wire);
    let (mut bytes, mut raw) = (Vec::new(), String::new());
    while let Some(c) = rest.chars().next() {
        let escape = rest.get(..3).filter(|_| c == '%').and_then(|it| Some((it, u8::from_str_radix(it.get(1..)?, 16).ok()?)));
        let (piece, byte) = match escape {
            Some((piece, byte)) => (piece, Some(byte)),
            None => (rest.get(..c.len_utf8())?, u8::try_from(c).ok().filter(|_| !bytes.is_empty())),
        };
        rest = rest.get(piece.len()..)?;
        match byte {
            Some(byte) => {
                bytes.push(byte);
                raw.push_str(piece);
                if let Some(c) = charset.decode(&bytes).and_then(|text| text.chars().next()) {
                    units.push(Unit { c, raw: std::mem::take(&mut raw) });
                    bytes.clear();
                }
            }
            None => units.push(Unit { c: if c == '+' { ' ' } else { c }, raw: piece.into() }),
        }
    }
    bytes.is_empty().then_some(units)
}

/// Of JSON, strings and numbers that are no names are replaced; a text that holds JSON is JSON.
fn json(text: &str, rule: Rule<'_>) -> String {
    let (mut out, mut rest, mut name) = (String::with_capacity(text.len()), text, String::new());
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            '-' | '0'..='9' => rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        match c {
            '"' => {
                let units = characters(token.strip_prefix('"').and_then(|token| token.strip_suffix('"')).unwrap_or(token));
                let text = plain(&units);
                let is_member = rest.trim_start().starts_with(':');
                if is_member {
                    name = if is_name(&text) { text.clone() } else { "member".into() };
                }
                if is_member && name == text {
                    out.push_str(token);
                } else {
                    let escape = |c: char, old: Option<&Unit>| match (old, c) {
                        (Some(old), c) if old.raw.starts_with("\\u") => format!("\\u{:04x}", u32::from(c)),
                        (_, '"' | '\\') => format!("\\{c}"),
                        (_, c) => c.into(),
                    };
                    let new = text_or_json(&name, &text, rule);
                    out.push_str(&format!("\"{}\"", written(&units, &new, &escape)));
                }
            }
            '-' | '0'..='9' => out.push_str(&rule(&name, Value::Number(token))),
            _ => out.push_str(token),
        }
    }
    out
}

/// Of the string that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = true;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The characters of a JSON string, with their escapes.
fn characters(raw: &str) -> Vec<Unit> {
    let (mut units, mut rest) = (Vec::new(), raw);
    while let Some(c) = rest.chars().next() {
        let unicode = |at: usize| rest.get(at..at + 6).and_then(|it| u32::from_str_radix(it.strip_prefix("\\u")?, 16).ok());
        let pair = unicode(0).zip(unicode(6)).and_then(|(high, low)| {
            let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
            char::from_u32(0x10000 + ((high.wrapping_sub(0xD800)) << 10) + low.wrapping_sub(0xDC00)).filter(|_| is_pair)
        });
        let (c, length) = match (pair, unicode(0), c) {
            (Some(c), _, _) => (c, 12),
            (None, Some(code), _) => (char::from_u32(code).unwrap_or('?'), 6),
            (None, None, '\\') => match rest.chars().nth(1) {
                Some('n') => ('\n', 2),
                Some('t') => ('\t', 2),
                Some('r') => ('\r', 2),
                Some(c) => (c, 1 + c.len_utf8()),
                None => (c, 1),
            },
            (None, None, c) => (c, c.len_utf8()),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        units.push(Unit { c, raw: piece.into() });
        rest = after;
    }
    units
}

/// What stands between tags, in CDATA or not, and in a tag after its name. A page for the browser has no words of the protocol.
fn xml(text: &str, rule: Rule<'_>) -> String {
    const CDATA: &str = "<![CDATA[";
    let is_page = text.to_ascii_lowercase().contains("<html");
    let (mut out, mut rest, mut name) = (String::with_capacity(text.len()), text, String::new());
    while !rest.is_empty() {
        let inside = rest.strip_prefix(CDATA).and_then(|rest| rest.split_once("]]>"));
        if let Some((inside, after)) = inside {
            out.push_str(&format!("{CDATA}{}]]>", text_or_json(&name, inside, rule)));
            rest = after;
            continue;
        }
        let is_tag = rest.starts_with('<');
        let end = if is_tag { rest.find('>').map(|at| at + 1) } else { rest.find('<') };
        let (token, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        rest = after;
        if is_tag {
            let (kept, named) = tag(token, rule);
            name = if is_page { "page".into() } else { named.trim_start_matches('<').into() };
            out.push_str(&kept);
        } else if token.trim().is_empty() {
            out.push_str(token);
        } else {
            let units = references(token);
            out.push_str(&written(&units, &text_or_json(&name, &plain(&units), rule), &|c, _| c.into()));
        }
    }
    out
}

/// A tag, of which only the name is kept, and that name. A comment, or whatever else begins as a tag does, has none.
fn tag(token: &str, rule: Rule<'_>) -> (String, String) {
    let start = if token.starts_with("</") || token.starts_with("<?") { 2 } else { 1 };
    let (open, inner) = token.split_at_checked(start).unwrap_or((token, ""));
    let length = inner.find(|c| c == '>' || c == '/' || char::is_whitespace(c)).unwrap_or(inner.len());
    let (name, rest) = inner.split_at_checked(length).filter(|(name, _)| is_name(name)).unwrap_or(("", inner));
    let rest = if [">", "/>"].contains(&rest) { rest.into() } else { rule("markup", Value::Text(rest)) };
    (format!("{open}{name}{rest}"), format!("{open}{name}"))
}

/// The characters of XML text, with their references.
fn references(raw: &str) -> Vec<Unit> {
    let (mut units, mut rest) = (Vec::new(), raw);
    while let Some(c) = rest.chars().next() {
        let (piece, c) = reference(rest).unwrap_or((rest.get(..c.len_utf8()).unwrap_or(rest), c));
        units.push(Unit { c, raw: piece.into() });
        rest = rest.get(piece.len()..).unwrap_or_default();
    }
    units
}

/// The reference that a text begins with, and its character. What resolves to none is a text like any other.
fn reference(text: &str) -> Option<(&str, char)> {
    let end = text.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';').filter(|_| text.starts_with('&'))?;
    let piece = text.get(..=end)?;
    let resolved = xml_unescaped(piece);
    let mut characters = resolved.chars();
    Some((piece, characters.next()?)).filter(|_| characters.next().is_none())
}

/// `OPEN-BODY-SIG AppId="…", Nonce="…"`, or one token.
pub(super) fn authorization(value: &str, rule: Rule<'_>) -> String {
    if !value.contains('=') {
        return rule("Authorization", Value::Text(value));
    }
    let mut name = "";
    let part = |(at, part): (usize, &'_ str)| (at, part.to_string());
    let parts: Vec<(usize, String)> = value.split('"').enumerate().map(part).collect();
    let mut out = Vec::new();
    for (at, text) in &parts {
        match at % 2 {
            0 => {
                name = text.trim_end_matches('=').rsplit([' ', ',']).next().unwrap_or_default();
                out.push(text.clone());
            }
            _ => out.push(rule(name, Value::Text(text))),
        }
    }
    out.join("\"")
}
