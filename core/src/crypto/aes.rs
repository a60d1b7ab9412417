//! AES with PKCS#7 padding as two gateways prescribe it: CBC with an all-zero IV, and ECB. Both show equal messages as equal;
//! integrity comes from elsewhere.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;

/// A key of 16, 24 or 32 bytes.
pub(crate) struct AesKey {
    encrypting: PaddedBlockEncryptingKey,
    decrypting: PaddedBlockDecryptingKey,
}

impl AesKey {
    /// `None` unless `key` has 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => &AES_128,
            24 => &AES_192,
            32 => &AES_256,
            _ => return None,
        };
        let unbound = || UnboundCipherKey::new(algorithm, key).ok();
        Some(Self {
            encrypting: PaddedBlockEncryptingKey::cbc_pkcs7(unbound()?).ok()?,
            decrypting: PaddedBlockDecryptingKey::cbc_pkcs7(unbound()?).ok()?,
        })
    }

    /// `None` only if AWS-LC refuses.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = plain.to_vec();
        self.encrypting.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128(FixedLength::from([0; 16]))).ok()?;
        Some(bytes)
    }

    /// `None` if the length or the padding is wrong.
    pub(crate) fn decrypt(&self, cipher: &[u8]) -> Option<Vec<u8>> {
        self.decrypt_with_iv([0; 16], cipher)
    }

    /// The same with another IV, as key files have it.
    pub(crate) fn decrypt_with_iv(&self, iv: [u8; 16], cipher: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = cipher.to_vec();
        let length = self.decrypting.decrypt(&mut bytes, DecryptionContext::Iv128(FixedLength::from(iv))).ok()?.len();
        bytes.truncate(length);
        Some(bytes)
    }
}

/// AES-256-ECB. `None` if the length or the padding is wrong.
pub(crate) fn decrypt_ecb(key: &[u8; 32], cipher: &[u8]) -> Option<Vec<u8>> {
    let key = PaddedBlockDecryptingKey::ecb_pkcs7(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let mut bytes = cipher.to_vec();
    let length = key.decrypt(&mut bytes, DecryptionContext::None).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf 'chexiao' | openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 0…0 -a` and its longer sisters.
    #[test]
    fn equals_openssl() {
        for (length, expected) in [(16, "BVgmywnoEWjclyvUF+5Cxg=="), (24, "paB+D2oWRiWQQn3SXoYyeA=="), (32, "SxMJ8VjXBUDDTwhi405UcA==")] {
            let bytes: Vec<u8> = (0..length).collect();
            let key = AesKey::new(&bytes).unwrap();
            let cipher = key.encrypt(b"chexiao").unwrap();
            assert_eq!(crate::strict::base64::base64(&cipher), expected);
            assert_eq!(key.decrypt(&cipher).unwrap(), b"chexiao");
            assert_eq!(key.decrypt(&cipher[..15]), None);
            assert_eq!(key.decrypt(&[0; 16]), None);
            assert_eq!(key.decrypt(&[]), None);
        }
        assert!(AesKey::new(&[0; 20]).is_none());
    }
}
