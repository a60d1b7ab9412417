//! The two charsets of the form gateways: no BOM sniffing, no replacement characters.

use encoding_rs::{EncoderResult, GBK};

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8
    Utf8,
    /// GBK; also what a request that says GB2312 gets.
    Gbk,
}

impl Charset {
    /// `UTF-8`, `GBK` or `GB2312`; strictly, in this exact spelling, otherwise as Java knows them.
    pub(crate) fn named(name: &str, strict: bool) -> Option<Charset> {
        let upper = name.to_ascii_uppercase();
        match if strict { name } else { upper.as_str() } {
            "UTF-8" => Some(Charset::Utf8),
            "UTF8" if !strict => Some(Charset::Utf8),
            "GBK" | "GB2312" => Some(Charset::Gbk),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Gbk => "GBK",
        }
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Charset::Gbk => GBK.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned()),
        }
    }

    /// `None` when a character has no place in the charset.
    pub(crate) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Gbk => {
                let mut encoder = GBK.new_encoder();
                let mut bytes = Vec::with_capacity(encoder.max_buffer_length_from_utf8_without_replacement(text.len())?);
                let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
                matches!(result, EncoderResult::InputEmpty).then_some(bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_is_exact() {
        assert_eq!(Charset::Gbk.encode("正常"), Some(vec![0xd5, 0xfd, 0xb3, 0xa3]));
        assert_eq!(Charset::Gbk.decode(&[0xd5, 0xfd]), Some("正".to_string()));
        assert_eq!(Charset::Gbk.encode("😀"), None);
        assert_eq!(Charset::Gbk.decode(&[0xd5]), None);
    }
}
