//! One call: what to do, to which order, and the id, time and nonce it is signed with.

use crate::crypto::mac;
use crate::gateway::field::Field;
use crate::gateway::{Env, Verb};
use crate::ground::clock::BeijingTime;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::key_fault::Remedy;
use crate::ground::near::nearest;
use crate::strict::de;
use crate::strict::json::Node;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The operation that is any other API of the gateway, named by `api`.
const CALL: &str = "call";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    operation: String,
    #[serde(rename = "order")]
    _order: IgnoredAny,
    #[serde(rename = "msg_id")]
    _msg_id: Option<IgnoredAny>,
    #[serde(rename = "timestamp")]
    _timestamp: Option<IgnoredAny>,
    #[serde(rename = "nonce")]
    _nonce: Option<IgnoredAny>,
}

/// What every call may say of itself.
#[derive(Deserialize)]
struct Moment {
    msg_id: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
}

/// What a call is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// One exchange with the gateway.
    Ask(Verb),
    /// A close and, where that leaves a doubt, a query.
    EnsureClosed,
    /// Any other API: it has an answer, and no outcome.
    Call,
}

impl Task {
    fn parse(word: &str) -> Result<Self> {
        match Verb::ALL.iter().find(|verb| verb.word() == word) {
            Some(verb) => Ok(Self::Ask(*verb)),
            None if word == "ensure_closed" => Ok(Self::EnsureClosed),
            None => {
                let known: Vec<String> = Verb::ALL.iter().map(|verb| format!("`{verb}`")).collect();
                let what = format!("must be {}, `ensure_closed` or `{CALL}`", known.join(", "));
                Err(Error::unsupported("operation", what).mended_by(meant(word)))
            }
        }
    }
}

/// What other gateways' pages call it, or a slip of the pen.
fn meant(word: &str) -> Remedy {
    let is = |words: &[&str]| nearest(word, words).is_some();
    match nearest(word, &["close", "query", "refund", "refund_query", "reverse", "ensure_closed", CALL]) {
        Some(word) => Remedy::of(format!("write `{word}`"), format!("请写作 `{word}`")),
        None if is(&["cancel", "void", "revoke", "undo", "close_order", "cancel_order"]) => Remedy::of(
            "write `close`: it is the operation by which each gateway closes, cancels or voids an order",
            "请写作 `close`：各网关的关单、撤销均用此操作",
        ),
        None if is(&["status", "order_query", "query_order", "inquiry", "find"]) => Remedy::of("write `query`", "请写作 `query`"),
        None if is(&["query_refund", "refundquery", "refund_status"]) => Remedy::of("write `refund_query`", "请写作 `refund_query`"),
        None => Remedy::of(
            "write one of them; payments and all else are a `call` with `api` and `fields`",
            "请写其中之一；支付等其他接口请用 `call`，并给出 `api` 和 `fields`",
        ),
    }
}

/// A call whose order is still JSON: only the gateway knows its fields.
pub(crate) struct Call<'a> {
    pub(crate) task: Task,
    /// What stands under `order`; of the call of an API, its document.
    pub(crate) order: Node<'a>,
    pub(crate) given: Given,
}

/// What a caller may say of a request himself.
#[derive(Default)]
pub(crate) struct Given {
    msg_id: Option<String>,
    moment: Option<BeijingTime>,
    nonce: Option<String>,
}

impl<'a> Call<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self> {
        Self::read(de::parse(text, Kind::Call, "the call", "")?)
    }

    /// From its document, where that stands in another one.
    pub(crate) fn read(mut node: Node<'a>) -> Result<Self> {
        let task = match is_of_api(&node) {
            true => Task::Call,
            false => Task::parse(&de::read::<Keys>(&node, Kind::Call, "")?.operation)?,
        };
        let keys: Moment = de::read(&node, Kind::Call, "")?;
        let moment = keys.timestamp.map(|text| {
            BeijingTime::parse(&text).ok_or_else(|| {
                Error::call("timestamp", "must be written yyyy-MM-dd HH:mm:ss, in Beijing time").with_hint(
                    "write it as 2024-01-31 08:30:00, in Beijing time (UTC+8), or leave it out",
                    "请按北京时间写作 2024-01-31 08:30:00，或删去该项",
                )
            })
        });
        for (name, text) in [("msg_id", &keys.msg_id), ("nonce", &keys.nonce)] {
            Field::of_call(name, text.as_deref().unwrap_or_default()).one_line()?;
        }
        let order = match task {
            Task::Call => node,
            _ => node.take_member("order").ok_or_else(|| Error::call("order", "is missing").with_hint("add `order`", "请补上 `order`"))?,
        };
        let given = Given { msg_id: keys.msg_id, moment: moment.transpose()?, nonce: keys.nonce };
        Ok(Self { task, order, given })
    }

    /// What its one exchange asks.
    pub(crate) fn verb(&self) -> Result<Verb> {
        match self.task {
            Task::Ask(verb) => Ok(verb),
            Task::Call => Err(Error::call("operation", "`call` asks about no order and has no outcome; in Rust it is `Client::call`")
                .with_hint(
                    "use `Client::call`, and `Client::verify_call` where you send yourself",
                    "请使用 `Client::call`；自行发送时使用 `Client::verify_call`",
                )),
            Task::EnsureClosed => Err(Error::call("operation", "`ensure_closed` is more than one request and needs `send`").with_hint(
                "call `send`; where you send yourself: sign `close`, and where its `next` is confirm or query, sign `query`",
                "请调用 `send`；自行发送时先签 `close`，其 `next` 为 confirm 或 query 时再签 `query`",
            )),
        }
    }

    /// The same, if it calls an API.
    pub(crate) fn of_api(self) -> Result<Self> {
        match self.task {
            Task::Call => Ok(self),
            _ => Err(Error::call("operation", "must be `call` here; what asks about an order is sent by `send`")
                .with_hint("use `Client::send`, or write `call`", "请使用 `Client::send`，或写作 `call`")),
        }
    }
}

impl Given {
    /// What the call leaves open is filled in: this moment, and 32 random hexadecimal digits as nonce and message id.
    pub(crate) fn env(&self) -> Result<Env> {
        let random = if self.nonce.is_some() && self.msg_id.is_some() { String::new() } else { random_id()? };
        Ok(Env {
            now: self.moment.unwrap_or_else(BeijingTime::now),
            nonce: self.nonce.clone().unwrap_or_else(|| random.clone()),
            msg_id: self.msg_id.clone().unwrap_or(random),
        })
    }
}

/// What a call asks for, even where nothing else of it can be read; to close, if not even that.
pub(crate) fn asked_in(call: &Node<'_>) -> Verb {
    let word = call.member("operation").and_then(Node::text);
    Verb::ALL.iter().copied().find(|verb| Some(verb.word()) == word).unwrap_or(Verb::Close)
}

/// Whether this is the document of a call of an API.
pub(crate) fn is_of_api(call: &Node<'_>) -> bool {
    call.member("operation").and_then(Node::text) == Some(CALL)
}

/// 128 random bits.
pub(crate) fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(mac::hex(&bytes)),
        Err(_) => Err(Error::new(Kind::NotSent, "the system gives no random numbers")),
    }
}
