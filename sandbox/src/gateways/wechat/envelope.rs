//! How any message is signed and written.

use std::fmt::Write as _;

use hmac::{Hmac, Mac as _};
use md5::{Digest as _, Md5};
use sha2::Sha256;

use crate::fault::{Fault, Handling};
use crate::gateways::Visit;
use crate::hex;

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignType {
    /// MD5, 32 hex digits.
    Md5,
    /// HMAC-SHA256, 64 hex digits.
    HmacSha256,
}

impl SignType {
    pub(super) fn of_reply(self, visit: &Visit<'_>) -> SignType {
        match (visit.fault, self) {
            (Some(Fault::Handling(Handling::OtherHash)), SignType::Md5) => SignType::HmacSha256,
            (Some(Fault::Handling(Handling::OtherHash)), SignType::HmacSha256) => SignType::Md5,
            (_, same) => same,
        }
    }
}

/// A signed reply with these fields in this order, then `sign`. Numbers stand plain, everything else in CDATA, as the
/// real gateway mixes them. The values must be XML characters.
pub fn seal(fields: &[(&str, &str)], sign_type: SignType, api_key: &str) -> String {
    let signature = sign(fields, sign_type, api_key);
    write(&[fields, &[("sign", &signature)]].concat())
}

/// Upper-case hex over all non-empty fields except `sign`, sorted by name, then the API key.
pub(crate) fn sign(fields: &[(&str, &str)], sign_type: SignType, api_key: &str) -> String {
    let text = string_to_sign(fields, api_key);
    match sign_type {
        SignType::Md5 => hex::upper(&Md5::digest(text)),
        SignType::HmacSha256 => Hmac::<Sha256>::new_from_slice(api_key.as_bytes())
            .map(|mac| hex::upper(&mac.chain_update(text).finalize().into_bytes()))
            .unwrap_or_default(),
    }
}

pub(super) fn string_to_sign(fields: &[(&str, &str)], api_key: &str) -> String {
    let mut fields: Vec<_> = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
    fields.sort();
    let mut text = String::new();
    for (name, value) in fields {
        let _ = write!(text, "{name}={value}&");
    }
    let _ = write!(text, "key={api_key}");
    text
}

pub(super) fn write(fields: &[(&str, &str)]) -> String {
    let mut xml = "<xml>".to_string();
    for (name, value) in fields {
        let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let _ = match plain {
            true => writeln!(xml, "<{name}>{value}</{name}>"),
            false => writeln!(xml, "<{name}><![CDATA[{}]]></{name}>", value.replace("]]>", "]]]]><![CDATA[>")),
        };
    }
    xml + "</xml>"
}
