//! The developer's settings, and the two ways a request is authenticated.

use super::token::{self, TokenHeader, Tokens};
use crate::crypto::mac;
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::ground::secret::Secret;
use crate::keys::SecretSource;
use crate::strict::base64::base64;
use crate::strict::form;
use serde::Deserialize;

pub(super) const NOTIFY_KEY: &str = "account.notify_key";

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
    notify_key: Option<SecretSource>,
    #[serde(default)]
    notify_sign_type: NotifySignType,
}

/// The plain hash that signs notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum NotifySignType {
    #[default]
    #[serde(rename = "SHA256")]
    Sha256,
    #[serde(rename = "MD5")]
    Md5,
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

/// An account ready to sign.
pub(crate) struct Chinaums {
    pub(super) base: BaseUrl,
    app_id: String,
    app_key: Secret<String>,
    /// Where requests are authenticated by one.
    tokens: Option<Tokens>,
    pub(super) mid: Option<String>,
    pub(super) tid: Option<String>,
    /// 通讯密钥: the key of the message source, which signs notifications.
    pub(super) notify_key: Option<Secret<String>>,
    notify_sign_type: NotifySignType,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Chinaums> {
        Field::of_account("account.app_id", &self.app_id)
            .not_empty()?
            .max_chars(64)?
            .only(|c| c.is_ascii_alphanumeric() || "-_".contains(c), "ASCII letters, digits, - and _")?;
        for (path, id) in [("account.mid", &self.mid), ("account.tid", &self.tid)] {
            if let Some(id) = id {
                check_merchant(Field::of_account(path, id))?;
            }
        }
        let app_key = self.app_key.text("account.app_key")?;
        Field::of_account("account.app_key", app_key.expose()).not_empty()?;
        let tokens = (self.authentication == Authentication::AccessToken).then(|| Tokens::new(self.token_header, &self.app_id));
        Ok(Chinaums {
            base,
            app_id: self.app_id,
            app_key,
            tokens,
            mid: self.mid,
            tid: self.tid,
            notify_key: self.notify_key.map(notify_key).transpose()?,
            notify_sign_type: self.notify_sign_type,
        })
    }
}

fn notify_key(source: SecretSource) -> Result<Secret<String>> {
    let key = source.text(NOTIFY_KEY)?;
    Field::of_account(NOTIFY_KEY, key.expose()).not_empty()?;
    Ok(key)
}

impl Chinaums {
    /// The upper-case hexadecimal hash of the string and the key behind it; `None` without a key, or if the message names another hash
    /// than the account.
    pub(super) fn notice_signature(&self, string_to_sign: &str, named: &str) -> Option<String> {
        let signed = Secret::new(format!("{string_to_sign}{}", self.notify_key.as_ref()?.expose()));
        let hash = match (self.notify_sign_type, named) {
            (NotifySignType::Sha256, "" | "SHA256") => mac::sha256(signed.expose().as_bytes()),
            (NotifySignType::Md5, "" | "MD5") => mac::md5(signed.expose().as_bytes()),
            _ => return None,
        };
        Some(mac::upper_hex(&hash))
    }

    /// The `Authorization` header for a body that is sent exactly as given.
    pub(super) fn authorization(&self, env: &Env, body: &[u8]) -> Result<String> {
        let Some(tokens) = &self.tokens else { return Ok(self.body_signature(env, body)) };
        tokens.header().ok_or_else(|| {
            Error::unsupported(
                "account.authentication",
                "access_token needs a token, which only `send` fetches; sign with authentication body_sig where you send yourself",
            )
            .with_hint("call `send`, or set authentication to body_sig", "请调用 `send`，或将 authentication 设为 body_sig")
        })
    }

    fn body_signature(&self, env: &Env, body: &[u8]) -> String {
        let (timestamp, signature) = self.signature(env, body);
        format!("OPEN-BODY-SIG AppId=\"{}\",Timestamp=\"{timestamp}\",Nonce=\"{}\",Signature=\"{signature}\"", self.app_id, env.nonce)
    }

    /// The query of a page whose content is signed: OPEN-FORM-PARAM.
    pub(super) fn signed_query(&self, env: &Env, content: &str) -> String {
        let (timestamp, signature) = self.signature(env, content.as_bytes());
        form::encode(&[
            ("authorization", "OPEN-FORM-PARAM"),
            ("appId", &self.app_id),
            ("timestamp", &timestamp),
            ("nonce", &env.nonce),
            ("content", content),
            ("signature", &signature),
        ])
    }

    /// The time, and base64(HMAC-SHA256(AppId + Timestamp + Nonce + hex(SHA-256(content)), AppKey)); path and host are not signed.
    fn signature(&self, env: &Env, content: &[u8]) -> (String, String) {
        let timestamp = env.now.compact();
        let signed = format!("{}{timestamp}{}{}", self.app_id, env.nonce, mac::hex(&mac::sha256(content)));
        let signature = base64(&mac::hmac_sha256(self.app_key.expose().as_bytes(), signed.as_bytes()));
        (timestamp, signature)
    }

    pub(super) fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// The request for a token, unless none is needed or one is good at `env.now`.
    pub(super) fn token_request(&self, env: &Env) -> Option<HttpRequest> {
        let tokens = self.tokens.as_ref().filter(|tokens| !tokens.is_good_at(env.now))?;
        Some(HttpRequest {
            method: "POST",
            url: self.base.join(token::PATH),
            headers: vec![json_content()],
            body: tokens.request_body(self.app_key.expose(), env).into(),
            msg_id: env.msg_id.clone(),
        })
    }

    pub(super) fn keep_token(&self, env: &Env, reply: &HttpReply) -> Result<()> {
        self.tokens.as_ref().map_or(Ok(()), |tokens| tokens.keep(env, reply))
    }

    pub(super) fn forget_refused_token(&self, sent: &HttpRequest, reply: &HttpReply) {
        if let Some(tokens) = &self.tokens {
            tokens.forget_refused(sent, reply);
        }
    }
}

/// The merchant and terminal of one order: the order's own, else the account's.
pub(super) struct Merchant<'a> {
    pub(super) mid: &'a str,
    pub(super) tid: &'a str,
}

/// 1 to 32 visible ASCII characters.
pub(super) fn check_merchant(field: Field<'_>) -> Result<()> {
    field.not_empty()?.max_chars(32)?.only(|c| c.is_ascii_graphic() && !"&<\"".contains(c), "visible ASCII characters").map(drop)
}

pub(super) fn json_content() -> (String, String) {
    ("Content-Type".into(), "application/json; charset=utf-8".into())
}
