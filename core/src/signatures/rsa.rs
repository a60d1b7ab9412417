//! RSA signatures, PKCS#1 v1.5. Verification encodes and compares (AWS-LC never parses a DigestInfo).

use super::Verified;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::key_fault::KeyFault;
use crate::ground::process::{Owned, PerProcess};
use crate::keys::{OWN_KEY, PrivateKey, PrivateSource, PublicKey, PublicSource, RsaPrivate, RsaPublic};
use crate::strict::base64::{base64, from_base64};
use chexiao_lc::BadKey;
use std::sync::Arc;

const NOT_RSA: &str = "is not an RSA key but an SM2 key";

/// What is hashed and how it is padded. SHA-1 is here because gateways demand it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `SHA1withRSA`
    Sha1,
    /// `SHA256withRSA`
    Sha256,
    /// Type-1 padding over the bare SHA-1, no DigestInfo. Signing only.
    BareSha1,
}

/// A merchant's private key, bound to one scheme.
pub(crate) struct SigningKey {
    key: RsaPrivate,
    scheme: Scheme,
}

impl SigningKey {
    /// Loads the key of `source`: below 2048 bits only if `allow_weak`. `field` names the setting in the error.
    pub(crate) fn open(source: PrivateSource, field: &str, allow_weak: bool, scheme: Scheme) -> Result<Self> {
        let PrivateKey::Rsa(key) = source.private_key(field)? else { return Err(Error::key(KeyFault::WrongType, field, NOT_RSA)) };
        key.public().check_size().map_err(|fault| fault.at(field))?;
        if key.public().is_weak() && !allow_weak {
            let bits = key.public().bits();
            let what = format!("is an RSA key of {bits} bits, too weak to sign with; allow_weak_key permits it");
            return Err(Error::key(KeyFault::Weak, field, what));
        }
        Ok(Self { key, scheme })
    }

    /// Its public half.
    pub(crate) fn public(&self) -> &RsaPublic {
        self.key.public()
    }

    /// The signature of `message` as base64 on one line.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String> {
        let sign = |key: &chexiao_lc::PrivateKey| match self.scheme {
            Scheme::Sha1 => key.sign_sha1(message),
            Scheme::Sha256 => key.sign_sha256(message),
            Scheme::BareSha1 => key.sign_bare_sha1(message),
        };
        match self.with(sign) {
            Ok(Ok(signature)) => Ok(base64(&signature)),
            _ => Err(Error::new(Kind::NotSent, "the signature could not be computed; out of memory?")),
        }
    }

    fn with<T>(&self, use_key: impl FnOnce(&chexiao_lc::PrivateKey) -> T) -> std::result::Result<T, BadKey> {
        self.key.parsed()?.value().map(use_key).ok_or(BadKey)
    }
}

/// A gateway's public key, bound to one hash; parsed by each process, as private ones are.
pub(crate) struct VerifyingKey {
    key: RsaPublic,
    hash: Hash,
    parsed: PerProcess<chexiao_lc::PublicKey>,
}

/// Which hash a reply is verified with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
pub(crate) enum Hash {
    #[default]
    #[serde(rename = "SHA-1")]
    Sha1,
    #[serde(rename = "SHA-256")]
    Sha256,
}

impl VerifyingKey {
    /// Loads the key of `source`, which must not be the merchant's `own`. `field` names the setting in the error.
    pub(crate) fn open(source: PublicSource, field: &str, hash: Hash, own: &SigningKey) -> Result<Self> {
        let PublicKey::Rsa(key) = source.public_key(field)? else { return Err(Error::key(KeyFault::WrongType, field, NOT_RSA)) };
        key.check_size().map_err(|fault| fault.at(field))?;
        if key.modulus == own.public().modulus {
            return Err(Error::key(KeyFault::OwnKey, field, OWN_KEY));
        }
        Self::of(key, field, hash)
    }

    /// The same key, bound to another hash.
    pub(crate) fn hashing(&self, field: &str, hash: Hash) -> Result<Self> {
        Self::of(self.key.clone(), field, hash)
    }

    fn of(key: RsaPublic, field: &str, hash: Hash) -> Result<Self> {
        let verifying = Self { key, hash, parsed: PerProcess::new() };
        match verifying.parsed() {
            Ok(_) => Ok(verifying),
            Err(_) => Err(RsaPublic::of_no_key().at(field)),
        }
    }

    /// The key itself.
    pub(crate) fn public(&self) -> &RsaPublic {
        &self.key
    }

    /// Checks a base64 signature over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        let signature = from_base64(signature)?;
        let parsed = self.parsed().ok()?;
        let key = parsed.value()?;
        let is_right = match self.hash {
            Hash::Sha1 => key.verifies_sha1(message, &signature),
            Hash::Sha256 => key.verifies_sha256(message, &signature),
        };
        is_right.then_some(Verified(()))
    }

    fn parsed(&self) -> std::result::Result<Arc<Owned<chexiao_lc::PublicKey>>, BadKey> {
        self.parsed.get(|| self.key.parse())
    }
}
