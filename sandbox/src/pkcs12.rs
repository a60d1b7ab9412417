//! PKCS#12 (RFC 7292) as WeChat Pay's console gives it out: under the ciphers of old, which OpenSSL 3 opens with `-legacy` only.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockEncryptMut as _, InnerIvInit as _, KeyInit as _};
use des::TdesEde3;
use hmac::{Hmac, Mac};
use rand::RngCore as _;
use rc2::Rc2;
use sha1::{Digest as _, Sha1};

use crate::der::{element, sequence};

/// The name that vendors' SDKs look its entry up by.
const FRIENDLY_NAME: &str = "Tenpay Certificate";
/// As `openssl pkcs12 -export` of the versions before 3 has it.
const ITERATIONS: u32 = 2048;

/// Below 1.2.840.113549.1: `data`, `encryptedData`, `friendlyName`, `localKeyId`, an X.509 certificate, the two schemes, the two bags.
const DATA: &[u8] = &[7, 1];
const ENCRYPTED_DATA: &[u8] = &[7, 6];
const NAME: &[u8] = &[9, 20];
const KEY_ID: &[u8] = &[9, 21];
const X509: &[u8] = &[9, 22, 1];
const SHA1_3DES: &[u8] = &[12, 1, 3];
const SHA1_RC2_40: &[u8] = &[12, 1, 6];
const KEY_BAG: &[u8] = &[12, 10, 1, 2];
const CERTIFICATE_BAG: &[u8] = &[12, 10, 1, 3];
/// 1.3.14.3.2.26.
const SHA1: &[u8] = &[6, 5, 43, 14, 3, 2, 26];

/// A certificate (DER) and its key (PKCS#8) under a password. Never `None`: all that the ciphers are keyed with is as long as they want it.
pub(crate) fn pkcs12(certificate: &[u8], key: &[u8], password: &str) -> Option<Vec<u8>> {
    let password: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let id = Sha1::digest(certificate);

    let certificate = sequence(&[oid(X509), explicit(&octets(certificate))]);
    let certificates = sequence(&[bag(CERTIFICATE_BAG, &certificate, &id)]);
    let (scheme, cipher_text) = encrypt(SHA1_RC2_40, &password, &certificates)?;
    let encrypted = sequence(&[oid(DATA), scheme, element(0x80, &cipher_text)]);
    let encrypted = sequence(&[oid(ENCRYPTED_DATA), explicit(&sequence(&[integer(0), encrypted]))]);

    let (scheme, cipher_text) = encrypt(SHA1_3DES, &password, key)?;
    let keys = sequence(&[bag(KEY_BAG, &sequence(&[scheme, octets(&cipher_text)]), &id)]);

    let safe = sequence(&[encrypted, data(&keys)]);
    let salt = salt();
    let mut mac = <Hmac<Sha1> as Mac>::new_from_slice(&derive(MAC, &password, &salt, 20)).ok()?;
    mac.update(&safe);
    let digest = sequence(&[sequence(&[SHA1.to_vec(), element(5, &[])]), octets(&mac.finalize().into_bytes())]);
    Some(sequence(&[integer(3), data(&safe), sequence(&[digest, octets(&salt), integer(ITERATIONS)])]))
}

/// `AlgorithmIdentifier` and ciphertext.
fn encrypt(scheme: &[u8], password: &[u8], plain: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let salt = salt();
    let iv = derive(IV, password, &salt, 8);
    let cipher_text = if scheme == SHA1_RC2_40 {
        let cipher = Rc2::new_with_eff_key_len(&derive(KEY, password, &salt, 5), 40);
        cbc::Encryptor::inner_iv_slice_init(cipher, &iv).ok()?.encrypt_padded_vec_mut::<Pkcs7>(plain)
    } else {
        let cipher = TdesEde3::new_from_slice(&derive(KEY, password, &salt, 24)).ok()?;
        cbc::Encryptor::inner_iv_slice_init(cipher, &iv).ok()?.encrypt_padded_vec_mut::<Pkcs7>(plain)
    };
    Some((sequence(&[oid(scheme), sequence(&[octets(&salt), integer(ITERATIONS)])]), cipher_text))
}

/// What is derived: RFC 7292, B.3.
const KEY: u8 = 1;
const IV: u8 = 2;
const MAC: u8 = 3;

/// RFC 7292, B.2, with SHA-1: `v` is 64 bytes.
fn derive(what: u8, password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
    let filled = |text: &[u8]| text.iter().copied().cycle().take(text.len().div_ceil(64) * 64).collect::<Vec<u8>>();
    let mut input = [filled(salt), filled(password)].concat();
    let mut derived = Vec::new();
    while derived.len() < length {
        let first = Sha1::new().chain_update([what; 64]).chain_update(&input).finalize();
        let hash = (1..ITERATIONS).fold(first, |hash, _| Sha1::digest(hash));
        derived.extend(hash);
        for block in input.chunks_mut(64) {
            add(block, &hash);
        }
    }
    derived.truncate(length);
    derived
}

/// Block + the hash over and over + 1, big-endian, modulo 2^512.
fn add(block: &mut [u8], hash: &[u8]) {
    let added: Vec<u8> = hash.iter().copied().cycle().take(block.len()).collect();
    let mut carry = 1;
    for (digit, more) in block.iter_mut().zip(added).rev() {
        let sum = u16::from(*digit) + u16::from(more) + carry;
        *digit = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
}

/// `SafeBag`. Certificate and key have one id in common.
fn bag(kind: &[u8], value: &[u8], id: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = FRIENDLY_NAME.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let attribute = |kind, value: Vec<u8>| sequence(&[oid(kind), element(0x31, &value)]);
    // Sorted, as a SET is in DER: the longer one is the name.
    let attributes = [attribute(KEY_ID, octets(id)), attribute(NAME, element(0x1e, &name))];
    sequence(&[oid(kind), explicit(value), element(0x31, &attributes.concat())])
}

/// `ContentInfo` of what is not encrypted as a whole.
fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[oid(DATA), explicit(&octets(content))])
}

fn salt() -> [u8; 8] {
    let mut salt = [0; 8];
    rand::rngs::OsRng.fill_bytes(&mut salt);
    salt
}

fn oid(below: &[u8]) -> Vec<u8> {
    element(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1], below].concat())
}

fn explicit(content: &[u8]) -> Vec<u8> {
    element(0xa0, content)
}

fn octets(content: &[u8]) -> Vec<u8> {
    element(4, content)
}

/// Below 2^15, and its first digit below 2^7.
fn integer(number: u32) -> Vec<u8> {
    let digits: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    element(2, if digits.is_empty() { &[0] } else { &digits })
}
