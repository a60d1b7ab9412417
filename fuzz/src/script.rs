//! The fuzzer's bytes, read as instructions: which known-good message to take, and what to do to it.

/// Longer messages than this teach nothing new and are slow.
const MAX_MESSAGE: usize = 16 << 10;

/// A cursor over the bytes. At their end every answer is zero.
pub struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below `limit`, or 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = usize::from(self.byte()) << 8 | usize::from(self.byte());
        if limit == 0 { 0 } else { number % limit }
    }

    /// As many bytes as the next one says, or as are left.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// Does to `message` what the script says, to its end. `others` lends pieces of other messages, `words` those that matter.
pub fn edited<'o>(script: &mut Script<'_>, message: &[u8], others: &dyn Fn(usize) -> &'o [u8], words: &[&str]) -> Vec<u8> {
    let mut bytes = message.to_vec();
    while !script.is_over() && bytes.len() < MAX_MESSAGE {
        let operation = script.byte() % 8;
        let at = script.below(bytes.len() + 1);
        match operation {
            0 => {
                let byte = script.byte();
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            1 => insert(&mut bytes, at, script.bytes()),
            2 => {
                let end = bytes.len().min(at + usize::from(script.byte()));
                bytes.drain(at..end);
            }
            3 => {
                let other = others(script.below(usize::MAX));
                let piece = range(script, other).to_vec();
                insert(&mut bytes, at, &piece);
            }
            4 => {
                let piece = range(script, &bytes).to_vec();
                insert(&mut bytes, at, &piece);
            }
            5 => bytes.truncate(at),
            6 if !words.is_empty() => insert(&mut bytes, at, script.pick(words).as_bytes()),
            _ => {
                if let Some(old) = bytes.get_mut(at) {
                    *old ^= 1 << (script.byte() & 7);
                }
            }
        }
    }
    bytes
}

fn range<'b>(script: &mut Script<'_>, bytes: &'b [u8]) -> &'b [u8] {
    let start = script.below(bytes.len() + 1);
    let length = script.below(bytes.len() - start + 1);
    &bytes[start..start + length]
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}
