//! What a configuration says: ids, keys and secrets. The public halves and the secrets are all that is taken of keys.

use crate::difference;
use chexiao::keys::{public_half, secret_text};
use chexiao::{Error, Kind, Result};
use chexiao_strict::foreign;
use rsa::BigUint;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::Value;
use std::fmt;

/// A configuration, read as far as signatures need it.
pub struct Settings {
    pub(crate) gateway: String,
    pub(crate) account: Value,
    pub(crate) keys: Vec<PublicKey>,
    pub(crate) secrets: Vec<Secret>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("gateway", &self.gateway).finish_non_exhaustive()
    }
}

/// A key that may have made a signature.
#[derive(Clone)]
pub(crate) struct PublicKey {
    /// The setting that holds it.
    pub(crate) name: String,
    pub(crate) spki: Vec<u8>,
    pub(crate) rsa: Option<(BigUint, BigUint)>,
    /// What it would mean that this one signed; `None` of the right one.
    pub(crate) mistake: Option<&'static str>,
}

/// A secret that may have made a signature.
#[derive(Clone)]
pub(crate) struct Secret {
    /// The setting that holds it.
    pub(crate) name: String,
    pub(crate) text: String,
    /// What it would mean that this one was taken.
    pub(crate) mistake: &'static str,
}

/// The members of `account` that name a key pair or a part of one, and those that name a secret.
pub(crate) const KEYS: [&str; 3] = ["private_key", "gateway_public_key", "certificate"];
pub(crate) const SECRETS: [&str; 4] = ["api_key", "app_key", "notify_key", "encrypt_key"];

/// Secrets that pages and SDKs print as samples.
const SAMPLES: [&str; 6] = [
    "192006250b4c09247ec02edce69f6a2d",
    "67890123456789012345678901234567",
    "8934e7d15453e97507ef794cf7b0519d",
    "1c4e3b16066244ae9b236a09e5b312e8",
    "fcAmtnx7MwismjWNhNKdHC44mNXtnEQeJkRrhKJwyrW2ysRR",
    "impARTxrQcfwmRijpDNCw6hPxaWCddKEpYxjaKXDhCaTCXJ6",
];

impl Settings {
    /// Reads a configuration document.
    ///
    /// # Errors
    /// It is no configuration, or one of its keys cannot be read.
    pub fn read(text: &str) -> Result<Self> {
        let unusable = |what: &str| Error::at_border(Kind::Config, "config", what);
        let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| unusable("is not valid JSON"))?;
        let known = |id: &&str| chexiao::gateways::ALL.iter().any(|entry| entry.id == *id);
        let gateway = document.get("gateway").and_then(Value::as_str).filter(known).ok_or_else(|| unusable("names no known gateway"))?;
        let account = document.get("account").filter(|account| account.is_object()).ok_or_else(|| unusable("has no account"))?;
        let mut settings = Self { gateway: gateway.into(), account: account.clone(), keys: Vec::new(), secrets: Vec::new() };
        for name in KEYS {
            let (Some(setting), field) = (account.get(name), format!("account.{name}")) else { continue };
            let spki = public_half(&setting.to_string(), &field)?;
            if !settings.keys.iter().any(|known| known.spki == spki) {
                let mistake = if name == "private_key" { None } else { Some("key_of_other_setting") };
                settings.keys.push(PublicKey { name: field, rsa: rsa_of(&spki), spki, mistake });
            }
        }
        for name in SECRETS {
            let (Some(setting), field) = (account.get(name), format!("account.{name}")) else { continue };
            let text = secret_text(&setting.to_string(), &field)?;
            settings.secrets.push(Secret { name: field, text, mistake: "key_of_other_setting" });
        }
        Ok(settings)
    }

    /// Takes the keys and secrets of another configuration for ones that may have been mixed up.
    ///
    /// # Errors
    /// As for [`Settings::read`].
    pub fn beside(mut self, text: &str, name: &str) -> Result<Self> {
        let other = Self::read(text)?;
        for key in other.keys {
            if !self.keys.iter().any(|known| known.spki == key.spki) {
                self.keys.push(PublicKey { name: format!("{} of {name}", key.name), mistake: Some("key_of_other_config"), ..key });
            }
        }
        for secret in other.secrets {
            if !self.secrets.iter().any(|known| known.text == secret.text) {
                self.secrets.push(Secret { name: format!("{} of {name}", secret.name), mistake: "key_of_other_config", ..secret });
            }
        }
        Ok(self)
    }

    /// The id of its gateway.
    pub fn gateway(&self) -> &str {
        &self.gateway
    }

    /// The text of a member of `account`.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.account.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The secret of a setting.
    pub(crate) fn secret(&self, name: &str) -> Result<Secret> {
        let field = format!("account.{name}");
        let found = self.secrets.iter().find(|secret| secret.name == field).cloned();
        found.ok_or_else(|| Error::at_border(Kind::Config, &field, "is missing: without it nothing can be said of this signature"))
    }

    /// What else may have been taken for this secret: the other ones, ids, and samples.
    pub(crate) fn mistakable(&self, name: &str) -> Vec<Secret> {
        let field = format!("account.{name}");
        let others = self.secrets.iter().filter(|secret| secret.name != field).cloned();
        let ids = ["appid", "mch_id", "app_id", "mid", "sub_mch_id"].into_iter().filter_map(|id| {
            let text = self.text(id);
            (!text.is_empty()).then(|| Secret { name: format!("account.{id}"), text: text.into(), mistake: "key_is_id" })
        });
        let own = self.secret(name).map(|own| own.text).unwrap_or_default();
        let samples = SAMPLES.into_iter().filter(|sample| *sample != own);
        let samples = samples.map(|sample| Secret { name: String::new(), text: sample.into(), mistake: "key_sample" });
        others.chain(ids).chain(samples).collect()
    }

    /// What others wrote: without any of the secrets, on one line, at most 200 characters.
    pub(crate) fn shown(&self, text: &str) -> String {
        foreign::cut(difference::shown(self.masked(text).as_bytes()))
    }

    /// The text without any of the secrets.
    pub(crate) fn masked(&self, text: &str) -> String {
        let secrets = self.secrets.iter().filter(|secret| secret.text.len() > 3);
        secrets.fold(text.to_string(), |text, secret| text.replace(&secret.text, "***"))
    }
}

impl Secret {
    /// For people.
    pub(crate) fn shown(&self) -> &str {
        if self.name.is_empty() { "a sample key from documentation" } else { &self.name }
    }
}

fn rsa_of(spki: &[u8]) -> Option<(BigUint, BigUint)> {
    let key = rsa::RsaPublicKey::from_public_key_der(spki).ok()?;
    Some((key.n().clone(), key.e().clone()))
}
