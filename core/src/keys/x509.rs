//! What a certificate says about itself, for people: RFC 5280, read by position.

use super::der::{Element, sequence};
use crate::ground::foreign;
use crate::strict::charset::{Charset, utf16_be};
use ::der::Tag;
use std::fmt::Write as _;

/// The parts of a certificate that are shown.
pub(super) struct Facts {
    pub(super) serial: String,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) not_before: String,
    pub(super) not_after: String,
    pub(super) signed_with: &'static str,
    issuer_der: Vec<u8>,
    subject_der: Vec<u8>,
}

impl Facts {
    /// `None` if it is not laid out as a certificate. Names and dates that cannot be read are shown as they are: nobody decides by
    /// them.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let outer = sequence(certificate)?;
        let parts = outer.first()?.sequence()?;
        let version = usize::from(parts.first()?.is_context(0));
        let [serial, _, issuer, validity, subject, ..] = parts.get(version..)? else { return None };
        let dates = validity.sequence().unwrap_or_default();
        Some(Self {
            serial: serial_number(serial.content),
            issuer: name(issuer).unwrap_or_else(|| unreadable(issuer)),
            subject: name(subject).unwrap_or_else(|| unreadable(subject)),
            not_before: date(dates.first()),
            not_after: date(dates.get(1)),
            signed_with: signature_algorithm(outer.get(1)?.sequence()?.first().and_then(Element::oid).unwrap_or_default()),
            issuer_der: issuer.whole.into(),
            subject_der: subject.whole.into(),
        })
    }

    /// Whether this certificate names `other` as its issuer.
    pub(super) fn is_issued_by(&self, other: &Facts) -> bool {
        self.issuer_der == other.subject_der
    }

    /// Whether subject and issuer are the same.
    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer_der == self.subject_der
    }
}

/// Hexadecimal without leading zeros, with a minus sign where it is negative.
fn serial_number(content: &[u8]) -> String {
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude = content.to_vec();
    if negative {
        let mut carry = true;
        for byte in magnitude.iter_mut().rev() {
            let (sum, more) = (!*byte).overflowing_add(u8::from(carry));
            (*byte, carry) = (sum, more);
        }
    }
    let digits = crate::crypto::mac::hex(&magnitude);
    let digits = digits.trim_start_matches('0');
    format!("{}{}", if negative { "-" } else { "" }, if digits.is_empty() { "0" } else { digits })
}

/// RFC 4514: the last part first.
fn name(name: &Element<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for set in name.sequence()? {
        let mut attributes = Vec::new();
        for attribute in set.children()? {
            let [kind, value] = attribute.sequence()?.try_into().ok()?;
            attributes.push(format!(
                "{}={}",
                attribute_name(kind.oid()?),
                text(&value).map_or_else(|| unreadable(&value), |text| escaped(&text))
            ));
        }
        parts.push(attributes.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

/// The last common name of a subject: the most specific.
pub(super) fn common_name(subject: &Element<'_>) -> Option<String> {
    let attributes = subject.sequence()?.iter().filter_map(Element::children).flatten().collect::<Vec<_>>();
    let mut pairs = attributes.iter().filter_map(|attribute| <[Element<'_>; 2]>::try_from(attribute.sequence()?).ok());
    pairs.rfind(|[kind, _]| kind.oid() == Some(COMMON_NAME)).and_then(|[_, value]| text(&value))
}

/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// RFC 4514's form for what has no text: the bytes in hexadecimal.
fn unreadable(value: &Element<'_>) -> String {
    format!("#{}", crate::crypto::mac::hex(value.whole))
}

fn attribute_name(oid: &[u8]) -> String {
    match oid {
        [0x55, 0x04, 0x03] => "CN".into(),
        [0x55, 0x04, 0x05] => "serialNumber".into(),
        [0x55, 0x04, 0x06] => "C".into(),
        [0x55, 0x04, 0x07] => "L".into(),
        [0x55, 0x04, 0x08] => "ST".into(),
        [0x55, 0x04, 0x09] => "street".into(),
        [0x55, 0x04, 0x0A] => "O".into(),
        [0x55, 0x04, 0x0B] => "OU".into(),
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x01] => "UID".into(),
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19] => "DC".into(),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01] => "emailAddress".into(),
        _ => dotted(oid),
    }
}

fn dotted(oid: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0u64;
    for byte in oid {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            numbers.push(number);
            number = 0;
        }
    }
    let first = numbers.first().copied().unwrap_or_default();
    let root = (first / 40).min(2);
    numbers.iter().skip(1).fold(format!("{root}.{}", first - root * 40), |mut text, number| {
        // Writing to a String cannot fail.
        _ = write!(text, ".{number}");
        text
    })
}

fn text(value: &Element<'_>) -> Option<String> {
    match value.tag {
        Tag::BmpString => utf16_be(value.content),
        // Some authorities wrote GBK and called it UTF-8.
        Tag::Utf8String => std::str::from_utf8(value.content).ok().map(String::from).or_else(|| Charset::Gbk.decode(value.content)),
        // Latin-1 and its subsets. Names are shown, nothing is decided by them.
        _ => Some(String::from_utf8(value.content.into()).unwrap_or_else(|_| value.content.iter().copied().map(char::from).collect())),
    }
}

fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    text.chars().enumerate().fold(String::new(), |mut escaped, (at, c)| {
        let special =
            matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';') || (at == 0 && matches!(c, ' ' | '#')) || (at == last && c == ' ');
        match c {
            // Nothing that a terminal obeys.
            c if foreign::is_unseen(c) => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| _ = write!(escaped, "\\{byte:02X}")),
            c if special => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        escaped
    })
}

/// RFC 3339, UTC; what is no such time, as it stands there.
fn date(value: Option<&Element<'_>>) -> String {
    let Some(value) = value else { return "#".into() };
    let as_it_is = || std::str::from_utf8(value.content).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    time(value).or_else(|| as_it_is().map(String::from)).unwrap_or_else(|| unreadable(value))
}

/// RFC 3339, UTC.
fn time(value: &Element<'_>) -> Option<String> {
    let digits = std::str::from_utf8(value.content).ok()?.strip_suffix('Z')?;
    let century = match value.tag {
        Tag::UtcTime if *digits.as_bytes().first()? < b'5' => "20",
        Tag::UtcTime => "19",
        Tag::GeneralizedTime => "",
        _ => return None,
    };
    let whole = format!("{century}{digits}");
    let whole = whole.split('.').next()?;
    if whole.len() != 14 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to).unwrap_or_default();
    Some(format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14)))
}

fn signature_algorithm(oid: &[u8]) -> &'static str {
    match oid {
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x04] => "md5WithRSA",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05] => "sha1WithRSA",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B] => "sha256WithRSA",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C] => "sha384WithRSA",
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D] => "sha512WithRSA",
        [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75] => "SM3withSM2",
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, ..] => "ECDSA",
        [0x2B, 0x65, 0x70] => "Ed25519",
        _ => "other",
    }
}
