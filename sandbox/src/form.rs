//! Form bodies: `name=value`, every field once. Strictly, printable ASCII with complete `%XX`; otherwise also what clients write
//! that escape no more than `+`.

use std::collections::BTreeMap;

use crate::charset::Charset;

/// The decoded bytes of each field, sorted by name as the string to sign wants them.
pub(crate) struct Form(BTreeMap<String, Vec<u8>>);

impl Form {
    pub(crate) fn parse(body: &[u8], strict: bool) -> Option<Form> {
        let mut fields = BTreeMap::new();
        for field in body.split(|b| *b == b'&') {
            if field.is_empty() && !strict {
                continue;
            }
            let at = match field.iter().position(|b| *b == b'=') {
                Some(at) => at,
                None if strict => return None,
                None => field.len(),
            };
            let (name, value) = field.split_at(at);
            let name = String::from_utf8(decode(name, strict)?).ok()?;
            if fields.insert(name, decode(value.get(1..).unwrap_or_default(), strict)?).is_some() {
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

    /// A value whose characters are all printable ASCII. A blank one is as good as none.
    pub(crate) fn ascii(&self, name: &str) -> Option<&str> {
        let bytes = self.0.get(name).filter(|value| !is_blank(value))?;
        bytes.iter().all(|b| (b' '..=b'~').contains(b)).then(|| std::str::from_utf8(bytes).ok())?
    }

    /// The base64 of `sign`, which Java's oldest encoder breaks into lines.
    pub(crate) fn signature(&self) -> Option<String> {
        let kept = self.0.get("sign")?.iter().copied().filter(|b| !b"\r\n".contains(b)).collect();
        String::from_utf8(kept).ok().filter(|text| !text.is_empty())
    }

    /// No value is blank, for both form gateways leave blank ones out; and only biz_content is more than ASCII.
    pub(crate) fn is_clean(&self) -> bool {
        (self.0.iter()).all(|(name, value)| !is_blank(value) && (name == "biz_content" || self.ascii(name).is_some()))
    }

    /// `k=v&k=v` over the bytes received, without `sign` and what is blank.
    pub(crate) fn string_to_sign(&self) -> Vec<u8> {
        let signed = self.0.iter().filter(|(name, value)| *name != "sign" && !is_blank(value));
        let pairs: Vec<Vec<u8>> = signed.map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect();
        pairs.join(&b'&')
    }
}

fn is_blank(value: &[u8]) -> bool {
    value.trim_ascii().is_empty()
}

fn decode(text: &[u8], strict: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&b) = rest.next() {
        bytes.push(match b {
            b'+' => b' ',
            b'%' => (nibble(*rest.next()?)? << 4) | nibble(*rest.next()?)?,
            b'!'..=b'~' => b,
            _ if strict => return None,
            _ => b,
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
        for strict in [true, false] {
            let form = Form::parse(b"b=%7B+%2b%7D&a=1&sign=x", strict).unwrap();
            assert_eq!(form.string_to_sign(), b"a=1&b={ +}");
        }
    }

    #[test]
    fn refuses() {
        for bad in ["", "a", "a=1&a=2", "a=1&&b=2", "a=%4", "a=%zz", "a= b", "a=\u{e4}"] {
            assert!(Form::parse(bad.as_bytes(), true).is_none(), "{bad}");
        }
        for bad in ["a=1&a=2", "a=%4", "a=%zz", "a&a"] {
            assert!(Form::parse(bad.as_bytes(), false).is_none(), "{bad}");
        }
    }

    #[test]
    fn takes_what_nobody_escaped() {
        let form = Form::parse("&b={\"x\": \"中=\"}&c&a=1&d= &sign=AB\r\n%0D%0ACD&".as_bytes(), false).unwrap();
        assert_eq!(form.string_to_sign(), "a=1&b={\"x\": \"中=\"}".as_bytes());
        assert_eq!((form.signature().as_deref(), form.ascii("d"), form.ascii("c")), (Some("ABCD"), None, None));
    }
}
