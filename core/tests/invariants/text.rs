//! Replies as text.

use chexiao_kit::written::after;

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

/// A JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The inside of a JSON string without escapes.
pub(crate) fn unquote(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains(['\\', '"']))
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
