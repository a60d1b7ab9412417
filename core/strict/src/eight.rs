//! Eight bytes at a time, as one number, least byte first.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
/// The top bit of each byte: where one is set in what [`below`] and [`is`] give, the lowest is right, and those above it may mean nothing.
pub(crate) const TOPS: u64 = ONES << 7;

/// Which bytes are less than `limit`, in their top bits; the other bits mean nothing.
pub(crate) fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word
}

/// Which bytes are this one.
pub(crate) fn is(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * u64::from(byte)), 1)
}

/// How many bytes stand before the first special one.
#[inline]
pub(crate) fn before(bytes: &[u8], special: impl Fn(u64) -> u64, is_special: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    words.len() * 8 + rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}
