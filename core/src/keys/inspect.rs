//! What is in a key file, for whoever has to find out: never the private material itself.

use super::contents::Contents;
use super::fault::Fault;
use super::material::{Certificate, PublicKey};
use super::read::read;
use super::source::read_file;
use super::x509::Facts;
use crate::ground::error::Result;
use crate::ground::key_fault::KeyFault;
use serde::Serialize;
use std::path::Path;

/// What a key file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The private key.
    pub private: Option<KeyFacts>,
    /// Bare public keys.
    pub public: Vec<KeyFacts>,
    /// Certificates, in the order they stand there.
    pub certificates: Vec<CertificateFacts>,
    /// What stands there too and no gateway uses: keys and certificates of other curves and algorithms, requests.
    pub passed_over: Vec<String>,
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

/// Reads a key file. `password` opens what is encrypted. What no setting would take is refused for the same reason.
///
/// # Errors
/// [`Kind::Config`](crate::Kind::Config), with [`Error::reason`](crate::Error::reason) and [`Error::hint`](crate::Error::hint) and without a byte of the key.
pub fn inspect(bytes: &[u8], password: Option<&str>) -> Result<Inspection> {
    let contents = read(bytes, password).and_then(usable).map_err(|fault| fault.at("key"))?;
    let own = contents.private.map(|key| key.public());
    let facts = contents.certificates.iter().map(|certificate| certificate_facts(certificate, own.as_ref()));
    Ok(Inspection {
        private: own.as_ref().map(key_facts),
        public: contents.public.iter().map(key_facts).collect(),
        certificates: facts.collect::<Option<_>>().ok_or_else(|| broken().at("key"))?,
        passed_over: contents.foreign.iter().map(|foreign| foreign.fault.noun().into()).collect(),
    })
}

/// Reads the key file at `path`.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_file(path: &Path, password: Option<&str>) -> Result<Inspection> {
    inspect(read_file(path, "file")?.expose(), password)
}

/// At least one key in it is one that some setting takes.
fn usable(contents: Contents) -> std::result::Result<Contents, Fault> {
    if let Some(key) = &contents.private {
        if let PublicKey::Rsa(public) = key.public() {
            public.check_size()?;
        }
        return Ok(contents);
    }
    let keys = contents.public.iter().chain(contents.certificates.iter().map(|certificate| &certificate.key));
    let mut checked = keys.map(PublicKey::check);
    let first = checked.next().unwrap_or_else(|| Err(KeyFault::NoKey.because("holds neither a key nor a certificate")));
    match first {
        Err(fault) if !checked.any(|key| key.is_ok()) => Err(fault),
        _ => Ok(contents),
    }
}

fn broken() -> Fault {
    KeyFault::Malformed.because("holds a certificate that is broken inside")
}

fn key_facts(key: &PublicKey) -> KeyFacts {
    KeyFacts {
        algorithm: key.algorithm(),
        bits: key.bits(),
        spki_sha256: key.spki_sha256(),
        weak: matches!(key, PublicKey::Rsa(key) if key.is_weak()),
    }
}

fn certificate_facts(certificate: &Certificate, own: Option<&PublicKey>) -> Option<CertificateFacts> {
    let facts = Facts::of(&certificate.der)?;
    Some(CertificateFacts {
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
    /// Of one certificate, that one; of a chain, the one that issued none of the others, foreign ones included. `None` if that is
    /// not clear; a fault if it is a foreign one.
    pub(super) fn take_leaf(&mut self) -> std::result::Result<Option<Certificate>, Fault> {
        let foreign: Vec<(&[u8], &Fault)> = self.foreign_certificates().collect();
        let ders = self.certificates.iter().map(|certificate| certificate.der.as_slice());
        let facts: Vec<Option<Facts>> = ders.chain(foreign.iter().map(|(der, _)| *der)).map(Facts::of).collect();
        let issued_another = |at: usize| {
            let own = facts.get(at).and_then(Option::as_ref);
            facts.iter().enumerate().any(|(other, facts)| {
                other != at && own.zip(facts.as_ref()).is_some_and(|(own, other)| other.is_issued_by(own) && !other.is_self_issued())
            })
        };
        let leaves = |mut range: std::ops::Range<usize>| {
            let first = range.find(|at| !issued_another(*at));
            (first, range.any(|at| !issued_another(at)))
        };
        let own = self.certificates.len();
        match (leaves(0..own), leaves(own..facts.len())) {
            ((Some(leaf), false), _) => Ok(Some(self.certificates.swap_remove(leaf))),
            ((None, _), (Some(leaf), _)) => Err(foreign.get(leaf - own).map_or_else(broken, |(_, fault)| (*fault).clone())),
            _ => Ok(None),
        }
    }
}
