//! RSA signatures that are wrong for their gateway, made with the `rsa` crate.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::KeyPair;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::{Digest as _, Sha1};
use std::cell::RefCell;
use std::collections::HashMap;

/// What is padded with PKCS#1 type 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Padded {
    Sha1,
    Sha256,
    /// The SHA-1 without its DigestInfo.
    BareSha1,
}

/// Signs with one key, each text once.
pub struct Signer {
    key: RsaPrivateKey,
    made: RefCell<HashMap<(Padded, Vec<u8>), String>>,
}

impl Signer {
    pub fn of(pair: &KeyPair) -> Self {
        let key = RsaPrivateKey::from_pkcs8_der(&STANDARD.decode(pair.private_base64()).unwrap()).unwrap();
        Self { key, made: RefCell::default() }
    }

    /// Base64.
    pub fn sign(&self, padded: Padded, message: &[u8]) -> String {
        self.made.borrow_mut().entry((padded, message.to_vec())).or_insert_with(|| self.make(padded, message)).clone()
    }

    fn make(&self, padded: Padded, message: &[u8]) -> String {
        let sha256 = digest(&SHA256, message);
        let (padding, hashed) = match padded {
            Padded::Sha1 => (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(message).to_vec()),
            Padded::BareSha1 => (Pkcs1v15Sign::new_unprefixed(), Sha1::digest(message).to_vec()),
            Padded::Sha256 => (Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(SHA256_PREFIX) }, sha256.as_ref().to_vec()),
        };
        STANDARD.encode(self.key.sign(padding, &hashed).unwrap())
    }
}

/// DigestInfo of SHA-256 up to the digest (RFC 8017, 9.2).
const SHA256_PREFIX: [u8; 19] = *b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
