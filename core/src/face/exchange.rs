//! What bindings hand over of an exchange or a notification: strict JSON, of which the texts that nobody keeps are not copied.

use crate::gateway::{HttpReply, HttpRequest, Incoming};
use crate::ground::error::{Error, Kind, Result};
use crate::strict::base64::{from_base64, is_base64};
use crate::strict::de;
use crate::strict::json::Node;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;

/// What `sign` gives.
const METHODS: &[&str] = &["POST", "GET"];

/// `{"call":…,"request":<what sign returned>,"reply":{"status","headers","body_base64"}}`
pub(super) struct Exchange<'a> {
    pub(super) call: Node<'a>,
    /// Without its body: no reply is held against it.
    pub(super) request: HttpRequest,
    pub(super) reply: HttpReply,
    /// The body of the reply as it stands in the text, in base64.
    pub(super) body: &'a str,
}

impl<'a> Exchange<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self> {
        let mut node = de::parse(text, Kind::Call, "the exchange", "")?;
        let ExchangeIn { request, reply, .. } = de::read(&node, Kind::Call, "")?;
        let method = METHODS.iter().find(|method| **method == request.method.0);
        let method = method.ok_or_else(|| Error::call("request.method", format!("must be {}", METHODS.join(" or "))))?;
        if !is_base64(request.body_base64.0) {
            return Err(not_base64("request.body_base64"));
        }
        let request = HttpRequest { method, url: request.url, headers: request.headers.0, body: Vec::new(), msg_id: request.msg_id };
        let reply = HttpReply { status: reply.status, headers: reply.headers.0, body: bytes("reply.body_base64", reply.body_base64.0)? };
        let body = node.member("reply").and_then(|reply| reply.member("body_base64")).map_or("", |body| body.raw.trim_matches('"'));
        let call = node.take_member("call").ok_or_else(|| Error::call("call", "is missing"))?;
        Ok(Self { call, request, reply, body })
    }
}

/// `{"url"?,"headers":{…},"body_base64":…,"expect"?:{…}}`
pub(super) fn read_incoming(text: &str) -> Result<Incoming> {
    let node = de::parse(text, Kind::Call, "the notification", "")?;
    let message: IncomingIn<'_> = de::read(&node, Kind::Call, "")?;
    Ok(Incoming {
        url: message.url,
        headers: message.headers.0,
        body: bytes("body_base64", message.body_base64.0)?,
        expect: message.expect.into_iter().collect(),
    })
}

fn bytes(field: &str, text: &str) -> Result<Vec<u8>> {
    from_base64(text).ok_or_else(|| not_base64(field))
}

fn not_base64(field: &str) -> Error {
    Error::call(field, "is not standard base64")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangeIn<'a> {
    #[serde(rename = "call")]
    _call: IgnoredAny,
    #[serde(borrow)]
    request: RequestIn<'a>,
    #[serde(borrow)]
    reply: ReplyIn<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestIn<'a> {
    #[serde(borrow)]
    method: Text<'a>,
    url: String,
    headers: Headers,
    #[serde(borrow)]
    body_base64: Text<'a>,
    msg_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyIn<'a> {
    status: u16,
    #[serde(default)]
    headers: Headers,
    #[serde(borrow)]
    body_base64: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncomingIn<'a> {
    url: Option<String>,
    #[serde(default)]
    headers: Headers,
    #[serde(borrow)]
    body_base64: Text<'a>,
    #[serde(default)]
    expect: BTreeMap<String, String>,
}

/// A text that stays where it is. (serde's own `&str` calls itself another thing in errors.)
struct Text<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Borrowed;

        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Text<'de>, E> {
                Ok(Text(text))
            }
        }

        deserializer.deserialize_str(Borrowed)
    }
}

/// Names and values, in the order written.
#[derive(Default)]
struct Headers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Headers, A::Error> {
                let mut headers = Vec::new();
                while let Some(header) = members.next_entry()? {
                    headers.push(header);
                }
                Ok(Headers(headers))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}
