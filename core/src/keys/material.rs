//! Keys and certificates that were found, before they are bound to an algorithm.

use super::der::{self, Element};
use super::fault::Fault;
use crate::crypto::{mac, sm2};
use crate::ground::key_fault::KeyFault;
use crate::ground::process::{Owned, PerProcess};
use crate::ground::secret::Secret;
use chexiao_lc::BadKey;
use std::sync::Arc;

/// A private key.
pub(crate) enum PrivateKey {
    /// RSA.
    Rsa(RsaPrivate),
    /// SM2.
    Sm2(sm2::PrivateKey),
}

/// A public key.
#[derive(Clone, PartialEq)]
pub(crate) enum PublicKey {
    /// RSA.
    Rsa(RsaPublic),
    /// SM2.
    Sm2(sm2::PublicKey),
}

/// An RSA private key. AWS-LC must not be given one that another process has used (a fork copies its blinding in whatever state it is), so each
/// process parses its own.
pub(crate) struct RsaPrivate {
    numbers: Numbers,
    public: RsaPublic,
    parsed: PerProcess<chexiao_lc::PrivateKey>,
}

enum Numbers {
    /// All nine: the DER of a PKCS#1 `RSAPrivateKey`, every number in its shortest form.
    Whole(Secret<Vec<u8>>),
    /// The private exponent alone, big endian.
    Exponent(Secret<Vec<u8>>),
}

/// An RSA public key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RsaPublic {
    /// Big endian, without leading zeros.
    pub(crate) modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// An X.509 certificate (DER). Neither chain nor dates were looked at.
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    pub(crate) key: PublicKey,
}

impl PrivateKey {
    /// Its public half.
    pub(crate) fn public(&self) -> PublicKey {
        match self {
            PrivateKey::Rsa(key) => PublicKey::Rsa(key.public.clone()),
            PrivateKey::Sm2(key) => PublicKey::Sm2(key.public()),
        }
    }

    /// That its numbers fit together. One of another size is not looked at: see [`RsaPublic::check_size`].
    pub(super) fn check(&self) -> Result<(), Fault> {
        match self {
            PrivateKey::Rsa(key) if key.public.check_size().is_err() => Ok(()),
            PrivateKey::Rsa(key) => match key.parsed() {
                Ok(_) => Ok(()),
                Err(BadKey) => Err(unfit()),
            },
            PrivateKey::Sm2(_) => Ok(()),
        }
    }
}

impl PublicKey {
    /// That signatures can be verified with it.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match self {
            PublicKey::Rsa(key) => key.check(),
            PublicKey::Sm2(_) => Ok(()),
        }
    }

    /// `RSA` or `SM2`.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            PublicKey::Rsa(_) => "RSA",
            PublicKey::Sm2(_) => "SM2",
        }
    }

    /// Length in bits: of the modulus, or of the curve.
    pub(crate) fn bits(&self) -> usize {
        match self {
            PublicKey::Rsa(key) => key.bits(),
            PublicKey::Sm2(_) => 256,
        }
    }

    /// SHA-256 of the DER of its `SubjectPublicKeyInfo`, in hexadecimal: what identifies a key everywhere.
    pub(crate) fn spki_sha256(&self) -> String {
        mac::hex(&mac::sha256(&self.spki()))
    }

    /// The DER of its `SubjectPublicKeyInfo`.
    pub(super) fn spki(&self) -> Vec<u8> {
        const RSA: &[u8] = &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];
        const SM2: &[u8] =
            &[0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];
        let (algorithm, key) = match self {
            PublicKey::Rsa(key) => (RSA, key.pkcs1()),
            PublicKey::Sm2(key) => (SM2, key.point().to_vec()),
        };
        der::tlv(0x30, &[algorithm, &der::tlv(0x03, &[&[0], key.as_slice()].concat())].concat())
    }
}

impl RsaPrivate {
    /// The elements of an RFC 8017 `RSAPrivateKey`: version, modulus, public exponent, … Whoever knew only modulus and private
    /// exponent wrote zeros for the others.
    pub(super) fn of(parts: &[Element<'_>]) -> Result<Self, Fault> {
        let broken = || KeyFault::Malformed.because("is an RSA key that is broken inside");
        if parts.first().and_then(Element::number) == Some(1) {
            return Err(KeyFault::Unsupported.because("is an RSA key of more than two primes"));
        }
        let numbers = parts.get(1..9).ok_or_else(broken)?.iter().map(Element::magnitude);
        let numbers = numbers.collect::<Option<Vec<&[u8]>>>().ok_or_else(broken)?;
        let [modulus, exponent, private, rest @ ..] = numbers.as_slice() else { return Err(broken()) };
        if rest.iter().all(|number| !number.is_empty()) && !exponent.is_empty() {
            let whole = numbers.iter().map(|number| Secret::new(der::integer(number)));
            let whole =
                whole.fold(Secret::new(der::integer(&[])), |all, one| Secret::new([all.expose().as_slice(), one.expose()].concat()));
            let public = RsaPublic { modulus: (*modulus).into(), exponent: (*exponent).into() };
            return Ok(Self { numbers: Numbers::Whole(Secret::new(der::tlv(0x30, whole.expose()))), public, parsed: PerProcess::new() });
        }
        // 65537 is everybody's public exponent; 3 was once.
        let exponents: &[&[u8]] = if exponent.is_empty() { &[&[1, 0, 1], &[3]] } else { &[exponent] };
        let with = |exponent: &&[u8]| Self {
            numbers: Numbers::Exponent(Secret::new((*private).into())),
            public: RsaPublic { modulus: (*modulus).into(), exponent: (*exponent).into() },
            parsed: PerProcess::new(),
        };
        let fits = |key: &Self| key.public.check_size().is_err() || key.parsed().is_ok();
        exponents.iter().map(with).find(fits).ok_or_else(unfit)
    }

    /// The key as AWS-LC holds it, its numbers checked: once in each process.
    pub(crate) fn parsed(&self) -> Result<Arc<Owned<chexiao_lc::PrivateKey>>, BadKey> {
        self.parsed.get(|| self.parse())
    }

    fn parse(&self) -> Result<chexiao_lc::PrivateKey, BadKey> {
        match &self.numbers {
            Numbers::Whole(der) => chexiao_lc::PrivateKey::from_pkcs1(der.expose()),
            Numbers::Exponent(private) => {
                chexiao_lc::PrivateKey::from_numbers(&self.public.modulus, &self.public.exponent, private.expose())
            }
        }
    }

    /// The DER of a PKCS#1 `RSAPrivateKey`; `None` where only the private exponent is known.
    pub(super) fn pkcs1(&self) -> Option<&Secret<Vec<u8>>> {
        match &self.numbers {
            Numbers::Whole(der) => Some(der),
            Numbers::Exponent(_) => None,
        }
    }

    /// Its public half.
    pub(crate) fn public(&self) -> &RsaPublic {
        &self.public
    }
}

impl RsaPublic {
    /// The elements of an RFC 8017 `RSAPublicKey`: modulus and exponent.
    pub(super) fn of(parts: &[Element<'_>]) -> Option<Self> {
        let [modulus, exponent] = parts else { return None };
        Some(Self { modulus: modulus.magnitude()?.into(), exponent: exponent.magnitude()?.into() })
    }

    /// Length of the modulus in bits.
    pub(crate) fn bits(&self) -> usize {
        self.modulus.first().map_or(0, |first| self.modulus.len() * 8 - first.leading_zeros() as usize)
    }

    /// Whether it is too weak to sign with.
    pub(crate) fn is_weak(&self) -> bool {
        self.bits() < 2048
    }

    /// The DER of an `RSAPublicKey`.
    pub(crate) fn pkcs1(&self) -> Vec<u8> {
        der::tlv(0x30, &[der::integer(&self.modulus), der::integer(&self.exponent)].concat())
    }

    /// RSA from 1024 to 8192 bits: gateways still sign with RSA-1024.
    pub(crate) fn check_size(&self) -> Result<(), Fault> {
        if (1024..=8192).contains(&self.bits()) {
            return Ok(());
        }
        Err(KeyFault::WrongSize.because(format!("is an RSA key of {} bits; usable ones have 1024 to 8192 bits", self.bits())))
    }

    /// That signatures can be verified with it.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        self.check_size()?;
        self.parse().map(drop).map_err(|BadKey| Self::of_no_key())
    }

    /// The key as AWS-LC holds it: for one process.
    pub(crate) fn parse(&self) -> Result<chexiao_lc::PublicKey, BadKey> {
        chexiao_lc::PublicKey::from_pkcs1(&self.pkcs1())
    }

    /// What is wrong with one of a right size that cannot be parsed.
    pub(crate) fn of_no_key() -> Fault {
        KeyFault::Inconsistent.because("is an RSA public key whose numbers are those of no key")
    }
}

fn unfit() -> Fault {
    KeyFault::Inconsistent.because("is an RSA key whose numbers do not fit together")
}
