//! The hash SM3 (GB/T 32905-2016), plain and slow.

const START: [u32; 8] = [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];

/// The 32-byte digest of the parts, one after the other.
pub(crate) fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut message = parts.concat();
    let bits = 8 * message.len() as u64;
    message.push(0x80);
    message.resize((message.len() + 8).next_multiple_of(64) - 8, 0);
    message.extend(bits.to_be_bytes());
    let state = message.chunks_exact(64).fold(START, compress);
    state.into_iter().flat_map(u32::to_be_bytes).collect()
}

/// 5.3.3 of the standard; `j` counts the rounds.
fn compress(before: [u32; 8], block: &[u8]) -> [u32; 8] {
    let words = expand(block);
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = before;
    for (j, (word, later)) in (0..64).zip(words.iter().zip(words.iter().skip(4))) {
        let constant: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        let ss1 = a.rotate_left(12).wrapping_add(e).wrapping_add(constant.rotate_left(j % 32)).rotate_left(7);
        let ss2 = ss1 ^ a.rotate_left(12);
        let ff = if j < 16 { a ^ b ^ c } else { (a & b) | (a & c) | (b & c) };
        let gg = if j < 16 { e ^ f ^ g } else { (e & f) | (!e & g) };
        let tt1 = ff.wrapping_add(d).wrapping_add(ss2).wrapping_add(word ^ later);
        let tt2 = gg.wrapping_add(h).wrapping_add(ss1).wrapping_add(*word);
        (d, c, b, a) = (c, b.rotate_left(9), a, tt1);
        (h, g, f, e) = (g, f.rotate_left(19), e, tt2 ^ tt2.rotate_left(9) ^ tt2.rotate_left(17));
    }
    let after = [a, b, c, d, e, f, g, h];
    std::array::from_fn(|at| before.get(at).unwrap_or(&0) ^ after.get(at).unwrap_or(&0))
}

/// The 68 words of a block, 5.3.2 of the standard.
fn expand(block: &[u8]) -> Vec<u32> {
    let mut words: Vec<u32> = block.as_chunks().0.iter().map(|bytes| u32::from_be_bytes(*bytes)).collect();
    while let (Some(last), true) = (words.last_chunk::<16>(), words.len() < 68) {
        let mixed = last[0] ^ last[7] ^ last[13].rotate_left(15);
        let permuted = mixed ^ mixed.rotate_left(15) ^ mixed.rotate_left(23);
        words.push(permuted ^ last[3].rotate_left(7) ^ last[10]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::lower as hex;

    /// The two examples of the standard, and the empty text.
    #[test]
    fn standard() {
        assert_eq!(hex(&digest(&[b"a", b"bc"])), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(hex(&digest(&[&b"abcd"[..]; 16])), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
        assert_eq!(hex(&digest(&[])), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
    }
}
