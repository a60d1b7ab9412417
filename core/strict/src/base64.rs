//! Standard base64, one reading or none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 on one line, with padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Exactly what [`base64()`] writes: other alphabets, blanks, missing padding and stray bits are refused.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Whether [`from_base64()`] reads it, where nobody wants the bytes.
pub fn is_base64(text: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/');
    let (digits, last_digits) = match text.as_bytes() {
        // What would stand behind the last byte is 0.
        [digits @ .., b'=', b'='] => (digits, Some(&b"AQgw"[..])),
        [digits @ .., b'='] => (digits, Some(&b"AEIMQUYcgkosw048"[..])),
        digits => (digits, None),
    };
    let ends_well = last_digits.is_none_or(|these| digits.last().is_some_and(|last| these.contains(last)));
    // Without an end before the last byte, so that many are looked at at once.
    text.len().is_multiple_of(4) && ends_well && digits.iter().fold(true, |all, byte| all & is_digit(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_base64_can_be_read() {
        let digits = (b' '..=b'~').map(char::from);
        let ends = digits.flat_map(|digit| ["", "=", "==", "A", "A=", "AA", "AA=", "AAA"].map(|end| format!("{digit}{end}")));
        let odd = ["", "=", "==", "===", "====", "A===", "AA=A", "A=AA", "=AAA", "AAAA=", "AAAA====", "AA==AAAA", "AAA\n", "AAAé"]
            .map(String::from);
        for text in ends.clone().chain(ends.map(|end| format!("AAAA{end}"))).chain(odd) {
            assert_eq!(is_base64(&text), from_base64(&text).is_some(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn both_know_the_same(text in "[A-Za-z0-9+/=]{0,12}|[A-D=-]{0,8}", bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(is_base64(&text), from_base64(&text).is_some());
            prop_assert!(is_base64(&base64(&bytes)));
        }
    }
}
