//! Hashes and MACs.

pub(crate) use aws_lc_rs::digest::{Algorithm, SHA256};
use aws_lc_rs::{digest, hmac};
use std::io;

/// HMAC-SHA256.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    // At once, without the states that aws-lc-rs copies and wipes.
    chexiao_lc::hmac_sha256(key, message)
        .map_or_else(|| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().into(), |mac| mac.into())
}

/// SHA-256.
pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    chexiao_lc::sha256(message).into()
}

/// A hash that is made piece by piece.
pub(crate) struct Digest(digest::Context);

impl Digest {
    pub(crate) fn new(algorithm: &'static Algorithm) -> Self {
        Self(digest::Context::new(algorithm))
    }

    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().into()
    }
}

impl io::Write for Digest {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.update(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The member of the SHA family that goes by this name, however it is spelt: `SHA256`, `sha-256`.
pub(crate) fn sha(name: &str) -> Option<&'static Algorithm> {
    let plain: String = name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_uppercase()).collect();
    Some(match plain.as_str() {
        "SHA1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "SHA256" => &digest::SHA256,
        "SHA384" => &digest::SHA384,
        "SHA512" => &digest::SHA512,
        _ => return None,
    })
}

/// MD5. Broken as a hash; two gateways still offer nothing else to old accounts.
pub(crate) fn md5(message: &[u8]) -> Vec<u8> {
    chexiao_lc::md5(message).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// The bytes of hexadecimal digits, in either case.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text).ok()
}

/// Upper-case hexadecimal.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    base16ct::upper::encode_string(bytes)
}
