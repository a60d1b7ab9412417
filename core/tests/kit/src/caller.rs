//! A client with one call, and replies put before it.

use chexiao::{Client, HttpReply, HttpRequest, Outcome};
use chexiao_sandbox::Keys;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// What all gateways sign with in this run.
pub static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

/// The message id and nonce of every call.
pub const MSG_ID: &str = "0123456789abcdef0123456789abcdef";

pub struct Caller {
    pub client: Client,
    pub call: String,
    pub sent: HttpRequest,
}

impl Caller {
    /// A client of the sandbox's configuration with these settings over those of its account, and a close of this order.
    pub fn open(config: &str, settings: &Value, order: &Value) -> Self {
        Self::of("close", config, settings, order)
    }

    /// The same with another operation.
    pub fn of(operation: &str, config: &str, settings: &Value, order: &Value) -> Self {
        let mut config = chexiao_sandbox::config(config, "https://127.0.0.1:1", &KEYS).unwrap();
        for (name, value) in settings.as_object().unwrap() {
            config["account"][name] = value.clone();
        }
        let client = Client::new(&config.to_string()).unwrap();
        let call = json!({ "operation": operation, "order": order, "msg_id": MSG_ID, "nonce": MSG_ID }).to_string();
        let sent = client.sign(&call).unwrap();
        Self { client, call, sent }
    }

    /// What becomes of the call with this body, under status 200.
    pub fn judge(&self, body: impl Into<Vec<u8>>) -> Outcome {
        self.verify(&HttpReply { status: 200, headers: Vec::new(), body: body.into() })
    }

    pub fn verify(&self, reply: &HttpReply) -> Outcome {
        self.client.verify(&self.call, &self.sent, reply)
    }
}
