//! EdgerOS: signed is the canonical form of the whole envelope, however it was written.

use crate::lab::{Account, Lab, Rules};
use crate::reference::json::{self, Node, Value};
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "edgeros",
        covered,
        rewritten,
        words: &[
            "\"data\":",
            "\"sign\":",
            "\"status\":200",
            "\"message\":\"SUCCESS\"",
            "\"code\":\"SUCCESS\"",
            "\"sign_type\":\"SHA256withRSA\"",
            "\"mch_no\":\"MCH1000000\"",
            "\\u0073ign",
            "null",
            "\\u2028",
            "1.0",
            ",",
            "{",
            "}",
        ],
        signs: true,
    })
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}

pub(super) fn covered(_: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Some(node) = json::read(text) else { return Vec::new() };
    let form = canonical(&node, Place::Envelope);
    let again = canonical(&json::read(&form).expect("the canonical form is JSON"), Place::Envelope);
    assert_eq!(form, again, "the canonical form of a canonical form is itself");
    vec![form.into()]
}

/// Everything: what is signed is what it says.
fn rewritten(_: &Account, body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    let node = json::read(std::str::from_utf8(body).ok()?)?;
    Some(rewrite::json(&node, &[], script).into())
}

/// Of a notification, which is as `data` of a reply.
pub(super) fn canonical_notification(node: &Node<'_>) -> String {
    canonical(node, Place::Data)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Envelope,
    Data,
    Deeper,
}

/// Members sorted by UTF-16, null members and the signature left out, numbers as written, Gson's escapes.
fn canonical(node: &Node<'_>, place: Place) -> String {
    match &node.value {
        Value::Word => node.raw.into(),
        Value::Text(text) => string(text),
        Value::List(items) => format!("[{}]", items.iter().map(|item| canonical(item, Place::Deeper)).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, inner)| inner.raw != "null" && (place, name.as_str()) != (Place::Data, "sign"));
            let mut kept: Vec<_> = kept.map(|(name, inner)| (name.encode_utf16().collect::<Vec<_>>(), name, inner)).collect();
            kept.sort_by(|a, b| a.0.cmp(&b.0));
            let below = |name: &str| if (place, name) == (Place::Envelope, "data") { Place::Data } else { Place::Deeper };
            let pairs = kept.into_iter().map(|(_, name, inner)| format!("{}:{}", string(name), canonical(inner, below(name))));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}

/// serde_json escapes as Gson does, but for the two line separators of JavaScript.
fn string(text: &str) -> String {
    serde_json::to_string(text).unwrap().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
