//! One call: what to do, to which order, and the id, time and nonce it is signed with.

use crate::clock::BeijingTime;
use crate::crypto::mac;
use crate::error::{Error, Kind, Result};
use crate::gateway::Env;
use crate::strict::de;
use crate::strict::json::Node;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    operation: String,
    #[serde(rename = "order")]
    _order: IgnoredAny,
    msg_id: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
}

/// A call whose order is still JSON: only the gateway knows its fields.
pub(crate) struct Call<'a> {
    pub(crate) order: Node<'a>,
    msg_id: Option<String>,
    moment: Option<BeijingTime>,
    nonce: Option<String>,
}

impl<'a> Call<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self> {
        let mut node = de::parse(text, Kind::Call, "the call", "")?;
        let keys: Keys = de::read(&node, Kind::Call, "")?;
        if keys.operation != "close" {
            return Err(Error::unsupported("operation", "must be `close`; other operations are not supported yet"));
        }
        let moment = keys.timestamp.map(|text| {
            BeijingTime::parse(&text).ok_or_else(|| Error::call("timestamp", "must be written yyyy-MM-dd HH:mm:ss, in Beijing time"))
        });
        let order = node.take_member("order").ok_or_else(|| Error::call("order", "is missing"))?;
        Ok(Self { order, msg_id: keys.msg_id, moment: moment.transpose()?, nonce: keys.nonce })
    }

    /// What the call leaves open is filled in: this moment, and 32 random hexadecimal digits as nonce and message id.
    pub(crate) fn in_env<T>(&self, use_env: impl FnOnce(&Env<'_>) -> Result<T>) -> Result<T> {
        let random = random_id()?;
        let nonce = self.nonce.as_deref().unwrap_or(&random);
        let msg_id = self.msg_id.as_deref().unwrap_or(&random);
        use_env(&Env { now: self.moment.unwrap_or_else(BeijingTime::now), nonce, msg_id })
    }

    /// An environment of its own, for a step that is not the call.
    pub(crate) fn at_this_moment<T>(use_env: impl FnOnce(&Env<'_>) -> Result<T>) -> Result<T> {
        let random = random_id()?;
        use_env(&Env { now: BeijingTime::now(), nonce: &random, msg_id: &random })
    }
}

/// 128 random bits.
fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(mac::hex(&bytes)),
        Err(_) => Err(Error::new(Kind::NotSent, "the system gives no random numbers")),
    }
}
