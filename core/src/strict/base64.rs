//! Standard base64, one reading or none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 on one line, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Exactly what [`base64()`] writes: other alphabets, blanks, missing padding and stray bits are refused.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
