//! What gateways share that sign a text of JSON.

use super::pairs::{encoded, finished_or_hashed, with_text};
use super::{Case, unreadable};
use crate::message::{Message, Side};
use crate::seal::rsa::{Due, RsaSeal};
use crate::search::{Deviation, Draft, Stage};
use crate::settings::{PublicKey, Settings};
use crate::text::Charset;
use crate::tree::{Tree, is_idle, rewritten};
use chexiao::Result;
use chexiao_strict::json::{self, Node};

/// All known keys, of which that of this setting is the right one.
pub(super) fn keys(settings: &Settings, right: &str) -> Vec<PublicKey> {
    let right = format!("account.{right}");
    let label = |key: &PublicKey| match key.mistake {
        _ if key.name == right => None,
        Some("key_of_other_config") => Some("key_of_other_config"),
        _ => Some("key_of_other_setting"),
    };
    settings.keys.iter().map(|key| PublicKey { mistake: label(key), ..key.clone() }).collect()
}

/// JSON as it is sent, and as others have it when they sign.
pub(super) fn json_text() -> Stage {
    let mut stage = Stage::new(|draft| Some(draft.clone()))
        .or("text_empty", |draft| with_text(draft, String::new()))
        .or("json_slashes_unescaped", |draft| with_text(draft, draft.text.replace("\\/", "/")));
    for (mistake, detail, rewrite) in rewritten() {
        stage = stage.or_of(mistake, detail, move |draft| {
            let tree = Tree::read(&draft.text)?;
            let text = rewrite(tree.clone());
            if is_idle(mistake, &tree, &text) { None } else { with_text(draft, text) }
        });
    }
    stage
}

/// A reply of which one member is signed as it is written; `is_it` tells by the name which.
pub(super) fn signed_member(
    settings: &Settings,
    message: &Message,
    charset: Charset,
    due: Due,
    is_it: &dyn Fn(&str) -> bool,
) -> Result<Case> {
    let bad = |what: &str| unreadable(Side::Reply, what);
    let (text, signature) = member(message, charset, is_it).ok_or_else(|| bad("is not the JSON of a signed reply of this gateway"))?;
    let seal =
        RsaSeal::open(&signature.ok_or_else(|| bad("holds no `sign`: it is not signed"))?, due, &keys(settings, "gateway_public_key"));
    let stages = reply_stages(charset);
    Ok(Case { charset, stages, start: Draft { text, ..Draft::default() }, seal: Box::new(seal), remarks: Vec::new() })
}

pub(super) fn reply_stages(charset: Charset) -> Vec<Stage> {
    vec![json_text(), encoded(charset), finished_or_hashed()]
}

/// The text of the member and the signature beside it.
pub(super) fn member(message: &Message, charset: Charset, is_it: &dyn Fn(&str) -> bool) -> Option<(String, Option<String>)> {
    let text = charset.decode(&message.body).or_else(|| charset.other().decode(&message.body))?;
    let node = json::parse(&text).ok()?;
    let (_, value) = node.members()?.iter().find(|(name, _)| is_it(name))?;
    Some((value.raw.to_string(), node.member("sign").and_then(Node::text).map(String::from)))
}

/// What is wrong with a time that belongs written as yyyy-MM-dd HH:mm:ss.
pub(super) fn timestamp(text: &str, field: &str) -> Option<Deviation> {
    let pattern = "dddd-dd-dd dd:dd:dd";
    let fits = |(c, due): (char, char)| if due == 'd' { c.is_ascii_digit() } else { c == due };
    let is_right = text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(fits);
    (!is_right).then(|| Deviation::new("timestamp_format", format!("{field}: {text}")))
}
