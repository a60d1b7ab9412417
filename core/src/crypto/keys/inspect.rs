//! What is in a key file, for whoever has to find out: never the private material itself.

use super::contents::Contents;
use super::fault::KeyFault;
use super::material::{Certificate, PublicKey};
use super::read::read;
use super::x509::Facts;
use crate::error::{Error, Result};
use serde::Serialize;

/// What a key file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The private key.
    pub private: Option<KeyFacts>,
    /// Bare public keys.
    pub public: Vec<KeyFacts>,
    /// Certificates, in the order they stand there.
    pub certificates: Vec<CertificateFacts>,
}

/// A key, described without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// `RSA` or `SM2`.
    pub algorithm: &'static str,
    /// Length of the modulus or of the curve.
    pub bits: usize,
    /// SHA-256 of the `SubjectPublicKeyInfo`, in hexadecimal: the same for the private key, its public key and its certificate.
    pub spki_sha256: String,
    /// An RSA key below 2048 bits: it verifies, and signs only with `allow_weak_key`.
    pub weak: bool,
}

/// An X.509 certificate. Neither chain nor dates are judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateFacts {
    /// Whose it is: RFC 4514, the last part first.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Hexadecimal, without leading zeros; old certificates have negative ones.
    pub serial: String,
    /// RFC 3339, UTC.
    pub not_before: String,
    /// RFC 3339, UTC.
    pub not_after: String,
    /// Such as `sha256WithRSA`.
    pub signed_with: &'static str,
    /// Signed with MD5 or SHA-1: worth nothing as a proof of who it is; its key is taken all the same.
    pub weak_signature: bool,
    /// Its key.
    #[serde(flatten)]
    pub key: KeyFacts,
    /// Whether it is that of the private key beside it; `None` without one.
    pub matches: Option<bool>,
}

/// Reads a key file. `password` opens what is encrypted.
///
/// # Errors
/// [`Kind::Config`](crate::Kind::Config), with [`Error::reason`] and [`Error::hint`] and without a byte of the key.
pub fn inspect(bytes: &[u8], password: Option<&str>) -> Result<Inspection> {
    let Contents { private, public, certificates, .. } = read(bytes, password).map_err(|fault| fault.at("key"))?;
    if private.is_none() && public.is_empty() && certificates.is_empty() {
        return Err(KeyFault::NoKey.because("holds neither a key nor a certificate").at("key"));
    }
    let own = private.map(|key| key.public());
    let facts = certificates.iter().map(|certificate| certificate_facts(certificate, own.as_ref()));
    Ok(Inspection {
        private: own.as_ref().map(key_facts),
        public: public.iter().map(key_facts).collect(),
        certificates: facts.collect::<Result<_>>()?,
    })
}

fn key_facts(key: &PublicKey) -> KeyFacts {
    KeyFacts {
        algorithm: key.algorithm(),
        bits: key.bits(),
        spki_sha256: key.spki_sha256(),
        weak: matches!(key, PublicKey::Rsa(key) if key.is_weak()),
    }
}

fn certificate_facts(certificate: &Certificate, own: Option<&PublicKey>) -> Result<CertificateFacts> {
    let facts = Facts::of(&certificate.der)
        .ok_or_else(|| Error::key(KeyFault::Malformed, "key", "holds a certificate whose names or dates cannot be read"))?;
    Ok(CertificateFacts {
        weak_signature: ["md5WithRSA", "sha1WithRSA"].contains(&facts.signed_with),
        subject: facts.subject,
        issuer: facts.issuer,
        serial: facts.serial,
        not_before: facts.not_before,
        not_after: facts.not_after,
        signed_with: facts.signed_with,
        key: key_facts(&certificate.key),
        matches: own.map(|own| *own == certificate.key),
    })
}

impl Contents {
    /// Of one certificate, that one; of a chain, the one that issued none of the others. `None` if that is not clear.
    pub(super) fn take_leaf(&mut self) -> Option<Certificate> {
        let facts: Vec<Option<Facts>> = self.certificates.iter().map(|certificate| Facts::of(&certificate.der)).collect();
        let issued_another = |at: usize| {
            let own = facts.get(at).and_then(Option::as_ref);
            facts.iter().enumerate().any(|(other, facts)| {
                other != at && own.zip(facts.as_ref()).is_some_and(|(own, other)| other.is_issued_by(own) && !other.is_self_issued())
            })
        };
        let leaves: Vec<usize> = (0..self.certificates.len()).filter(|at| !issued_another(*at)).collect();
        match leaves.as_slice() {
            [leaf] => Some(self.certificates.swap_remove(*leaf)),
            _ => None,
        }
    }
}
