//! JSON as a gateway writes it: members put together as text, so that they may be what no JSON library writes.

use chexiao_sandbox::Charset;
use std::ops::Range;

/// The members that are there, as an object; with blanks where JSON allows them.
pub fn object<T: AsRef<str>>(members: &[(&str, Option<T>)], spaced: bool) -> String {
    let (colon, comma) = if spaced { (" : ", " ,\n\t") } else { (":", ",") };
    let written = |(name, raw): &(&str, Option<T>)| Some(format!("\"{name}\"{colon}{}", raw.as_ref()?.as_ref()));
    format!("{{{}}}", members.iter().filter_map(written).collect::<Vec<_>>().join(comma))
}

/// The object with these members, as they are written, behind its own.
pub fn with(object: &str, more: Option<&str>) -> String {
    let Some(more) = more else { return object.to_string() };
    let own = object.strip_suffix('}').unwrap();
    let comma = if own == "{" { "" } else { "," };
    format!("{own}{comma}{more}}}")
}

pub fn in_charset(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Gbk => encoding_rs::GBK.encode(text).0.into_owned(),
    }
}

/// What is signed, beside its signature, each as it is written.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    pub key: &'a str,
    pub value: Option<&'a [u8]>,
    pub sign: Option<&'a str>,
    pub sign_first: bool,
    pub spaced: bool,
}

impl Envelope<'_> {
    pub fn written(&self) -> Vec<u8> {
        let blank: &[u8] = if self.spaced { b" \r\n" } else { b"" };
        let member = |key: &str, value: &[u8]| [b"\"", key.as_bytes(), b"\"", blank, b":", blank, value].concat();
        let (value, sign) = (self.value.map(|value| member(self.key, value)), self.sign.map(|sign| member("sign", sign.as_bytes())));
        let members = if self.sign_first { [sign, value] } else { [value, sign] };
        let members: Vec<Vec<u8>> = members.into_iter().flatten().collect();
        [b"{", blank, &members.join(&[blank, b",", blank].concat()[..]), blank, b"}"].concat()
    }
}

/// Where the value of `key` stands in an envelope.
pub fn enveloped(body: &[u8], key: &str) -> Range<usize> {
    let start = after(body, format!("\"{key}\"").as_bytes()).unwrap();
    let start = start + body[start..].iter().position(|byte| !b" \r\n:".contains(byte)).unwrap();
    let brace = || body.iter().rposition(|byte| *byte == b'}').unwrap();
    let end = body.windows(6).rposition(|window| window == b"\"sign\"").filter(|end| *end > start).unwrap_or_else(brace);
    let end = body[..end].iter().rposition(|byte| !b" \r\n\t,".contains(byte)).unwrap() + 1;
    start..end
}

/// Where the signature stands, without its quotes.
pub fn sign_of(body: &[u8]) -> Range<usize> {
    next_text(body, body.windows(6).rposition(|window| window == b"\"sign\"").unwrap() + 6).unwrap()
}

/// The signature of a sealed reply, with its quotes.
pub fn signature(sealed: &[u8]) -> String {
    format!("\"{}\"", std::str::from_utf8(&sealed[sign_of(sealed)]).unwrap())
}

/// Where the text of the first member of this name stands, without its quotes.
pub fn text_of(body: &[u8], name: &str) -> Option<Range<usize>> {
    next_text(body, after(body, format!("\"{name}\"").as_bytes())?)
}

/// Where the next text after `at` stands, without its quotes.
fn next_text(body: &[u8], at: usize) -> Option<Range<usize>> {
    let mut quotes = (at..body.len()).filter(|at| body[*at] == b'"');
    Some(quotes.next()? + 1..quotes.next()?)
}

/// Where the first `open` ends.
pub fn after(bytes: &[u8], open: &[u8]) -> Option<usize> {
    Some(bytes.windows(open.len()).position(|window| window == open)? + open.len())
}
