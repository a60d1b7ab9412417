//! Texts as other clients write them: percent escapes, charsets, XML escapes. Lenient where the gateway's readers are strict.

use encoding_rs::{GBK, UTF_8, WINDOWS_1252};

/// A charset of these gateways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Gbk,
}

impl Charset {
    /// By its name in a message; UTF-8 for any other.
    pub(crate) fn named(name: &str) -> Self {
        if ["gbk", "gb2312", "gb18030"].iter().any(|known| name.eq_ignore_ascii_case(known)) { Self::Gbk } else { Self::Utf8 }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Utf8 => Self::Gbk,
            Self::Gbk => Self::Utf8,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
        }
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        let encoding = if self == Self::Gbk { GBK } else { UTF_8 };
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
    }

    /// `None` if a character has no place in it.
    pub(crate) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.into()),
            Self::Gbk => {
                let (bytes, _, unmappable) = GBK.encode(text);
                (!unmappable).then(|| bytes.into_owned())
            }
        }
    }
}

/// The bytes that were read as Latin-1, or as Windows-1252, which browsers and Windows mean by it; `None` if it is neither.
pub(crate) fn from_latin1(text: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.or_else(|| {
        let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
        (!unmappable).then(|| bytes.into_owned())
    })
}

/// `%XX` and, of a form, `+`; a `%` without digits stays.
pub(crate) fn percent_decoded_bytes(text: &str, plus_is_blank: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) if plus_is_blank => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match digit(high).zip(digit(low)) {
                Some((high, low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                None => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    bytes
}

pub(crate) fn percent_decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent_decoded_bytes(text, false)).into_owned()
}

/// How others escape a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Java's `URLEncoder`, PHP's `urlencode`: a blank is `+`.
    Form,
    /// RFC 3986: a blank is `%20`.
    Query,
    /// .NET's `HttpUtility.UrlEncode`: lower-case digits.
    LowerForm,
}

pub(crate) fn escaped(bytes: &[u8], escape: Escape) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        let stays = byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        match (byte, escape) {
            _ if stays => text.push(char::from(*byte)),
            (b'*', Escape::Form | Escape::LowerForm) | (b'~', Escape::Query) => text.push(char::from(*byte)),
            (b' ', Escape::Form | Escape::LowerForm) => text.push('+'),
            (_, Escape::LowerForm) => text.push_str(&format!("%{byte:02x}")),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Without CDATA marks and with the five entities and character references resolved.
pub(crate) fn xml_unescaped(raw: &str) -> String {
    let mut text = String::new();
    let mut rest = raw;
    while let Some((before, cdata)) = rest.split_once("<![CDATA[") {
        text.push_str(&references_resolved(before));
        let (inside, after) = cdata.split_once("]]>").unwrap_or((cdata, ""));
        text.push_str(inside);
        rest = after;
    }
    text + &references_resolved(rest)
}

/// Of a reference, with its `;`: no longer than `#x0010FFFF;`.
const LONGEST_REFERENCE: usize = 12;

fn references_resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';');
        let resolved = end.and_then(|end| Some((reference(after.get(..end)?)?, after.get(end + 1..)?)));
        match resolved {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

pub(crate) fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// All that is not ASCII as `\uXXXX`.
pub(crate) fn unicode_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if c.is_ascii() { out.push(c) } else { c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))) }
    }
    out
}
