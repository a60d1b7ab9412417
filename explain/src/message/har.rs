//! HAR, as browsers and proxies export it.

use super::{Message, Side};
use serde_json::Value;

/// The last entry that carries a signature, or else a body, or else the last one: pages count their visitors in between.
pub(super) fn read(text: &str, side: Side) -> Option<Message> {
    let document: Value = serde_json::from_str(text).ok()?;
    let entries = document.get("log")?.get("entries")?.as_array()?;
    let messages: Vec<Message> = entries.iter().filter_map(|entry| message(entry, side)).collect();
    let signed = messages.iter().rposition(is_signed);
    let at = signed.or_else(|| messages.iter().rposition(|message| !message.body.is_empty()));
    messages.get(at.unwrap_or(messages.len().checked_sub(1)?)).cloned()
}

/// Whether it has a parameter or a header that a gateway's signature stands in.
fn is_signed(message: &Message) -> bool {
    let body = String::from_utf8_lossy(&message.body);
    let marks = ["<sign>", "\"sign\"", "<paySign>", "\"paySign\"", "sign=", "signature="];
    let is_authorized = message.header("authorization").is_some_and(|value| value.starts_with("OPEN-"));
    let has_header = is_authorized || message.header("x-acopay-sign").is_some();
    has_header || marks.iter().any(|mark| body.contains(mark) || message.target.contains(mark))
}

fn message(entry: &Value, side: Side) -> Option<Message> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(String::from);
    let part = entry.get(if side.is_request() { "request" } else { "response" })?;
    let headers = part.get("headers").and_then(Value::as_array).into_iter().flatten();
    let headers = headers.filter_map(|header| Some((text(header, "name")?, text(header, "value")?))).collect();
    let (content, is_base64) = match side {
        Side::Request | Side::Notification => (part.get("postData").and_then(|data| text(data, "text")), false),
        Side::Reply => {
            let content = part.get("content");
            (
                content.and_then(|content| text(content, "text")),
                content.and_then(|content| text(content, "encoding")).as_deref() == Some("base64"),
            )
        }
    };
    let content = content.unwrap_or_default();
    let body = if is_base64 { chexiao_strict::base64::from_base64(&content)? } else { content.into_bytes() };
    Some(Message {
        read_as: "HAR",
        method: text(part, "method").filter(|_| side.is_request()),
        target: text(part, "url").unwrap_or_default(),
        status: part.get("status").and_then(Value::as_u64).and_then(|status| status.try_into().ok()).filter(|_| side == Side::Reply),
        headers,
        body,
        lossy: false,
    })
}
