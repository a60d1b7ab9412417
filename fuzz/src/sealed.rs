//! Containers under a password, written here with one round of key derivation, so that what is inside can be anything and
//! still opens fast.

use crate::tlv::{Tlv, explicit, octets, primitive, sequence};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hmac::{Hmac, KeyInit, Mac};
use sm3::{Digest, Sm3};
use sm4::Sm4;

const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
const HMAC_SM3: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11, 0x02];
const SM3: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11];
const SM4_CBC: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68, 0x02];
const SM4: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68];
const SM2_DATA: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x01];
const SALT: [u8; 8] = [7; 8];
const IV: [u8; 16] = [9; 16];

pub fn oid(oid: &[u8]) -> Tlv {
    primitive(0x06, oid)
}

pub fn number(number: u8) -> Tlv {
    primitive(0x02, [number])
}

fn sm4_cbc(key: &[u8], iv: &[u8], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Sm4>::new_from_slices(key, iv).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
}

/// The `AlgorithmIdentifier` of PBES2 with SM4-CBC and HMAC-SM3, one round, and the ciphertext.
fn pbes2(plain: &[u8], password: &str) -> (Tlv, Vec<u8>) {
    let mut key = [0; 16];
    pbkdf2::pbkdf2_hmac::<Sm3>(password.as_bytes(), &SALT, 1, &mut key);
    let prf = sequence(vec![oid(HMAC_SM3), primitive(0x05, [])]);
    let kdf = sequence(vec![oid(PBKDF2), sequence(vec![octets(SALT), number(1), prf])]);
    let cipher = sequence(vec![oid(SM4_CBC), octets(IV)]);
    (sequence(vec![oid(PBES2), sequence(vec![kdf, cipher])]), sm4_cbc(&key, &IV, plain))
}

/// RFC 5208 `EncryptedPrivateKeyInfo`.
pub fn encrypted_key(plain: &[u8], password: &str) -> Tlv {
    let (algorithm, cipher_text) = pbes2(plain, password);
    sequence(vec![algorithm, octets(cipher_text)])
}

/// One `ContentInfo` of a PKCS#12: the bags as they are, or encrypted.
pub fn content(bags: &[u8], password: Option<&str>) -> Tlv {
    let Some(password) = password else { return sequence(vec![oid(DATA), explicit(octets(bags))]) };
    let (algorithm, cipher_text) = pbes2(bags, password);
    let info = sequence(vec![oid(DATA), algorithm, primitive(0x80, cipher_text)]);
    sequence(vec![oid(ENCRYPTED_DATA), explicit(sequence(vec![number(0), info]))])
}

/// A `PFX` over an `AuthenticatedSafe`, with a MAC over it if a password is given.
pub fn pfx(safe: &[u8], password: Option<&str>) -> Tlv {
    let mut parts = vec![number(3), sequence(vec![oid(DATA), explicit(octets(safe))])];
    if let Some(password) = password {
        let mut mac = Hmac::<Sm3>::new_from_slice(&mac_key(password)).unwrap();
        mac.update(safe);
        let digest = sequence(vec![sequence(vec![oid(SM3), primitive(0x05, [])]), octets(mac.finalize().into_bytes().to_vec())]);
        parts.push(sequence(vec![digest, octets(SALT), number(1)]));
    }
    sequence(parts)
}

/// RFC 7292 B.2 for one block of output and one round.
fn mac_key(password: &str) -> Vec<u8> {
    let password: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let repeated = |bytes: &[u8]| bytes.iter().copied().cycle().take(bytes.len().div_ceil(64) * 64).collect::<Vec<u8>>();
    Sm3::digest([vec![3; 64], repeated(&SALT), repeated(&password)].concat()).to_vec()
}

/// A CFCA `.sm2` container.
pub fn cfca(number_bytes: &[u8], certificate: &[u8], password: &str) -> Tlv {
    let derived = Sm3::digest([password.as_bytes(), &[0, 0, 0, 1]].concat());
    let cipher_text = sm4_cbc(&derived[16..], &derived[..16], number_bytes);
    let key = sequence(vec![oid(SM2_DATA), oid(SM4), octets(cipher_text)]);
    sequence(vec![number(1), key, sequence(vec![oid(SM2_DATA), octets(certificate)])])
}
