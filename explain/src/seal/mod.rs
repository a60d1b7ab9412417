//! What a signature is: who made it, by which hash, over which text. Nothing here accepts anything.

pub(crate) mod rsa;
pub(crate) mod shared;
pub(crate) mod sm2;
pub(crate) mod written;

use crate::search::Deviation;
use sha2::Digest as _;

/// The signature of a message, held against texts that may have been signed.
pub(crate) trait Seal {
    /// Every way in which it is a signature over this text that takes exactly `wrong` deviations of its own. `text` holds
    /// [`SECRET`](crate::search::SECRET) where the secret belongs.
    fn made_over(&self, text: &[u8], wrong: usize) -> Vec<Vec<Deviation>>;

    /// How many of its own deviations are to be tried at most.
    fn most_wrong(&self) -> usize;

    /// Whether it can be a signature at all, by any key that is known.
    fn is_readable(&self) -> bool;

    /// What is certain about it, whatever was signed.
    fn facts(&self) -> Facts;

    /// A signature over this text with just these deviations of its own, by keys that are thrown away; `None` of a way that is not known.
    fn remade(&self, text: &[u8], own: &[Deviation], keys: &[PrivateKey]) -> Option<String>;
}

/// A key that signs what goes into a record, and is thrown away.
pub(crate) struct PrivateKey {
    /// The setting whose place it takes.
    pub(crate) setting: String,
    pub(crate) half: PrivateHalf,
}

pub(crate) enum PrivateHalf {
    Rsa(Box<::rsa::RsaPrivateKey>),
    Sm2(::sm2::SecretKey),
}

/// The key that `own` says was used; the right one if it says nothing.
pub(crate) fn used<'k>(own: &[Deviation], right: &str, keys: &'k [PrivateKey]) -> Option<&'k PrivateHalf> {
    let foreign = own.iter().find(|deviation| deviation.mistake.starts_with("key_"));
    let setting = foreign.map_or(right, |foreign| foreign.detail.as_str());
    keys.iter().find(|key| key.setting == setting).map(|key| &key.half)
}

/// What a signature shows by itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The setting that holds the key it was made with; `None` where that cannot be told.
    pub(crate) signed_by: Option<String>,
    /// The hash in it.
    pub(crate) hash: Option<&'static str>,
    /// What is wrong with it before any text is looked at.
    pub(crate) deviations: Vec<Deviation>,
    /// How many keys were tried.
    pub(crate) keys: usize,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) const ALL: [Self; 5] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// In bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// What PKCS#1 v1.5 puts before the digest.
    pub(crate) fn digest_info(self) -> &'static [u8] {
        rsa::PREFIXES.iter().find(|(hash, _)| *hash == self).map_or(&[], |(_, prefix)| prefix)
    }

    pub(crate) fn of(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => md5::Md5::digest(text).to_vec(),
            Self::Sha1 => sha1::Sha1::digest(text).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(text).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(text).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(text).to_vec(),
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, odd) = digits.as_deref()?.as_chunks::<2>();
    (odd.is_empty() && !pairs.is_empty()).then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
