//! The documents of this library: a record, an exchange as `verify` takes it, a notification as `notification` does, a result.

use super::{Message, Side};
use chexiao_strict::base64::from_base64;
use serde_json::Value;

pub(super) fn read(text: &str, side: Side) -> Option<Message> {
    let document: Value = serde_json::from_str(text).ok()?;
    let read_as = if crate::record::is_one(&document) { "record" } else { "document" };
    let part = match side {
        Side::Request => document.get("request")?,
        Side::Reply => match document.get("reply") {
            Some(reply) => reply,
            None => return raw(&document),
        },
        Side::Notification => &document,
    };
    message(part).map(|message| Message { read_as, ..message })
}

fn message(part: &Value) -> Option<Message> {
    let word = |name: &str| part.get(name).and_then(Value::as_str).map(String::from);
    let headers = part.get("headers")?.as_object()?.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.into())));
    Some(Message {
        method: word("method"),
        target: word("url").unwrap_or_default(),
        status: status(part.get("status")),
        headers: headers.collect(),
        body: from_base64(&word("body_base64")?)?,
        ..Message::default()
    })
}

/// What a result keeps of its reply.
fn raw(result: &Value) -> Option<Message> {
    let body = from_base64(result.get("raw_base64")?.as_str()?).filter(|body| !body.is_empty())?;
    Some(Message { read_as: "result", status: status(result.get("http_status")), body, ..Message::default() })
}

fn status(value: Option<&Value>) -> Option<u16> {
    value?.as_u64()?.try_into().ok()
}
