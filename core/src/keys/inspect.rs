//! What is in a key file, for whoever has to find out: never the private material itself.

use super::contents::{Contents, Foreign, ForeignKind};
use super::fault::Fault;
use super::material::{Certificate, PublicKey};
use super::read::read;
use super::source::{PrivateSource, read_file};
use super::tls;
use super::x509::Facts;
use crate::ground::error::{Kind, Result};
use crate::ground::key_fault::KeyFault;
use crate::strict::de;
use crate::strict::json::Node;
use serde::Serialize;
use std::path::Path;

/// What a key file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The private key; one that TLS alone signs with, where there is no other.
    pub private: Option<KeyFacts>,
    /// Bare public keys.
    pub public: Vec<KeyFacts>,
    /// Certificates, in the order they stand there.
    pub certificates: Vec<CertificateFacts>,
    /// What stands there too and neither a gateway nor TLS uses: keys and certificates of other curves and algorithms, requests.
    pub passed_over: Vec<String>,
}

/// A key, described without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// `RSA` or `SM2`; in a client certificate `P-256`, `P-384`, `P-521` or `Ed25519` too.
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
/// [`Kind::Config`], with [`Error::reason`](crate::Error::reason) and [`Error::hint`](crate::Error::hint) and without a byte of the key.
pub fn inspect(bytes: &[u8], password: Option<&str>) -> Result<Inspection> {
    read(bytes, password).and_then(|contents| look_into(&contents)).map_err(|fault| fault.at("key"))
}

/// Reads the key file at `path`.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_file(path: &Path, password: Option<&str>) -> Result<Inspection> {
    inspect(read_file(path, "file")?.expose(), password)
}

/// What stands in a setting that names a key.
pub(crate) fn inspect_setting(setting: &Node<'_>, field: &str) -> Result<Inspection> {
    let source: PrivateSource = de::read(setting, Kind::Config, field)?;
    let contents = source.place(field)?.contents(field, |text| text)?;
    look_into(&contents).map_err(|fault| fault.at(field))
}

fn look_into(contents: &Contents) -> std::result::Result<Inspection, Fault> {
    let own = contents.private.as_ref().map(|key| key_facts(&key.public()));
    let private = own.or_else(|| of_tls_alone(contents));
    let certificates = certificates(contents, private.as_ref()).ok_or_else(broken)?;
    let mut shown = private.iter().chain(certificates.iter().map(|certificate| &certificate.key));
    if contents.private.is_some() || shown.all(|key| ["RSA", "SM2"].contains(&key.algorithm)) {
        usable(contents)?;
    }
    let is_shown = |foreign: &&Foreign| match &foreign.kind {
        ForeignKind::Private(Some(der)) => private.is_some() && tls::private(der) == private,
        ForeignKind::Certificate(der) => tls::certified(der).is_some(),
        _ => false,
    };
    Ok(Inspection {
        public: contents.public.iter().map(key_facts).collect(),
        passed_over: contents.foreign.iter().filter(|foreign| !is_shown(foreign)).map(|foreign| foreign.fault.noun().into()).collect(),
        private,
        certificates,
    })
}

/// The one private key that TLS signs with and no gateway.
fn of_tls_alone(contents: &Contents) -> Option<KeyFacts> {
    let mut keys = contents.foreign.iter().filter_map(|foreign| match &foreign.kind {
        ForeignKind::Private(Some(der)) => tls::private(der),
        _ => None,
    });
    let first = keys.next()?;
    keys.all(|key| key == first).then_some(first)
}

/// All, in the order they stand there; `None` if one is broken inside.
fn certificates(contents: &Contents, private: Option<&KeyFacts>) -> Option<Vec<CertificateFacts>> {
    let mut shown: Vec<(&[u8], KeyFacts)> = Vec::new();
    for at in 0..=contents.certificates.len() {
        for foreign in contents.foreign.iter().filter(|foreign| foreign.after == at) {
            if let ForeignKind::Certificate(der) = &foreign.kind
                && shown.iter().all(|(known, _)| known != der)
            {
                shown.extend(tls::certified(der).map(|key| (der.as_slice(), key)));
            }
        }
        shown.extend(contents.certificates.get(at).map(|certificate| (certificate.der.as_slice(), key_facts(&certificate.key))));
    }
    shown.into_iter().map(|(der, key)| certificate_facts(der, key, private)).collect()
}

/// At least one key in it is one that some setting takes.
fn usable(contents: &Contents) -> std::result::Result<(), Fault> {
    if let Some(fault) = contents.only_foreign() {
        return Err(fault);
    }
    if let Some(key) = &contents.private {
        return match key.public() {
            PublicKey::Rsa(public) => public.check_size(),
            PublicKey::Sm2(_) => Ok(()),
        };
    }
    let keys = contents.public.iter().chain(contents.certificates.iter().map(|certificate| &certificate.key));
    let mut checked = keys.map(PublicKey::check);
    let first = checked.next().unwrap_or_else(|| Err(KeyFault::NoKey.because("holds neither a key nor a certificate")));
    match first {
        Err(fault) if !checked.any(|key| key.is_ok()) => Err(fault),
        _ => Ok(()),
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

fn certificate_facts(der: &[u8], key: KeyFacts, private: Option<&KeyFacts>) -> Option<CertificateFacts> {
    let facts = Facts::of(der)?;
    Some(CertificateFacts {
        weak_signature: ["md5WithRSA", "sha1WithRSA"].contains(&facts.signed_with),
        subject: facts.subject,
        issuer: facts.issuer,
        serial: facts.serial,
        not_before: facts.not_before,
        not_after: facts.not_after,
        signed_with: facts.signed_with,
        matches: private.map(|private| private.spki_sha256 == key.spki_sha256),
        key,
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
