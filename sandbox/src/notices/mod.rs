//! What the gateways tell by themselves: a notice, and how it comes to the merchant.

mod fault;
mod ledger;
mod letter;
mod post;
mod rounds;
mod telling;
mod url;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub use fault::{NOTICE_FAULTS, NoticeFault};
pub(crate) use ledger::Ledger;
use letter::Letter;
pub(crate) use letter::Reception;
pub(crate) use rounds::Rounds;
pub use rounds::{Answer, Delivery};
pub(crate) use telling::Telling;
use url::Url;

/// The URL that every merchant of this gateway has registered for its notices. ICBC signs its path, wherever the notice is posted to.
pub(crate) fn registered_url(gateway: &str) -> String {
    format!("https://merchant.invalid{}", path(gateway))
}

pub(crate) fn path(gateway: &str) -> String {
    format!("/notify/{gateway}")
}

/// A notice, as the merchant's web server receives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The URL that the merchant has registered.
    pub url: String,
    /// The headers that the gateway chooses.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Notice {
    /// `{"url","headers","body_base64"}`, which is what a client takes.
    pub fn json(&self) -> Value {
        let headers: Value = self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({ "url": self.url, "headers": headers, "body_base64": STANDARD.encode(&self.body) })
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice").field("url", &self.url).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// Why there is no notice.
pub(crate) type Untold = &'static str;
