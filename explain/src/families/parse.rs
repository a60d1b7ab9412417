//! Parameters out of forms, XML and JSON: everything that stands there, in its order, twice if it stands there twice.

use crate::message::Message;
use crate::search::Pair;
use crate::text::{percent_decoded, percent_decoded_bytes, xml_unescaped};
use crate::tree::Tree;

/// Of the query and of a body that is a form, or where `all` parameters of the query belong to it.
pub(super) fn form(message: &Message) -> Vec<Pair> {
    let body = String::from_utf8_lossy(&message.body);
    let is_form = !body.trim_start().starts_with(['<', '{', '[']);
    let body = if is_form { body.trim() } else { "" };
    pairs_of(message.query()).into_iter().chain(pairs_of(body)).collect()
}

pub(super) fn pairs_of(text: &str) -> Vec<Pair> {
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn pair(part: &str) -> Pair {
    let (name, wire) = part.split_once('=').unwrap_or((part, ""));
    Pair {
        name: percent_decoded(&name.replace('+', " ")),
        value: String::new(),
        wire: wire.into(),
        bytes: percent_decoded_bytes(wire, true),
    }
}

/// Of a form that may have been decoded: an `&` with no name behind it belongs to a value.
pub(super) fn decoded_pairs_of(text: &str) -> Vec<Pair> {
    let is_named = |part: &str| {
        let name = part.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    let mut parts: Vec<String> = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        match parts.last_mut().filter(|_| !is_named(part)) {
            Some(last) => {
                last.push('&');
                last.push_str(part);
            }
            None => parts.push(part.into()),
        }
    }
    parts.iter().map(|part| pair(part)).collect()
}

/// The elements below the root, with what stands in them.
pub(super) fn xml(text: &str) -> Option<Vec<Pair>> {
    let inside = text.split_once("<xml>")?.1;
    let inside = inside.rsplit_once("</xml>").map_or(inside, |(inside, _)| inside);
    let (mut pairs, mut rest) = (Vec::new(), inside);
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, after) = after.split_once('>')?;
        if let Some(empty) = tag.strip_suffix('/') {
            pairs.push(Pair { name: empty.trim().into(), ..Pair::default() });
            rest = after;
            continue;
        }
        let name = tag.split_whitespace().next()?;
        let end = format!("</{name}>");
        let close = closing(after, &end)?;
        let wire = after.get(..close)?;
        let value = xml_unescaped(wire);
        pairs.push(Pair { name: name.into(), bytes: value.clone().into_bytes(), value, wire: wire.into() });
        rest = after.get(close + end.len()..)?;
    }
    Some(pairs)
}

/// Where the end tag stands, which is not one that stands in CDATA.
fn closing(text: &str, end: &str) -> Option<usize> {
    let mut from = 0;
    let mut close = text.find(end)?;
    while let Some(cdata) = text.get(from..close)?.find("<![CDATA[").map(|at| from + at) {
        from = cdata + text.get(cdata..)?.find("]]>")? + 3;
        if from > close {
            close = from + text.get(from..)?.find(end)?;
        }
    }
    Some(close)
}

/// The members of an object; a text is its text, all else is JSON as it is written.
pub(super) fn object(text: &str) -> Option<Vec<Pair>> {
    let Tree::Object(members) = Tree::read(text)? else { return None };
    let pair = |(name, tree): (String, Tree)| {
        let value = match &tree {
            Tree::Plain(text) | Tree::Text(text) => text.clone(),
            other => other.compact(),
        };
        Pair { name, bytes: value.clone().into_bytes(), wire: tree.compact(), value }
    };
    Some(members.into_iter().map(pair).collect())
}

pub(super) fn value<'p>(pairs: &'p [Pair], name: &str) -> Option<&'p str> {
    pairs.iter().find(|pair| pair.name == name).map(|pair| pair.value.as_str())
}

/// With the values as text of what their bytes are in a charset; `None` where they are none.
pub(super) fn decoded(pairs: &[Pair], decode: &dyn Fn(&Pair) -> Option<String>) -> Option<Vec<Pair>> {
    pairs.iter().map(|pair| Some(Pair { value: decode(pair)?, ..pair.clone() })).collect()
}
