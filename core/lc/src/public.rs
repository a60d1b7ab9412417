//! RSA public keys. `aws-lc-rs` verifies with them too, by way of contexts that it makes for each signature.

use crate::{BadKey, NoFork, clear_errors, refused, sha1, sha256};
use aws_lc_sys as lc;
use std::ptr::NonNull;

/// An RSA public key, parsed once. Shared by threads: AWS-LC locks what it keeps beside its numbers.
pub struct PublicKey(NonNull<lc::RSA>);

// SAFETY: AWS-LC documents RSA objects as safe for concurrent use once they are no longer mutated; this type never
// mutates one after parsing, and what is computed from the numbers at first use is guarded by AWS-LC's own lock.
unsafe impl Send for PublicKey {}
// SAFETY: as above.
unsafe impl Sync for PublicKey {}

impl PublicKey {
    /// Parses an RFC 8017 `RSAPublicKey` of 1024 to 8192 bits (PKCS#1 DER, nothing after it).
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, BadKey> {
        let _no_fork = NoFork::begin();
        // SAFETY: pointer and length describe `der`, which outlives the call; the result is null or owned by us.
        let rsa = unsafe { lc::RSA_public_key_from_bytes(der.as_ptr(), der.len()) };
        let key = Self(NonNull::new(rsa).ok_or_else(refused)?);
        // SAFETY: the pointer is a live RSA object.
        let bits = unsafe { lc::RSA_bits(key.0.as_ptr()) };
        if (1024..=8192).contains(&bits) { Ok(key) } else { Err(refused()) }
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-1 (`SHA1withRSA`) over `message`.
    pub fn verifies_sha1(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(lc::NID_sha1, &sha1(message), signature)
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-256 (`SHA256withRSA`) over `message`.
    pub fn verifies_sha256(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(lc::NID_sha256, &sha256(message), signature)
    }

    fn verifies(&self, hash_nid: i32, digest: &[u8], signature: &[u8]) -> bool {
        let _no_fork = NoFork::begin();
        // SAFETY: digest and signature are read with their own lengths; the key is live.
        let right =
            unsafe { lc::RSA_verify(hash_nid, digest.as_ptr(), digest.len(), signature.as_ptr(), signature.len(), self.0.as_ptr()) };
        if right != 1 {
            clear_errors();
        }
        right == 1
    }
}

impl Drop for PublicKey {
    fn drop(&mut self) {
        // SAFETY: the only reference we own.
        unsafe { lc::RSA_free(self.0.as_ptr()) }
    }
}
