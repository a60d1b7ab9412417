//! Faults of the reply's body: bytes that are no text, documents that are no document, signatures that are none.

use std::ops::Range;

use super::Injection;
use crate::charset::Charset;

/// What is changed in the body of a reply, after it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// A byte order mark before it.
    Bom,
    /// A byte that is neither UTF-8 nor GBK, in the first text.
    InvalidByte,
    /// A NUL in the first text.
    Nul,
    /// All of it in GBK instead of UTF-8.
    Gbk,
    /// Its first member (JSON) or element (XML) twice, with different values.
    Duplicate,
    /// The same, the second name with an escape (JSON only).
    DuplicateEscaped,
    /// A byte behind it.
    Trailing,
    /// The document twice.
    TwoRoots,
    /// One more member or element, nested 100,000 deep.
    Deep,
    /// A DOCTYPE before it (XML only).
    Doctype,
    /// Entities that grow a billionfold (XML only).
    BillionLaughs,
    /// One more member, 1e400 (JSON only).
    HugeNumber,
    /// Its signature.
    Sign(Sign),
    /// One bit of one byte, both chosen by the seed.
    Flip(Span),
}

/// What stands where the signature was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `null`; in XML an empty element.
    Null,
    /// An empty string.
    Empty,
    /// A blank.
    Blank,
    /// `0`
    Zero,
    /// `[]` (JSON only).
    List,
    /// `{}` (JSON only).
    Object,
    /// The same bytes in base64 that is not canonical: its unused bits are set.
    OddBase64,
    /// The same bytes in the alphabet of URLs, without padding (an RSA signature always has some).
    UrlSafe,
    /// The same text with a line break in the middle.
    Broken,
}

/// Where a byte is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Among the bytes the signature covers.
    Signed,
    /// Anywhere.
    Any,
}

impl Spoil {
    pub(crate) fn apply(self, body: Vec<u8>, injection: &Injection) -> Vec<u8> {
        let xml = body.starts_with(b"<");
        match self {
            Spoil::Bom => [b"\xef\xbb\xbf", &body[..]].concat(),
            Spoil::InvalidByte => insert(&body, first_text(&body), b"\xff"),
            Spoil::Nul => insert(&body, first_text(&body), b"\0"),
            Spoil::Gbk => std::str::from_utf8(&body).ok().and_then(|text| Charset::Gbk.encode(text)).unwrap_or(body),
            Spoil::Duplicate if xml => insert(&body, 5, b"<return_code>FAIL</return_code>"),
            Spoil::Duplicate => insert(&body, 1, format!("\"{}\":0,", first_name(&body)).as_bytes()),
            Spoil::DuplicateEscaped => insert(&body, 1, format!("\"{}\":0,", escaped(&first_name(&body))).as_bytes()),
            Spoil::Trailing => [&body[..], b"x"].concat(),
            Spoil::TwoRoots => [&body[..], &body].concat(),
            Spoil::Deep if xml => insert(&body, 5, "<x>".repeat(100_000).as_bytes()),
            Spoil::Deep => insert(&body, 1, format!("\"x\":{}", "[".repeat(100_000)).as_bytes()),
            Spoil::Doctype => [b"<!DOCTYPE xml>", &body[..]].concat(),
            Spoil::BillionLaughs => [billion_laughs().as_bytes(), &insert(&body, 5, b"<x>&l9;</x>")].concat(),
            Spoil::HugeNumber => insert(&body, 1, b"\"x\":1e400,"),
            Spoil::Sign(sign) => sign.put(&body),
            Spoil::Flip(span) => flip(body, span, injection),
        }
    }
}

fn insert(body: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let (start, end) = body.split_at(at.min(body.len()));
    [start, bytes, end].concat()
}

fn find(body: &[u8], what: &str) -> Option<usize> {
    body.windows(what.len()).position(|window| window == what.as_bytes())
}

/// Where the first text value begins.
fn first_text(body: &[u8]) -> usize {
    ["<![CDATA[", ":\""].into_iter().find_map(|start| Some(find(body, start)? + start.len())).unwrap_or_default()
}

fn first_name(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.split('"').nth(1).unwrap_or_default().to_string()
}

fn escaped(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map_or(0, u32::from);
    format!("\\u{first:04x}{}", chars.as_str())
}

fn billion_laughs() -> String {
    let more = |n: u32| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    format!("<!DOCTYPE xml [<!ENTITY l0 \"lol\">{}]>", (1..10).map(more).collect::<String>())
}

impl Sign {
    fn put(self, body: &[u8]) -> Vec<u8> {
        let (before, value, after) = match cut_out(body, "<sign><![CDATA[", "]]></sign>") {
            Some((before, value, after)) => (insert(&before, usize::MAX, b"<sign>"), value, insert(&after, 0, b"</sign>")),
            None => match cut_out(body, "\"sign\":\"", "\"") {
                Some((before, value, after)) => (insert(&before, usize::MAX, b"\"sign\":"), value, after),
                None => return body.to_vec(),
            },
        };
        let new = if body.starts_with(b"<") { self.xml(&value) } else { self.json(&value) };
        [before, new.into(), after].concat()
    }

    fn xml(self, value: &str) -> String {
        match self {
            Sign::Null | Sign::Empty => String::new(),
            Sign::Blank => " ".into(),
            Sign::Broken => broken(value, "\n"),
            Sign::Zero | Sign::List | Sign::Object | Sign::OddBase64 | Sign::UrlSafe => "0".into(),
        }
    }

    fn json(self, value: &str) -> String {
        match self {
            Sign::Null => "null".into(),
            Sign::Empty => "\"\"".into(),
            Sign::Blank => "\" \"".into(),
            Sign::Zero => "0".into(),
            Sign::List => "[]".into(),
            Sign::Object => "{}".into(),
            Sign::OddBase64 => format!("\"{}\"", odd(value)),
            Sign::UrlSafe => format!("\"{}\"", value.replace('+', "-").replace('/', "_").trim_end_matches('=')),
            Sign::Broken => format!("\"{}\"", broken(value, "\\n")),
        }
    }
}

/// What stands before, between and after the two.
fn cut_out(body: &[u8], start: &str, end: &str) -> Option<(Vec<u8>, String, Vec<u8>)> {
    let at = find(body, start)?;
    let (before, rest) = body.split_at(at);
    let rest = rest.get(start.len()..)?;
    let (value, after) = rest.split_at(find(rest, end)?);
    Some((before.to_vec(), String::from_utf8_lossy(value).into_owned(), after.get(end.len()..)?.to_vec()))
}

/// The last character before the padding carries bits that no byte uses: the lowest of them is set.
fn odd(base64: &str) -> String {
    let text = base64.trim_end_matches('=');
    let (start, last) = text.split_at(text.len().saturating_sub(1));
    let next = last.bytes().next().map_or('B', |byte| char::from(byte + 1));
    format!("{start}{next}{}", "=".repeat(base64.len() - text.len()))
}

fn broken(value: &str, with: &str) -> String {
    let (start, end) = value.split_at(value.len() / 2);
    format!("{start}{with}{end}")
}

fn flip(mut body: Vec<u8>, span: Span, injection: &Injection) -> Vec<u8> {
    let range = match span {
        Span::Any => 0..body.len(),
        Span::Signed => signed(&body),
    };
    let at = range.start + injection.draw(range.len());
    if let Some(byte) = body.get_mut(at) {
        *byte ^= 1 << (injection.seed % 8);
    }
    body
}

/// The bytes the signature covers; all of them where nothing is signed.
fn signed(body: &[u8]) -> Range<usize> {
    let behind = |what: &str| Some(find(body, what)? + what.len());
    let end = [",\"sign\":", "<sign>"].into_iter().find_map(|sign| find(body, sign));
    let start = ["\"response_biz_content\":", "_response\":", "\"data\":"].into_iter().find_map(behind).unwrap_or_default();
    match end {
        Some(end) if end > start => start..end,
        _ if start > 0 => start..body.len().saturating_sub(1), // up to the last brace
        _ => 0..body.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoilt(spoil: Spoil, body: &str) -> String {
        let injection = Injection { seed: 7, ..super::super::Fault::Cut.into() };
        String::from_utf8_lossy(&spoil.apply(body.into(), &injection)).into_owned()
    }

    #[test]
    fn signatures() {
        let json = r#"{"a":{"b":"c"},"sign":"ab+/QQ=="}"#;
        for (sign, text) in [
            (Sign::Null, "null"),
            (Sign::Object, "{}"),
            (Sign::OddBase64, r#""ab+/QR==""#),
            (Sign::UrlSafe, r#""ab-_QQ""#),
            (Sign::Broken, r#""ab+/\nQQ==""#),
        ] {
            assert_eq!(spoilt(Spoil::Sign(sign), json), format!(r#"{{"a":{{"b":"c"}},"sign":{text}}}"#));
        }
        assert_eq!(spoilt(Spoil::Sign(Sign::Blank), "<xml><sign><![CDATA[AB]]></sign></xml>"), "<xml><sign> </sign></xml>");
    }

    #[test]
    fn documents() {
        assert_eq!(spoilt(Spoil::DuplicateEscaped, r#"{"ab":1}"#), r#"{"\u0061b":0,"ab":1}"#);
        assert_eq!(spoilt(Spoil::Nul, r#"{"ab":"x"}"#), "{\"ab\":\"\0x\"}");
        assert_eq!(spoilt(Spoil::HugeNumber, r#"{"ab":"x"}"#), r#"{"x":1e400,"ab":"x"}"#);
    }

    #[test]
    fn signed_spans() {
        for body in
            [r#"{"response_biz_content":SPAN,"sign":"x"}"#, r#"{"sign":"x","m_response":SPAN}"#, r#"{"status":1,"data":SPAN,"sign":"x"}}"#]
        {
            assert_eq!(&body[signed(body.as_bytes())], "SPAN");
        }
    }
}
