//! The access token: fetched, kept, given up.

use crate::crypto::mac;
use crate::gateway::{Env, HttpReply, HttpRequest};
use crate::ground::clock::BeijingTime;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::foreign;
use crate::ground::secret::Secret;
use crate::strict::json::{self, Node, Value};
use crate::strict::write;
use arc_swap::ArcSwapOption;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

pub(super) const PATH: &str = "/v1/token/access";
/// A token is given up this long before it ends, in seconds (or half its life, if that is shorter).
const EARLY: i64 = 300;
/// What the gateway writes when it no longer knows a token.
const AUTHENTICATION_FAILED: &str = "认证失败";

/// How the token is written; both spellings occur.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenHeader {
    /// `OPEN-ACCESS-TOKEN AccessToken="…", AppId="…"`
    #[default]
    Quoted,
    /// `OPEN-ACCESS-TOKEN AccessToken=…`
    Plain,
}

/// The one token of an account.
pub(super) struct Tokens {
    spelling: TokenHeader,
    app_id: String,
    current: ArcSwapOption<Token>,
}

struct Token {
    text: Secret<String>,
    taken: BeijingTime,
    /// Seconds from `taken`.
    good_for: i64,
    /// The gateway no longer takes it. What is about to be signed with it is, all the same.
    refused: AtomicBool,
}

impl Tokens {
    pub(super) fn new(spelling: TokenHeader, app_id: &str) -> Self {
        Self { spelling, app_id: app_id.into(), current: ArcSwapOption::empty() }
    }

    /// The `Authorization` header, if there is a token.
    pub(super) fn header(&self) -> Option<String> {
        self.current.load().as_ref().map(|token| self.header_of(token))
    }

    fn header_of(&self, token: &Token) -> String {
        let text = token.text.expose();
        match self.spelling {
            TokenHeader::Quoted => format!("OPEN-ACCESS-TOKEN AccessToken=\"{text}\", AppId=\"{}\"", self.app_id),
            TokenHeader::Plain => format!("OPEN-ACCESS-TOKEN AccessToken={text}"),
        }
    }

    /// Whether there is one that will do at this moment.
    pub(super) fn is_good_at(&self, now: BeijingTime) -> bool {
        let age = |token: &Token| now.seconds_since(token.taken);
        self.current.load().as_ref().is_some_and(|token| (0..token.good_for).contains(&age(token)) && !token.refused.load(Relaxed))
    }

    /// The body of the request for one.
    pub(super) fn request_body(&self, app_key: &str, env: &Env) -> String {
        let timestamp = env.now.compact();
        let signed = Secret::new(format!("{}{timestamp}{}{app_key}", self.app_id, env.nonce));
        let signature = mac::hex(&mac::sha256(signed.expose().as_bytes()));
        write::object(&[
            ("appId", &self.app_id),
            ("timestamp", &timestamp),
            ("nonce", &env.nonce),
            ("signMethod", "SHA256"),
            ("signature", &signature),
        ])
    }

    /// Takes `{"errCode":"0000","accessToken":"…","expiresIn":3600}`.
    pub(super) fn keep(&self, env: &Env, reply: &HttpReply) -> Result<()> {
        let refused = |what: String| Error::new(Kind::NotSent, format!("no access token: {what}; nothing was sent to the order"));
        let strange = |what: String| {
            let zh = "请重新调用；若依旧如此，请确认 base_url 是该网关的地址";
            Err(refused(what).with_hint("call again; if it stays so, check that base_url is the gateway's", zh))
        };
        let Ok(text) = std::str::from_utf8(&reply.body) else { return strange("the reply is not UTF-8".into()) };
        let Ok(node) = json::parse(text) else { return strange(format!("HTTP {} with no JSON", reply.status)) };
        let word = |name| node.member(name).and_then(Node::text);
        let seconds = match node.member("expiresIn").map(|node| &node.value) {
            Some(Value::Number(digits)) => digits.parse::<i64>().ok(),
            Some(Value::String(digits)) => digits.parse::<i64>().ok(),
            _ => None,
        };
        match (reply.status, word("errCode"), word("accessToken"), seconds) {
            (200, Some("0000"), Some(token), Some(seconds)) if is_token(token) && seconds > 0 => {
                let good_for = seconds - EARLY.min(seconds / 2);
                let (text, refused) = (Secret::new(token.into()), AtomicBool::new(false));
                self.current.store(Some(Arc::new(Token { text, taken: env.now, good_for, refused })));
                Ok(())
            }
            (status, code, ..) => {
                let why = word("errInfo").unwrap_or("no reason given");
                let what = format!("HTTP {status}, errCode {}: {}", foreign::cut(code.unwrap_or("(none)")), foreign::cut(why));
                Err(refused(what).with_hint(
                    "check app_id and app_key, that both belong to the environment of base_url, and this machine's clock",
                    "请核对 app_id 和 app_key、二者是否属于 base_url 的环境，以及本机时钟",
                ))
            }
        }
    }

    /// So that the next call fetches another token, unless that is done: the refusal may come late.
    pub(super) fn forget_refused(&self, sent: &HttpRequest, reply: &HttpReply) {
        let refused = || {
            let body = reply.plain_body().unwrap_or_default();
            body.windows(AUTHENTICATION_FAILED.len()).any(|window| window == AUTHENTICATION_FAILED.as_bytes())
        };
        if let Some(token) = &*self.current.load()
            && reply.status >= 400
            && sent.headers.iter().any(|(_, value)| *value == self.header_of(token))
            && refused()
        {
            token.refused.store(true, Relaxed);
        }
    }
}

/// Only what can stand in a header between quotes.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}
