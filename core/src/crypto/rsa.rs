//! RSA signatures, PKCS#1 v1.5. Verification encodes and compares (AWS-LC never parses a DigestInfo).

use super::keys::{KeySource, PrivateKeyDer, PublicKeyDer};
use super::{Verified, base64, from_base64};
use crate::error::{Error, Kind, Result};
use crate::process::{Owned, PerProcess};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY};
use chexiao_lc::BadKey;
use std::sync::Arc;

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

/// A merchant's private key, bound to one scheme. AWS-LC must not be given an RSA key that another process has used (a fork
/// copies its blinding in whatever state it is), so each process parses its own.
pub(crate) struct SigningKey {
    der: PrivateKeyDer,
    scheme: Scheme,
    parsed: PerProcess<chexiao_lc::PrivateKey>,
}

impl SigningKey {
    /// Loads the key of `source`: below 2048 bits only if `allow_weak`. `field` names the setting in the error.
    pub(crate) fn open(source: &KeySource, field: &str, allow_weak: bool, scheme: Scheme) -> Result<Self> {
        let key = Self { der: source.private_key(field)?, scheme, parsed: PerProcess::new() };
        let unusable = |_| Error::config(field, "is not a usable RSA private key of 1024 to 8192 bits");
        let bits = key.with(chexiao_lc::PrivateKey::bits).map_err(unusable)?;
        if bits < 2048 && !allow_weak {
            let what = format!("is an RSA key of {bits} bits, too weak to sign with; allow_weak_key permits it");
            return Err(Error::config(field, what));
        }
        Ok(key)
    }

    /// The modulus, big endian, without leading zeros.
    pub(crate) fn modulus(&self) -> Option<Vec<u8>> {
        self.with(chexiao_lc::PrivateKey::modulus).ok()
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
        self.parsed.get(|| self.der.parse())?.value().map(use_key).ok_or(BadKey)
    }
}

/// A gateway's public key, bound to one hash; parsed by each process, as above.
pub(crate) struct VerifyingKey {
    der: Vec<u8>,
    hash: Hash,
    parsed: PerProcess<ParsedPublicKey>,
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

impl Hash {
    fn parse(self, der: &[u8]) -> std::result::Result<ParsedPublicKey, KeyRejected> {
        let algorithm = match self {
            Hash::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        };
        ParsedPublicKey::new(algorithm, der)
    }
}

impl VerifyingKey {
    /// RSA from 1024 to 8192 bits: gateways still sign with RSA-1024. `field` names the setting in the error.
    pub(crate) fn new(key: PublicKeyDer, hash: Hash, field: &str) -> Result<Self> {
        let in_range = (1024..=8192).contains(&key.bits());
        let verifying = Self { der: key.der, hash, parsed: PerProcess::new() };
        match verifying.parsed() {
            Ok(_) if in_range => Ok(verifying),
            _ => Err(Error::config(field, "is not a usable RSA public key of 1024 to 8192 bits")),
        }
    }

    /// Checks a base64 signature over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        let signature = from_base64(signature)?;
        self.parsed().ok()?.value()?.verify_sig(message, &signature).ok().map(|()| Verified(()))
    }

    fn parsed(&self) -> std::result::Result<Arc<Owned<ParsedPublicKey>>, KeyRejected> {
        self.parsed.get(|| self.hash.parse(&self.der))
    }
}
