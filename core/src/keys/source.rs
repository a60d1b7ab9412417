//! Where keys and secrets stand: in the configuration itself, in a file, or in an environment variable.

use super::contents::Contents;
use super::material::{Certificate, PrivateKey, PublicKey};
use super::names;
use super::read::read;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::ground::secret::{self, AsIs, Secret};
use crate::ground::text::{self, Unseen};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::marker::PhantomData;
use std::path::Path;

/// Where a key is, as the object `P` says.
pub(crate) enum KeySource<P> {
    At(P),
    /// A text where an object belongs: what it is decides what is said.
    Misplaced(Secret<String>),
}

/// Exactly one of `file` (a path), `pem`, `base64` or `env` (the name of an environment variable); with the password that opens
/// it, if one does. `T` is the text of the key in the configuration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyPlace<T> {
    pub(super) file: Option<AsIs<String>>,
    pub(super) pem: Option<AsIs<T>>,
    pub(super) base64: Option<AsIs<T>>,
    pub(super) env: Option<AsIs<String>>,
    pub(super) password: Option<SecretSource>,
}

impl<'de, P: Deserialize<'de>> Deserialize<'de> for KeySource<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either<P>(PhantomData<P>);

        impl<'de, P: Deserialize<'de>> Visitor<'de> for Either<P> {
            type Value = KeySource<P>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object such as {\"file\": PATH}")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<KeySource<P>, E> {
                Ok(KeySource::Misplaced(Secret::new(text.into())))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> std::result::Result<KeySource<P>, A::Error> {
                P::deserialize(MapAccessDeserializer::new(members)).map(KeySource::At)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// Where a private key is, or a certificate, which may share its file.
pub(crate) type PrivateSource = KeySource<KeyPlace<Secret<String>>>;
/// Where a public key is: no secret.
pub(crate) type PublicSource = KeySource<KeyPlace<String>>;

impl PrivateSource {
    /// All that stands there.
    pub(super) fn read(self, field: &str) -> Result<Contents> {
        self.contents(field, |text| text)
    }

    /// The one private key.
    pub(crate) fn private_key(self, field: &str) -> Result<PrivateKey> {
        let contents = self.contents(field, |text| text)?;
        let foreign = contents.foreign_private();
        match (contents.private, foreign) {
            (Some(key), _) => Ok(key),
            (None, Some(foreign)) => Err(foreign.at(field)),
            _ if !contents.public.is_empty() => {
                Err(KeyFault::PublicKey.because("holds a public key; the private key belongs here").at(field))
            }
            _ if !contents.certificates.is_empty() => {
                Err(KeyFault::Certificate.because("holds a certificate; the private key belongs here").at(field))
            }
            _ => Err(no_key().at(field)),
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
        let leaf = contents.take_leaf().map_err(|fault| fault.at(field))?;
        contents.public.extend(leaf.map(|certificate| certificate.key));
        match contents.public.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(first.clone()),
            [] if contents.certificates.is_empty() => Err(no_key().at(field)),
            _ => Err(KeyFault::Several.because("holds more than one public key or certificate").at(field)),
        }
    }
}

impl<P> KeySource<P> {
    pub(super) fn place(self, field: &str) -> Result<P> {
        match self {
            KeySource::At(place) => Ok(place),
            KeySource::Misplaced(text) => Err(misplaced(text.expose(), field)),
        }
    }
}

impl<T> KeySource<KeyPlace<T>> {
    fn contents(self, field: &str, own: impl FnOnce(T) -> Secret<String>) -> Result<Contents> {
        let contents = self.place(field)?.contents(field, own)?;
        contents.only_foreign().map_or(Ok(contents), |fault| Err(fault.at(field)))
    }
}

impl<T> KeyPlace<T> {
    /// What stands there, be it of use to a gateway or not.
    pub(super) fn contents(self, field: &str, own: impl FnOnce(T) -> Secret<String>) -> Result<Contents> {
        let bytes = match (self.file, self.pem, self.base64, self.env) {
            (Some(AsIs(path)), None, None, None) => read_file(Path::new(&path), field)?,
            (None, Some(AsIs(text)), None, None) | (None, None, Some(AsIs(text)), None) => Secret::new(own(text).expose().clone().into()),
            (None, None, None, Some(AsIs(name))) => Secret::new(read_env(&name, field)?.into()),
            _ => return Err(Error::config(field, "needs exactly one of file, pem, base64, env")),
        };
        let password = self.password.map(|source| source.text(&format!("{field}.password"))).transpose()?;
        read(bytes.expose(), password.as_ref().map(|text| text.expose().as_str())).map_err(|fault| fault.at(field))
    }
}

/// What to write instead.
fn misplaced(text: &str, field: &str) -> Error {
    let member = match text {
        _ if text.contains("-----BEGIN") => ("pem", "…"),
        _ if names::is_path(text) => ("file", text),
        _ if text.len() < 64 => ("file", "PATH"),
        _ => ("base64", "…"),
    };
    let example = format!("{{\"{}\": \"{}\"}}", member.0, member.1.replace('\\', "\\\\").replace('"', "\\\""));
    let error = Error::config(field, "must be an object that says where the key is, not a text");
    error.mended_by(Remedy::of(format!("write {example}"), "请如此书写"))
}

pub(super) fn no_key() -> super::fault::Fault {
    KeyFault::NoKey.because("holds neither a key nor a certificate")
}

/// A shared secret text: `"text"`, `{"env": NAME}` or `{"file": PATH}` (a byte order mark and the line breaks at the end are dropped).
#[derive(Debug)]
pub(crate) enum SecretSource {
    Text(Secret<String>),
    At(SecretPlace),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretPlace {
    file: Option<AsIs<String>>,
    env: Option<AsIs<String>>,
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
    /// The text itself. Characters that cannot be seen are refused with their place: hardly anybody means them.
    pub(crate) fn text(self, field: &str) -> Result<Secret<String>> {
        let text = match self {
            SecretSource::Text(text) => text,
            SecretSource::At(SecretPlace { file: Some(AsIs(path)), env: None }) => {
                let bytes = read_file(Path::new(&path), field)?;
                let text = text::decode(bytes.expose()).ok_or_else(|| Error::config(field, "the file is not UTF-8 text"))?;
                Secret::new(text.expose().trim_end_matches(['\n', '\r']).into())
            }
            SecretSource::At(SecretPlace { file: None, env: Some(AsIs(name)) }) => Secret::new(read_env(&name, field)?),
            SecretSource::At(_) => return Err(Error::config(field, "needs exactly one of file, env, or the text itself")),
        };
        match Unseen::in_text(text.expose()) {
            None => Ok(text),
            Some(unseen) => Err(Error::config(field, format!("holds {unseen}")).mended_by(Unseen::remedy())),
        }
    }
}

/// The bytes of a file that a setting or an argument names.
pub(crate) fn read_file(path: &Path, field: &str) -> Result<Secret<Vec<u8>>> {
    let shown = path.to_str().filter(|path| names::is_path(path)).map_or("the file it names".into(), |path| format!("the file {path}"));
    text::read_file(path).map_err(|why| {
        let unseen = path.to_str().map(unseen_in_name).unwrap_or_default();
        Error::key(KeyFault::Unreadable, field, format!("{shown} cannot be read: {why}{unseen}"))
    })
}

/// The text of a document that an argument names. The path is repeated only if it looks like one: it may be the document itself, keys and all.
pub(crate) fn read_document(path: &Path, what: &str) -> Result<Secret<String>> {
    let shown = path.to_str().filter(|path| names::is_path(path)).map_or_else(String::new, |path| format!(" {path}"));
    let unreadable = |why: &str| Error::new(Kind::Config, format!("the file{shown} of {what} cannot be read: {why}"));
    let is_document = path.to_str().is_some_and(|path| path.trim_start().starts_with('{'));
    let bytes = text::read_file(path).map_err(|why| {
        unreadable(&why).mended_by(if is_document {
            Remedy::of(
                format!("this is {what} itself: give the path of a file, or pass the text where a text is taken"),
                "这是文档本身：请给出文件路径，或在接受文本之处传入文本",
            )
        } else {
            KeyFault::Unreadable.remedy()
        })
    })?;
    text::decode(bytes.expose()).ok_or_else(|| {
        let remedy = Remedy::of(
            "save it as UTF-8, and put keys of other forms into files of their own",
            "请存为 UTF-8；其他格式的密钥请另存为单独的文件",
        );
        unreadable("it is not UTF-8 text").mended_by(remedy)
    })
}

fn unseen_in_name(name: &str) -> String {
    Unseen::in_text(name).map_or_else(String::new, |unseen| format!(" (its name holds {unseen})"))
}

fn read_env(name: &str, field: &str) -> Result<String> {
    let shown =
        if names::is_variable(name) { format!("the environment variable {name}") } else { "the environment variable it names".into() };
    let unreadable = |what: &str| Error::key(KeyFault::Unreadable, field, format!("{shown} {what}{}", unseen_in_name(name)));
    match std::env::var(name) {
        Ok(text) => Ok(text),
        Err(std::env::VarError::NotPresent) => Err(unreadable("is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(unreadable("is not UTF-8")),
    }
}
