//! The developer's settings, and the two ways a request is authenticated.

use super::wire;
use crate::clock::BeijingTime;
use crate::config::BaseUrl;
use crate::crypto::keys::SecretSource;
use crate::crypto::{base64, mac};
use crate::error::{Error, Kind, Result};
use crate::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest};
use crate::secret::Secret;
use crate::strict::json::{self, Node, Value};
use crate::strict::write;
use arc_swap::ArcSwapOption;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

const TOKEN_PATH: &str = "/v1/token/access";
/// A token is given up this long before it ends, in seconds (or half its life, if that is shorter).
const EARLY: i64 = 300;
/// What the gateway writes when it no longer knows a token.
const AUTHENTICATION_FAILED: &str = "认证失败";

/// What stands under `account`. `mid` and `tid` may also stand in each order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    app_id: String,
    app_key: SecretSource,
    #[serde(default)]
    authentication: Authentication,
    #[serde(default)]
    token_header: TokenHeader,
    mid: Option<String>,
    tid: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Authentication {
    /// Every body is signed.
    #[default]
    BodySig,
    /// A token is fetched, shared and renewed.
    AccessToken,
}

/// How the token is written; both spellings occur.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenHeader {
    /// `OPEN-ACCESS-TOKEN AccessToken="…", AppId="…"`
    #[default]
    Quoted,
    /// `OPEN-ACCESS-TOKEN AccessToken=…`
    Plain,
}

/// An account ready to sign.
pub(crate) struct Chinaums {
    pub(super) base: BaseUrl,
    app_id: String,
    app_key: Secret<String>,
    authentication: Authentication,
    token_header: TokenHeader,
    token: ArcSwapOption<Token>,
    pub(super) mid: Option<String>,
    pub(super) tid: Option<String>,
}

struct Token {
    text: Secret<String>,
    taken: BeijingTime,
    /// Seconds from `taken`.
    good_for: i64,
    /// The gateway no longer takes it. What is about to be signed with it is, all the same.
    refused: AtomicBool,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Chinaums> {
        Field::of_account("account.app_id", &self.app_id)
            .not_empty()?
            .max_chars(64)?
            .only(|c| c.is_ascii_alphanumeric() || "-_".contains(c), "ASCII letters, digits, - and _")?;
        for (path, id) in [("account.mid", &self.mid), ("account.tid", &self.tid)] {
            if let Some(id) = id {
                wire::check_merchant(Field::of_account(path, id))?;
            }
        }
        let app_key = self.app_key.text("account.app_key")?;
        Field::of_account("account.app_key", app_key.expose()).not_empty()?;
        Ok(Chinaums {
            base,
            app_id: self.app_id,
            app_key,
            authentication: self.authentication,
            token_header: self.token_header,
            token: ArcSwapOption::empty(),
            mid: self.mid,
            tid: self.tid,
        })
    }
}

impl Chinaums {
    /// The `Authorization` header for a body that is sent exactly as given.
    pub(super) fn authorization(&self, env: &Env<'_>, body: &[u8]) -> Result<String> {
        match self.authentication {
            Authentication::BodySig => Ok(self.body_signature(env, body)),
            Authentication::AccessToken => match &*self.token.load() {
                Some(token) => Ok(self.token_header(token)),
                None => Err(Error::unsupported(
                    "account.authentication",
                    "access_token needs a token, which only `send` fetches; sign with authentication body_sig where you send yourself",
                )),
            },
        }
    }

    /// base64(HMAC-SHA256(AppId + Timestamp + Nonce + hex(SHA-256(body)), AppKey)); path and host are not signed.
    fn body_signature(&self, env: &Env<'_>, body: &[u8]) -> String {
        let timestamp = env.now.compact();
        let signed = format!("{}{timestamp}{}{}", self.app_id, env.nonce, mac::hex(&mac::sha256(body)));
        let signature = base64(&mac::hmac_sha256(self.app_key.expose().as_bytes(), signed.as_bytes()));
        format!("OPEN-BODY-SIG AppId=\"{}\",Timestamp=\"{timestamp}\",Nonce=\"{}\",Signature=\"{signature}\"", self.app_id, env.nonce)
    }

    fn token_header(&self, token: &Token) -> String {
        let text = token.text.expose();
        match self.token_header {
            TokenHeader::Quoted => format!("OPEN-ACCESS-TOKEN AccessToken=\"{text}\", AppId=\"{}\"", self.app_id),
            TokenHeader::Plain => format!("OPEN-ACCESS-TOKEN AccessToken={text}"),
        }
    }

    /// The request for a token, unless none is needed or one is good at `env.now`.
    pub(super) fn token_request(&self, env: &Env<'_>) -> Option<HttpRequest> {
        let age = |token: &Token| env.now.seconds_since(token.taken);
        let good = |token: &Arc<Token>| (0..token.good_for).contains(&age(token)) && !token.refused.load(Relaxed);
        if self.authentication != Authentication::AccessToken || self.token.load().as_ref().is_some_and(good) {
            return None;
        }
        let timestamp = env.now.compact();
        let signed = Secret::new(format!("{}{timestamp}{}{}", self.app_id, env.nonce, self.app_key.expose()));
        let signature = mac::hex(&mac::sha256(signed.expose().as_bytes()));
        let body = write::object(&[
            ("appId", &self.app_id),
            ("timestamp", &timestamp),
            ("nonce", env.nonce),
            ("signMethod", "SHA256"),
            ("signature", &signature),
        ]);
        Some(HttpRequest {
            method: "POST",
            url: self.base.join(TOKEN_PATH),
            headers: vec![wire::json_content()],
            body: body.into(),
            msg_id: env.msg_id.into(),
        })
    }

    /// Takes `{"errCode":"0000","accessToken":"…","expiresIn":3600}`.
    pub(super) fn keep_token(&self, env: &Env<'_>, reply: &HttpReply) -> Result<()> {
        let refused = |what: String| Err(Error::new(Kind::NotSent, format!("no access token: {what}; nothing was sent to the order")));
        let Ok(text) = std::str::from_utf8(&reply.body) else { return refused("the reply is not UTF-8".into()) };
        let Ok(node) = json::parse(text) else { return refused(format!("HTTP {} with no JSON", reply.status)) };
        let word = |name| node.member(name).and_then(Node::text);
        let seconds = match node.member("expiresIn").map(|node| &node.value) {
            Some(Value::Number(digits)) => digits.parse::<i64>().ok(),
            Some(Value::String(digits)) => digits.parse::<i64>().ok(),
            _ => None,
        };
        match (reply.status, word("errCode"), word("accessToken"), seconds) {
            (200, Some("0000"), Some(token), Some(seconds)) if is_token(token) && seconds > 0 => {
                let good_for = seconds - EARLY.min(seconds / 2);
                self.token.store(Some(Arc::new(Token {
                    text: Secret::new(token.into()),
                    taken: env.now,
                    good_for,
                    refused: AtomicBool::new(false),
                })));
                Ok(())
            }
            (status, code, ..) => {
                refused(format!("HTTP {status}, errCode {}: {}", code.unwrap_or("(none)"), word("errInfo").unwrap_or("no reason given")))
            }
        }
    }

    /// So that the next call fetches another token, unless that is done: the refusal may come late.
    pub(super) fn forget_refused_token(&self, sent: &HttpRequest, reply: &HttpReply) {
        let refused = || {
            let body = reply.plain_body().unwrap_or_default();
            body.windows(AUTHENTICATION_FAILED.len()).any(|window| window == AUTHENTICATION_FAILED.as_bytes())
        };
        if let Some(token) = &*self.token.load()
            && reply.status >= 400
            && sent.headers.iter().any(|(_, value)| *value == self.token_header(token))
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
