//! A request as people read it: what it says, and what the gateway verifies of it.

use crate::json::Json;

/// What a request says.
pub(crate) struct Reading {
    /// The name of the configuration whose merchant sends such requests.
    pub(crate) account: &'static str,
    /// Decoded, in the order of the message; of a form, sorted.
    pub(crate) fields: Vec<(String, String)>,
    /// Nothing, where no signature is needed.
    pub(crate) signed: Option<Signed>,
}

/// How the gateway verifies it.
pub(crate) struct Signed {
    /// What has to be signed, `***` in the place of a shared secret.
    pub(crate) text: Vec<u8>,
    /// The setting with the key that has to sign it.
    pub(crate) key: &'static str,
    /// Whether it was signed so.
    pub(crate) is_right: bool,
}

/// The members of a JSON object, each as it is read; nothing, if it is none.
pub(super) fn members(text: &str) -> Option<Vec<(String, String)>> {
    let Json::Object(members) = Json::parse(text)? else {
        return None;
    };
    let read = |value: Json| match value {
        Json::Text(text) => text,
        other => other.compact(),
    };
    Some(members.into_iter().map(|(name, value)| (name, read(value))).collect())
}

/// Code and words of a refusal, those that are there.
pub(super) fn refused<'a>(words: impl IntoIterator<Item = Option<&'a str>>) -> String {
    words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A member as a text, be it one or a number.
pub(super) fn word<'a>(value: &'a Json, name: &str) -> Option<&'a str> {
    match value.member(name)? {
        Json::Text(text) | Json::Number(text) => Some(text),
        _ => None,
    }
}
