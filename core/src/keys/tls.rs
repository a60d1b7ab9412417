//! Keys that no gateway signs with and TLS does, as `client_certificate` takes them: what is said of them.

use super::der::{sequence, tlv};
use super::inspect::KeyFacts;
use crate::crypto::mac;
use crate::ground::secret::Secret;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use chexiao_lc::NoFork;

/// What TLS calls them, and how their `SubjectPublicKeyInfo` begins and ends.
struct Kind {
    name: &'static str,
    bits: usize,
    /// `AlgorithmIdentifier`.
    algorithm: &'static [u8],
    /// Of the public key in its one form here: a point that is not compressed, or Ed25519's.
    length: usize,
    /// The curve, to read a private key with.
    curve: Option<&'static EcdsaSigningAlgorithm>,
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "P-256",
        bits: 256,
        algorithm: b"\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07",
        length: 65,
        curve: Some(&ECDSA_P256_SHA256_ASN1_SIGNING),
    },
    Kind {
        name: "P-384",
        bits: 384,
        algorithm: b"\x30\x10\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x22",
        length: 97,
        curve: Some(&ECDSA_P384_SHA384_ASN1_SIGNING),
    },
    Kind {
        name: "P-521",
        bits: 521,
        algorithm: b"\x30\x10\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x23",
        length: 133,
        curve: Some(&ECDSA_P521_SHA512_ASN1_SIGNING),
    },
    Kind { name: "Ed25519", bits: 256, algorithm: b"\x30\x05\x06\x03\x2B\x65\x70", length: 32, curve: None },
];

/// Of a private key: PKCS#8 or SEC1, in DER. `None` where TLS does not sign with it.
pub(super) fn private(der: &Secret<Vec<u8>>) -> Option<KeyFacts> {
    let _no_fork = NoFork::begin();
    KINDS.iter().find_map(|kind| {
        let der = der.expose();
        Some(kind.facts(&match kind.curve {
            Some(curve) => EcdsaKeyPair::from_private_key_der(curve, der).ok()?.public_key().as_ref().to_vec(),
            None => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?.public_key().as_ref().to_vec(),
        }))
    })
}

/// Of the key in a certificate.
pub(super) fn certified(certificate: &[u8]) -> Option<KeyFacts> {
    let parts = sequence(certificate)?.first()?.sequence()?;
    let version = usize::from(parts.first()?.is_context(0));
    let spki = parts.get(version + 5)?.sequence()?;
    let [algorithm, key] = spki.as_slice() else { return None };
    let key = key.bits()?;
    let kind = KINDS.iter().find(|kind| kind.algorithm == algorithm.whole && kind.length == key.len())?;
    Some(kind.facts(key))
}

impl Kind {
    fn facts(&self, key: &[u8]) -> KeyFacts {
        let bits = tlv(0x03, &[&[0], key].concat());
        let spki = tlv(0x30, &[self.algorithm, &bits].concat());
        KeyFacts { algorithm: self.name, bits: self.bits, spki_sha256: mac::hex(&mac::sha256(&spki)), weak: false }
    }
}
