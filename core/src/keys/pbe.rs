//! Decryption with a password: PBES2 (RFC 8018), PBES1 and the PKCS#12 schemes (RFC 7292) as old tools write them, and the
//! "traditional" encryption of OpenSSL's PEM. Weak ciphers are here because keys are handed out that way.

use super::der::Element;
use super::fault::Fault;
use super::kdf::{self, Hash, Password, Purpose, Work};
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use aws_lc_rs::{aead, digest};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, InnerIvInit, KeyInit, StreamCipher};
use std::num::NonZeroU32;

/// Decrypts with the scheme of an `AlgorithmIdentifier`. A result whose padding is right may still be wrong.
pub(super) fn decrypt(
    algorithm: &Element<'_>,
    cipher_text: &[u8],
    password: &Password<'_>,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    let parts = algorithm.sequence().ok_or_else(broken)?;
    let (oid, parameters) = match parts.as_slice() {
        [oid, parameters] => (oid.oid().ok_or_else(broken)?, parameters),
        _ => return Err(broken()),
    };
    match oid {
        // PBES2, and PBES of GM/T 0091: the same under another number.
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D] | [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x01, 0x05, 0x02] => {
            pbes2(parameters, cipher_text, password, work)
        }
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, number] => pbes1(*number, parameters, cipher_text, password, work),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, number] => pkcs12(*number, parameters, cipher_text, password, work),
        _ => Err(unknown_scheme()),
    }
}

#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Des,
    TripleDes,
    /// Effective bits.
    Rc2(usize),
    Aes,
    AesGcm,
    Sm4,
    Rc4,
}

impl Cipher {
    /// CBC with PKCS#7 padding, but for GCM and RC4.
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], cipher_text: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        let mut bytes = cipher_text.to_vec();
        match self {
            Cipher::Des => cbc_decrypt(des::Des::new_from_slice(key).ok(), iv, bytes),
            Cipher::TripleDes => cbc_decrypt(des::TdesEde3::new_from_slice(key).ok(), iv, bytes),
            Cipher::Rc2(bits) => cbc_decrypt(Some(rc2::Rc2::new_with_eff_key_len(key, bits)), iv, bytes),
            Cipher::Sm4 => cbc_decrypt(sm4::Sm4::new_from_slice(key).ok(), iv, bytes),
            Cipher::Aes => {
                let key = crate::crypto::aes::AesKey::new(key).ok_or_else(broken)?;
                key.decrypt_with_iv(iv.try_into().map_err(|_| broken())?, cipher_text).map(Secret::new).ok_or_else(wrong_password)
            }
            Cipher::AesGcm => gcm_decrypt(key, iv, bytes),
            Cipher::Rc4 => {
                rc4::Rc4::new_from_slice(key).map_err(|_| broken())?.apply_keystream(&mut bytes);
                Ok(Secret::new(bytes))
            }
        }
    }
}

fn cbc_decrypt<C: cbc::cipher::BlockCipherDecrypt>(cipher: Option<C>, iv: &[u8], bytes: Vec<u8>) -> Result<Secret<Vec<u8>>, Fault> {
    let mut bytes = Secret::new(bytes);
    let cipher = cipher.ok_or_else(broken)?;
    let decryptor = cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| broken())?;
    let plain = decryptor.decrypt_padded::<Pkcs7>(bytes.expose_mut()).map_err(|_| wrong_password())?.len();
    bytes.expose_mut().truncate(plain);
    Ok(bytes)
}

/// With twelve bytes of nonce and sixteen of tag, as everybody writes it.
fn gcm_decrypt(key: &[u8], nonce: &[u8], bytes: Vec<u8>) -> Result<Secret<Vec<u8>>, Fault> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        _ => &aead::AES_256_GCM,
    };
    let mut bytes = Secret::new(bytes);
    let key = aead::UnboundKey::new(algorithm, key).map(aead::LessSafeKey::new).map_err(|_| broken())?;
    let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| unknown_scheme())?;
    let plain = key.open_in_place(nonce, aead::Aad::empty(), bytes.expose_mut()).map_err(|_| wrong_password())?.len();
    bytes.expose_mut().truncate(plain);
    Ok(bytes)
}

/// RFC 5084 `GCMParameters`: the length of the tag is twelve where nothing is said.
fn gcm_of<'a>(parameters: &Element<'a>, key_length: usize) -> Result<(Cipher, usize, &'a [u8]), Fault> {
    let parts = parameters.sequence().ok_or_else(broken)?;
    let [nonce, tag @ ..] = parts.as_slice() else { return Err(broken()) };
    if tag.first().and_then(Element::number) != Some(16) {
        return Err(unknown_scheme());
    }
    Ok((Cipher::AesGcm, key_length, nonce.octets().ok_or_else(broken)?))
}

fn pbes2(parameters: &Element<'_>, cipher_text: &[u8], password: &Password<'_>, work: &mut Work) -> Result<Secret<Vec<u8>>, Fault> {
    let parts = parameters.sequence().ok_or_else(broken)?;
    let [kdf, encryption] = parts.as_slice() else { return Err(broken()) };
    let (cipher, key_length, iv) = pbes2_cipher(&encryption.sequence().ok_or_else(broken)?)?;
    let key = pbes2_key(&kdf.sequence().ok_or_else(broken)?, key_length, password, work)?;
    cipher.decrypt(key.expose(), iv, cipher_text)
}

fn pbes2_cipher<'a>(algorithm: &[Element<'a>]) -> Result<(Cipher, usize, &'a [u8]), Fault> {
    let [oid, parameters] = algorithm else { return Err(broken()) };
    let (cipher, key_length) = match oid.oid().ok_or_else(broken)? {
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02] => (Cipher::Aes, 16),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16] => (Cipher::Aes, 24),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A] => (Cipher::Aes, 32),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x06] => return gcm_of(parameters, 16),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x1A] => return gcm_of(parameters, 24),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E] => return gcm_of(parameters, 32),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x07] => (Cipher::TripleDes, 24),
        [0x2B, 0x0E, 0x03, 0x02, 0x07] => (Cipher::Des, 8),
        // SM4-CBC, and SM4 without a mode, which is CBC where an IV stands beside it.
        [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68, 0x02] | [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68] => (Cipher::Sm4, 16),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x02] => return rc2_of(parameters),
        _ => return Err(unknown_scheme()),
    };
    Ok((cipher, key_length, parameters.octets().ok_or_else(broken)?))
}

/// RFC 8018 B.2.3: the version number stands for the effective length of the key.
fn rc2_of<'a>(parameters: &Element<'a>) -> Result<(Cipher, usize, &'a [u8]), Fault> {
    let parts = parameters.sequence().ok_or_else(broken)?;
    let [version, iv] = parts.as_slice() else { return Err(broken()) };
    let bits = match version.number() {
        Some(160) => 40,
        Some(120) => 64,
        Some(58) => 128,
        _ => return Err(unknown_scheme()),
    };
    Ok((Cipher::Rc2(bits), bits / 8, iv.octets().ok_or_else(broken)?))
}

fn pbes2_key(kdf: &[Element<'_>], length: usize, password: &Password<'_>, work: &mut Work) -> Result<Secret<Vec<u8>>, Fault> {
    let [oid, parameters] = kdf else { return Err(broken()) };
    let parts = parameters.sequence().ok_or_else(broken)?;
    match oid.oid().ok_or_else(broken)? {
        // PBKDF2, and PBKDF of GM/T 0091.
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C] | [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x01, 0x05, 0x01] => {
            pbkdf2_key(&parts, length, password, work)
        }
        // RFC 7914.
        [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B] => {
            let [salt, cost, block, parallel, ..] = parts.as_slice() else { return Err(broken()) };
            let number = |element: &Element<'_>| element.number().ok_or_else(broken);
            let cost = kdf::ScryptCost { n: number(cost)?, r: number(block)?, p: number(parallel)? };
            kdf::scrypt(password, salt.octets().ok_or_else(broken)?, cost, length, work)
        }
        _ => Err(unknown_scheme()),
    }
}

fn pbkdf2_key(parts: &[Element<'_>], length: usize, password: &Password<'_>, work: &mut Work) -> Result<Secret<Vec<u8>>, Fault> {
    let [salt, iterations, rest @ ..] = parts else { return Err(broken()) };
    let iterations = iterations.number().and_then(|number| u32::try_from(number).ok()).and_then(NonZeroU32::new).ok_or_else(broken)?;
    let prf = rest.iter().find_map(Element::sequence);
    let prf = match prf.as_ref().and_then(|parts| parts.first()).map(|oid| oid.oid().ok_or_else(broken)) {
        None => Hash::SHA1,
        Some(oid) => hmac_of(oid?)?,
    };
    kdf::pbkdf2(prf, password, salt.octets().ok_or_else(broken)?, iterations, length, work)
}

/// The hash of an HMAC.
fn hmac_of(oid: &[u8]) -> Result<Hash, Fault> {
    Ok(match oid {
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x07] => Hash::SHA1,
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09] => Hash::Of(&digest::SHA256),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x0A] => Hash::Of(&digest::SHA384),
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x0B] => Hash::Of(&digest::SHA512),
        // Under all numbers in use.
        [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11]
        | [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11, 0x02]
        | [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11, 0x03, 0x01] => Hash::Sm3,
        _ => return Err(unknown_scheme()),
    })
}

/// PBMAC1 of RFC 8018, 1.2.840.113549.1.5.14, and PBMAC of GM/T 0091.
pub(super) const PBMAC1: [&[u8]; 2] =
    [&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0E], &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x01, 0x05, 0x03]];

/// The MAC of `message` as RFC 9579 wants it: the length of the key must be said.
pub(super) fn pbmac1(parameters: &Element<'_>, message: &[u8], password: &Password<'_>, work: &mut Work) -> Result<Vec<u8>, Fault> {
    let parts = parameters.sequence().ok_or_else(broken)?;
    let [kdf, scheme] = parts.as_slice() else { return Err(broken()) };
    let hash = hmac_of(scheme.sequence().and_then(|parts| parts.first()?.oid()).ok_or_else(broken)?)?;
    let kdf = kdf.sequence().ok_or_else(broken)?;
    let said = kdf.get(1).and_then(|parameters| parameters.sequence()?.get(2)?.number()).and_then(|length| usize::try_from(length).ok());
    // BouncyCastle up to 1.85 wrote bits where bytes belong.
    let length = said.filter(|length| (20..=512).contains(length)).ok_or_else(broken)?;
    let key = pbes2_key(&kdf, length, password, work)?;
    Ok(hash.hmac(key.expose(), message))
}

fn salt_and_iterations<'a>(parameters: &Element<'a>) -> Result<(&'a [u8], u64), Fault> {
    let parts = parameters.sequence().ok_or_else(broken)?;
    let [salt, iterations] = parts.as_slice() else { return Err(broken()) };
    let iterations = iterations.number().filter(|number| *number > 0).ok_or_else(broken)?;
    Ok((salt.octets().ok_or_else(broken)?, iterations))
}

/// RFC 8018 6.1: PBKDF1, key and IV of eight bytes each.
fn pbes1(
    number: u8,
    parameters: &Element<'_>,
    cipher_text: &[u8],
    password: &Password<'_>,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    let (hash, cipher) = match number {
        3 => (Hash::Md5, Cipher::Des),
        6 => (Hash::Md5, Cipher::Rc2(64)),
        10 => (Hash::SHA1, Cipher::Des),
        11 => (Hash::SHA1, Cipher::Rc2(64)),
        _ => return Err(unknown_scheme()),
    };
    let (salt, iterations) = salt_and_iterations(parameters)?;
    let key = kdf::pbkdf1(hash, password, salt, iterations, work)?;
    let (key, rest) = key.expose().split_at_checked(8).ok_or_else(broken)?;
    cipher.decrypt(key, rest.get(..8).ok_or_else(broken)?, cipher_text)
}

fn pkcs12(
    number: u8,
    parameters: &Element<'_>,
    cipher_text: &[u8],
    password: &Password<'_>,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    let (cipher, key_length) = match number {
        1 => (Cipher::Rc4, 16),
        2 => (Cipher::Rc4, 5),
        3 => (Cipher::TripleDes, 24),
        4 => (Cipher::TripleDes, 16),
        5 => (Cipher::Rc2(128), 16),
        6 => (Cipher::Rc2(40), 5),
        _ => return Err(unknown_scheme()),
    };
    let (salt, iterations) = salt_and_iterations(parameters)?;
    let mut key = kdf::pkcs12(Hash::SHA1, Purpose::Key, password, salt, iterations, key_length, work)?;
    if number == 4 {
        // Two-key triple DES: the third key is the first.
        let first = key.expose().get(..8).unwrap_or_default().to_vec();
        key.expose_mut().extend_from_slice(Secret::new(first).expose());
    }
    let iv = if let Cipher::Rc4 = cipher {
        Secret::new(Vec::new())
    } else {
        kdf::pkcs12(Hash::SHA1, Purpose::Iv, password, salt, iterations, 8, work)?
    };
    cipher.decrypt(key.expose(), iv.expose(), cipher_text)
}

/// OpenSSL's `Proc-Type: 4,ENCRYPTED`: the key is MD5 over password and IV, chained; `info` is what DEK-Info says.
pub(super) fn traditional(info: &str, cipher_text: &[u8], password: &Password<'_>) -> Result<Secret<Vec<u8>>, Fault> {
    let (name, iv) = info.split_once(',').ok_or_else(broken)?;
    let (cipher, key_length) = match name.trim() {
        "DES-CBC" => (Cipher::Des, 8),
        "DES-EDE3-CBC" => (Cipher::TripleDes, 24),
        "AES-128-CBC" => (Cipher::Aes, 16),
        "AES-192-CBC" => (Cipher::Aes, 24),
        "AES-256-CBC" => (Cipher::Aes, 32),
        "SM4-CBC" => (Cipher::Sm4, 16),
        _ => return Err(unknown_scheme()),
    };
    let iv = from_hex(iv.trim()).ok_or_else(broken)?;
    let key = kdf::openssl(password, iv.get(..8).ok_or_else(broken)?, key_length);
    cipher.decrypt(key.expose(), &iv, cipher_text)
}

/// SM4-CBC with the key and IV that a CFCA container derives from its password.
pub(super) fn cfca(cipher_text: &[u8], password: &Password<'_>) -> Result<Secret<Vec<u8>>, Fault> {
    let derived = kdf::cfca(password);
    let (iv, key) = derived.expose().split_at_checked(16).ok_or_else(broken)?;
    Cipher::Sm4.decrypt(key, iv, cipher_text)
}

/// The bytes of hexadecimal digits, in any case.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

fn broken() -> Fault {
    KeyFault::Malformed.because("is encrypted, but how is described in a way that cannot be read")
}

pub(super) fn wrong_password() -> Fault {
    KeyFault::WrongPassword.because("does not open with this password")
}

pub(super) fn password_missing() -> Fault {
    KeyFault::PasswordMissing.because("is encrypted with a password")
}

fn unknown_scheme() -> Fault {
    KeyFault::Unsupported.because("is encrypted in a way that is not known here; convert it with `openssl pkcs8` or `openssl pkcs12`")
}
