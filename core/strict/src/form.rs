//! The parameter string that form gateways sign, and the form body that carries it, out and in.

use crate::charset::Charset;
use crate::xml::Fields;
use memchr::{memchr, memchr2};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Parameters by name, ascending by byte. Those whose value is empty or blank are never put in: they are neither signed nor sent.
#[derive(Debug, Default)]
pub struct Parameters<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Parameters<'a> {
    pub fn new(pairs: &[(&'a str, &'a str)]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.insert(name, value);
        }
        parameters
    }

    pub fn insert(&mut self, name: &'a str, value: &'a str) {
        if !is_blank(value) {
            self.0.insert(name, value);
        }
    }

    /// In the order of the string to sign.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(name, value)| (*name, *value))
    }

    /// `a=1&b=2` with raw values, without `sign`.
    pub fn string_to_sign(&self) -> String {
        string_to_sign(self.iter())
    }

    /// Those whose names `is_of` takes, and the others.
    pub fn split(self, is_of: impl Fn(&str) -> bool) -> (Self, Self) {
        let (these, others) = self.0.into_iter().partition(|(name, _)| is_of(name));
        (Self(these), Self(others))
    }

    /// The form body, in the bytes of `charset`. The values have been encoded before, to be signed, so that here a
    /// character outside the charset can no longer occur; it would be left out.
    pub fn body(&self, charset: Charset) -> Vec<u8> {
        let mut body = Vec::with_capacity(1024);
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

fn is_blank(value: &str) -> bool {
    value.trim().is_empty()
}

/// What most forms hold fewer than.
const FEW_PARAMETERS: usize = 32;
/// Real forms hold fewer than sixty.
const MAX_PARAMETERS: usize = 1_000;
/// Bounds the cost of reading what nobody has signed.
pub const MAX_NAMES_IN_VALUES: usize = 1_000;

/// `a=1&b=2` in this order, as the query of a URL: UTF-8, with all escaped that RFC 3986 reserves, so that every reader reads the same.
pub fn query(pairs: &[(&str, &str)]) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let escaped = |text| utf8_percent_encode(text, RESERVED);
    pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}

/// The parameters of a form body as bytes, by name, ascending: each named once, none without `=`.
pub struct Pairs(Vec<(String, Vec<u8>)>);

impl Pairs {
    /// `None` unless the body is one form. The names are visible ASCII without `&` and `=`, which the string to sign could not tell apart.
    pub fn split(body: &[u8]) -> Option<Self> {
        let mut pairs = Vec::with_capacity(FEW_PARAMETERS);
        // Without an end before the last byte, so that many are looked at at once.
        if body.iter().fold(false, |any, byte| any | byte.is_ascii_control()) {
            return None;
        }
        let mut rest = Some(body);
        while let Some(text) = rest {
            let (pair, others) = split_once(text, b'&').map_or((text, None), |(pair, others)| (pair, Some(others)));
            rest = others;
            let (name, value) = split_once(pair, b'=')?;
            let name = if name.iter().any(|byte| b"%+".contains(byte)) { form_decode(name)? } else { name.to_vec() };
            let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && !b"&=".contains(byte));
            if !is_name || pairs.len() == MAX_PARAMETERS {
                return None;
            }
            pairs.push((String::from_utf8(name).ok()?, form_decode(value)?));
        }
        // Most differ in their first byte, which is compared without a call.
        let first = |name: &String| name.as_bytes().first().copied();
        pairs.sort_unstable_by(|(one, _), (other, _)| first(one).cmp(&first(other)).then_with(|| one.cmp(other)));
        let is_twice = pairs.windows(2).any(|two| matches!(two, [(one, _), (next, _)] if one == next));
        (!is_twice).then_some(Self(pairs))
    }

    /// The bytes of one value.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// As text; `None` if they are not text in `charset`.
    pub fn decode(self, charset: Charset) -> Option<Form> {
        let texts = self.0.into_iter().map(|(name, value)| Some((name, charset.into_text(value)?)));
        texts.filter(|pair| pair.as_ref().is_none_or(|(_, text)| !is_blank(text))).collect::<Option<_>>().map(Form)
    }
}

fn split_once(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    match text.split_at_checked(memchr(at, text)?)? {
        (before, [_, after @ ..]) => Some((before, after)),
        _ => None,
    }
}

/// The parameters of a form that came in, without the blank ones, which are not signed: what is verified is what is read.
pub struct Form(Fields);

impl Form {
    /// The text of a parameter; empty if it is absent.
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// `a=1&b=2` with the values as they are, without `sign`.
    pub fn string_to_sign(&self) -> String {
        string_to_sign(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Whether the same string could also be read as other parameters, so that it matters: a part of a value may be a parameter that
    /// somebody put there, or took away. It matters if that one is among the `words` or `documents` that are read here, or stands in the
    /// form as well, or if the value is one of the `words`. (A document, JSON, shows by itself where it ends.)
    pub fn is_ambiguous(&self, words: &[&str], documents: &[&str]) -> bool {
        if !self.0.values().any(|text| text.as_bytes().contains(&b'&')) {
            return false;
        }
        let is_read = |name: &&str| words.contains(name) || documents.contains(name) || self.0.contains_key(*name);
        let holds_one = |word: &&str| names_inside(self.field(word)).next().is_some();
        names_in_values(&self.0).is_none_or(|names| names.iter().any(is_read)) || words.iter().any(holds_one)
    }

    /// Whether a value could be read as a parameter of such a name; so it is where there are more than can be looked at.
    pub fn hides(&self, is_one: fn(&str) -> bool) -> bool {
        names_in_values(&self.0).is_none_or(|names| names.into_iter().any(is_one))
    }

    /// All that are not blank.
    pub fn fields(&self) -> &Fields {
        &self.0
    }

    /// All that is signed.
    pub fn into_signed(mut self) -> Fields {
        self.0.remove("sign");
        self.0
    }
}

/// `a=1&b=2`, in the order given, with the values as they are, without `sign`.
pub fn string_to_sign<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let mut text = String::with_capacity(1024);
    for (name, value) in fields.filter(|(name, _)| *name != "sign") {
        let and = if text.is_empty() { "" } else { "&" };
        [and, name, "=", value].iter().for_each(|part| text.push_str(part));
    }
    text
}

/// The names in all values; `None` if there are more than can be looked at.
fn names_in_values(fields: &Fields) -> Option<Vec<&str>> {
    let names: Vec<&str> = fields.values().flat_map(|text| names_inside(text)).take(MAX_NAMES_IN_VALUES + 1).collect();
    (names.len() <= MAX_NAMES_IN_VALUES).then_some(names)
}

/// The names in a value that holds `&name=`.
pub fn names_inside(text: &str) -> impl Iterator<Item = &str> {
    text.split('&').skip(1).filter_map(|part| part.split_once('=')).map(|(name, _)| name)
}

/// `None` for a `%` without two digits; other bytes that need not stand so are what they are.
fn form_decode(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, special)) = memchr2(b'%', b'+', rest).and_then(|at| rest.split_at_checked(at)) {
        bytes.extend_from_slice(plain);
        let byte;
        (byte, rest) = match special {
            [b'+', rest @ ..] => (b' ', rest),
            [_, high, low, rest @ ..] => (digit(high)? << 4 | digit(low)?, rest),
            _ => return None,
        };
        bytes.push(byte);
    }
    bytes.extend_from_slice(rest);
    Some(bytes)
}

/// `a=1&b=2` in this order and in UTF-8, encoded as a form is.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// `application/x-www-form-urlencoded`: `A-Za-z0-9._*-` stay, a space becomes `+`, every other byte `%XX`.
fn form_encode(bytes: &[u8], out: &mut Vec<u8>) {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).map_or(b'0', |digit| digit.to_ascii_uppercase() as u8);
    // A bit for each byte of ASCII.
    const STAY: u128 = bits(b'A', b'Z') | bits(b'a', b'z') | bits(b'0', b'9') | bits(b'-', b'.') | bits(b'_', b'_') | bits(b'*', b'*');
    let stays = |byte: &&u8| **byte < 128 && STAY >> **byte & 1 == 1;
    let mut rest = bytes;
    while let Some((plain, special)) = rest.split_at_checked(rest.iter().take_while(stays).count()) {
        out.extend_from_slice(plain);
        rest = match special {
            [b' ', rest @ ..] => {
                out.push(b'+');
                rest
            }
            [byte, rest @ ..] => {
                out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
                rest
            }
            [] => return,
        };
    }
}

const fn bits(first: u8, last: u8) -> u128 {
    (u128::MAX >> (127 - last)) & (u128::MAX << first)
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
    fn every_byte_is_encoded_as_browsers_encode_it() {
        for byte in 0..=255 {
            for bytes in [vec![byte], vec![b'a', byte], vec![byte, b'*', byte]] {
                let mut out = Vec::new();
                form_encode(&bytes, &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), form_urlencoded::byte_serialize(&bytes).collect::<String>());
            }
        }
    }

    fn read(body: &[u8]) -> Option<Form> {
        Pairs::split(body)?.decode(Charset::Utf8)
    }

    #[test]
    fn a_form_is_read_as_it_is_written() {
        let form = read(b"b=1+%2b%26&a=%E4%B8%AD=x&c=&d=+%09&sign=s").unwrap();
        assert_eq!((form.field("a"), form.field("b"), form.field("c"), form.field("d")), ("中=x", "1 +&", "", ""));
        assert_eq!(form.string_to_sign(), "a=中=x&b=1 +&");
        assert_eq!(form.into_signed().into_keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read("a=中 文".as_bytes()).unwrap().field("a"), "中 文");
    }

    #[test]
    fn a_form_with_two_readings_is_none() {
        for bad in [
            "",
            "a",
            "a=1&",
            "&a=1",
            "a=1&&b=2",
            "=1",
            "a=1&a=1",
            "a=&a=1",
            "a=1&%61=2",
            "a%3Db=1",
            "a%26b=1",
            "a+b=1",
            "%E4%B8%AD=1",
            "a=%",
            "a=%4",
            "a=%4g",
            "a=%+1",
            "a=1\n",
            "a=\t",
            "a=1\r\nb=2",
            "a=%FF",
            "a=%C0%80",
            "{\"a\":1}",
            "<xml></xml>",
            "a=%EF%BB%BF1",
        ] {
            assert!(read(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(read(b"a=\xFF").is_none());
        let many: Vec<String> = (0..1001).map(|i| format!("k{i}=1")).collect();
        assert!(read(many.join("&").as_bytes()).is_none());
        assert!(read(many.get(..1000).unwrap().join("&").as_bytes()).is_some());
    }

    #[test]
    fn a_parameter_inside_a_value_is_seen() {
        let ambiguous = |body: &str| read(body.as_bytes()).unwrap().is_ambiguous(&["state"], &["doc"]);
        assert!(!ambiguous("a=x%26y%3D1&b=state%3D1&c=x%26state"));
        assert!(ambiguous("a=x%26state%3D1"));
        assert!(ambiguous("a=x%26b%3D1&b=2"));
        assert!(ambiguous("b=2&c=x%26%26b%3D"));
        assert!(ambiguous("a=x%26doc%3D1"));
        assert!(ambiguous("state=x%26y%3D1"));
        assert!(!ambiguous("doc=x%26y%3D1"));
        assert!(ambiguous(&format!("a={}", "%26y%3D1".repeat(1001))));
    }

    #[test]
    fn a_query_has_one_reading() {
        assert_eq!(query(&[("no", "a b+c"), ("a", ""), ("撤", "&=?#%/*~-._")]), "no=a%20b%2Bc&a=&%E6%92%A4=%26%3D%3F%23%25%2F%2A~-._");
    }

    #[test]
    fn bodies_are_encoded_in_the_bytes_of_the_charset() {
        let parameters = Parameters::new(&[("k", "中~*-._+/=&%\"")]);
        assert_eq!(parameters.body(Charset::Gbk), b"k=%D6%D0%7E*-._%2B%2F%3D%26%25%22");
        assert_eq!(parameters.body(Charset::Utf8), b"k=%E4%B8%AD%7E*-._%2B%2F%3D%26%25%22");
    }
}
