//! Writing and searching replies as text.

use crate::gateway::Raw;
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

/// Wrong types for a member whose own value is a string.
pub(crate) const NOT_TEXT: [&str; 8] = ["null", "0", "2", "1.5", "true", "[]", "{}", r#"["2"]"#];

/// The members of an object, with their braces; absent ones left out; blanks where JSON allows them.
pub(crate) fn object(members: &[(&str, Raw)], spaced: bool) -> String {
    let (colon, comma) = if spaced { (" : ", " ,\n\t") } else { (":", ",") };
    let members: Vec<String> =
        members.iter().filter_map(|(name, raw)| Some(format!("\"{name}\"{colon}{}", raw.as_ref()?))).collect();
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

/// The JSON text of the signature in a sealed reply.
pub(crate) fn signature(sealed: &[u8]) -> String {
    let inside = after(sealed, b"\"sign\":\"").expect("no signature");
    let end = sealed[inside..].iter().position(|byte| *byte == b'"').unwrap();
    format!("\"{}\"", String::from_utf8(sealed[inside..inside + end].to_vec()).unwrap())
}

/// Where the first `open` ends.
pub(crate) fn after(bytes: &[u8], open: &[u8]) -> Option<usize> {
    Some(bytes.windows(open.len()).position(|window| window == open)? + open.len())
}

/// From the end of the first `open` to the last `close`.
pub(crate) fn between(bytes: &[u8], open: &[u8], close: &[u8]) -> Option<Range<usize>> {
    let start = after(bytes, open)?;
    let end = bytes.windows(close.len()).rposition(|window| window == close)?;
    (start < end).then_some(start..end)
}
