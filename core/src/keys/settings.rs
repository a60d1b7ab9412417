//! What stands behind the key settings of a configuration, for tools that say by which key a signature was made. Nothing that judges
//! a reply goes through here.

use super::source::{PrivateSource, SecretSource, no_key};
use crate::ground::error::{Error, Kind, Result};
use crate::keys::PublicKey;
use crate::strict::de;

/// The public half of the key that a setting names, as the DER of a `SubjectPublicKeyInfo`: of a private key, a public key or a
/// certificate. `setting` is its JSON, such as `{"file":"key.pem"}`; `field` names it in errors.
///
/// # Errors
/// As for a configuration that holds the setting.
pub fn public_half(setting: &str, field: &str) -> Result<Vec<u8>> {
    let node = de::parse(setting, Kind::Config, "the setting", field)?;
    let source: PrivateSource = de::read(&node, Kind::Config, field)?;
    let mut contents = source.read(field)?;
    if let Some(key) = &contents.private {
        return Ok(key.public().spki());
    }
    let leaf = contents.take_leaf().map_err(|fault| fault.at(field))?.map(|certificate| certificate.key);
    let key: Option<PublicKey> = leaf.or_else(|| contents.public.pop());
    key.map(|key| key.spki()).ok_or_else(|| no_key().at(field))
}

/// The text that a secret setting names: itself, or what its `file` or `env` holds. It is a secret: whoever asks must not print it.
///
/// # Errors
/// As for a configuration that holds the setting.
pub fn secret_text(setting: &str, field: &str) -> Result<String> {
    let node = de::parse(setting, Kind::Config, "the setting", field)?;
    let source: SecretSource = de::read(&node, Kind::Config, field)?;
    let text = source.text(field)?;
    match text.expose().as_str() {
        "" => Err(Error::config(field, "is empty")),
        text => Ok(text.into()),
    }
}
