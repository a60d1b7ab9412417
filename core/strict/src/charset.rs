//! Text to bytes and back, with nothing replaced and nothing guessed. (`encoding_rs` by itself lets a byte order mark
//! override GBK, and encodes an unmappable character as `&#…;`.)

use encoding_rs::{DecoderResult, EncoderResult, GBK};
use serde::Deserialize;

/// A charset as an account names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Charset {
    #[default]
    #[serde(rename = "UTF-8")]
    Utf8,
    #[serde(rename = "GBK")]
    Gbk,
    /// The subset of GBK that GB/T 2312-1980 assigns.
    #[serde(rename = "GB2312")]
    Gb2312,
}

/// The first character that the charset does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unmappable(pub char);

impl Charset {
    /// The name sent to the gateway.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Gbk => "GBK",
            Charset::Gb2312 => "GB2312",
        }
    }

    /// As a message from outside names it: `utf-8` as well.
    pub fn of_message(name: &[u8]) -> Option<Self> {
        [Self::Utf8, Self::Gbk].into_iter().find(|charset| charset.name().as_bytes().eq_ignore_ascii_case(name))
    }

    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unmappable> {
        let bytes = match self {
            Charset::Utf8 => return Ok(text.into()),
            // The web's GBK writes it as the single byte 0x80, the JDK's as A2 E3: nobody knows what the gateway reads.
            Charset::Gbk | Charset::Gb2312 if text.contains('€') => return Err(Unmappable('€')),
            Charset::Gbk | Charset::Gb2312 => to_gbk(text)?,
        };
        match self {
            Charset::Gb2312 => outside_gb2312(text, &bytes).map_or(Ok(bytes), |c| Err(Unmappable(c))),
            _ => Ok(bytes),
        }
    }

    /// The text of `bytes`; `None` if they are not valid, begin with a byte order mark, or are not the one way to write the text (so
    /// that every span of it has exactly one encoding: the bytes received). That is what [`encode`](Self::encode) writes; in GBK the
    /// euro sign may stand besides, as A2 E3.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        self.into_text(bytes.into())
    }

    /// The same of bytes that nobody needs any more.
    pub fn into_text(self, bytes: Vec<u8>) -> Option<String> {
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            return None;
        }
        let text = match self {
            Charset::Utf8 => return String::from_utf8(bytes).ok(),
            Charset::Gbk | Charset::Gb2312 => from_gbk(&bytes)?,
        };
        (self.as_received(&text)? == bytes).then_some(text)
    }

    /// The bytes that a span of [decoded](Self::decode) text came from.
    pub fn as_received(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Gbk => to_gbk(text).ok(),
            Charset::Utf8 | Charset::Gb2312 => self.encode(text).ok(),
        }
    }
}

/// GBK as the JDK writes it: the euro sign is A2 E3.
fn to_gbk(text: &str) -> Result<Vec<u8>, Unmappable> {
    let pieces: Result<Vec<Vec<u8>>, Unmappable> = text.split('€').map(without_euro).collect();
    Ok(pieces?.join(&[0xA2, 0xE3][..]))
}

fn without_euro(text: &str) -> Result<Vec<u8>, Unmappable> {
    let mut encoder = GBK.new_encoder();
    // No character is longer in GBK than in UTF-8; the encoder asks for some slack.
    let mut bytes = vec![0; text.len() + 16];
    let (result, _, written) = encoder.encode_from_utf8_without_replacement(text, &mut bytes, true);
    match result {
        EncoderResult::InputEmpty => bytes.truncate(written),
        EncoderResult::Unmappable(c) => return Err(Unmappable(c)),
        EncoderResult::OutputFull => return Err(Unmappable('\u{fffd}')),
    }
    Ok(bytes)
}

fn from_gbk(bytes: &[u8]) -> Option<String> {
    let mut decoder = GBK.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    text.shrink_to_fit();
    (result == DecoderResult::InputEmpty).then_some(text)
}

/// Text of an X.509 BMPString.
pub fn utf16_be(bytes: &[u8]) -> Option<String> {
    encoding_rs::UTF_16BE.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}

/// The first character of `text` whose GBK code is not one of GB/T 2312-1980.
fn outside_gb2312(text: &str, gbk: &[u8]) -> Option<char> {
    let mut bytes = gbk.iter().copied();
    text.chars().find(|c| {
        let Some(lead) = bytes.next() else { return true };
        !c.is_ascii() && !bytes.next().is_some_and(|trail| in_gb2312(lead, trail))
    })
}

/// The assigned cells, row by row (a row is a lead byte).
fn in_gb2312(lead: u8, trail: u8) -> bool {
    match lead {
        0xA1 | 0xA3 | 0xB0..=0xD6 | 0xD8..=0xF7 => matches!(trail, 0xA1..=0xFE),
        0xA2 => matches!(trail, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC),
        0xA4 => matches!(trail, 0xA1..=0xF3),
        0xA5 => matches!(trail, 0xA1..=0xF6),
        0xA6 => matches!(trail, 0xA1..=0xB8 | 0xC1..=0xD8),
        0xA7 => matches!(trail, 0xA1..=0xC1 | 0xD1..=0xF1),
        0xA8 => matches!(trail, 0xA1..=0xBA | 0xC5..=0xE9),
        0xA9 => matches!(trail, 0xA4..=0xEF),
        0xD7 => matches!(trail, 0xA1..=0xF9),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_emoji_is_an_error_in_gbk_not_an_entity() {
        assert_eq!(Charset::Gbk.encode("a\u{1f600}"), Err(Unmappable('\u{1f600}')));
        assert_eq!(Charset::Gbk.encode("1€"), Err(Unmappable('€')));
        assert_eq!(Charset::Gbk.encode("中文 A").unwrap(), [0xD6, 0xD0, 0xCE, 0xC4, 0x20, 0x41]);
    }

    #[test]
    fn the_euro_sign_is_read_as_the_jdk_writes_it() {
        assert_eq!(Charset::Gbk.decode(b"1\xA2\xE3=\xD6\xD0").as_deref(), Some("1€=中"));
        assert_eq!(Charset::Gbk.decode(b"\xA2\xE3\xA2\xE3").as_deref(), Some("€€"));
        assert_eq!(Charset::Gbk.decode(b"1\x80"), None);
        assert_eq!(Charset::Gb2312.decode(b"\xA2\xE3"), None);
    }

    #[test]
    fn gb2312_is_narrower_than_gbk() {
        assert!(Charset::Gbk.encode("囍镕").is_ok());
        assert_eq!(Charset::Gb2312.encode("喜囍"), Err(Unmappable('囍')));
        assert_eq!(Charset::Gb2312.encode("镕"), Err(Unmappable('镕')));
        assert_eq!(Charset::Gb2312.encode("啊齄Ａ").unwrap(), [0xB0, 0xA1, 0xF7, 0xFE, 0xA3, 0xC1]);
        // GB/T 2312-1980: 682 signs and 6763 characters.
        let cells = (0..=255).flat_map(|lead| (0..=255).map(move |trail| (lead, trail)));
        assert_eq!(cells.filter(|&(lead, trail)| in_gb2312(lead, trail)).count(), 682 + 6763);
    }

    #[test]
    fn a_byte_order_mark_or_a_broken_byte_is_not_text() {
        assert_eq!(Charset::Utf8.decode(b"\xEF\xBB\xBF{}"), None);
        assert_eq!(Charset::Gbk.decode(b"\xEF\xBB\xBF{}"), None);
        assert_eq!(Charset::Utf8.decode(b"\xFF"), None);
        assert_eq!(Charset::Utf8.decode(b"\xC0\x80"), None);
        assert_eq!(Charset::Gbk.decode(b"a\x81"), None);
        assert_eq!(Charset::Gbk.decode(b"\x80"), None);
        // A four-byte GB 18030 character is not GBK.
        assert_eq!(Charset::Gbk.decode(b"\x81\x30\x81\x30"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            for charset in [Charset::Utf8, Charset::Gbk, Charset::Gb2312] {
                if let Some(text) = charset.decode(&bytes).filter(|text| !text.contains('€')) {
                    prop_assert_eq!(charset.encode(&text).unwrap(), bytes.clone());
                }
            }
        }
    }
}
