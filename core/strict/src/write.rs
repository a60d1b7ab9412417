//! Writing JSON to the byte, since it is signed.

use crate::json;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::{Display, Write as _};

/// Writes a JSON string: `"` `\` and controls escaped (short forms, else `\u00xx` in lower case), all else as it is.
pub fn string(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_at_checked(json::plain_length(rest.as_bytes())) {
        out.push_str(plain);
        let mut escaped = escaped.chars();
        match escaped.next() {
            Some(c) => escape(out, c),
            None => break,
        }
        rest = escaped.as_str();
    }
    out.push('"');
}

fn escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        c => _ = write!(out, "\\u{:04x}", u32::from(c)),
    }
}

/// A compact JSON object of strings, in the order given.
pub fn object(members: &[(&str, &str)]) -> String {
    let mut object = Object::new();
    members.iter().for_each(|(name, text)| object.pair(name, text));
    object.done()
}

/// A compact JSON object, written member by member. Names that stand in the source need no escape.
pub struct Object(String);

impl Object {
    pub fn new() -> Self {
        Self::of_about(1000)
    }

    /// With room for so many bytes.
    pub fn of_about(length: usize) -> Self {
        let mut out = String::with_capacity(length);
        out.push('{');
        Self(out)
    }

    /// A string under any name.
    pub fn pair(&mut self, name: &str, text: &str) {
        self.comma();
        string(&mut self.0, name);
        self.0.push(':');
        string(&mut self.0, text);
    }

    pub fn text(&mut self, name: &'static str, text: &str) {
        string(self.name(name), text);
    }

    /// Bytes, as base64.
    pub fn bytes(&mut self, name: &'static str, bytes: &[u8]) {
        let out = self.name(name);
        out.reserve(bytes.len().div_ceil(3) * 4 + 2);
        out.push('"');
        STANDARD.encode_string(bytes, out);
        out.push('"');
    }

    /// A string, or null.
    pub fn optional(&mut self, name: &'static str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.json(name, "null"),
        }
    }

    /// Whatever writes itself as JSON does: a number, `true`, `null`.
    pub fn json(&mut self, name: &'static str, value: impl Display) {
        // Writing to a String cannot fail.
        _ = write!(self.name(name), "{value}");
    }

    /// The same under any name.
    pub fn json_pair(&mut self, name: &str, value: &str) {
        self.comma();
        string(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(value);
    }

    /// A number, or null.
    pub fn number(&mut self, name: &'static str, number: Option<impl Display>) {
        match number {
            Some(number) => self.json(name, number),
            None => self.json(name, "null"),
        }
    }

    pub fn object(&mut self, name: &'static str, write: impl FnOnce(&mut Self)) {
        self.name(name).push('{');
        write(self);
        self.0.push('}');
    }

    pub fn done(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &'static str) -> &mut String {
        debug_assert_eq!(json::plain_length(name.as_bytes()), name.len());
        self.comma();
        self.0.reserve(name.len() + 3);
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        &mut self.0
    }

    fn comma(&mut self) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use proptest::prelude::*;

    #[test]
    fn members_stand_in_the_order_given() {
        let mut object = Object::new();
        object.pair("{", "{");
        object.object("b", |_| ());
        object.object("a", |inner| inner.optional("x", None));
        object.optional("y", Some("\"\\\u{1}中"));
        object.json("n", -5);
        object.bytes("z", &[0, 0xFF, 1, 2]);
        let written = object.done();
        assert_eq!(written, r#"{"{":"{","b":{},"a":{"x":null},"y":"\"\\\u0001中","n":-5,"z":"AP8BAg=="}"#);
        assert!(parse(&written).is_ok());
        assert_eq!(super::object(&[]), "{}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn reads_back_what_it_writes(text in any::<String>()) {
            let mut written = String::new();
            string(&mut written, &text);
            let node = parse(&written).unwrap();
            prop_assert_eq!(node.text(), Some(text.as_str()));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
