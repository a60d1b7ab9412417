//! What people keep in files and variables: byte order marks are understood, line ends too, and what cannot be seen is named.

use crate::ground::key_fault::Remedy;
use crate::ground::secret::Secret;
use std::fmt;
use std::io::Read;
use std::path::Path;

/// Larger files than this, in bytes, are a mistake.
const MOST: u64 = 1 << 20;

/// The bytes of a file of at most 1 MiB, or why there are none.
pub(crate) fn read_file(path: &Path) -> Result<Secret<Vec<u8>>, String> {
    let mut bytes = Secret::new(Vec::new());
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(bytes.expose_mut()));
    match read {
        Ok(_) if bytes.expose().len() as u64 > MOST => Err("it is larger than 1 MiB".into()),
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// The text of UTF-8, with or without a byte order mark, or of UTF-16 with one. The mark is no part of it.
pub(crate) fn decode(bytes: &[u8]) -> Option<Secret<String>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        if odd.is_empty() { char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Secret::new) } else { None }
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(|text| Secret::new(without_mark(text).into())),
    }
}

/// Without the byte order mark that it may begin with.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A character that nobody sees, or takes for another, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unseen {
    character: char,
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
}

impl Unseen {
    /// The first one in `text`.
    pub(crate) fn in_text(text: &str) -> Option<Self> {
        // Most are of plain ASCII, and all of that can be seen.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return None;
        }
        let at = text.char_indices().find(|(_, c)| is_unseen(*c))?.0;
        Self::at(text, at)
    }

    /// Without its place.
    pub(crate) fn character(&self) -> String {
        format!("U+{:04X} ({})", u32::from(self.character), name(self.character))
    }

    pub(crate) fn remedy() -> Remedy {
        Remedy::of("type the text by hand at that place, or copy it again from where it was issued", "请在该处手工输入，或从签发处重新复制")
    }

    /// The one at byte `at` of `text`, if it is one.
    pub(crate) fn at(text: &str, at: usize) -> Option<Self> {
        let (before, rest) = text.split_at_checked(at)?;
        let character = rest.chars().next().filter(|c| is_unseen(*c))?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..)?.chars().count() + 1;
        Some(Self { character, line: before.matches('\n').count() + 1, column })
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, .. } = self;
        write!(f, "{} at line {line}, character {column}", self.character())
    }
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ff01}'..='\u{ff5e}' | '\u{ffa0}' | '\u{ffe0}'..='\u{ffe6}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn name(c: char) -> &'static str {
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break",
        '\t' => "a tab",
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' | '\u{2060}' => "a zero-width space",
        '\u{200c}' | '\u{200d}' | '\u{34f}' => "a zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a mark of writing direction",
        '\u{feff}' => "a byte order mark",
        '\u{3000}' | '\u{ff01}'..='\u{ff5e}' | '\u{ffe0}'..='\u{ffe6}' => "a full-width character",
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{205f}' => "a space of another width",
        '\u{fffd}' => "in place of a character that was lost",
        c if c.is_control() => "a control character",
        _ => "an invisible character",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let text = |bytes: &[u8]| decode(bytes).map(|text| text.expose().clone());
        assert_eq!(text("\u{feff}{} 密码".as_bytes()).as_deref(), Some("{} 密码"));
        assert_eq!(text(b"\xFF\xFEA\0\xC6[").as_deref(), Some("A密"));
        assert_eq!(text(b"\xFE\xFF\0A[\xC6").as_deref(), Some("A密"));
        assert_eq!(text(b"\xFF\xFEA"), None);
        assert_eq!(text(b"\xFF\xFE\0\xD8"), None);
        assert_eq!(text(b"\xD6\xD0"), None);
    }

    #[test]
    fn what_cannot_be_seen_is_named_with_its_place() {
        let said = |text: &str| Unseen::in_text(text).map(|unseen| unseen.to_string());
        assert_eq!(said("密码 of Test#2024!~"), None);
        assert_eq!(said("ab\u{200b}c").as_deref(), Some("U+200B (a zero-width space) at line 1, character 3"));
        assert_eq!(said("密码\n密\u{a0}").as_deref(), Some("U+000A (a line break) at line 1, character 3"));
        for c in "\u{feff}\u{3000}\u{ff21}\u{ff5e}\u{202e}\u{2028}\u{ad}\u{fffd}\u{7f}\u{9b}\t\0\u{2009}\u{e0041}\u{fe0f}".chars() {
            assert!(said(&format!("x{c}")).unwrap().ends_with("at line 1, character 2"), "{c:?}");
        }
        assert_eq!(Unseen::at("密\nab\u{a0}", 6).unwrap().to_string(), "U+00A0 (a no-break space) at line 2, character 3");
        assert_eq!(Unseen::at("ab", 1), None);
        assert_eq!(Unseen::at("密", 1), None);
    }
}
