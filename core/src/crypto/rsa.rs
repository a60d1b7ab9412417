//! RSA signatures, PKCS#1 v1.5. Verification encodes and compares (AWS-LC never parses a DigestInfo).

use super::keys::PublicKeyDer;
use super::{Verified, base64, from_base64};
use crate::error::{Error, Kind, Result};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY};

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
#[derive(Debug)]
pub(crate) struct SigningKey {
    key: chexiao_lc::PrivateKey,
    scheme: Scheme,
}

impl SigningKey {
    pub(crate) fn new(key: chexiao_lc::PrivateKey, scheme: Scheme) -> Self {
        Self { key, scheme }
    }

    /// The signature of `message` as base64 on one line.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String> {
        let signature = match self.scheme {
            Scheme::Sha1 => self.key.sign_sha1(message),
            Scheme::Sha256 => self.key.sign_sha256(message),
            Scheme::BareSha1 => self.key.sign_bare_sha1(message),
        };
        match signature {
            Ok(bytes) => Ok(base64(&bytes)),
            Err(chexiao_lc::Failed) => Err(Error::new(Kind::NotSent, "the signature could not be computed; out of memory?")),
        }
    }
}

/// A gateway's public key, bound to one scheme.
pub(crate) struct VerifyingKey(ParsedPublicKey);

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
    /// RSA from 1024 to 8192 bits: gateways still sign with RSA-1024. `field` names the setting in the error.
    pub(crate) fn new(key: &PublicKeyDer, hash: Hash, field: &str) -> Result<Self> {
        let algorithm = match hash {
            Hash::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        };
        match ParsedPublicKey::new(algorithm, &key.der) {
            Ok(parsed) if (1024..=8192).contains(&key.bits()) => Ok(Self(parsed)),
            _ => Err(Error::config(field, "is not a usable RSA public key of 1024 to 8192 bits")),
        }
    }

    /// Checks a base64 signature over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        self.0.verify_sig(message, &from_base64(signature)?).ok().map(|()| Verified(()))
    }
}
