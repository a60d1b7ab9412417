//! For the vectors of kind `primitive`.

use super::{pbe, read};
use crate::crypto::mac;
use crate::keys::{PrivateKey, PublicKey};
use crate::strict::base64::base64;
use serde_json::{Value, json};
use sm4::cipher::{BlockCipherEncrypt, KeyInit};

pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    pbe::from_hex(text).unwrap()
}

pub(crate) fn sm4_encrypt(key: &[u8], block: &[u8], times: u64) -> Vec<u8> {
    let cipher = sm4::Sm4::new_from_slice(key).unwrap();
    let mut block = sm4::cipher::Block::<sm4::Sm4>::try_from(block).unwrap();
    (0..times).for_each(|_| cipher.encrypt_block(&mut block));
    block.to_vec()
}

pub(crate) fn sm4_cbc_decrypt(key: &[u8], iv: &[u8], cipher_text: &[u8]) -> Option<Vec<u8>> {
    pbe::Cipher::Sm4.decrypt(key, iv, cipher_text).ok().map(|plain| plain.expose().clone())
}

pub(crate) fn cfca_open(container: &str, password: &str) -> Value {
    let contents = read::read(container.as_bytes(), Some(password)).ok();
    let opened = contents.and_then(|contents| match (&contents.private, contents.certificates.as_slice()) {
        (Some(PrivateKey::Sm2(key)), [certificate]) => {
            assert!(PublicKey::Sm2(key.public()) == certificate.key);
            Some(json!({"private_key": mac::hex(&key.number()), "certificate": base64(&certificate.der)}))
        }
        _ => None,
    });
    opened.unwrap_or(json!({"private_key": "error", "certificate": "error"}))
}
