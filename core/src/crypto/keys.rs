//! Key material as merchants hold it: PEM, DER or base64 on one line; PKCS#1, PKCS#8, SubjectPublicKeyInfo, X.509. What it
//! is is read from the content, never from a file name. No error repeats a byte of it.

use super::from_base64;
use crate::error::{Error, Result};
use crate::secret::{self, Secret};
use chexiao_lc::{BadKey, PrivateKey};
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use std::io::Read;

/// The content of the OID 1.2.840.113549.1.1.1.
const RSA_ENCRYPTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const MAX_KEY_FILE: u64 = 1 << 20;
const PEM_BEGIN: &str = "-----BEGIN ";
const VENDOR_CONTAINER: &str = "is a bank's own encrypted .key container; open it once with the bank's SDK (the key password decrypts it) and \
    store the private key as PKCS#8, in PEM or base64";
const NOT_RSA: &str = "is not an RSA key (an SM2 or other elliptic-curve key?)";

/// Where a key is: exactly one of `file` (a path), `pem`, `base64` or `env` (the name of an environment variable).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeySource {
    file: Option<String>,
    pem: Option<Secret<String>>,
    base64: Option<Secret<String>>,
    env: Option<String>,
    password: Option<Secret<String>>,
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

/// The DER of an RSA private key.
#[derive(Debug)]
pub(crate) struct PrivateKeyDer {
    der: Secret<Vec<u8>>,
    form: PrivateForm,
}

#[derive(Debug, Clone, Copy)]
enum PrivateForm {
    Pkcs1,
    Pkcs8,
}

/// An RSA public key: the DER of a `SubjectPublicKeyInfo` or of a PKCS#1 `RSAPublicKey`. AWS-LC reads both.
pub(crate) struct PublicKeyDer {
    pub(crate) der: Vec<u8>,
}

/// An X.509 certificate (DER) with an RSA key. Neither chain nor dates are looked at.
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    pub(crate) key: PublicKeyDer,
}

impl KeySource {
    /// The bytes as they stand there.
    pub(crate) fn bytes(&self, field: &str) -> Result<Secret<Vec<u8>>> {
        if self.password.is_some() {
            return Err(Error::unsupported(
                format!("{field}.password"),
                "password-protected keys are not supported yet; convert the key with `openssl pkcs8` or `openssl pkcs12 -nodes`",
            ));
        }
        match (&self.file, &self.pem, &self.base64, &self.env) {
            (Some(path), None, None, None) => read_file(path, field),
            (None, Some(text), None, None) | (None, None, Some(text), None) => Ok(Secret::new(text.expose().clone().into())),
            (None, None, None, Some(name)) => read_env(name, field).map(|text| Secret::new(text.into())),
            _ => Err(Error::config(field, "needs exactly one of file, pem, base64, env")),
        }
    }

    /// The DER of an RSA private key.
    pub(crate) fn private_key(&self, field: &str) -> Result<PrivateKeyDer> {
        match content(self.bytes(field)?.expose()).map_err(|what| Error::config(field, what))? {
            Content::Private(key) => Ok(key),
            Content::Public(_) => Err(Error::config(field, "holds a public key; the private key belongs here")),
            Content::Certificate(_) => Err(Error::config(field, "holds a certificate; the private key belongs here")),
        }
    }

    /// An RSA public key, bare or in a certificate.
    pub(crate) fn public_key(&self, field: &str) -> Result<PublicKeyDer> {
        match content(self.bytes(field)?.expose()).map_err(|what| Error::config(field, what))? {
            Content::Public(key) => Ok(key),
            Content::Certificate(certificate) => Ok(certificate.key),
            _ => Err(Error::config(field, "holds a private key; the gateway's public key belongs here")),
        }
    }

    /// An X.509 certificate with an RSA key.
    pub(crate) fn certificate(&self, field: &str) -> Result<Certificate> {
        match content(self.bytes(field)?.expose()).map_err(|what| Error::config(field, what))? {
            Content::Certificate(certificate) => Ok(certificate),
            _ => Err(Error::config(field, "is a key; the X.509 certificate belongs here")),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = SecretSource;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string, {\"env\": NAME} or {\"file\": PATH}")
            }

            fn visit_newtype_struct<D: serde::Deserializer<'de>>(self, deserializer: D) -> std::result::Result<SecretSource, D::Error> {
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

impl PrivateKeyDer {
    /// The key, its numbers checked.
    pub(crate) fn parse(&self) -> std::result::Result<PrivateKey, BadKey> {
        match self.form {
            PrivateForm::Pkcs1 => PrivateKey::from_pkcs1(self.der.expose()),
            PrivateForm::Pkcs8 => PrivateKey::from_pkcs8(self.der.expose()),
        }
    }
}

impl PublicKeyDer {
    /// Length of the modulus in bits; 0 if it cannot be read.
    pub(crate) fn bits(&self) -> usize {
        let modulus = self.modulus().unwrap_or_default();
        modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize)
    }

    /// The modulus, big endian, without leading zeros.
    pub(crate) fn modulus(&self) -> Option<Vec<u8>> {
        let elements = children(&self.der)?;
        let [first, second] = elements.as_slice() else { return None };
        let n = match first.tag {
            Tag::Integer => first.content,
            _ => children(second.content.strip_prefix(&[0])?)?.first()?.content,
        };
        Some(n.strip_prefix(&[0]).unwrap_or(n).into())
    }
}

/// What stands in place of a path or a name is not repeated: it may be the key itself, put into the wrong member.
fn read_file(path: &str, field: &str) -> Result<Secret<Vec<u8>>> {
    let cannot = |why: &dyn std::fmt::Display| Error::config(field, format!("the file it names cannot be read: {why}"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| cannot(&error))?;
    file.take(MAX_KEY_FILE + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MAX_KEY_FILE { Err(cannot(&"larger than 1 MiB")) } else { Ok(Secret::new(bytes)) }
}

fn read_env(name: &str, field: &str) -> Result<String> {
    match std::env::var(name) {
        Ok(text) => Ok(text),
        Err(std::env::VarError::NotPresent) => Err(Error::config(field, "the environment variable it names is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(Error::config(field, "the environment variable it names is not UTF-8")),
    }
}

enum Content {
    Private(PrivateKeyDer),
    Public(PublicKeyDer),
    Certificate(Certificate),
}

/// What the bytes are, or what is wrong with them.
fn content(bytes: &[u8]) -> std::result::Result<Content, &'static str> {
    let is_pem = bytes.windows(PEM_BEGIN.len()).any(|window| window == PEM_BEGIN.as_bytes());
    if bytes.trim_ascii().is_empty() {
        return Err("is empty");
    }
    if bytes.first() == Some(&0x30) && !is_pem {
        return from_der(bytes);
    }
    if is_vendor_container(bytes) {
        return Err(VENDOR_CONTAINER);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is neither PEM, DER nor base64")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let encoded = if is_pem { pem_body(text)? } else { text };
    let joined = Secret::new(encoded.split_ascii_whitespace().collect::<String>());
    let der = Secret::new(from_base64(joined.expose()).ok_or("is not valid base64 (cut off, or with stray characters?)")?);
    if is_vendor_container(der.expose()) {
        return Err(VENDOR_CONTAINER);
    }
    from_der(der.expose())
}

/// Two bytes of length and a ciphertext: a format of a bank's own tools, which nobody else opens.
fn is_vendor_container(bytes: &[u8]) -> bool {
    matches!(bytes, [high, low, rest @ ..] if usize::from(u16::from_be_bytes([*high, *low])) == rest.len() && rest.len() > 64)
}

/// The base64 between the first BEGIN line and its END line.
fn pem_body(text: &str) -> std::result::Result<&str, &'static str> {
    let (_, after) = text.split_once(PEM_BEGIN).ok_or("has a BEGIN line that cannot be read")?;
    let (label, after) = after.split_once("-----").ok_or("has a BEGIN line that cannot be read")?;
    let (body, _) = after.split_once("-----END ").ok_or("has no END line: the file is cut off")?;
    match label {
        "ENCRYPTED PRIVATE KEY" => Err("is encrypted with a password; decrypt it with `openssl pkcs8` first"),
        "EC PRIVATE KEY" | "EC PARAMETERS" => Err(NOT_RSA),
        "OPENSSH PRIVATE KEY" => Err("is an OpenSSH key; convert it with `ssh-keygen -p -m PKCS8`"),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            Err("is a certificate request; the issued certificate or the key belongs here")
        }
        _ if body.contains("Proc-Type:") => Err("is encrypted with a password; decrypt it with `openssl rsa` first"),
        _ => Ok(body),
    }
}

/// One element of a SEQUENCE: its tag, its whole encoding, its content.
struct Element<'a> {
    tag: Tag,
    whole: &'a [u8],
    content: &'a [u8],
}

/// The elements of the one SEQUENCE that `der` is.
fn children(der: &[u8]) -> Option<Vec<Element<'_>>> {
    let outer = der::asn1::AnyRef::from_der(der).ok().filter(|any| any.tag() == Tag::Sequence)?;
    let mut reader = SliceReader::new(outer.value()).ok()?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        let whole = reader.tlv_bytes().ok()?;
        let any = der::asn1::AnyRef::from_der(whole).ok()?;
        elements.push(Element { tag: any.tag(), whole, content: any.value() });
    }
    Some(elements)
}

fn from_der(der: &[u8]) -> std::result::Result<Content, &'static str> {
    let elements = children(der).ok_or("is not DER (cut off, or with bytes after the end?)")?;
    let tags: Vec<Tag> = elements.iter().map(|element| element.tag).collect();
    let private = |form| Content::Private(PrivateKeyDer { der: Secret::new(der.into()), form });
    match (tags.as_slice(), elements.as_slice()) {
        ([Tag::Integer, Tag::Sequence, Tag::OctetString, ..], [_, algorithm, ..]) => {
            rsa_only(algorithm.whole)?;
            Ok(private(PrivateForm::Pkcs8))
        }
        ([Tag::Integer, Tag::Sequence, ..], _) => {
            Err("looks like a PKCS#12 (.pfx, .p12) or CFCA container, which is not supported yet; convert it to PEM")
        }
        ([Tag::Integer, Tag::Integer], _) => Ok(Content::Public(PublicKeyDer { der: der.into() })),
        ([Tag::Integer, Tag::Integer, ..], _) if elements.len() >= 9 => Ok(private(PrivateForm::Pkcs1)),
        ([Tag::Sequence, Tag::BitString], [algorithm, _]) => {
            rsa_only(algorithm.whole)?;
            Ok(Content::Public(PublicKeyDer { der: der.into() }))
        }
        ([Tag::Sequence, Tag::Sequence, Tag::BitString], [signed_part, ..]) => {
            let spki = certificate_key(signed_part.whole).ok_or("is neither a certificate nor a key that is known here")?;
            rsa_only(children(spki).and_then(|parts| parts.first().map(|first| first.whole)).unwrap_or_default())?;
            Ok(Content::Certificate(Certificate { der: der.into(), key: PublicKeyDer { der: spki.into() } }))
        }
        ([Tag::Sequence, Tag::OctetString], _) => Err("is encrypted with a password; decrypt it with `openssl pkcs8` first"),
        _ => Err("is DER, but no key or certificate that is known here"),
    }
}

/// RFC 5280 `TBSCertificate`: `[0] version` (optional), serial, algorithm, issuer, validity, subject, key, …
/// Walked by position, so that a negative serial or an old signature algorithm does not matter.
fn certificate_key(signed_part: &[u8]) -> Option<&[u8]> {
    let parts = children(signed_part)?;
    let version = usize::from(parts.first()?.tag != Tag::Integer);
    let key = parts.get(version + 5)?;
    (key.tag == Tag::Sequence).then_some(key.whole)
}

fn rsa_only(algorithm: &[u8]) -> std::result::Result<(), &'static str> {
    let is_rsa = |oid: &Element<'_>| oid.tag == Tag::ObjectIdentifier && oid.content == RSA_ENCRYPTION;
    if children(algorithm).is_some_and(|parts| parts.first().is_some_and(is_rsa)) { Ok(()) } else { Err(NOT_RSA) }
}
