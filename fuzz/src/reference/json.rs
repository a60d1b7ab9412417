//! JSON by serde_json, one level at a time, so that duplicate members and the text of every value can be seen.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What the library bears, as its documentation says.
pub const MAX_DEPTH: usize = 16;
const MAX_VALUES: usize = 10_000;

pub struct Node<'a> {
    /// The value as it was written.
    pub raw: &'a str,
    pub value: Value<'a>,
}

pub enum Value<'a> {
    Text(String),
    List(Vec<Node<'a>>),
    Object(Vec<(String, Node<'a>)>),
    /// A number, `true`, `false` or `null`.
    Word,
}

/// `None` if it is not JSON, or has a duplicate member or a number that no double holds, or is too deep or too large.
pub fn read(text: &str) -> Option<Node<'_>> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    node(raw.get(), 0, &mut 0)
}

impl<'a> Node<'a> {
    pub fn members(&self) -> &[(String, Node<'a>)] {
        if let Value::Object(members) = &self.value { members } else { &[] }
    }

    pub fn member(&self, name: &str) -> Option<&Node<'a>> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// How many arrays and objects stand around its innermost value.
    pub fn depth(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.iter().map(|(_, node)| node.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

fn node<'a>(raw: &'a str, depth: usize, values: &mut usize) -> Option<Node<'a>> {
    *values += 1;
    if depth > MAX_DEPTH || *values > MAX_VALUES {
        return None;
    }
    let value = match raw.as_bytes().first()? {
        b'"' => Value::Text(serde_json::from_str(raw).ok()?),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            Value::List(items.into_iter().map(|item| node(item.get(), depth + 1, values)).collect::<Option<_>>()?)
        }
        b'{' => {
            let members = serde_json::Deserializer::from_str(raw).deserialize_map(Members).ok()?;
            let members: Vec<(String, Node<'a>)> =
                members.into_iter().map(|(name, value)| Some((name, node(value.get(), depth + 1, values)?))).collect::<Option<_>>()?;
            let mut names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            if names.windows(2).any(|pair| pair[0] == pair[1]) {
                return None;
            }
            Value::Object(members)
        }
        b'-' | b'0'..=b'9' => {
            raw.parse::<f64>().ok().filter(|number| number.is_finite())?;
            Value::Word
        }
        _ => Value::Word,
    };
    Some(Node { raw, value })
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
