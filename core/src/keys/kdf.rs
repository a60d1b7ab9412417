//! Keys from passwords: PBKDF1 and PBKDF2 (RFC 8018), PKCS#12 (RFC 7292), and the derivations of OpenSSL's PEM and of CFCA.

use super::fault::Fault;
use crate::crypto::{mac, sm2};
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use aws_lc_rs::{digest, pbkdf2};
use std::num::NonZeroU32;

/// Hash computations that one key file may cost, about a second: half as many again as the most that any tool writes by default
/// (docs/key-containers.md).
const MOST_WORK: u64 = 6_500_000;

/// What opening one key file may still cost.
pub(super) struct Work(u64);

impl Work {
    pub(super) fn new() -> Self {
        Self(MOST_WORK)
    }

    /// Takes the cost of `iterations` for a derived key of `blocks` hash outputs.
    fn spend(&mut self, iterations: u64, blocks: usize, cost: u64) -> Result<(), Fault> {
        let work = iterations.saturating_mul(blocks as u64).saturating_mul(cost);
        self.0 = self.0.checked_sub(work).ok_or_else(|| {
            KeyFault::Unsupported.because("derives its key with more iterations than are borne here; encrypt it again with fewer")
        })?;
        Ok(())
    }
}

/// A password as each family of schemes wants it.
pub(super) struct Password<'a>(Option<&'a str>);

impl<'a> Password<'a> {
    /// A text, which may be empty.
    pub(super) fn text(text: &'a str) -> Self {
        Self(Some(text))
    }

    /// Of PKCS#12 without a password: not even the zeros of an empty text.
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.utf8().is_empty()
    }

    pub(super) fn utf8(&self) -> &[u8] {
        self.0.unwrap_or_default().as_bytes()
    }

    /// RFC 7292 B.1: a BMPString with two zero bytes at its end.
    fn bmp(&self) -> Secret<Vec<u8>> {
        Secret::new(self.0.map_or_else(Vec::new, |text| text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect()))
    }
}

/// A hash of key derivation.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Md5,
    Of(&'static digest::Algorithm),
    Sm3,
}

impl Hash {
    pub(super) const SHA1: Self = Hash::Of(&digest::SHA1_FOR_LEGACY_USE_ONLY);

    /// The hash itself, as a PKCS#12 MAC names it.
    pub(super) fn of_oid(oid: &[u8]) -> Option<Self> {
        Some(match oid {
            [0x2B, 0x0E, 0x03, 0x02, 0x1A] => Hash::Of(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01] => Hash::Of(&digest::SHA256),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02] => Hash::Of(&digest::SHA384),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03] => Hash::Of(&digest::SHA512),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04] => Hash::Of(&digest::SHA224),
            [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11] => Hash::Sm3,
            _ => return None,
        })
    }

    /// RFC 2104.
    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = if key.len() > self.block() { self.of(&[key]) } else { Secret::new(key.to_vec()) };
        let padded = |with: u8| -> Secret<Vec<u8>> {
            let key = key.expose().iter().copied().chain(std::iter::repeat(0)).take(self.block());
            Secret::new(key.map(|byte| byte ^ with).collect())
        };
        let inner = self.of(&[padded(0x36).expose(), message]);
        self.of(&[padded(0x5C).expose(), inner.expose()]).expose().clone()
    }

    pub(super) fn of(self, parts: &[&[u8]]) -> Secret<Vec<u8>> {
        let whole = Secret::new(parts.concat());
        Secret::new(match self {
            Hash::Md5 => mac::md5(whole.expose()),
            Hash::Of(algorithm) => digest::digest(algorithm, whole.expose()).as_ref().into(),
            Hash::Sm3 => sm2::sm3(whole.expose()),
        })
    }

    /// The hash of the hash of …, `times` over. Millions of times: nothing is allocated.
    fn repeated(self, mut bytes: Secret<Vec<u8>>, times: u64) -> Secret<Vec<u8>> {
        for _ in 0..times {
            match self {
                Hash::Of(algorithm) => {
                    let next = digest::digest(algorithm, bytes.expose());
                    bytes.expose_mut().copy_from_slice(next.as_ref());
                }
                Hash::Sm3 | Hash::Md5 => bytes = self.of(&[bytes.expose()]),
            }
        }
        bytes
    }

    /// Of its output, in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Hash::Md5 => 16,
            Hash::Of(algorithm) => algorithm.output_len(),
            Hash::Sm3 => 32,
        }
    }

    /// `v` of RFC 7292 B.2, in bytes.
    pub(super) fn block(self) -> usize {
        match self {
            Hash::Md5 | Hash::Sm3 => 64,
            Hash::Of(algorithm) => algorithm.block_len(),
        }
    }

    fn cost(self) -> u64 {
        match self {
            Hash::Of(algorithm) if algorithm.block_len() == 64 => 1,
            _ => 4,
        }
    }
}

/// PBKDF1: sixteen bytes or more.
pub(super) fn pbkdf1(hash: Hash, password: &Password<'_>, salt: &[u8], iterations: u64, work: &mut Work) -> Result<Secret<Vec<u8>>, Fault> {
    work.spend(iterations, 1, hash.cost())?;
    Ok(hash.repeated(hash.of(&[password.utf8(), salt]), iterations.saturating_sub(1)))
}

/// PBKDF2 with the HMAC of `hash`.
pub(super) fn pbkdf2(
    hash: Hash,
    password: &Password<'_>,
    salt: &[u8],
    iterations: NonZeroU32,
    length: usize,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    work.spend(iterations.get().into(), length.div_ceil(hash.length()), 2 * hash.cost())?;
    let mut key = Secret::new(vec![0; length]);
    let prf = match hash {
        Hash::Of(algorithm) if *algorithm == digest::SHA1_FOR_LEGACY_USE_ONLY => pbkdf2::PBKDF2_HMAC_SHA1,
        Hash::Of(algorithm) if *algorithm == digest::SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Hash::Of(algorithm) if *algorithm == digest::SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Hash::Of(algorithm) if *algorithm == digest::SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
        Hash::Sm3 => {
            ::pbkdf2::pbkdf2_hmac::<sm3::Sm3>(password.utf8(), salt, iterations.get(), key.expose_mut());
            return Ok(key);
        }
        Hash::Md5 | Hash::Of(_) => return Err(KeyFault::Unsupported.because("derives its key with a hash that is not known here")),
    };
    pbkdf2::derive(prf, iterations, salt, password.utf8(), key.expose_mut());
    Ok(key)
}

/// What scrypt costs: 128 · n · r bytes, p times over.
#[derive(Clone, Copy)]
pub(super) struct ScryptCost {
    pub(super) n: u64,
    pub(super) r: u64,
    pub(super) p: u64,
}

/// More memory than this, in bytes, is not taken: eight times the default of openssl.
const MOST_MEMORY: u64 = 128 << 20;

/// scrypt (RFC 7914).
pub(super) fn scrypt(
    password: &Password<'_>,
    salt: &[u8],
    cost: ScryptCost,
    length: usize,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    let broken = || KeyFault::Malformed.because("derives its key with scrypt, and with numbers that it does not have");
    let memory = cost.n.saturating_mul(cost.r).saturating_mul(128);
    if memory > MOST_MEMORY {
        return Err(KeyFault::Unsupported.because("derives its key with more memory than is borne here; encrypt it again with a smaller N"));
    }
    work.spend(memory.saturating_mul(cost.p) / 24, 1, 1)?;
    let log_n = u8::try_from(cost.n.trailing_zeros()).ok().filter(|_| cost.n.is_power_of_two()).ok_or_else(broken)?;
    let small = |number: u64| u32::try_from(number).map_err(|_| broken());
    let parameters = ::scrypt::Params::new(log_n, small(cost.r)?, small(cost.p)?).map_err(|_| broken())?;
    let mut key = Secret::new(vec![0; length]);
    ::scrypt::scrypt(password.utf8(), salt, &parameters, key.expose_mut()).map_err(|_| broken())?;
    Ok(key)
}

/// RFC 7292 B.3: what the derived bytes are for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// RFC 7292 B.2.
pub(super) fn pkcs12(
    hash: Hash,
    purpose: Purpose,
    password: &Password<'_>,
    salt: &[u8],
    iterations: u64,
    length: usize,
    work: &mut Work,
) -> Result<Secret<Vec<u8>>, Fault> {
    let block = hash.block();
    let again = |hashed: Secret<Vec<u8>>| hash.repeated(hashed, iterations.saturating_sub(1));
    work.spend(iterations, length.div_ceil(hash.length()), hash.cost())?;
    let repeated = |bytes: &[u8]| bytes.iter().copied().cycle().take(bytes.len().div_ceil(block) * block).collect::<Vec<u8>>();
    let diversifier = vec![purpose as u8; block];
    let mut input = Secret::new([repeated(salt), repeated(password.bmp().expose())].concat());
    let mut key = Secret::new(Vec::new());
    loop {
        let derived = again(hash.of(&[&diversifier, input.expose()]));
        key.expose_mut().extend_from_slice(derived.expose());
        if key.expose().len() >= length {
            key.expose_mut().truncate(length);
            return Ok(key);
        }
        let addend: Vec<u8> = derived.expose().iter().copied().cycle().take(block).collect();
        for chunk in input.expose_mut().chunks_mut(block) {
            add_one_and(chunk, &addend);
        }
    }
}

/// `number += addend + 1`, big endian, the carry at the end dropped.
fn add_one_and(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (byte, added) in number.iter_mut().zip(addend).rev() {
        let sum = u16::from(*byte) + u16::from(*added) + carry;
        *byte = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

/// OpenSSL's PEM: MD5 over the last digest, the password and eight bytes of salt, chained.
pub(super) fn openssl(password: &Password<'_>, salt: &[u8], length: usize) -> Secret<Vec<u8>> {
    let mut key = Secret::new(Vec::new());
    let mut last = Secret::new(Vec::new());
    while key.expose().len() < length {
        last = Hash::Md5.of(&[last.expose(), password.utf8(), salt]);
        key.expose_mut().extend_from_slice(last.expose());
    }
    key.expose_mut().truncate(length);
    key
}

/// CFCA: SM3 over the password and a counter of one. IV and key, sixteen bytes each.
pub(super) fn cfca(password: &Password<'_>) -> Secret<Vec<u8>> {
    Hash::Sm3.of(&[password.utf8(), &[0, 0, 0, 1]])
}
