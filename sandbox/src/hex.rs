//! Bytes as digits, and digits that stand for a text.

use md5::{Digest as _, Md5};

pub(crate) fn lower(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn upper(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// 32 hexadecimal digits, always the same for the same text.
pub(crate) fn id(text: &str) -> String {
    lower(&Md5::digest(text))
}

/// 20 decimal digits, likewise.
pub(crate) fn digits(text: &str) -> String {
    let digest = Md5::digest(text).iter().fold(0_u64, |number, byte| (number << 8) ^ (number >> 56) ^ u64::from(*byte));
    format!("{digest:020}")
}
