//! Writing and searching replies as text.

use crate::gateway::Raw;
use crate::plan::Plan;
use std::ops::Range;

/// Members nobody has documented, with braces, escapes and the names of real ones inside.
pub(crate) const EXTRAS: [(&str, &str); 8] = [
    ("success", "true"),
    ("x1", r#""a\"}],{[\\""#),
    ("x2", r#""\u4e2d文 \/ a/b""#),
    ("x3", "1.00"),
    ("x4", r#"{"return_code":"0"}"#),
    ("x5", r#"[1,[2,"SUCCESS"],-0]"#),
    ("x6", "false"),
    ("x7", r#""""#),
];

/// The members of an object, with their braces; absent ones left out; blanks where JSON allows them.
pub(crate) fn object(members: &[(&str, Raw)], spaced: bool) -> String {
    let (colon, comma) = if spaced { (" : ", " ,\n\t") } else { (":", ",") };
    let members: Vec<String> = members.iter().filter_map(|(name, raw)| Some(format!("\"{name}\"{colon}{}", raw.as_ref()?))).collect();
    format!("{{{}}}", members.join(comma))
}

/// A JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The inside of a JSON string without escapes.
pub(crate) fn unquote(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains(['\\', '"']))
}

/// Where the next text after `at` stands, without its quotes.
fn next_text(body: &[u8], at: usize) -> Option<Range<usize>> {
    let mut quotes = (at..body.len()).filter(|at| body[*at] == b'"');
    Some(quotes.next()? + 1..quotes.next()?)
}

/// Where the text of the first member of this name stands, without its quotes.
pub(crate) fn text_of(body: &[u8], name: &str) -> Option<Range<usize>> {
    next_text(body, after(body, format!("\"{name}\"").as_bytes())?)
}

/// Where the signature stands, without its quotes.
fn sign_of(body: &[u8]) -> Range<usize> {
    next_text(body, body.windows(6).rposition(|window| window == b"\"sign\"").unwrap() + 6).unwrap()
}

/// The JSON text of the signature in a sealed reply.
pub(crate) fn signature(sealed: &[u8]) -> String {
    format!("\"{}\"", std::str::from_utf8(&sealed[sign_of(sealed)]).unwrap())
}

/// `{"key":value,"sign":sign}`, in either order.
pub(crate) fn envelope(key: &str, value: Option<&[u8]>, sign: Option<String>, plan: &Plan) -> Vec<u8> {
    let blank: &[u8] = if plan.spaced { b" \r\n" } else { b"" };
    let member = |key: &str, value: &[u8]| [b"\"", key.as_bytes(), b"\"", blank, b":", blank, value].concat();
    let mut members: Vec<Vec<u8>> = value.map(|value| member(key, value)).into_iter().collect();
    if let Some(sign) = sign {
        members.insert(if plan.sign_first { 0 } else { members.len() }, member("sign", sign.as_bytes()));
    }
    [b"{", blank, &members.join(&[blank, b",", blank].concat()[..]), blank, b"}"].concat()
}

/// Where the value of `key` stands in an envelope.
pub(crate) fn enveloped(body: &[u8], key: &str) -> Range<usize> {
    let start = after(body, format!("\"{key}\"").as_bytes()).unwrap();
    let start = start + body[start..].iter().position(|byte| !b" \r\n:".contains(byte)).unwrap();
    let end = body.windows(6).rposition(|window| window == b"\"sign\"").filter(|end| *end > start).unwrap_or(body.len() - 1);
    let end = body[..end].iter().rposition(|byte| !b" \r\n,".contains(byte)).unwrap() + 1;
    start..end
}

/// The ranges of what is signed and of the signature.
pub(crate) fn with_signature(body: &[u8], value: Range<usize>) -> Vec<Range<usize>> {
    vec![value, sign_of(body)]
}

/// Where the first `open` ends.
pub(crate) fn after(bytes: &[u8], open: &[u8]) -> Option<usize> {
    Some(bytes.windows(open.len()).position(|window| window == open)? + open.len())
}

/// Whether the two differ only in `\/` for `/`.
pub(crate) fn same_but_for_slashes(one: &[u8], other: &[u8]) -> bool {
    let plain = |bytes: &[u8]| {
        let mut plain = bytes.to_vec();
        while let Some(end) = after(&plain, b"\\/") {
            plain.remove(end - 2);
        }
        plain
    };
    plain(one) == plain(other)
}
