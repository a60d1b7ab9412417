//! The numbers of SM2 keys, and SM3 (GB/T 32918, GB/T 32905).

use crate::ground::secret::Secret;
use chexiao_lc::NoFork;
use sm2::elliptic_curve::sec1::ToSec1Point;
use sm3::Digest;

/// SM3.
pub(crate) fn sm3(message: &[u8]) -> Vec<u8> {
    sm3::Sm3::digest(message).to_vec()
}

/// A private number of the curve, and its point.
pub(crate) struct PrivateKey(pub(crate) sm2::SecretKey, PublicKey);

/// A point of the curve.
#[derive(Clone, PartialEq)]
pub(crate) struct PublicKey(pub(crate) sm2::PublicKey);

impl PrivateKey {
    /// From at most 32 bytes, big endian; `None` if the number is not in range.
    pub(crate) fn new(number: &[u8]) -> Option<Self> {
        let significant = number.iter().position(|byte| *byte != 0).and_then(|at| number.get(at..))?;
        let mut padded = Secret::new(vec![0; 32usize.checked_sub(significant.len())?]);
        padded.expose_mut().extend_from_slice(significant);
        let key = sm2::SecretKey::from_slice(padded.expose()).ok()?;
        // The first multiple of the generator makes the table of them, under a lock that no fork may copy.
        let _no_fork = NoFork::begin();
        let public = PublicKey(key.public_key());
        Some(Self(key, public))
    }

    #[cfg(test)]
    pub(crate) fn number(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// Its point.
    pub(crate) fn public(&self) -> PublicKey {
        self.1.clone()
    }
}

impl PublicKey {
    /// From SEC1: `04‖x‖y`, or compressed.
    pub(crate) fn new(point: &[u8]) -> Option<Self> {
        sm2::PublicKey::from_sec1_bytes(point).ok().map(Self)
    }

    /// `04‖x‖y`.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }
}
