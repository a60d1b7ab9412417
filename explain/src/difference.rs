//! Where two texts part.

/// The first byte that differs, with what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Counted from 0.
    pub at: usize,
    /// What stands before it in both.
    pub before: String,
    /// What the gateway reads from there on.
    pub ours: String,
    /// What was signed from there on.
    pub theirs: String,
    /// The differing byte of each, `None` at an end.
    pub bytes: (Option<u8>, Option<u8>),
}

/// As many characters of a context are shown.
const CONTEXT: usize = 24;

pub(crate) fn first(ours: &[u8], theirs: &[u8]) -> Option<Difference> {
    let same = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    if same == ours.len() && same == theirs.len() {
        return None;
    }
    // From the beginning of a character, so that it can be read.
    let mut start = same;
    while start > 0 && ours.get(start).or(theirs.get(start)).is_some_and(|byte| (0x80..0xC0).contains(byte)) {
        start -= 1;
    }
    let from = |text: &[u8], at: usize| shown(text.get(at..).unwrap_or_default()).chars().take(CONTEXT).collect();
    let before: Vec<char> = shown(ours.get(..start).unwrap_or_default()).chars().collect();
    Some(Difference {
        at: same,
        before: before.iter().skip(before.len().saturating_sub(CONTEXT)).collect(),
        ours: from(ours, start),
        theirs: from(theirs, start),
        bytes: (ours.get(same).copied(), theirs.get(same).copied()),
    })
}

/// Bytes as people read them: text where it is text, `\xNN` where not, nothing that moves a cursor.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\u{feff}' | '\u{200b}' | '\u{a0}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
                c if c.is_control() => text.push_str(&format!("\\x{:02x}", u32::from(c))),
                c => text.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}
