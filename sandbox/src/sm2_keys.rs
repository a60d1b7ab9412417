//! SM2 key pairs as files, and their signatures as bytes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::BigUint;

use crate::der::{element, sequence};
use crate::sm2::{self, PublicKey, Signature, bytes32};

/// PKCS#8 of an SM2 key, up to the private number; between it and the public point; SPKI up to the point.
const PKCS8: [u8; 36] = *b"\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x04\x6d\x30\x6b\x02\x01\x01\x04\x20";
const PKCS8_POINT: [u8; 5] = *b"\xa1\x44\x03\x42\x00";
const SPKI: [u8; 26] = *b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03\x42\x00";

/// How the two numbers of a signature become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sm2Encoding {
    /// ASN.1 SEQUENCE of two INTEGERs, in DER: 70 to 72 bytes, seldom fewer.
    Der,
    /// r ‖ s, 32 bytes each, big-endian.
    Raw,
}

/// One SM2 key pair, signing SM3withSM2. Debug shows nothing of it.
#[derive(Clone)]
pub struct Sm2KeyPair {
    d: BigUint,
    public: PublicKey,
}

impl Sm2KeyPair {
    /// A new pair.
    pub fn generate() -> Sm2KeyPair {
        loop {
            if let Some(pair) = Sm2KeyPair::of(sm2::random()) {
                return pair;
            }
        }
    }

    /// The pair of this private number, big-endian; `None` unless it is from 1 to n − 2.
    pub fn from_number(d: &[u8; 32]) -> Option<Sm2KeyPair> {
        Sm2KeyPair::of(BigUint::from_bytes_be(d))
    }

    fn of(d: BigUint) -> Option<Sm2KeyPair> {
        Some(Sm2KeyPair { public: sm2::public_key(&d)?, d })
    }

    /// The private key: PKCS#8 PEM.
    pub fn private_pem(&self) -> String {
        pem("PRIVATE KEY", &[&PKCS8[..], &bytes32(&self.d), &PKCS8_POINT, &self.public.uncompressed()].concat())
    }

    /// The public key: SPKI PEM.
    pub fn public_pem(&self) -> String {
        pem("PUBLIC KEY", &[&SPKI[..], &self.public.uncompressed()].concat())
    }

    /// The signature over SM3(ZA ‖ message), another one every time. `user_id` goes into ZA; it has at most 8191 bytes.
    pub fn sign(&self, user_id: &[u8], message: &[u8], encoding: Sm2Encoding) -> Vec<u8> {
        encoding.write(&sm2::sign(&self.d, &self.public, user_id, message))
    }

    /// Whether `signature` is, in exactly this encoding, this key's over `message`.
    pub fn verifies(&self, user_id: &[u8], message: &[u8], encoding: Sm2Encoding, signature: &[u8]) -> bool {
        encoding.read(signature).is_some_and(|signature| self.public.verifies(user_id, message, &signature))
    }
}

impl Sm2Encoding {
    fn write(self, Signature { r, s }: &Signature) -> Vec<u8> {
        match self {
            Sm2Encoding::Raw => [bytes32(r), bytes32(s)].concat(),
            Sm2Encoding::Der => sequence(&[integer(r), integer(s)]),
        }
    }

    /// `None` for all that [`Sm2Encoding::write`] does not write.
    fn read(self, bytes: &[u8]) -> Option<Signature> {
        let (r, s) = match self {
            Sm2Encoding::Raw => bytes.split_at_checked(32)?,
            Sm2Encoding::Der => {
                let (r, rest) = take(0x02, take(0x30, bytes)?.0)?;
                (r, take(0x02, rest)?.0)
            }
        };
        let signature = Signature { r: BigUint::from_bytes_be(r), s: BigUint::from_bytes_be(s) };
        (self.write(&signature) == bytes).then_some(signature)
    }
}

fn integer(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    element(0x02, &bytes)
}

/// The content of the first element, and what follows it.
fn take(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes {
        [first, length, rest @ ..] if *first == tag => rest.split_at_checked(usize::from(*length)),
        _ => None,
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, character) in base64.chars().enumerate() {
        text.push(character);
        if at % 64 == 63 {
            text.push('\n');
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

impl fmt::Debug for Sm2KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sm2KeyPair").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to spell a right signature wrongly.
    #[test]
    fn exactly_one_spelling() {
        let signature = Signature { r: 0x80u32.into(), s: 1u32.into() };
        let der = Sm2Encoding::Der.write(&signature);
        assert_eq!(der, b"\x30\x07\x02\x02\x00\x80\x02\x01\x01");
        assert_eq!(Sm2Encoding::Der.read(&der), Some(signature.clone()));
        for wrong in [
            &b""[..],
            b"\x30",
            b"\x30\x06\x02\x01\x80\x02\x01\x01",             // negative
            b"\x30\x08\x02\x03\x00\x00\x80\x02\x01\x01",     // longer than it need be
            b"\x30\x81\x07\x02\x02\x00\x80\x02\x01\x01",     // length, likewise
            b"\x30\x07\x02\x02\x00\x80\x02\x01\x01\x00",     // something behind
            b"\x30\x09\x02\x02\x00\x80\x02\x01\x01\x05\x00", // something more inside
            b"\x30\x04\x02\x02\x00\x80",                     // one number
            b"\x30\x08\x02\x02\x00\x80\x02\x01\x01",         // cut
            b"\x31\x07\x02\x02\x00\x80\x02\x01\x01",
            b"\x30\x80\x02\x02\x00\x80\x02\x01\x01\x00\x00", // BER
        ] {
            assert_eq!(Sm2Encoding::Der.read(wrong), None, "{wrong:?}");
        }
        let raw = Sm2Encoding::Raw.write(&signature);
        assert_eq!((raw.len(), Sm2Encoding::Raw.read(&raw)), (64, Some(signature)));
        assert!([&raw[1..], &[&raw[..], b"\0"].concat(), &der, b""].iter().all(|wrong| Sm2Encoding::Raw.read(wrong).is_none()));
    }

    #[test]
    fn numbers_of_the_range() {
        assert!(Sm2KeyPair::from_number(&[0; 32]).is_none() && Sm2KeyPair::from_number(&[0xff; 32]).is_none());
    }
}
