//! Bytes for people, without secrets.

use std::fmt::Write as _;

use crate::form;

/// So many bytes of a body are shown as text.
pub(super) const MOST_TEXT: usize = 64 << 10;
/// And so many in hexadecimal.
pub(super) const MOST_HEX: usize = 4 << 10;

/// A line of text: what is no text as `\xNN`, nothing that breaks the line.
pub(super) fn line(bytes: &[u8]) -> String {
    text_with(bytes, |c| c.is_control())
}

/// Text of several lines.
pub(super) fn lines(bytes: &[u8]) -> String {
    text_with(bytes, |c| c.is_control() && !"\r\n\t".contains(c))
}

fn text_with(bytes: &[u8], is_hidden: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let _ = match c {
                '\n' if is_hidden(c) => write!(text, "\\n"),
                '\r' if is_hidden(c) => write!(text, "\\r"),
                '\t' if is_hidden(c) => write!(text, "\\t"),
                '\u{feff}' | '\u{200b}' | '\u{a0}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    write!(text, "\\u{:04x}", u32::from(c))
                }
                c if is_hidden(c) => write!(text, "\\x{:02x}", u32::from(c)),
                c => write!(text, "{c}"),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Sixteen bytes a line, with their place and as characters.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, row) in bytes.chunks(16).enumerate() {
        let digits: String = row.iter().map(|byte| format!("{byte:02x} ")).collect();
        let characters: String = row.iter().map(|byte| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '.' }).collect();
        let _ = writeln!(text, "{:06x}  {digits:<48} {characters}", at * 16);
    }
    text
}

/// So many characters at most, and a sign that there were more.
pub(super) fn short(text: &str, most: usize) -> String {
    let mut rest = text.chars();
    let mut short: String = rest.by_ref().take(most).collect();
    if rest.next().is_some() {
        short.push('…');
    }
    short
}

/// What nobody is shown.
pub(super) struct Mask(Vec<Vec<u8>>);

impl Mask {
    /// As they are, as forms escape them, in either case, and as JSON does, with escaped slashes or without.
    pub(super) fn new(secrets: impl Iterator<Item = String>) -> Mask {
        let spellings = secrets.flat_map(|secret| {
            let (form, json) = (form::escape(&secret), secret.replace('\n', "\\n"));
            [with_small_digits(&form), form, json.replace('/', "\\/"), json, secret]
        });
        let mut all: Vec<_> = spellings.map(String::into_bytes).collect();
        all.sort_unstable_by(|a, b| b.cmp(a)); // the longer one before its own beginning
        all.dedup();
        Mask(all)
    }

    /// `***` in the place of each secret.
    pub(super) fn hide(&self, bytes: &[u8]) -> Vec<u8> {
        self.start(bytes, usize::MAX)
    }

    /// The same of so many bytes at the beginning, of which no secret is cut.
    pub(super) fn start(&self, bytes: &[u8], most: usize) -> Vec<u8> {
        let mut hidden = Vec::with_capacity(bytes.len().min(most));
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first().filter(|_| hidden.len() < most) {
            match self.0.iter().find_map(|secret| rest.strip_prefix(secret.as_slice())) {
                Some(behind) => {
                    hidden.extend_from_slice(b"***");
                    rest = behind;
                }
                None => {
                    hidden.push(*first);
                    rest = after;
                }
            }
        }
        hidden
    }
}

/// `%2f` for `%2F`, as some clients escape.
fn with_small_digits(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(part.len().min(2));
        text + "%" + &digits.to_ascii_lowercase() + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_a_line() {
        assert_eq!(line(b"a\r\n\tb\0\xff\xe4\xb8\xad"), "a\\r\\n\\tb\\x00\\xff中");
        assert_eq!(line("\u{202e}x\u{feff}".as_bytes()), "\\u202ex\\ufeff");
        assert_eq!(lines(b"a\r\n\tb\0"), "a\r\n\tb\\x00");
        assert_eq!(hex(b"GET /\n"), format!("000000  {:<48} GET /.\n", "47 45 54 20 2f 0a"));
        assert_eq!((short("中文字", 2), short("中文", 2)), ("中文…".to_string(), "中文".to_string()));
    }

    #[test]
    fn secrets_are_hidden_however_they_are_written() {
        let mask = Mask::new(["A+b/AF=".to_string(), "key".to_string()].into_iter());
        assert_eq!(mask.hide(b"A+b/AF= A%2Bb%2FAF%3D A%2bb%2fAF%3d A+b\\/AF= keykey A+b"), b"*** *** *** *** ****** A+b");
        assert_eq!((mask.start(b"12key", 3), mask.start(b"12key", 2)), (b"12***".to_vec(), b"12".to_vec()));
    }
}
