//! An account with keys that are thrown away in the place of its own: of the same kind and size.

use super::scrub::Scrub;
use crate::seal::{PrivateHalf, PrivateKey};
use crate::settings::{PublicKey, SECRETS, Settings};
use chexiao::{Error, Kind, Result};
use rand::RngCore as _;
use rand::rngs::OsRng;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePublicKey as _;
use serde_json::{Map, Value, json};

/// Members of an account that name no one.
const PLAIN: [&str; 9] = ["sign_type", "charset", "sm2_encoding", "reply_hash", "auth", "kind", "mode", "notify_sign_type", "front_end"];

/// The configuration that a record holds, and the private keys to it. Of key pairs it holds the public halves alone.
pub(super) fn throw_away(settings: &Settings, scrub: &Scrub) -> Result<(Value, Vec<PrivateKey>)> {
    let mut keys = Vec::new();
    let mut account = Map::new();
    for key in &settings.keys {
        let (half, spki) = another(key).ok_or_else(|| Error::at_border(Kind::Config, &key.name, "cannot be replaced by another key"))?;
        if let Some(name) = key.name.strip_prefix("account.") {
            account.insert(name.into(), json!({ "base64": chexiao_strict::base64::base64(&spki) }));
        }
        keys.push(PrivateKey { setting: key.name.clone(), half });
    }
    for secret in &settings.secrets {
        if let Some(name) = secret.name.strip_prefix("account.") {
            account.insert(name.into(), scrub.text(&secret.text).into());
        }
    }
    for (name, value) in settings.account.as_object().into_iter().flatten() {
        let is_key = crate::settings::KEYS.contains(&name.as_str()) || SECRETS.contains(&name.as_str());
        if let (false, Value::String(text)) = (is_key, value) {
            let new = if PLAIN.contains(&name.as_str()) { text.clone() } else { scrub.value(name, text) };
            account.insert(name.clone(), new.into());
        }
    }
    Ok((json!({ "gateway": settings.gateway, "account": account }), keys))
}

fn another(key: &PublicKey) -> Option<(PrivateHalf, Vec<u8>)> {
    match &key.rsa {
        Some((modulus, _)) => {
            let key = RsaPrivateKey::new(&mut OsRng, modulus.bits()).ok()?;
            let spki = key.to_public_key().to_public_key_der().ok()?.as_bytes().to_vec();
            Some((PrivateHalf::Rsa(Box::new(key)), spki))
        }
        None => {
            let mut number = [0; 32];
            OsRng.fill_bytes(&mut number);
            let secret = sm2::SecretKey::from_slice(&number).ok()?;
            let head = key.spki.get(..key.spki.len().checked_sub(65)?)?;
            let spki = [head, &secret.public_key().to_sec1_bytes()].concat();
            Some((PrivateHalf::Sm2(secret), spki))
        }
    }
}

/// 32 random bytes.
pub(super) fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    seed
}
