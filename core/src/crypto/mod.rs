//! Cryptography and charsets: pure functions over AWS-LC, and over RustCrypto for what it lacks. Algorithms are chosen by the account, never by a reply.

pub(crate) mod aes;
pub(crate) mod charset;
pub(crate) mod des;
pub(crate) mod keys;
pub(crate) mod mac;
pub(crate) mod rsa;
pub(crate) mod sm2;
#[cfg(test)]
mod wycheproof;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Stands for a signature or MAC that was checked and is right. Only this module's children make one.
#[derive(Debug)]
#[must_use]
pub(crate) struct Verified(());

/// Standard base64 on one line, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Exactly what [`base64()`] writes: other alphabets, blanks, missing padding and stray bits are refused.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
