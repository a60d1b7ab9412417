//! From a strictly parsed JSON tree to typed settings and calls. The errors name the path of the key at fault and never
//! repeat a value (serde's own texts do, and values here can be keys).

use super::advice;
use super::json::{self, Node, Value};
use crate::ground::error::{Error, Kind};
use crate::ground::finding::Finding;
use crate::ground::foreign;
use crate::ground::key_fault::Remedy;
use crate::ground::secret;
use crate::ground::text::{Unseen, without_mark};
use serde::de::{self, Deserialize, IntoDeserializer, Visitor};
use std::fmt;

/// Inputs are settings and orders of a few hundred bytes, or a reply of at most 1 MiB in base64.
const MAX_INPUT: usize = 4 << 20;

/// Parses `text`; `kind` and `what` ("the configuration", "the call") word the error, `at` is the path of the document.
pub(crate) fn parse<'a>(text: &'a str, kind: Kind, what: &str, at: &str) -> Result<Node<'a>, Error> {
    if text.len() > MAX_INPUT {
        return Err(Error::new(kind, format!("{what} is larger than {MAX_INPUT} bytes")));
    }
    let text = without_mark(text);
    json::parse(text).map_err(|bad| {
        let (unseen, remedy) = advice::of_syntax(text, &bad);
        let found = unseen.map_or_else(String::new, |unseen| format!(", not {}", unseen.character()));
        let what = format!("{what} is not valid JSON at line {}, column {}: {}{found}", bad.line, bad.column, bad.what);
        match bad.path {
            Some(path) => at_path(kind, at, Fault { path, what, remedy: Some(remedy), finding: Finding::NotJson }),
            None => Error::new(kind, what).mended_by(remedy).called(Finding::NotJson),
        }
    })
}

/// Reads a typed value; `at` is the path of `node` itself, empty for the document.
pub(crate) fn read<'de, T: Deserialize<'de>>(node: &'de Node<'_>, kind: Kind, at: &str) -> Result<T, Error> {
    let texts = if kind == Kind::Config { Texts::Seen } else { Texts::Any };
    T::deserialize(Reader { node, texts }).map_err(|fault| at_path(kind, at, fault))
}

/// The error of a word that must be one of these.
pub(crate) fn one_of(kind: Kind, field: &str, word: &str, known: &[&str]) -> Error {
    Error::of_field(kind, field, format!("must be one of: {}", known.join(", ")))
        .mended_by(advice::of_word(word, known))
        .called(Finding::WrongWord)
}

fn at_path(kind: Kind, at: &str, fault: Fault) -> Error {
    let error = match (at, fault.path.as_str()) {
        ("", "") => Error::new(kind, fault.what),
        ("", path) | (path, "") => Error::of_field(kind, path, fault.what),
        (at, below) => Error::of_field(kind, format!("{at}.{below}"), fault.what),
    };
    let error = error.called(fault.finding);
    match fault.remedy {
        Some(remedy) => error.mended_by(remedy),
        None => error,
    }
}

/// The path below the node that was read, and what is wrong there.
#[derive(Debug)]
pub(crate) struct Fault {
    path: String,
    what: String,
    remedy: Option<Remedy>,
    finding: Finding,
}

impl Fault {
    fn at(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into(), remedy: None, finding: Finding::WrongValue }
    }

    fn mended_by(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    fn called(self, finding: Finding) -> Self {
        Self { finding, ..self }
    }

    fn below(mut self, key: &str) -> Self {
        self.path = if self.path.is_empty() { key.into() } else { format!("{key}.{}", self.path) };
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    /// Only for messages of our own, which hold no value.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::at("", message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let wanted = expected.to_string();
        let what = match wanted.as_str() {
            name if name.starts_with("struct ") => "must be an object".into(),
            "u16" | "u32" | "u64" if matches!(found, de::Unexpected::Float(_)) => "must be a whole number in range".into(),
            "u16" | "u32" | "u64" => "must be a whole number in range, not negative".into(),
            other => format!("must be {other}"),
        };
        Self::at("", what).mended_by(advice::of_type(found, &wanted)).called(Finding::WrongType)
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::at("", format!("must be one of: {}", known.join(", "))).mended_by(advice::of_word(word, known)).called(Finding::WrongWord)
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let what = format!("is not a known key; known here: {}", known.join(", "));
        Self::at(foreign::name(field), what).mended_by(advice::of_key(field, known)).called(Finding::UnknownKey)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::at(field, "is missing").mended_by(advice::of_missing(field)).called(Finding::Missing)
    }
}

/// What is looked for in the texts of a document.
#[derive(Clone, Copy)]
enum Texts {
    /// Nothing that cannot be seen, or is taken for something else: so are settings.
    Seen,
    Any,
}

/// A node that is being read.
#[derive(Clone, Copy)]
struct Reader<'de, 'a> {
    node: &'de Node<'a>,
    texts: Texts,
}

impl<'de> de::Deserializer<'de> for Reader<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(text) => match text.parse::<i64>() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => Err(de::Error::invalid_type(de::Unexpected::Float(0.0), &visitor)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            // No setting and no field is a list.
            Value::Array(_) => Err(de::Error::invalid_type(de::Unexpected::Seq, &visitor)),
            Value::Object(_) => self.deserialize_struct("", &[], visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let unseen = self.node.text().filter(|_| matches!(self.texts, Texts::Seen)).and_then(Unseen::in_text);
        match unseen {
            Some(unseen) => Err(Fault::at("", format!("holds {unseen}")).mended_by(Unseen::remedy())),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, known: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Object(members) => visitor.visit_map(Members { known, texts: self.texts, rest: members.iter(), current: None }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, variants: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match self.node.text() {
            Some(word) => visitor.visit_enum(word.into_deserializer()),
            None => Err(de::Error::unknown_variant("", variants)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        match name {
            secret::AS_IS => visitor.visit_newtype_struct(Self { texts: Texts::Any, ..self }),
            _ => {
                self.node.secret.set(name == secret::NAME && self.node.text().is_some());
                visitor.visit_newtype_struct(self)
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Members<'de, 'a> {
    known: &'static [&'static str],
    texts: Texts,
    rest: std::slice::Iter<'de, (std::borrow::Cow<'a, str>, Node<'a>)>,
    current: Option<(&'de str, &'de Node<'a>)>,
}

impl<'de> de::MapAccess<'de> for Members<'de, '_> {
    type Error = Fault;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = self.rest.next().map(|(key, node)| (key.as_ref(), node));
        match self.current {
            Some((key, _)) => seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.current.ok_or_else(|| Fault::at("", "a value before its key"))?;
        let shown = || if self.known.contains(&key) { key } else { foreign::name(key) };
        seed.deserialize(Reader { node, texts: self.texts }).map_err(|fault| fault.below(shown()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        inner: Inner,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        name: String,
        #[allow(dead_code)]
        count: Option<u32>,
        #[allow(dead_code)]
        word: Option<Word>,
    }

    #[derive(Deserialize, Debug)]
    enum Word {
        #[serde(rename = "yes")]
        Yes,
    }

    fn error(text: &str) -> String {
        let node = json::parse(text).unwrap();
        read::<Outer>(&node, Kind::Config, "account").unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_path_and_never_the_value() {
        for (text, expected) in [
            (r#"{"inner":{"name":5}}"#, "account.inner.name: must be a string"),
            (r#"{"inner":{"name":"x","count":"canary"}}"#, "account.inner.count: must be a whole number in range, not negative"),
            (r#"{"inner":{"name":"x","count":-1}}"#, "account.inner.count: must be a whole number in range, not negative"),
            (r#"{"inner":{"name":"x","count":1e300}}"#, "account.inner.count: must be a whole number in range"),
            (r#"{"inner":{"name":"x","word":"canary"}}"#, "account.inner.word: must be one of: yes"),
            (r#"{"inner":{"nam":"canary"}}"#, "account.inner.nam: is not a known key; known here: name, count, word"),
            (r#"{"inner":{}}"#, "account.inner.name: is missing"),
            (r#"{"inner":"canary"}"#, "account.inner: must be an object"),
            (
                r#"{"inner":{"0canary1canary2canary":1}}"#,
                "account.inner.(a key that is no name): is not a known key; known here: name, count, word",
            ),
            (r#"{"inner":{"name":"x"},"0canary1":1}"#, "account.(a key that is no name): is not a known key; known here: inner"),
        ] {
            let message = error(text);
            assert!(message.ends_with(expected) && !message.contains("canary"), "{message}");
        }
    }
}
