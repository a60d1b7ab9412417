//! Standard base64, one reading or none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 on one line, with padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Exactly what [`base64()`] writes: other alphabets, blanks, missing padding and stray bits are refused.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (groups, []) = text.as_bytes().as_chunks() else { return None };
    let Some((last, whole)) = groups.split_last() else { return Some(Vec::new()) };
    // What would stand behind the last byte is 0.
    let (last, missing) = match *last {
        [one, two, b'=', b'='] => ([one, two, b'A', b'A'], 2),
        [one, two, three, b'='] => ([one, two, three, b'A'], 1),
        last => (last, 0),
    };
    let mut bytes = vec![0; groups.len() * 3];
    let mut seen = 0;
    let (places, _) = bytes.as_chunks_mut();
    for (place, group) in places.iter_mut().zip(whole) {
        seen |= put(place, group);
    }
    if let Some(place) = places.last_mut() {
        seen |= put(place, &last);
    }
    let kept = bytes.len() - missing;
    let is_read = seen < NO_DIGIT && bytes.iter().skip(kept).all(|byte| *byte == 0);
    bytes.truncate(kept);
    is_read.then_some(bytes)
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

/// Higher than what four digits stand for.
const NO_DIGIT: u32 = 1 << 24;

/// What every byte stands for in each of four places.
#[allow(clippy::indexing_slicing, reason = "what is wrong here does not compile")]
static VALUES: [[u32; 256]; 4] = {
    let mut values = [[NO_DIGIT; 256]; 4];
    let digits = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < 256 {
        let (place, digit) = (at / 64, at % 64);
        values[place][digits[digit] as usize] = (digit as u32) << (18 - 6 * place);
        at += 1;
    }
    values
};

/// What four digits stand for; all errors are seen in the end, so that none is looked for at each digit.
fn put(place: &mut [u8; 3], group: &[u8; 4]) -> u32 {
    let ([first, second, third, fourth], [one, two, three, four]) = (&VALUES, group);
    let digit = |values: &[u32; 256], byte: &u8| values.get(usize::from(*byte)).copied().unwrap_or(NO_DIGIT);
    let value = digit(first, one) | digit(second, two) | digit(third, three) | digit(fourth, four);
    let [_, bytes @ ..] = value.to_be_bytes();
    *place = bytes;
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the crate that writes it.
    fn decoded(text: &str) -> Option<Vec<u8>> {
        STANDARD.decode(text).ok()
    }

    #[test]
    fn what_is_base64_can_be_read() {
        let digits = (b' '..=b'~').map(char::from);
        let ends = digits.flat_map(|digit| ["", "=", "==", "A", "A=", "AA", "AA=", "AAA"].map(|end| format!("{digit}{end}")));
        let odd = ["", "=", "==", "===", "====", "A===", "AA=A", "A=AA", "=AAA", "AAAA=", "AAAA====", "AA==AAAA", "AAA\n", "AAAé"]
            .map(String::from);
        for text in ends.clone().chain(ends.map(|end| format!("AAAA{end}"))).chain(odd) {
            assert_eq!(from_base64(&text), decoded(&text), "{text}");
            assert_eq!(is_base64(&text), from_base64(&text).is_some(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn both_know_the_same(text in "[A-Za-z0-9+/=]{0,12}|[A-D=-]{0,8}", bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(from_base64(&text), decoded(&text));
            prop_assert_eq!(is_base64(&text), from_base64(&text).is_some());
            prop_assert!(is_base64(&base64(&bytes)));
            prop_assert_eq!(from_base64(&base64(&bytes)), Some(bytes));
        }
    }
}
