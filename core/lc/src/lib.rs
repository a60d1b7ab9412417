//! RSA, MD5, SHA-256 and HMAC over `aws-lc-sys`, for what `aws-lc-rs` does not offer and payment gateways demand: SHA-1 signing,
//! PKCS#1 padding over a bare digest, RSA-1024 private keys. And forks that wait for AWS-LC's locks, and threads that wait for a socket.
//!
//! The one crate of the core with `unsafe` code. Every function is checked byte for byte against the `rsa` crate in
//! `tests/oracle.rs`. SHA-1, MD5 and RSA-1024 are broken for general use; they are here because the gateways accept
//! nothing else.

#[cfg_attr(windows, path = "unforked.rs")]
mod fork;
mod identity;
mod loaded;
mod public;
mod readiness;

pub use fork::{LONGEST_WAIT_FOR_FORK, LONGEST_WAIT_OF_FORK, NoFork};
pub use identity::Process;
pub use loaded::stay_loaded;
pub use public::PublicKey;
pub use readiness::{Mask, Readiness};

use aws_lc_sys as lc;
use std::ptr::NonNull;

/// An RSA private key, parsed once. Shared by threads: AWS-LC locks the blinding it caches per key.
pub struct PrivateKey(NonNull<lc::RSA>);

// SAFETY: AWS-LC documents RSA objects as safe for concurrent use once they are no longer mutated; this type never
// mutates one after parsing, and the blinding cache inside is guarded by AWS-LC's own lock.
unsafe impl Send for PrivateKey {}
// SAFETY: as above.
unsafe impl Sync for PrivateKey {}

/// The bytes are not an RSA private key of 1024 to 8192 bits in the form the function names, or its numbers do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey;

/// AWS-LC refused the operation (out of memory, or a key too small for the digest).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

impl PrivateKey {
    /// Parses an RFC 8017 `RSAPrivateKey` (PKCS#1 DER, nothing after it).
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, BadKey> {
        let _no_fork = NoFork::begin();
        // SAFETY: pointer and length describe `der`, which outlives the call; the result is null or owned by us.
        Self::checked(unsafe { lc::RSA_private_key_from_bytes(der.as_ptr(), der.len()) })
    }

    /// A key of which only modulus, public and private exponent are known, all big endian: what Java's `RSAPrivateKeySpec` keeps.
    /// Signs at a quarter of the speed. That the numbers fit together is proven by a signature.
    pub fn from_numbers(modulus: &[u8], public: &[u8], private: &[u8]) -> Result<Self, BadKey> {
        if private.len() > modulus.len() || modulus.len() > 8192 / 8 {
            return Err(BadKey);
        }
        let key = {
            let _no_fork = NoFork::begin();
            let (n, e, d) = (Number::new(modulus)?, Number::new(public)?, Number::new(private)?);
            // SAFETY: three live numbers, which the call copies; the result is null or owned by us.
            Self::checked(unsafe { lc::RSA_new_private_key_no_crt(n.0.as_ptr(), e.0.as_ptr(), d.0.as_ptr()) })?
        };
        let proof = key.sign_sha256(b"chexiao").map_err(|Failed| BadKey)?;
        let digest = sha256(b"chexiao");
        let _no_fork = NoFork::begin();
        // SAFETY: digest and signature are read with their own lengths; the key is live.
        let fits = unsafe { lc::RSA_verify(lc::NID_sha256, digest.as_ptr(), digest.len(), proof.as_ptr(), proof.len(), key.0.as_ptr()) };
        if fits == 1 { Ok(key) } else { Err(refused()) }
    }

    /// Whoever makes a key has AWS-LC check its numbers (`RSA_check_key`), which takes nearly all of the time, and gives null for a wrong one.
    fn checked(rsa: *mut lc::RSA) -> Result<Self, BadKey> {
        let key = Self(NonNull::new(rsa).ok_or_else(refused)?);
        if (1024..=8192).contains(&key.bits()) { Ok(key) } else { Err(refused()) }
    }

    /// Length of the modulus in bits.
    pub fn bits(&self) -> u32 {
        // SAFETY: the pointer is a live RSA object.
        unsafe { lc::RSA_bits(self.0.as_ptr()) }
    }

    /// RSASSA-PKCS1-v1_5 with SHA-1 (`SHA1withRSA`) over `message`.
    pub fn sign_sha1(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        self.sign(lc::NID_sha1, &sha1(message))
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (`SHA256withRSA`) over `message`.
    pub fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        self.sign(lc::NID_sha256, &sha256(message))
    }

    /// PKCS#1 type-1 padding over the bare 20-byte SHA-1 of `message`, without a DigestInfo. Not `SHA1withRSA`.
    pub fn sign_bare_sha1(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let digest = sha1(message);
        let (mut signature, mut written) = self.output();
        let _no_fork = NoFork::begin();
        // SAFETY: `signature` has RSA_size bytes, the maximum passed; the digest is read with its own length.
        let ok = unsafe {
            lc::RSA_sign_raw(
                self.0.as_ptr(),
                &mut written,
                signature.as_mut_ptr(),
                signature.len(),
                digest.as_ptr(),
                digest.len(),
                lc::RSA_PKCS1_PADDING,
            )
        };
        finish(ok, signature, written)
    }

    fn sign(&self, hash_nid: i32, digest: &[u8]) -> Result<Vec<u8>, Failed> {
        let (mut signature, _) = self.output();
        let mut written = 0;
        let _no_fork = NoFork::begin();
        // SAFETY: `signature` has RSA_size bytes, which is what RSA_sign writes at most.
        let ok = unsafe { lc::RSA_sign(hash_nid, digest.as_ptr(), digest.len(), signature.as_mut_ptr(), &mut written, self.0.as_ptr()) };
        finish(ok, signature, written as usize)
    }

    fn output(&self) -> (Vec<u8>, usize) {
        // SAFETY: the pointer is a live RSA object.
        (vec![0; unsafe { lc::RSA_size(self.0.as_ptr()) } as usize], 0)
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        // SAFETY: the only reference we own; AWS-LC cleanses the numbers as it frees them.
        unsafe { lc::RSA_free(self.0.as_ptr()) }
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

/// A big number, wiped when it is dropped.
struct Number(NonNull<lc::BIGNUM>);

impl Number {
    fn new(bytes: &[u8]) -> Result<Self, BadKey> {
        // SAFETY: reads `bytes.len()` bytes; with a null target the number is a new one, null or owned by us.
        NonNull::new(unsafe { lc::BN_bin2bn(bytes.as_ptr(), bytes.len(), std::ptr::null_mut()) }).map(Self).ok_or_else(refused)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: the only reference we own.
        unsafe { lc::BN_clear_free(self.0.as_ptr()) }
    }
}

/// Empties `bytes`, once all that they have room for is overwritten; no optimisation leaves that out.
pub fn wipe(bytes: &mut Vec<u8>) {
    // SAFETY: the room is theirs, to its end; bytes of any value may be written into it.
    unsafe { lc::OPENSSL_cleanse(bytes.as_mut_ptr().cast(), bytes.capacity()) };
    bytes.clear();
}

/// MD5 of `message`.
pub fn md5(message: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    // SAFETY: reads `message.len()` bytes and writes the 16 bytes of `digest`.
    unsafe { lc::MD5(message.as_ptr(), message.len(), digest.as_mut_ptr()) };
    digest
}

/// SHA-256 of `message`.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // SAFETY: reads `message.len()` bytes and writes the 32 bytes of `digest`.
    unsafe { lc::SHA256(message.as_ptr(), message.len(), digest.as_mut_ptr()) };
    digest
}

/// HMAC-SHA256 of `message` under `key`; `None` if there is no memory for it.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Option<[u8; 32]> {
    let (mut mac, mut written) = ([0; 32], 0);
    // SAFETY: key and message are read with their own lengths; 32 bytes, which `mac` has, and their number are written.
    let done = unsafe {
        lc::HMAC(lc::EVP_sha256(), key.as_ptr().cast(), key.len(), message.as_ptr(), message.len(), mac.as_mut_ptr(), &mut written)
    };
    (!done.is_null() && written == 32).then_some(mac)
}

fn sha1(message: &[u8]) -> [u8; 20] {
    let mut digest = [0; 20];
    // SAFETY: reads `message.len()` bytes and writes the 20 bytes of `digest`.
    unsafe { lc::SHA1(message.as_ptr(), message.len(), digest.as_mut_ptr()) };
    digest
}

fn finish(ok: i32, mut signature: Vec<u8>, written: usize) -> Result<Vec<u8>, Failed> {
    if ok != 1 {
        clear_errors();
        return Err(Failed);
    }
    signature.truncate(written);
    Ok(signature)
}

fn refused() -> BadKey {
    clear_errors();
    BadKey
}

/// Leaves nothing in the thread's AWS-LC error queue for the next caller (rustls among them) to find.
fn clear_errors() {
    // SAFETY: no arguments; touches only the calling thread's queue.
    unsafe { lc::ERR_clear_error() }
}
