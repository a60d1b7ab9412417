//! RSA signatures, PKCS#1 v1.5. Verification encodes and compares (AWS-LC never parses a DigestInfo).

use super::keys::{PrivateKeyDer, PublicKeyDer};
use super::{Verified, base64, from_base64};
use crate::error::{Error, Kind, Result};
use crate::process::PerProcess;
use aws_lc_rs::error::KeyRejected;
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

/// A merchant's private key, bound to one scheme. AWS-LC must not be given an RSA key that another process has used (a fork
/// copies its blinding in whatever state it is), so each process parses its own.
pub(crate) struct SigningKey {
    der: PrivateKeyDer,
    scheme: Scheme,
    parsed: PerProcess<chexiao_lc::PrivateKey>,
}

impl SigningKey {
    pub(crate) fn new(der: PrivateKeyDer, scheme: Scheme) -> Self {
        Self { der, scheme, parsed: PerProcess::new() }
    }

    /// The signature of `message` as base64 on one line.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String> {
        let failed = || Error::new(Kind::NotSent, "the signature could not be computed; out of memory?");
        let parsed = self.parsed.get(|| self.der.parse())?;
        let key = parsed.value().ok_or_else(failed)?;
        let signature = match self.scheme {
            Scheme::Sha1 => key.sign_sha1(message),
            Scheme::Sha256 => key.sign_sha256(message),
            Scheme::BareSha1 => key.sign_bare_sha1(message),
        };
        signature.map(|bytes| base64(&bytes)).map_err(|chexiao_lc::Failed| failed())
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
        let usable = (1024..=8192).contains(&key.bits()) && hash.parse(&key.der).is_ok();
        match usable {
            true => Ok(Self { der: key.der, hash, parsed: PerProcess::new() }),
            false => Err(Error::config(field, "is not a usable RSA public key of 1024 to 8192 bits")),
        }
    }

    /// Checks a base64 signature over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        let parsed = self.parsed.get(|| self.hash.parse(&self.der)).ok()?;
        parsed.value()?.verify_sig(message, &from_base64(signature)?).ok().map(|()| Verified(()))
    }
}
