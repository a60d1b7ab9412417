//! A certificate of the merchant's own and the private key that belongs to it, as TLS shows them: of any algorithm, with the chain behind
//! the certificate.

use super::contents::{Contents, ForeignKind};
use super::der::{Element, sequence};
use super::material::PrivateKey;
use super::server::extension;
use super::source::{KeyPlace, KeySource, PrivateSource, SecretSource};
use super::tls;
use super::x509::Facts;
use crate::ground::error::{Error, Result};
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::ground::secret::{AsIs, Secret};
use serde::Deserialize;

/// Where both are: in one place (a PFX, a PEM with both), or the certificate there and the key under `key`.
pub(crate) type CredentialSource = KeySource<CredentialPlace>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialPlace {
    file: Option<AsIs<String>>,
    pem: Option<AsIs<Secret<String>>>,
    base64: Option<AsIs<Secret<String>>>,
    env: Option<AsIs<String>>,
    password: Option<SecretSource>,
    key: Option<PrivateSource>,
}

/// What stands there. Which certificate is which key's, whoever signs with the keys can tell.
pub(crate) struct Credentials {
    /// PKCS#1, PKCS#8 or SEC1, in DER; at least one.
    pub(crate) keys: Vec<Secret<Vec<u8>>>,
    /// The setting that they stand in.
    pub(crate) key_field: String,
    /// At least one.
    certificates: Vec<OwnCertificate>,
}

/// A certificate that is shown.
pub(crate) struct OwnCertificate {
    pub(crate) der: Vec<u8>,
    /// RFC 4514.
    pub(crate) subject: String,
    /// RFC 3339, UTC, where they can be read.
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    facts: Facts,
}

impl CredentialSource {
    /// Both must be there.
    pub(crate) fn read(self, field: &str) -> Result<Credentials> {
        let CredentialPlace { file, pem, base64, env, password, key } = self.place(field)?;
        let is_apart = key.is_some();
        let found = KeyPlace { file, pem, base64, env, password }.contents(field, |text| text)?;
        let (keys, key_field) = match key {
            Some(key) => {
                let field = format!("{field}.key");
                (keys_of(&key.place(&field)?.contents(&field, |text| text)?, &field)?, field)
            }
            None => (keys_of(&found, field)?, field.to_owned()),
        };
        let certificates = certificates_of(&found, !keys.is_empty() && !is_apart, field)?;
        if keys.is_empty() {
            return Err(without_key(&key_field, is_apart));
        }
        Ok(Credentials { keys, key_field, certificates })
    }
}

impl Credentials {
    /// The certificates of this public key, a `SubjectPublicKeyInfo` in DER.
    pub(crate) fn certificates_of(&self, spki: &[u8]) -> impl Iterator<Item = &OwnCertificate> {
        let key = sequence(spki).and_then(|parts| parts.last()?.bits());
        self.certificates.iter().filter(move |certificate| key.is_some() && certificate.public_key() == key)
    }

    /// The certificate and those behind it, each that of the issuer of the one before.
    pub(crate) fn chain<'a>(&'a self, leaf: &'a OwnCertificate) -> Vec<&'a OwnCertificate> {
        let mut chain = vec![leaf];
        while let Some(last) = chain.last().filter(|last| !last.facts.is_self_issued()) {
            let fresh = |one: &&OwnCertificate| last.is_issued_by(one) && chain.iter().all(|known| known.der != one.der);
            match self.certificates.iter().find(fresh) {
                Some(issuer) => chain.push(issuer),
                None => break,
            }
        }
        chain
    }
}

impl OwnCertificate {
    fn of(der: &[u8]) -> Option<Self> {
        let facts = Facts::of(der)?;
        let (subject, not_before, not_after) = (facts.subject.clone(), facts.not_before.clone(), facts.not_after.clone());
        Some(Self { der: der.into(), subject, not_before, not_after, facts })
    }

    /// RFC 5280 `TBSCertificate`, from its version (optional) to its extensions.
    fn parts(&self) -> Vec<Element<'_>> {
        sequence(&self.der).and_then(|outer| outer.first()?.sequence()).unwrap_or_default()
    }

    /// The bits of its `SubjectPublicKeyInfo`, the sixth part besides the version.
    fn public_key(&self) -> Option<&[u8]> {
        let parts = self.parts();
        let version = usize::from(parts.first()?.is_context(0));
        parts.get(version + 5)?.sequence()?.last()?.bits()
    }

    /// By name and, where both certificates say it, by key: authorities are renewed under the same name.
    fn is_issued_by(&self, other: &Self) -> bool {
        let named = self.extension(AUTHORITY_KEY).and_then(sequence).and_then(|parts| parts.first().copied());
        let named = named.filter(|id| id.is_context(0)).map(|id| id.content);
        let own = other.extension(SUBJECT_KEY).and_then(Element::of).and_then(|id| id.octets());
        self.facts.is_issued_by(&other.facts) && named.zip(own).is_none_or(|(named, own)| named == own)
    }

    fn extension(&self, number: &[u8]) -> Option<&[u8]> {
        let parts = self.parts();
        extension(&parts.iter().find(|part| part.is_context(3))?.children()?.first()?.sequence()?, number)
    }
}

/// `subjectKeyIdentifier`, `authorityKeyIdentifier`: 2.5.29.14, .35.
const SUBJECT_KEY: &[u8] = &[0x55, 0x1D, 0x0E];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1D, 0x23];

/// Every private key that TLS may sign with.
fn keys_of(contents: &Contents, field: &str) -> Result<Vec<Secret<Vec<u8>>>> {
    let fault = contents.foreign_private();
    let mut keys: Vec<Secret<Vec<u8>>> = Vec::new();
    for foreign in &contents.foreign {
        if let ForeignKind::Private(Some(der)) = &foreign.kind
            && tls::private(der).is_some()
            && !keys.contains(der)
        {
            keys.push(Secret::new(der.expose().clone()));
        }
    }
    match &contents.private {
        Some(PrivateKey::Rsa(key)) if key.public().is_weak() => {
            let what = format!("is an RSA key of {} bits; TLS signs with 2048 or more", key.public().bits());
            return Err(Error::key(KeyFault::Weak, field, what).mended_by(another()));
        }
        Some(PrivateKey::Rsa(key)) => match key.pkcs1() {
            Some(der) => keys.push(Secret::new(der.expose().clone())),
            None => {
                let what = "is an RSA key without its two primes, which TLS signs with";
                return Err(Error::key(KeyFault::Unsupported, field, what).mended_by(another()));
            }
        },
        Some(PrivateKey::Sm2(_)) if keys.is_empty() => {
            return Err(Error::key(KeyFault::WrongType, field, "is an SM2 key, which TLS here does not sign with").mended_by(another()));
        }
        _ => {}
    }
    match fault.filter(|_| keys.is_empty()) {
        Some(fault) => Err(fault.at(field).mended_by(another())),
        None => Ok(keys),
    }
}

/// What to have issued instead.
pub(crate) fn another() -> Remedy {
    Remedy::of(
        "have a certificate issued for an RSA key of 2048 bits or more, or one of P-256, P-384 or Ed25519",
        "请为 RSA（2048 位以上）、P-256、P-384 或 Ed25519 密钥申领证书",
    )
}

fn certificates_of(contents: &Contents, has_key: bool, field: &str) -> Result<Vec<OwnCertificate>> {
    let ders = contents.certificates.iter().map(|certificate| certificate.der.as_slice());
    let ders = ders.chain(contents.foreign_certificates().map(|(der, _)| der));
    let mut certificates: Vec<OwnCertificate> = Vec::new();
    for der in ders {
        let broken = || Error::key(KeyFault::Malformed, field, "holds a certificate that is broken inside");
        let certificate = OwnCertificate::of(der).ok_or_else(broken)?;
        if certificates.iter().all(|known| known.der != certificate.der) {
            certificates.push(certificate);
        }
    }
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    let is_private = has_key || contents.private.is_some() || contents.foreign_private().is_some();
    Err(match contents.only_foreign() {
        _ if is_private => {
            let error = Error::key(KeyFault::PrivateKey, field, "is a private key without its certificate");
            error.mended_by(Remedy::of(
                "name the file that holds the certificate, and the key's under key: {\"file\": CERTIFICATE, \"key\": {\"file\": KEY}}",
                "请在此填写证书文件，并在 key 中填写私钥文件",
            ))
        }
        Some(fault) => fault.at(field),
        None if contents.public.is_empty() => Error::key(KeyFault::NoKey, field, "holds neither a key nor a certificate"),
        None => Error::key(KeyFault::NotACertificate, field, "is a public key; a certificate and its private key belong here"),
    })
}

fn without_key(field: &str, is_apart: bool) -> Error {
    if is_apart {
        return Error::key(KeyFault::Certificate, field, "holds no private key; that of the certificate belongs here");
    }
    Error::key(KeyFault::Certificate, field, "is a certificate without its private key").mended_by(Remedy::of(
        "name the key's file under key: {\"file\": CERTIFICATE, \"key\": {\"file\": KEY}}, or a PFX that holds both",
        "请在 key 中填写私钥文件，或改用同时包含二者的 PFX 文件",
    ))
}
