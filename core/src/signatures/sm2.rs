//! SM2 signatures with SM3 (GB/T 32918.2, GB/T 32905), as ASN.1 DER or as the bare numbers r‖s. The account says which.

use super::Verified;
use crate::crypto::sm2::PublicKey;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::key_fault::KeyFault;
use crate::keys::{self, OWN_KEY, PrivateSource, PublicSource};
use crate::strict::base64::{base64, from_base64};
use serde::Deserialize;
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey as Signing, VerifyingKey as Verifying};

/// The user id of GB/T 32918 where nothing else is agreed.
pub(crate) const DEFAULT_USER_ID: &str = "1234567812345678";

const NOT_SM2: &str = "is not an SM2 key but an RSA key";

/// How the two numbers of a signature are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Encoding {
    /// `SEQUENCE{INTEGER r, INTEGER s}`.
    #[default]
    #[serde(rename = "der")]
    Der,
    /// 64 bytes.
    #[serde(rename = "raw")]
    Raw,
}

/// A merchant's private key with its user id.
pub(crate) struct SigningKey {
    key: Signing,
    encoding: Encoding,
    public: PublicKey,
}

impl SigningKey {
    /// Loads the key of `source`. `field` names the setting in the error.
    pub(crate) fn open(source: PrivateSource, field: &str, user_id: &str, encoding: Encoding) -> Result<Self> {
        let keys::PrivateKey::Sm2(key) = source.private_key(field)? else { return Err(Error::key(KeyFault::WrongType, field, NOT_SM2)) };
        let signing = Signing::new(user_id, &key.0).map_err(|_| Error::config(field, "cannot be used with this sm2_user_id"))?;
        Ok(Self { key: signing, encoding, public: key.public() })
    }

    /// The signature of `message` as base64 on one line.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String> {
        let signature = self.key.try_sign(message).map_err(|_| Error::new(Kind::NotSent, "the signature could not be computed"))?;
        Ok(match self.encoding {
            Encoding::Der => base64(signature.to_der().as_bytes()),
            Encoding::Raw => base64(&signature.to_bytes()),
        })
    }
}

impl Drop for SigningKey {
    /// The type does not wipe its number: another one is put in its place.
    fn drop(&mut self) {
        let mut one = [0; 32];
        one[31] = 1;
        if let Ok(other) = Signing::from_slice("", &one) {
            self.key = other;
            std::hint::black_box(&self.key);
        }
    }
}

/// A gateway's public key with the user id it signs under.
pub(crate) struct VerifyingKey {
    key: Verifying,
    encoding: Encoding,
}

impl VerifyingKey {
    /// Loads the key of `source`, which must not be the merchant's `own`. `field` names the setting in the error.
    pub(crate) fn open(source: PublicSource, field: &str, user_id: &str, encoding: Encoding, own: &SigningKey) -> Result<Self> {
        let keys::PublicKey::Sm2(key) = source.public_key(field)? else { return Err(Error::key(KeyFault::WrongType, field, NOT_SM2)) };
        if key == own.public {
            return Err(Error::key(KeyFault::OwnKey, field, OWN_KEY));
        }
        Self::new(key, user_id, encoding).ok_or_else(|| Error::config(field, "cannot be used with this sm2_user_id"))
    }

    pub(crate) fn new(key: PublicKey, user_id: &str, encoding: Encoding) -> Option<Self> {
        Some(Self { key: Verifying::new(user_id, key.0).ok()?, encoding })
    }

    /// Checks a base64 signature over `message`, in exactly the configured encoding.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        let bytes = from_base64(signature)?;
        let signature = match self.encoding {
            // Strict: what is read is written again and compared.
            Encoding::Der => Signature::from_der(&bytes).ok().filter(|signature| signature.to_der().as_bytes() == bytes)?,
            Encoding::Raw => Signature::from_slice(&bytes).ok()?,
        };
        self.key.verify(message, &signature).ok().map(|()| Verified(()))
    }
}
