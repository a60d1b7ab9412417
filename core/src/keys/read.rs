//! From bytes to keys: what they are is read from the content, never from a file name or a label.

use super::contents::Contents;
use super::curve;
use super::der;
use super::fault::Fault;
use super::kdf::Work;
use super::material::{PrivateKey, PublicKey};
use super::value;
use super::{pbe, pem, strangers};
use crate::crypto::sm2;
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use crate::ground::text::{self, Unseen};
use crate::strict::base64::from_base64;

/// More than any key file or chain holds.
const MOST_PARTS: usize = 64;
/// More than any list of authorities holds.
const MOST_AUTHORITIES: usize = 4096;
/// Base64 of a PEM of base64: nobody wraps a key more often.
const MOST_WRAPS: usize = 3;

/// Reads key material, what no gateway uses included; `password` opens what is encrypted and is not looked at otherwise.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Contents, Fault> {
    let mut contents = Contents::of_at_most(MOST_PARTS);
    any(bytes, password, &mut Work::new(), &mut contents, 0)?;
    Ok(contents)
}

/// The certificates (DER) of a list of authorities: PEM, `TRUSTED CERTIFICATE`, PKCS#7, DER or base64, whatever their keys are.
pub(crate) fn authorities(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Fault> {
    let mut contents = Contents::of_at_most(MOST_AUTHORITIES);
    any(bytes, None, &mut Work::new(), &mut contents, 0)?;
    let found = contents.certificate_ders();
    if found.is_empty() { Err(KeyFault::NoKey.because("holds no certificate")) } else { Ok(found) }
}

fn any(bytes: &[u8], password: Option<&str>, work: &mut Work, contents: &mut Contents, wraps: usize) -> Result<(), Fault> {
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = bytes {
        let broken = || KeyFault::Malformed.because("is UTF-16 text, and no key");
        let text = text::decode(bytes).ok_or_else(broken)?;
        let found = any(text.expose().as_bytes(), password, work, contents, wraps);
        return found
            .map_err(|fault| if fault.reason == KeyFault::Malformed && !pem::is(text.expose().as_bytes()) { broken() } else { fault });
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(KeyFault::Empty.because("is empty"));
    }
    let binary = matches!(bytes, [0x30, 0x80..=0xFF, ..]);
    if pem::is(bytes) && !binary {
        let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into(), String::from);
        return pem::read(&Secret::new(text), password, work, contents);
    }
    if bytes.first() == Some(&0x30) && !bytes.is_ascii() {
        // A vendor's container may begin with any byte, 0x30 among them.
        return match value::der(bytes, password, work, contents) {
            Err(_) if is_vendor_container(bytes) => Err(vendor_container()),
            Err(fault) => Err(strangers::filtered(bytes).unwrap_or(fault)),
            Ok(()) => Ok(()),
        };
    }
    if is_vendor_container(bytes) {
        return Err(vendor_container());
    }
    strangers::check(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| KeyFault::Malformed.because("is neither PEM, DER nor base64"))?;
    wrapped(text.trim(), password, work, contents, wraps)
}

/// What hexadecimal or base64 digits stand for.
fn wrapped(text: &str, password: Option<&str>, work: &mut Work, contents: &mut Contents, wraps: usize) -> Result<(), Fault> {
    if let Some(digits) = hexadecimal(text) {
        if let Some(raw) = number(&digits)? {
            return raw.add_to(contents);
        }
        if let Some(bytes) = pbe::from_hex(digits.expose()).map(Secret::new)
            && (bytes.expose().first() == Some(&0x30) || bytes.expose().is_ascii() && wraps < MOST_WRAPS)
        {
            return any(bytes.expose(), password, work, contents, wraps + 1);
        }
    }
    let decoded = base64_of(text).map_err(|bad| strangers::filtered(text.as_bytes()).unwrap_or_else(|| bad.in_file(text, 0)))?;
    let bytes = decoded.expose();
    if is_vendor_container(bytes) {
        return Err(vendor_container());
    }
    if let Some(raw) = bare(bytes) {
        return raw.add_to(contents);
    }
    if wraps < MOST_WRAPS && is_wrapped_again(bytes) {
        return any(bytes, password, work, contents, wraps + 1);
    }
    value::der(bytes, password, work, contents)
}

/// Whether the bytes of base64 are text again, with a key in it: a PEM, or digits.
fn is_wrapped_again(bytes: &[u8]) -> bool {
    let digits = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=:".contains(byte) || byte.is_ascii_whitespace();
    pem::is(bytes) || (bytes.len() >= 56 && bytes.iter().all(digits))
}

/// Base64 that cannot be read, and the byte of the text where that shows.
pub(super) struct BadBase64 {
    cut_off: bool,
    at: Option<usize>,
    blanks_for_plus: bool,
}

/// The bytes of base64 that blanks and line breaks may cut.
pub(super) fn base64_of(text: &str) -> Result<Secret<Vec<u8>>, BadBase64> {
    let mut joined = Secret::new(String::with_capacity(text.len()));
    text.split_ascii_whitespace().for_each(|part| joined.expose_mut().push_str(part));
    let decoded = from_base64(joined.expose()).map(Secret::new);
    let is_whole = decoded.as_ref().is_some_and(|bytes| der::sequence(bytes.expose()).is_some());
    let blanks_for_plus = !is_whole && has_blanks_for_plus(text);
    // Without four of them it is base64 again, of a key that ends early.
    decoded.filter(|_| !blanks_for_plus).ok_or_else(|| {
        let standard = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
        BadBase64 {
            cut_off: joined.expose().trim_end_matches('=').bytes().all(standard),
            at: text.find(|c: char| !c.is_ascii()),
            blanks_for_plus,
        }
    })
}

fn has_blanks_for_plus(text: &str) -> bool {
    let with_plus = || Secret::new(text.trim().lines().map(|line| line.trim().replace(' ', "+")).collect::<String>());
    text.trim().contains(' ') && from_base64(with_plus().expose()).is_some_and(|bytes| der::sequence(&bytes).is_some())
}

impl BadBase64 {
    /// In words; the base64 stands at byte `start` of `text`.
    pub(super) fn in_file(&self, text: &str, start: usize) -> Fault {
        if let Some(unseen) = self.at.and_then(|at| Unseen::at(text, start + at)) {
            let fault = KeyFault::Malformed.because(format!("is not valid base64: it holds {unseen}"));
            return fault
                .mend("delete that character, or copy the key again from where it was shown", "请删除该字符，或从原处重新复制密钥");
        }
        if self.blanks_for_plus {
            let fault = KeyFault::Truncated.because("is not valid base64: it has blanks in the places of its plus signs (+)");
            return fault.mend(
                "a form or a URL decoder turned + into blanks: copy the key again, or put + back for each blank",
                "加号（+）被表单或 URL 解码成了空格：请重新复制密钥，或将空格逐一改回 +",
            );
        }
        if self.cut_off {
            KeyFault::Truncated.because("is not valid base64: it is cut off, or characters are missing")
        } else {
            KeyFault::Malformed.because("is not valid base64: it holds characters that do not belong there")
        }
    }
}

enum Raw {
    Private(sm2::PrivateKey),
    Public(sm2::PublicKey),
}

impl Raw {
    fn add_to(self, contents: &mut Contents) -> Result<(), Fault> {
        contents.count()?;
        match self {
            Raw::Private(key) => contents.add_private(PrivateKey::Sm2(key))?,
            Raw::Public(key) => contents.public.push(PublicKey::Sm2(key)),
        }
        Ok(())
    }
}

/// The digits of hexadecimal, which `0x`, blanks, line breaks and colons may cut.
fn hexadecimal(text: &str) -> Option<Secret<String>> {
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let cuts = |byte: u8| byte.is_ascii_whitespace() || byte == b':';
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit() || cuts(byte)) {
        return None;
    }
    let digits: String = text.bytes().filter(|byte| !cuts(*byte)).map(char::from).collect();
    Some(Secret::new(digits)).filter(|digits| !digits.expose().is_empty())
}

/// Fewer digits than this are not half a number that begins with zeros.
const FEWEST_DIGITS: usize = 56;

/// An SM2 key as a number in hexadecimal: as many zeros may stand before it, or have been dropped, as whoever wrote it liked.
fn number(digits: &Secret<String>) -> Result<Option<Raw>, Fault> {
    let significant = digits.expose().trim_start_matches('0');
    let length = digits.expose().len();
    let padded = |to: usize| Secret::new(pbe::from_hex(Secret::new(format!("{significant:0>to$}")).expose()).unwrap_or_default());
    let private = |bytes: Secret<Vec<u8>>| sm2::PrivateKey::new(bytes.expose()).map(Raw::Private);
    let public = |bytes: Secret<Vec<u8>>| curve::point(bytes.expose()).map(Raw::Public);
    let raw = match (significant.len(), significant.as_bytes()) {
        (0..=64, _) if (FEWEST_DIGITS..=72).contains(&length) => private(padded(64)),
        (65, [b'2' | b'3', ..]) if length <= 66 => public(padded(66)),
        (129, [b'4' | b'6' | b'7', ..]) if length <= 130 => public(padded(130)),
        (120..=128, _) if length <= 130 => public(padded(128)),
        _ => return Ok(None),
    };
    let off_curve = || KeyFault::Malformed.because("is hexadecimal of a key's length, but no point or number of the SM2 curve");
    raw.map(Some).ok_or_else(off_curve)
}

/// An SM2 key as bare bytes: a number of 32 bytes, a zero more or some fewer; a point.
fn bare(bytes: &[u8]) -> Option<Raw> {
    match (bytes.len(), bytes) {
        _ if der::sequence(bytes).is_some() => None,
        (28..=32, _) | (33, [0, ..]) => sm2::PrivateKey::new(bytes).map(Raw::Private),
        (33, [2 | 3, ..]) | (65, [4 | 6 | 7, ..]) | (64, _) => curve::point(bytes).map(Raw::Public),
        _ => None,
    }
}

/// Two bytes of length and a ciphertext, which is never all ASCII: a format of a bank's own tools, which nobody else opens.
fn is_vendor_container(bytes: &[u8]) -> bool {
    let framed = |bytes: &[u8]| matches!(bytes, [high, low, rest @ ..] if usize::from(u16::from_be_bytes([*high, *low])) == rest.len());
    bytes.len() > 64 && !bytes.is_ascii() && framed(bytes)
}

fn vendor_container() -> Fault {
    KeyFault::VendorContainer.because("is a bank's own encrypted .key container, which nobody else opens")
}
