//! Form bodies, strictly: every field once, `name=value`, printable ASCII with complete `%XX`.

use std::collections::BTreeMap;

use crate::charset::Charset;

/// The decoded bytes of each field, sorted by name as the string to sign wants them.
pub(crate) struct Form(BTreeMap<String, Vec<u8>>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Option<Form> {
        let mut fields = BTreeMap::new();
        for field in body.split(|b| *b == b'&') {
            let at = field.iter().position(|b| *b == b'=')?;
            let (name, value) = field.split_at(at);
            let name = String::from_utf8(decode(name)?).ok()?;
            if fields.insert(name, decode(value.get(1..)?)?).is_some() {
                return None;
            }
        }
        Some(Form(fields))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str, charset: Charset) -> Option<String> {
        charset.decode(self.0.get(name)?)
    }

    /// A value whose characters are all printable ASCII.
    pub(crate) fn ascii(&self, name: &str) -> Option<&str> {
        let bytes = self.0.get(name)?;
        bytes.iter().all(|b| (b' '..=b'~').contains(b)).then(|| std::str::from_utf8(bytes).ok())?
    }

    /// No value is blank, for both form gateways leave blank ones out; and only biz_content is more than ASCII.
    pub(crate) fn is_clean(&self) -> bool {
        (self.0.iter()).all(|(name, value)| !value.trim_ascii().is_empty() && (name == "biz_content" || self.ascii(name).is_some()))
    }

    /// `k=v&k=v` over the bytes received, without `sign`.
    pub(crate) fn string_to_sign(&self) -> Vec<u8> {
        let pairs: Vec<Vec<u8>> =
            (self.0.iter()).filter(|(name, _)| *name != "sign").map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect();
        pairs.join(&b'&')
    }
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&b) = rest.next() {
        bytes.push(match b {
            b'+' => b' ',
            b'%' => (nibble(*rest.next()?)? << 4) | nibble(*rest.next()?)?,
            b'!'..=b'~' => b,
            _ => return None,
        });
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_decodes() {
        let form = Form::parse(b"b=%7B+%2b%7D&a=1&sign=x").unwrap();
        assert_eq!(form.string_to_sign(), b"a=1&b={ +}");
    }

    #[test]
    fn refuses() {
        for bad in ["", "a", "a=1&a=2", "a=1&&b=2", "a=%4", "a=%zz", "a= b", "a=\u{e4}"] {
            assert!(Form::parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
