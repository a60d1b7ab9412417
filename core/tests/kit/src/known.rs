//! The vectors as they are kept: with names in place of their keys.

use serde_json::Value;

/// Puts `keys[name]` in place of every `{"$key": name}`.
pub fn with_keys(value: &Value, keys: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("$key") => keys[members["$key"].as_str().unwrap()].clone(),
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), with_keys(inner, keys))).collect(),
        Value::Array(items) => items.iter().map(|inner| with_keys(inner, keys)).collect(),
        other => other.clone(),
    }
}
