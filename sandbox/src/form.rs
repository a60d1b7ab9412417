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

/// The parameters in their order, everything but letters, digits and `.-*_` escaped.
pub(crate) fn write(fields: &[(String, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// What a form of these parameters is signed over: `k=v&k=v`, sorted, without what is blank.
pub(crate) fn string_to_sign(fields: &[(&str, &str)]) -> Vec<u8> {
    let fields = fields.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    Form(fields.collect()).string_to_sign()
}

pub(crate) fn escape(text: &str) -> String {
    let one = |b: u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => char::from(b).to_string(),
        b' ' => "+".to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
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
    fn what_is_written_is_read_again() {
        let fields = [("b", "{\"中\": 1+1 & ~=}"), ("a", " "), ("c", "1")];
        let text = write(&fields.map(|(name, value)| (name.to_string(), value.to_string())));
        assert_eq!(text, "b=%7B%22%E4%B8%AD%22%3A+1%2B1+%26+%7E%3D%7D&a=+&c=1");
        assert_eq!(Form::parse(text.as_bytes(), true).unwrap().string_to_sign(), string_to_sign(&fields));
        assert_eq!(string_to_sign(&fields), "b={\"中\": 1+1 & ~=}&c=1".as_bytes());
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
