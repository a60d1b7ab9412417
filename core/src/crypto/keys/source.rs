//! Where keys and secrets stand: in the configuration itself, in a file, or in an environment variable.

use super::contents::Contents;
use super::fault::KeyFault;
use super::material::{Certificate, PrivateKey, PublicKey};
use super::read::read;
use crate::error::{Error, Result};
use crate::secret::{self, Secret};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::io::Read;

const MAX_KEY_FILE: u64 = 1 << 20;

/// Where a key is: exactly one of `file` (a path), `pem`, `base64` or `env` (the name of an environment variable); with the
/// password that opens it, if one does. `T` is the text of the key in the configuration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeySource<T> {
    file: Option<String>,
    pem: Option<T>,
    base64: Option<T>,
    env: Option<String>,
    password: Option<SecretSource>,
}

/// Where a private key is, or a certificate, which may share its file.
pub(crate) type PrivateSource = KeySource<Secret<String>>;
/// Where a public key is: no secret.
pub(crate) type PublicSource = KeySource<String>;

impl PrivateSource {
    /// The one private key.
    pub(crate) fn private_key(self, field: &str) -> Result<PrivateKey> {
        let contents = self.contents(field, |text| text)?;
        match contents.private {
            Some(key) => Ok(key),
            None if !contents.public.is_empty() => {
                Err(KeyFault::PublicKey.because("holds a public key; the private key belongs here").at(field))
            }
            None if !contents.certificates.is_empty() => {
                Err(KeyFault::Certificate.because("holds a certificate; the private key belongs here").at(field))
            }
            None => Err(no_key().at(field)),
        }
    }

    /// The X.509 certificate that belongs to `key`, among those that stand there.
    pub(crate) fn certificate_of(self, field: &str, key: &PublicKey) -> Result<Certificate> {
        let contents = self.contents(field, |text| text)?;
        match (contents.certificates.is_empty(), contents.private.is_none()) {
            (true, false) => return Err(KeyFault::PrivateKey.because("is a key; the X.509 certificate belongs here").at(field)),
            (true, true) if contents.public.is_empty() => return Err(no_key().at(field)),
            (true, true) => return Err(KeyFault::NotACertificate.because("is a key; the X.509 certificate belongs here").at(field)),
            (false, _) => {}
        }
        if contents.certificates.iter().all(|certificate| certificate.key.algorithm() != key.algorithm()) {
            return Err(Error::key(KeyFault::WrongType, field, format!("is not a certificate with an {} key", key.algorithm())));
        }
        let own = contents.certificates.into_iter().find(|certificate| certificate.key == *key);
        own.ok_or_else(|| KeyFault::Inconsistent.because("does not belong to account.private_key").at(field))
    }
}

impl PublicSource {
    /// The one public key, bare or in a certificate; of a chain, that of the certificate which issued none of the others.
    pub(crate) fn public_key(self, field: &str) -> Result<PublicKey> {
        let mut contents = self.contents(field, Secret::new)?;
        if contents.private.is_some() {
            return Err(KeyFault::PrivateKey.because("holds a private key; the gateway's public key belongs here").at(field));
        }
        let leaf = contents.take_leaf();
        contents.public.extend(leaf.map(|certificate| certificate.key));
        match contents.public.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(first.clone()),
            [] if contents.certificates.is_empty() => Err(no_key().at(field)),
            _ => Err(KeyFault::Several.because("holds more than one public key or certificate").at(field)),
        }
    }
}

impl<T> KeySource<T> {
    fn contents(self, field: &str, own: impl FnOnce(T) -> Secret<String>) -> Result<Contents> {
        let bytes = match (self.file, self.pem, self.base64, self.env) {
            (Some(path), None, None, None) => read_file(&path, field)?,
            (None, Some(text), None, None) | (None, None, Some(text), None) => Secret::new(own(text).expose().clone().into()),
            (None, None, None, Some(name)) => Secret::new(read_env(&name, field)?.into()),
            _ => return Err(Error::config(field, "needs exactly one of file, pem, base64, env")),
        };
        let password = self.password.map(|source| source.text(&format!("{field}.password"))).transpose()?;
        read(bytes.expose(), password.as_ref().map(|text| text.expose().as_str())).map_err(|fault| fault.at(field))
    }
}

fn no_key() -> super::fault::Fault {
    KeyFault::NoKey.because("holds neither a key nor a certificate")
}

/// A shared secret text: `"text"`, `{"env": NAME}` or `{"file": PATH}` (one trailing line break is dropped).
#[derive(Debug)]
pub(crate) enum SecretSource {
    Text(Secret<String>),
    At(SecretPlace),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretPlace {
    file: Option<String>,
    env: Option<String>,
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = SecretSource;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string, {\"env\": NAME} or {\"file\": PATH}")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<SecretSource, D::Error> {
                deserializer.deserialize_any(Self)
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<SecretSource, E> {
                Ok(SecretSource::Text(Secret::new(text.into())))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> std::result::Result<SecretSource, A::Error> {
                SecretPlace::deserialize(MapAccessDeserializer::new(members)).map(SecretSource::At)
            }
        }

        deserializer.deserialize_newtype_struct(secret::NAME, Either)
    }
}

impl SecretSource {
    /// The text itself.
    pub(crate) fn text(self, field: &str) -> Result<Secret<String>> {
        match self {
            SecretSource::Text(text) => Ok(text),
            SecretSource::At(SecretPlace { file: Some(path), env: None }) => {
                let bytes = read_file(&path, field)?;
                let text = std::str::from_utf8(bytes.expose()).map_err(|_| Error::config(field, "the file is not UTF-8 text"))?;
                let line = text.strip_suffix('\n').unwrap_or(text);
                Ok(Secret::new(line.strip_suffix('\r').unwrap_or(line).into()))
            }
            SecretSource::At(SecretPlace { file: None, env: Some(name) }) => read_env(&name, field).map(Secret::new),
            SecretSource::At(_) => Err(Error::config(field, "needs exactly one of file, env, or the text itself")),
        }
    }
}

/// What stands in place of a path or a name is not repeated: it may be the key itself, put into the wrong member.
fn read_file(path: &str, field: &str) -> Result<Secret<Vec<u8>>> {
    let cannot = |why: &dyn std::fmt::Display| Error::key(KeyFault::Unreadable, field, format!("the file it names cannot be read: {why}"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| cannot(&error))?;
    file.take(MAX_KEY_FILE + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MAX_KEY_FILE { Err(cannot(&"larger than 1 MiB")) } else { Ok(Secret::new(bytes)) }
}

fn read_env(name: &str, field: &str) -> Result<String> {
    let unreadable = |what: &str| Error::key(KeyFault::Unreadable, field, what);
    match std::env::var(name) {
        Ok(text) => Ok(text),
        Err(std::env::VarError::NotPresent) => Err(unreadable("the environment variable it names is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(unreadable("the environment variable it names is not UTF-8")),
    }
}
