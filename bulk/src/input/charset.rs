//! In which charset a file is written: said by its mark or by whoever gives it, or seen in the whole of it.

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8};
use std::io::{self, BufRead};

/// A charset of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// With or without a byte order mark.
    Utf8,
    /// And so GBK and GB2312, which are parts of it: what Excel in Chinese writes as CSV.
    Gb18030,
}

impl Charset {
    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
        }
    }

    /// The charset of this name, GBK and GB2312 among them, in any case.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "gb18030" | "gbk" | "gb2312" => Some(Self::Gb18030),
            _ => None,
        }
    }

    /// Reads to the end. `None` if what stands there is well-formed in both, and nothing in it says which: such a file is not guessed at.
    ///
    /// UTF-8 is what is well-formed UTF-8; GB18030 what is not, and well-formed GB18030. Whatever is neither is read as UTF-8, line by line.
    pub(super) fn seen_in(mut source: impl BufRead) -> io::Result<Option<Self>> {
        let (mut utf8, mut gb18030) = (Trial::of(UTF_8), Trial::of(GB18030));
        loop {
            let bytes = source.fill_buf()?;
            let (length, is_last) = (bytes.len(), bytes.is_empty());
            utf8.read(bytes, is_last);
            gb18030.read(bytes, is_last);
            source.consume(length);
            if is_last || !utf8.is_well_formed && !gb18030.is_well_formed {
                break;
            }
        }
        Ok(match (utf8.is_well_formed, gb18030.is_well_formed) {
            // A character of two bytes in both. Chinese has three in UTF-8, and few texts of GB18030 pass for that.
            (true, true) if utf8.has_other_than_ascii && !utf8.has_three_bytes => None,
            (false, true) => Some(Self::Gb18030),
            _ => Some(Self::Utf8),
        })
    }

    /// The text of a line; else the first byte, from 1, that is none.
    pub(super) fn text(self, line: &[u8]) -> Result<String, usize> {
        let utf8 = std::str::from_utf8(line);
        match (self, utf8) {
            (Self::Utf8, Ok(text)) => Ok(text.into()),
            (Self::Utf8, Err(bad)) => Err(bad.valid_up_to() + 1),
            (Self::Gb18030, Ok(text)) if text.is_ascii() => Ok(text.into()),
            (Self::Gb18030, _) => {
                let mut decoder = GB18030.new_decoder_without_bom_handling();
                let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(line.len()).unwrap_or_default());
                match decoder.decode_to_string_without_replacement(line, &mut text, true) {
                    (DecoderResult::InputEmpty, _) => Ok(text),
                    (_, read) => Err(read),
                }
            }
        }
    }
}

/// Whether everything so far is well-formed in a charset.
struct Trial {
    decoder: Decoder,
    is_well_formed: bool,
    has_other_than_ascii: bool,
    has_three_bytes: bool,
}

impl Trial {
    fn of(charset: &'static Encoding) -> Self {
        let decoder = charset.new_decoder_without_bom_handling();
        Self { decoder, is_well_formed: true, has_other_than_ascii: false, has_three_bytes: false }
    }

    fn read(&mut self, mut bytes: &[u8], is_last: bool) {
        let mut text = String::with_capacity(1 << 13);
        while self.is_well_formed {
            text.clear();
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, &mut text, is_last);
            self.has_other_than_ascii |= !text.is_ascii();
            self.has_three_bytes |= text.chars().any(|c| c >= '\u{800}');
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => bytes = bytes.get(read..).unwrap_or_default(),
                DecoderResult::Malformed(..) => self.is_well_formed = false,
            }
        }
    }
}
