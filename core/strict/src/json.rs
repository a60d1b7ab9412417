//! RFC 8259 JSON without its freedoms: no duplicate member at any depth (escapes resolved), no byte order mark, nothing
//! after the value, no lone surrogate, bounded depth and size. Keeps the text of every value, so that the bytes that
//! were signed are the ones that are read, and numbers never pass through a float.

use crate::eight::{self, TOPS};
use crate::foreign;
use std::borrow::Cow;
use std::cell::Cell;

/// Real messages nest three deep; a small stack must bear a hostile one.
const MAX_DEPTH: usize = 16;
/// Bounds the memory of the tree: real replies hold fewer than a hundred values.
const MAX_VALUES: usize = 10_000;

/// Most objects have no more members.
const USUAL: usize = 8;

/// So many names are sooner compared one by one than sorted.
const FEW: usize = 12;

/// A value with the text it was written as.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    pub raw: &'a str,
    pub value: Value<'a>,
    /// Whether a text was taken from here as a secret.
    pub secret: Cell<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    /// In the order written.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    pub fn member(&self, name: &str) -> Option<&Node<'a>> {
        self.members()?.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// Takes a member out of an object.
    pub fn take_member(&mut self, name: &str) -> Option<Node<'a>> {
        let Value::Object(members) = &mut self.value else { return None };
        let at = members.iter().position(|(key, _)| key == name)?;
        Some(members.swap_remove(at).1)
    }

    pub fn members(&self) -> Option<&[(Cow<'a, str>, Node<'a>)]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Whether a text was taken as a secret from here or from below.
    pub fn holds_secrets(&self) -> bool {
        self.secret.get() || self.members().is_some_and(|members| members.iter().any(|(_, node)| node.holds_secrets()))
    }

    /// A text member: `Some(None)` if it is absent, `None` if it is anything but a string.
    pub fn optional_text(&self, name: &str) -> Option<Option<String>> {
        match self.member(name) {
            None => Some(None),
            Some(node) => node.text().map(|text| Some(text.to_string())),
        }
    }

    /// The same where `null` and absent mean the same.
    pub fn nullable_text(&self, name: &str) -> Option<Option<String>> {
        match self.member(name) {
            Some(Node { value: Value::Null, .. }) => Some(None),
            _ => self.optional_text(name),
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// What is wrong with the text, and where (line and column from 1). Holds no value of the text; a duplicate key is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    pub what: String,
    /// The duplicate key or the key of the number, with the keys above it.
    pub path: Option<String>,
    /// In bytes.
    pub at: usize,
    pub line: usize,
    pub column: usize,
}

impl Malformed {
    fn below(self, key: &str) -> Self {
        let key = foreign::name(key);
        let join = |path: String| if path.is_empty() { key.into() } else { format!("{key}.{path}") };
        Self { path: self.path.map(join), ..self }
    }
}

/// Parses exactly one value.
pub fn parse(text: &str) -> Result<Node<'_>, Malformed> {
    let mut parser = Parser { text, at: 0, values: 0 };
    parser.document().map_err(|bad| *bad)
}

/// What is wrong is rare, and larger than what is right.
type Refusal = Box<Malformed>;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Result<Node<'a>, Refusal> {
        self.skip_blanks();
        let node = self.value(0)?;
        self.skip_blanks();
        if self.at == self.text.len() { Ok(node) } else { self.fail("something stands after the JSON value") }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T, Refusal> {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Err(Box::new(Malformed {
            what: what.into(),
            path: None,
            at: self.at,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
        }))
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, Refusal> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return self.fail("too many values");
        }
        if depth > MAX_DEPTH {
            return self.fail("nested too deep");
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return self.fail("a JSON value is expected here"),
        };
        Ok(Node { raw: self.since(start), value, secret: Cell::new(false) })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Refusal> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.fail("a JSON value is expected here");
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Refusal> {
        let mut members: Vec<(Cow<'a, str>, Node<'a>)> = Vec::with_capacity(USUAL);
        let (mut marks, mut are_alike) = (0, false);
        self.at += 1;
        self.skip_blanks();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return self.fail("a member name is expected here");
            }
            let name = self.string()?;
            are_alike |= marks & mark(&name) != 0;
            marks |= mark(&name);
            self.skip_blanks();
            if !self.eat(b':') {
                return self.fail("`:` is expected here");
            }
            self.skip_blanks();
            let node = self.value(depth + 1).map_err(|bad| Box::new(bad.below(&name)))?;
            members.push((name, node));
            self.skip_blanks();
            if self.eat(b'}') {
                break;
            }
            if !self.eat(b',') {
                return self.fail("`,` or `}` is expected here");
            }
        }
        let twice = if are_alike { duplicate(&members) } else { None };
        match twice {
            Some(name) => self.fail("duplicate key").map_err(|bad| Box::new(Malformed { path: Some(foreign::name(name).into()), ..*bad })),
            None => Ok(Value::Object(members)),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Refusal> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.eat(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.skip_blanks();
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.eat(b']') {
                return Ok(Value::Array(items));
            }
            if !self.eat(b',') {
                return self.fail("`,` or `]` is expected here");
            }
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Refusal> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let digits = self.since(start);
        if digits.parse::<f64>().is_ok_and(f64::is_finite) {
            return Ok(Value::Number(digits));
        }
        self.fail("a number out of range").map_err(|bad| Box::new(Malformed { path: Some(String::new()), ..*bad }))
    }

    fn digits(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { self.fail("a digit is expected here") }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Refusal> {
        self.at += 1;
        let Some((_, rest)) = self.text.split_at_checked(self.at) else { return self.escaped_string() };
        let length = plain_length(rest.as_bytes());
        match rest.split_at_checked(length) {
            Some((text, rest)) if rest.as_bytes().first() == Some(&b'"') => {
                self.at += length + 1;
                Ok(Cow::Borrowed(text))
            }
            _ => self.escaped_string(),
        }
    }

    fn escaped_string(&mut self) -> Result<Cow<'a, str>, Refusal> {
        let mut unescaped: Option<String> = None;
        let mut plain = self.at;
        loop {
            self.at += plain_length(self.text.as_bytes().get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(self.text.get(plain..self.at).unwrap_or(""));
                    let c = self.escape()?;
                    unescaped.get_or_insert_default().push(c);
                    plain = self.at;
                }
                Some(_) => return self.fail("a control character inside a string"),
                None => return self.fail("the text ends inside a string"),
            }
        }
        let rest = self.since(plain);
        self.at += 1;
        Ok(match unescaped {
            None => Cow::Borrowed(rest),
            Some(text) => Cow::Owned(text + rest),
        })
    }

    fn escape(&mut self) -> Result<char, Refusal> {
        self.at += 1;
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.fail("an unknown escape"),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Result<char, Refusal> {
        let first = self.hex4()?;
        let code = match first {
            0xD800..=0xDBFF if self.peek() == Some(b'\\') => {
                self.at += 1;
                let second = if self.peek() == Some(b'u') { self.hex4()? } else { 0 };
                match second {
                    0xDC00..=0xDFFF => 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00),
                    _ => return self.fail("a lone surrogate"),
                }
            }
            code => code,
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.fail("a lone surrogate"),
        }
    }

    /// The four digits after `u`.
    fn hex4(&mut self) -> Result<u32, Refusal> {
        self.at += 1;
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let code = digits.iter().try_fold(0, |code, &digit| Some(code * 16 + char::from(digit).to_digit(16)?));
        match code {
            Some(code) if digits.len() == 4 => {
                self.at += 4;
                Ok(code)
            }
            _ => self.fail("four hexadecimal digits are expected here"),
        }
    }
}

/// How many bytes stand before what ends a string, begins an escape, or may not stand in one.
#[inline]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let (mut rest, mut before) = (bytes, 0);
    // Most strings are short.
    while let Some((word, behind)) = rest.split_first_chunk() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return before + (found.trailing_zeros() / 8) as usize;
        }
        (rest, before) = (behind, before + 8);
        if before > SHORT {
            break;
        }
    }
    before + plain_length_of_many(rest)
}

const SHORT: usize = 32;

fn plain_length_of_many(bytes: &[u8]) -> usize {
    // Without an end before the last byte of a block, so that many are looked at at once.
    let is_plain = |block: &&[u8; 64]| block.iter().fold(true, |all, byte| all & !is_special(*byte));
    let long = bytes.as_chunks().0.iter().take_while(is_plain).count() * 64;
    let rest = bytes.get(long..).unwrap_or_default();
    let (words, _) = rest.as_chunks();
    let whole = words.iter().take_while(|word| special(u64::from_le_bytes(**word)) == 0).count() * 8;
    let last = rest.get(whole..).unwrap_or_default();
    long + whole + last.iter().position(|byte| is_special(*byte)).unwrap_or(last.len())
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn special(word: u64) -> u64 {
    (eight::below(word, b' ') | eight::is(word, b'"') | eight::is(word, b'\\')) & TOPS
}

/// One of 64 bits, so that equal names have the same, and of few other names two do.
fn mark(name: &str) -> u64 {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, u32::from);
    let length = u32::try_from(name.len()).unwrap_or_default() & 63;
    1_u64.rotate_left((byte(name.as_bytes().first()) * 5 + byte(name.as_bytes().last()) * 3 + length * 7) & 63)
}

fn duplicate<'m>(members: &'m [(Cow<'_, str>, Node<'_>)]) -> Option<&'m str> {
    if members.len() <= FEW {
        let twice = |(at, (name, _)): (usize, &'m (Cow<'_, str>, Node<'_>))| {
            members.iter().take(at).any(|(other, _)| other == name).then_some(name.as_ref())
        };
        return members.iter().enumerate().find_map(twice);
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(*a),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection;
    use proptest::prelude::*;

    #[test]
    fn keeps_the_text_of_values() {
        let node = parse(r#" {"a" : [1.0, -0e+5 ,"\u0041\/"] , "b":{"c":null}} "#).unwrap();
        assert_eq!(node.member("a").unwrap().raw, r#"[1.0, -0e+5 ,"\u0041\/"]"#);
        assert_eq!(node.member("b").unwrap().raw, r#"{"c":null}"#);
        let Value::Array(items) = &node.member("a").unwrap().value else { panic!() };
        assert_eq!(items[1].value, Value::Number("-0e+5"));
        assert_eq!(items[2].text(), Some("A/"));
    }

    #[test]
    fn refuses_what_two_readers_could_read_differently() {
        for bad in [
            "",
            " ",
            "{",
            "[",
            "\"",
            "{}{}",
            "{} x",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "--1",
            "tru",
            "nul",
            "NaN",
            "'a'",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12G4\"",
            "\"\\ud800\"",
            "\"\\ud800x\"",
            "\"\\ud800\\n\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\u{feff}{}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"x\":[{\"a\":1,\"b\":2,\"a\":3}]}",
            "/**/{}",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bounds_depth_and_size() {
        assert!(parse(&("[".repeat(16) + &"]".repeat(16))).is_ok());
        assert!(parse(&"[".repeat(1 << 20)).is_err());
        assert!(parse(&format!("[{}1]", "1,".repeat(MAX_VALUES))).is_err());
    }

    #[test]
    fn a_name_stands_once_among_few_and_many() {
        for count in [2, 3, FEW, FEW + 1, 50] {
            let names: Vec<String> = (0..count).map(|at| format!("\"n{at}\":{at}")).collect();
            assert!(parse(&format!("{{{}}}", names.join(","))).is_ok());
            for at in 0..count - 1 {
                let mut twice = names.clone();
                twice[at] = names[count - 1].clone();
                assert!(parse(&format!("{{{}}}", twice.join(","))).unwrap_err().what.contains("duplicate"), "{at} of {count}");
            }
        }
    }

    #[test]
    fn strings_of_every_length_end_where_they_end() {
        for length in 0..180 {
            for (inner, is_string) in
                [("", true), ("\\\"", true), ("\\\\", true), ("\u{1f}", false), ("\n", false), ("é", true), ("\0", false)]
            {
                for before in [0, length / 2, length] {
                    let (plain, rest) = ("x".repeat(before), "y".repeat(length - before));
                    let text = format!("\"{plain}{inner}{rest}\"");
                    let theirs = serde_json::from_str::<String>(&text).ok();
                    assert_eq!(parse(&text).ok().and_then(|node| node.text().map(String::from)), theirs, "{text}");
                    assert_eq!(theirs.is_some(), is_string);
                    assert!(parse(text.get(..text.len() - 1).unwrap()).is_err());
                }
            }
        }
    }

    #[test]
    fn names_the_duplicate_and_the_place() {
        let error = parse("{\"x\":{\"a\":1,\n \"b\":2, \"a\":3}}").unwrap_err();
        assert_eq!((error.what.as_str(), error.path.as_deref()), ("duplicate key", Some("x.a")));
        assert_eq!((error.line, error.column), (2, 15));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn many_bytes_at_once_are_as_plain_as_each(bytes in collection::vec(prop_oneof![40 => b' '..=255, 1 => any::<u8>()], 0..300)) {
            let one_by_one = bytes.iter().position(|byte| *byte < b' ' || b"\"\\".contains(byte));
            prop_assert_eq!(plain_length(&bytes), one_by_one.unwrap_or(bytes.len()));
        }

        /// Whatever we accept, serde_json accepts too, with the same strings.
        #[test]
        fn accepts_no_more_than_serde_json(text in "[\\{\\}\\[\\],:\"\\\\a-cu0-9eE.+\\- \\x00nd]{0,24}") {
            if let Ok(node) = parse(&text) {
                let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(node.text(), theirs.as_str());
            }
        }
    }
}
