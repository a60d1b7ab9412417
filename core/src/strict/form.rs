//! The parameter string that form gateways sign, and the form body that carries it.

use crate::strict::charset::Charset;
use std::collections::BTreeMap;

/// Parameters by name, ascending by byte. Those whose value is empty or blank are never put in: they are neither signed nor sent.
#[derive(Debug, Default)]
pub(crate) struct Parameters<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Parameters<'a> {
    pub(crate) fn new(pairs: &[(&'a str, &'a str)]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.insert(name, value);
        }
        parameters
    }

    pub(crate) fn insert(&mut self, name: &'a str, value: &'a str) {
        if !value.trim().is_empty() {
            self.0.insert(name, value);
        }
    }

    /// In the order of the string to sign.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(name, value)| (*name, *value))
    }

    /// `a=1&b=2` with raw values, without `sign`.
    pub(crate) fn string_to_sign(&self) -> String {
        let pairs: Vec<String> = self.iter().filter(|(name, _)| *name != "sign").map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    /// The form body, in the bytes of `charset`. The values have been encoded before, to be signed, so that here a
    /// character outside the charset can no longer occur; it would be left out.
    pub(crate) fn body(&self, charset: Charset) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.0 {
            if !body.is_empty() {
                body.push(b'&');
            }
            form_encode(name.as_bytes(), &mut body);
            body.push(b'=');
            form_encode(&charset.encode(value).unwrap_or_default(), &mut body);
        }
        body
    }
}

/// `application/x-www-form-urlencoded`: `A-Za-z0-9._*-` stay, a space becomes `+`, every other byte `%XX`.
fn form_encode(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'*' | b'-' => out.push(byte),
            b' ' => out.push(b'+'),
            _ => {
                let digits = [byte >> 4, byte & 15].map(|nibble| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
                out.extend([b'%', digits[0], digits[1]]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_values_and_the_signature_are_not_signed() {
        let parameters = Parameters::new(&[("b", "2"), ("a", "x y"), ("c", ""), ("d", " \t"), ("sign", "s")]);
        assert_eq!(parameters.string_to_sign(), "a=x y&b=2");
        assert_eq!(parameters.body(Charset::Utf8), b"a=x+y&b=2&sign=s");
    }

    #[test]
    fn bodies_are_encoded_in_the_bytes_of_the_charset() {
        let parameters = Parameters::new(&[("k", "中~*-._+/=&%\"")]);
        assert_eq!(parameters.body(Charset::Gbk), b"k=%D6%D0%7E*-._%2B%2F%3D%26%25%22");
        assert_eq!(parameters.body(Charset::Utf8), b"k=%E4%B8%AD%7E*-._%2B%2F%3D%26%25%22");
    }
}
