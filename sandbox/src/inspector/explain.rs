//! What the host of a sandbox may know beyond it: how other clients go wrong, and what the library makes of a reply.
//!
//! The sandbox shares no line with the library, so that neither is at home here.

use serde_json::Value;

use super::page::View;
use super::tongue::Tongue;
use crate::call::Call;

/// Explains exchanges to people who look at them. Nothing that it says changes what the gateways do.
pub trait Explain: Send + Sync {
    /// What a client has signed whose signature is wrong; `None`, where nothing is found.
    fn signature(&self, spoken: &Spoken<'_>) -> Option<Explained>;

    /// What a client of the library concludes from the reply.
    fn verdict(&self, spoken: &Spoken<'_>) -> Option<Verdict>;
}

/// An exchange, as it went over the wire.
#[derive(Clone, Copy)]
pub struct Spoken<'a> {
    /// The configuration whose merchant asks, one of [`CONFIGS`](crate::CONFIGS).
    pub config: &'a str,
    /// What is asked for.
    pub call: Option<Call>,
    /// The `order` of the call.
    pub order: &'a Value,
    /// The id that the request gave itself.
    pub msg_id: &'a str,
    /// `POST` or `GET`.
    pub method: &'a str,
    /// The path, of a GET with its query.
    pub target: &'a str,
    /// Names and values.
    pub request_headers: &'a [(String, String)],
    /// The body.
    pub request_body: &'a [u8],
    /// The HTTP status of the reply.
    pub status: u16,
    /// Names and values.
    pub reply_headers: &'a [(String, String)],
    /// The body.
    pub reply_body: &'a [u8],
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Words {
    pub(super) fn in_tongue(&self, tongue: Tongue) -> &str {
        tongue.say(&self.en, &self.zh)
    }
}

/// What another client did otherwise.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Without a full stop; more than one, where several came together.
    pub mistakes: Vec<Mistake>,
    /// What was signed, as text, without secrets; `None`, where that was not found.
    pub signed: Option<String>,
    /// The setting whose key made the signature, where that can be told.
    pub signed_by: Option<String>,
    /// The hash in the signature, where that can be told.
    pub hash: Option<&'static str>,
    /// How many keys were tried.
    pub keys: usize,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// What it is.
    pub what: Words,
    /// Which field, key or hash; empty where the words say all.
    pub detail: String,
    /// What to do.
    pub remedy: Words,
}

impl Mistake {
    /// What it is, and of what.
    pub(super) fn named(&self, view: &View) -> String {
        let what = self.what.in_tongue(view.tongue);
        match self.detail.as_str() {
            "" => what.to_string(),
            detail => view.say(format!("{what} ({detail})"), format!("{what}（{detail}）")),
        }
    }
}

/// What a client of the library concludes.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The word of the outcome.
    pub code: String,
    /// What that means.
    pub words: Words,
}
