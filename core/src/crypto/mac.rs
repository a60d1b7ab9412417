//! Hashes and MACs.

use aws_lc_rs::{digest, hmac};

/// HMAC-SHA256.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().into()
}

/// SHA-256.
pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, message).as_ref().into()
}

/// MD5. Broken as a hash; two gateways still offer nothing else to old accounts.
pub(crate) fn md5(message: &[u8]) -> Vec<u8> {
    chexiao_lc::md5(message).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Upper-case hexadecimal.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    base16ct::upper::encode_string(bytes)
}
