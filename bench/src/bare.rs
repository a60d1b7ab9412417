//! The primitives alone, as AWS-LC has them: what a call would cost that did nothing else.

use crate::cases::Case;
use aws_lc_sys as lc;
use std::ffi::c_int;
use std::hint::black_box;

/// An RSA key that AWS-LC has checked.
pub struct Rsa(*mut lc::RSA);

// SAFETY: AWS-LC locks what signing changes of a key.
unsafe impl Send for Rsa {}
// SAFETY: as above.
unsafe impl Sync for Rsa {}

impl Rsa {
    fn of_pkcs8(der: &[u8]) -> Self {
        // SAFETY: the bytes are read as long as they are; the key is taken out of its envelope, which is freed.
        unsafe {
            let mut bytes = std::mem::zeroed();
            lc::CBS_init(&mut bytes, der.as_ptr(), der.len());
            let envelope = lc::EVP_parse_private_key(&mut bytes);
            let key = lc::EVP_PKEY_get1_RSA(envelope);
            lc::EVP_PKEY_free(envelope);
            assert!(!key.is_null());
            Self(key)
        }
    }

    pub fn of_bits(bits: usize) -> Self {
        // SAFETY: a new key and a new exponent.
        unsafe {
            let (key, exponent) = (lc::RSA_new(), lc::BN_new());
            assert_eq!(lc::BN_set_word(exponent, 65537), 1);
            assert_eq!(lc::RSA_generate_key_ex(key, bits as c_int, exponent, std::ptr::null_mut()), 1);
            lc::BN_free(exponent);
            Self(key)
        }
    }

    /// The DER of its `RSAPrivateKey`.
    fn der(&self) -> Vec<u8> {
        let (mut der, mut length) = (std::ptr::null_mut(), 0);
        // SAFETY: a live key; what is allocated is copied and freed.
        unsafe {
            assert_eq!(lc::RSA_private_key_to_bytes(&mut der, &mut length, self.0), 1);
            let copy = std::slice::from_raw_parts(der, length).to_vec();
            lc::OPENSSL_free(der.cast());
            copy
        }
    }

    /// The DER of its public half, as `SubjectPublicKeyInfo`.
    pub fn public(&self) -> Vec<u8> {
        // SAFETY: a live key, which its envelope shares; what is allocated is copied and freed.
        unsafe {
            let (envelope, mut out) = (lc::EVP_PKEY_new(), std::mem::zeroed());
            assert_eq!(lc::EVP_PKEY_set1_RSA(envelope, self.0), 1);
            let (mut der, mut length) = (std::ptr::null_mut(), 0);
            assert_eq!(lc::CBB_init(&mut out, 512), 1);
            assert_eq!(lc::EVP_marshal_public_key(&mut out, envelope), 1);
            assert_eq!(lc::CBB_finish(&mut out, &mut der, &mut length), 1);
            lc::EVP_PKEY_free(envelope);
            let copy = std::slice::from_raw_parts(der, length).to_vec();
            lc::OPENSSL_free(der.cast());
            copy
        }
    }

    /// With 2048 bits over the SHA-256 of a text, with fewer over its SHA-1, as gateways sign.
    pub fn signs(&self, text: &[u8]) -> Vec<u8> {
        let (mut signature, mut length, mut digest) = (self.room(), 0, [0; 32]);
        let (nid, hash) = if signature.len() < 256 { (lc::NID_sha1, &mut digest[..20]) } else { (lc::NID_sha256, &mut digest[..]) };
        // SAFETY: reads the text as long as it is, writes as many bytes as there are; a live key, and room for its signature.
        unsafe {
            match nid {
                lc::NID_sha1 => lc::SHA1(text.as_ptr(), text.len(), hash.as_mut_ptr()),
                _ => lc::SHA256(text.as_ptr(), text.len(), hash.as_mut_ptr()),
            };
            assert_eq!(lc::RSA_sign(nid, hash.as_ptr(), hash.len(), signature.as_mut_ptr(), &mut length, self.0), 1);
        }
        signature
    }

    fn room(&self) -> Vec<u8> {
        // SAFETY: a live key.
        vec![0; unsafe { lc::RSA_size(self.0) } as usize]
    }

    fn sign(&self, hash: Hash) -> Vec<u8> {
        let (mut signature, mut length) = (self.room(), 0);
        let digest = hash.digest();
        // SAFETY: a live key, and room for its signature.
        let done = unsafe {
            match hash {
                Hash::Bare => {
                    let mut length = 0;
                    let (to, most) = (signature.as_mut_ptr(), signature.len());
                    lc::RSA_sign_raw(self.0, &mut length, to, most, digest.as_ptr(), digest.len(), lc::RSA_PKCS1_PADDING)
                }
                _ => lc::RSA_sign(hash.nid(), digest.as_ptr(), digest.len(), signature.as_mut_ptr(), &mut length, self.0),
            }
        };
        assert_eq!(done, 1);
        signature
    }

    fn verify(&self, hash: Hash, signature: &[u8]) {
        let digest = hash.digest();
        // SAFETY: a live key; both texts are read as long as they are.
        let done = unsafe { lc::RSA_verify(hash.nid(), digest.as_ptr(), digest.len(), signature.as_ptr(), signature.len(), self.0) };
        assert_eq!(done, 1);
    }
}

impl Drop for Rsa {
    fn drop(&mut self) {
        // SAFETY: the only reference.
        unsafe { lc::RSA_free(self.0) }
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Bare,
}

impl Hash {
    fn digest(self) -> &'static [u8] {
        match self {
            Hash::Sha1 | Hash::Bare => &[7; 20],
            Hash::Sha256 => &[9; 32],
        }
    }

    fn nid(self) -> c_int {
        if let Hash::Sha256 = self { lc::NID_sha256 } else { lc::NID_sha1 }
    }
}

type Act = Box<dyn FnMut()>;

/// The private operation of a case's key over a digest, and the public one of a key like the gateway's.
pub fn rsa(case: &Case) -> (Act, Act) {
    let hash = match case.name {
        "icbc RSA2" | "edgeros" => Hash::Sha256,
        "icbc CA" => Hash::Bare,
        _ => Hash::Sha1,
    };
    let of_reply = if case.name == "edgeros" { Hash::Sha256 } else { Hash::Sha1 };
    let (own, gateway) = (Rsa::of_pkcs8(&case.key), Rsa::of_bits(case.bits));
    let signature = gateway.sign(of_reply);
    (Box::new(move || _ = black_box(own.sign(hash))), Box::new(move || gateway.verify(of_reply, &signature)))
}

/// A signature of RSA with 2048 bits, as a measure of time.
pub fn rsa_2048() -> Act {
    let key = Rsa::of_bits(2048);
    Box::new(move || _ = black_box(key.sign(Hash::Sha256)))
}

/// Parsing the key of a case, which AWS-LC does not do without checking that its numbers fit together.
pub fn key_check(case: &Case) -> Act {
    let der = Rsa::of_pkcs8(&case.key).der();
    Box::new(move || {
        // SAFETY: the bytes are read as long as they are.
        let key = Rsa(unsafe { lc::RSA_private_key_from_bytes(der.as_ptr(), der.len()) });
        assert!(!key.0.is_null());
    })
}

/// The MAC of a request, and that of a reply.
pub fn macs(case: &Case) -> Act {
    let (request, reply) = (vec![b'a'; case.lengths.0], vec![b'b'; case.lengths.1]);
    if case.name == "wechat MD5" {
        return Box::new(move || _ = black_box((md5(&request), md5(&reply))));
    }
    Box::new(move || _ = black_box((hmac(&request), hmac(&reply))))
}

fn md5(text: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    // SAFETY: reads the text as long as it is, writes the 16 bytes.
    unsafe { lc::MD5(text.as_ptr(), text.len(), hash.as_mut_ptr()) };
    hash
}

fn hmac(text: &[u8]) -> [u8; 32] {
    let (key, mut mac, mut length) = ([b'k'; 32], [0; 32], 0);
    // SAFETY: reads key and text as long as they are, writes the 32 bytes.
    unsafe { lc::HMAC(lc::EVP_sha256(), key.as_ptr().cast(), key.len(), text.as_ptr(), text.len(), mac.as_mut_ptr(), &mut length) };
    mac
}
