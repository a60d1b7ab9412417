//! [`Seal`]: signs what names the order that was asked about, as ICBC and EdgerOS do.

use crate::bare::Rsa;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::Value;

pub struct Seal {
    key: Rsa,
    sealed: fn(&Rsa, &str) -> String,
}

impl Seal {
    /// A new key of the length that the case's gateway has.
    pub fn of(name: &str) -> Self {
        let (bits, sealed): (_, fn(&Rsa, &str) -> String) = match name {
            "edgeros" => (2048, edgeros),
            _ => (1024, icbc),
        };
        Self { key: Rsa::of_bits(bits), sealed }
    }

    /// What clients verify with, base64.
    pub fn public(&self) -> String {
        BASE64.encode(self.key.public())
    }

    /// This body with the signature that it lacks or that is no longer its own.
    pub fn seals(&self, body: &str) -> String {
        (self.sealed)(&self.key, body)
    }
}

/// The content as it stands.
fn icbc(key: &Rsa, body: &str) -> String {
    let content = body.split_once(':').and_then(|(_, rest)| rest.rsplit_once(",\"sign\":")).expect("a reply of ICBC").0;
    format!(r#"{{"response_biz_content":{content},"sign":"{}"}}"#, BASE64.encode(key.signs(content.as_bytes())))
}

/// All members in their order, but for the signature and what is null.
fn edgeros(key: &Rsa, body: &str) -> String {
    let mut envelope: Value = serde_json::from_str(body).expect("JSON");
    let members = envelope.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    members["data"].as_object_mut().expect("an object").remove("sign");
    let signature = BASE64.encode(key.signs(envelope.to_string().as_bytes()));
    envelope["data"]["sign"] = signature.into();
    envelope.to_string()
}
