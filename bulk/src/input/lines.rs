//! Lines, numbered from 1, however long the file is.

use super::charset::Charset;
use std::io::{self, BufRead, Read};

/// No line of an order is longer, in bytes.
const LONGEST: usize = 64 << 10;
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The lines of an input.
pub(super) struct Lines<R> {
    source: R,
    charset: Charset,
    number: u64,
    bytes: Vec<u8>,
}

/// What a line holds, without its end.
pub(super) enum Content {
    Text(String),
    /// Not in the charset, from this byte on, counted from 1.
    Foreign(usize),
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R, charset: Charset) -> Self {
        Self { source, charset, number: 0, bytes: Vec::new() }
    }

    pub(super) fn charset(&self) -> Charset {
        self.charset
    }

    /// The next line and its number.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Content)>> {
        self.bytes.clear();
        let most = LONGEST as u64 + 2;
        if self.source.by_ref().take(most).read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let is_whole = self.bytes.ends_with(b"\n");
        let line = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if self.number == 1 { line.strip_prefix(MARK).unwrap_or(line) } else { line };
        let content = match self.charset.text(line) {
            _ if line.len() > LONGEST => Content::TooLong,
            Ok(text) => Content::Text(text),
            Err(at) => Content::Foreign(at),
        };
        if !is_whole {
            self.source.skip_until(b'\n')?;
        }
        Ok(Some((self.number, content)))
    }
}
