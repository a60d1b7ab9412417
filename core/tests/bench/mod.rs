//! A client with one call, and replies put before it.

use chexiao::{Client, HttpReply, HttpRequest, Outcome};
use chexiao_sandbox::Keys;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// What all gateways sign with in this run.
pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

/// The message id and nonce of every call.
pub(crate) const MSG_ID: &str = "0123456789abcdef0123456789abcdef";

pub(crate) struct Bench {
    pub(crate) client: Client,
    pub(crate) call: String,
    pub(crate) sent: HttpRequest,
}

impl Bench {
    /// A client of the sandbox's configuration with these settings over those of its account, and a close of this order.
    pub(crate) fn open(config: &str, settings: &Value, order: &Value) -> Self {
        Self::of("close", config, settings, order)
    }

    /// The same with another operation.
    pub(crate) fn of(operation: &str, config: &str, settings: &Value, order: &Value) -> Self {
        let mut config = chexiao_sandbox::config(config, "https://127.0.0.1:1", &KEYS).unwrap();
        for (name, value) in settings.as_object().unwrap() {
            config["account"][name] = value.clone();
        }
        let client = Client::new(&config.to_string()).unwrap();
        let call = json!({ "operation": operation, "order": order, "msg_id": MSG_ID, "nonce": MSG_ID }).to_string();
        let sent = client.sign(&call).unwrap();
        Self { client, call, sent }
    }

    pub(crate) fn verify(&self, reply: &HttpReply) -> Outcome {
        self.client.verify(&self.call, &self.sent, reply)
    }
}
