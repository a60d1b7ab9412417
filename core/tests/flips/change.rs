//! One change of one byte.

/// How a byte is changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// Everything from here on is missing.
    Cut,
    Bit0,
    Bit7,
    /// Another printable character of the same kind: what a reader still takes for a name, a word or a number.
    Printable,
    Deleted,
    Doubled,
}

impl Change {
    pub(crate) const ALL: [Self; 6] = [Self::Cut, Self::Bit0, Self::Bit7, Self::Printable, Self::Deleted, Self::Doubled];

    pub(crate) fn apply(self, body: &[u8], at: usize) -> Vec<u8> {
        let mut changed = body.to_vec();
        match self {
            Self::Cut => changed.truncate(at),
            Self::Bit0 => changed[at] ^= 0x01,
            Self::Bit7 => changed[at] ^= 0x80,
            Self::Printable => changed[at] = another(changed[at]),
            Self::Deleted => drop(changed.remove(at)),
            Self::Doubled => changed.insert(at, body[at]),
        }
        changed
    }
}

fn another(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        b' ' => b'\t',
        b'/' => b'+',
        b'\'' => b'"',
        _ => b' ',
    }
}
