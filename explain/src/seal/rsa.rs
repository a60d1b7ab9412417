//! RSA signatures. With the public key the block that was signed comes to light: its padding, the hash, the digest. So it is certain
//! who signed and how, whether or not the text is found.

use super::written::{Written, readings, written};
use super::{Facts, Hash, PrivateHalf, PrivateKey, Seal, used};
use crate::search::Deviation;
use crate::settings::PublicKey;
use rsa::BigUint;
use std::cell::RefCell;

/// What PKCS#1 v1.5 puts before a digest.
pub(super) const PREFIXES: [(Hash, &[u8]); 5] = [
    (Hash::Md5, &[0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10]),
    (Hash::Sha1, &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14]),
    (Hash::Sha256, &[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20]),
    (Hash::Sha384, &[0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30]),
    (Hash::Sha512, &[0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40]),
];

/// What is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// The digest with the name of its hash.
    Named(Hash),
    /// The bare digest.
    Bare(Hash),
}

/// A signature whose block has been opened with each known key.
pub(crate) struct RsaSeal {
    due: Due,
    /// The setting of the key that belongs there.
    right: String,
    opened: Vec<Opened>,
    keys: usize,
    /// So that each text is hashed once.
    last: RefCell<(Vec<u8>, Hash, Vec<u8>)>,
}

struct Opened {
    signed_by: String,
    deviations: Vec<Deviation>,
    payload: Payload,
}

#[derive(PartialEq, Eq)]
enum Payload {
    Digest(Hash, Vec<u8>),
    /// The text itself, or what somebody made of it.
    Text(Vec<u8>),
    /// A padding that no text can be found behind.
    Closed,
}

impl RsaSeal {
    pub(crate) fn open(signature: &str, due: Due, keys: &[PublicKey]) -> Self {
        let rsa_keys: Vec<&PublicKey> = keys.iter().filter(|key| key.rsa.is_some()).collect();
        let mut opened = Vec::new();
        for (written, bytes) in readings(signature, Written::Base64) {
            for key in &rsa_keys {
                let Some(block) = block(key, &bytes) else { continue };
                let Some((padded, payload)) = payload(&block, due) else { continue };
                let foreign = key.mistake.map(|mistake| Deviation::new(mistake, key.name.clone()));
                let deviations = written.iter().cloned().chain(foreign).chain(padded).collect();
                opened.push(Opened { signed_by: key.name.clone(), deviations, payload });
            }
        }
        opened.sort_by_key(|one| one.deviations.len());
        let right = keys.iter().find(|key| key.mistake.is_none()).map(|key| key.name.clone()).unwrap_or_default();
        Self { due, right, opened, keys: rsa_keys.len(), last: RefCell::new((Vec::new(), Hash::Md5, Vec::new())) }
    }

    fn digest(&self, hash: Hash, text: &[u8]) -> Vec<u8> {
        let mut last = self.last.borrow_mut();
        if last.1 != hash || last.0 != text || last.2.is_empty() {
            *last = (text.to_vec(), hash, hash.of(text));
        }
        last.2.clone()
    }
}

impl Seal for RsaSeal {
    fn made_over(&self, text: &[u8], wrong: usize) -> Vec<Vec<Deviation>> {
        let is_over = |opened: &&Opened| match &opened.payload {
            Payload::Digest(hash, digest) => self.digest(*hash, text) == *digest,
            Payload::Text(signed) => signed == text,
            Payload::Closed => false,
        };
        self.opened
            .iter()
            .filter(|opened| opened.deviations.len() == wrong)
            .filter(is_over)
            .map(|opened| opened.deviations.clone())
            .collect()
    }

    fn most_wrong(&self) -> usize {
        3
    }

    fn is_readable(&self) -> bool {
        !self.opened.is_empty()
    }

    fn remade(&self, text: &[u8], own: &[Deviation], keys: &[PrivateKey]) -> Option<String> {
        let PrivateHalf::Rsa(key) = used(own, &self.right, keys)? else { return None };
        let (written_so, padded): (Vec<Deviation>, Vec<Deviation>) =
            own.iter().filter(|deviation| !deviation.mistake.starts_with("key_")).cloned().partition(|it| it.mistake.starts_with("sign_"));
        let (due, is_named) = match self.due {
            Due::Named(hash) => (hash, true),
            Due::Bare(hash) => (hash, false),
        };
        let other = padded.iter().find(|it| it.mistake == "hash_other");
        let used_hash = |it: &Deviation| Hash::ALL.into_iter().find(|hash| it.detail.split(',').next() == Some(hash.name()));
        let hash = other.map_or(Some(due), used_hash)?;
        let digest = hash.of(text);
        let named = || [hash.digest_info(), &digest].concat();
        let form = padded.iter().map(|it| it.mistake).find(|mistake| *mistake != "hash_other");
        let content = match (form, is_named) {
            (None, true) | (Some("digest_info"), _) => named(),
            (None, false) | (Some("digest_bare"), _) => digest,
            (Some("digest_hex"), _) => super::hex(&digest).into_bytes(),
            (Some("text_unhashed"), _) => text.to_vec(),
            (Some(_), _) => return None,
        };
        written(&key.sign(rsa::Pkcs1v15Sign::new_unprefixed(), &content).ok()?, Written::Base64, &written_so)
    }

    fn facts(&self) -> Facts {
        let keys = self.keys;
        self.opened.first().map_or(Facts { keys, ..Facts::default() }, |opened| Facts {
            signed_by: Some(opened.signed_by.clone()),
            hash: match opened.payload {
                Payload::Digest(hash, _) => Some(hash.name()),
                _ => None,
            },
            deviations: opened.deviations.clone(),
            keys,
        })
    }
}

/// The block under a signature, as long as the modulus.
fn block(key: &PublicKey, signature: &[u8]) -> Option<Vec<u8>> {
    let (modulus, exponent) = key.rsa.as_ref()?;
    let number = BigUint::from_bytes_be(signature);
    if number >= *modulus || signature.is_empty() {
        return None;
    }
    let size = modulus.bits().div_ceil(8);
    let bytes = number.modpow(exponent, modulus).to_bytes_be();
    let mut block = vec![0; size.checked_sub(bytes.len())?];
    block.extend(bytes);
    Some(block)
}

/// What stands in a block and how that deviates; `None` where it is no block at all: another key made it.
fn payload(block: &[u8], due: Due) -> Option<(Vec<Deviation>, Payload)> {
    let content = match block {
        [0, 1, rest @ ..] => {
            let padding = rest.iter().take_while(|byte| **byte == 0xFF).count();
            let after = rest.get(padding..)?.strip_prefix(&[0])?;
            if padding < 8 {
                return None;
            }
            after
        }
        [0, 2, rest @ ..] if rest.iter().position(|byte| *byte == 0).is_some_and(|at| (8..rest.len() - 1).contains(&at)) => {
            return Some((vec![Deviation::new("encrypted_not_signed", "")], Payload::Closed));
        }
        // By chance once in 2^16 blocks of a foreign key: the seed and salt of PSS show in the last byte and the first bit alone.
        [first, .., 0xBC] if *first < 0x80 && pss(block) => {
            return Some((vec![Deviation::new("pss_padding", "")], Payload::Closed));
        }
        _ => return None,
    };
    let named = PREFIXES.iter().find_map(|(hash, prefix)| Some((*hash, content.strip_prefix(*prefix)?)));
    let due_hash = match due {
        Due::Named(hash) | Due::Bare(hash) => hash,
    };
    let other = |hash: Hash| (hash != due_hash).then(|| other_hash(hash.name(), due_hash.name()));
    if let Some((hash, digest)) = named {
        let form = matches!(due, Due::Bare(_)).then(|| Deviation::new("digest_info", ""));
        return Some((form.into_iter().chain(other(hash)).collect(), Payload::Digest(hash, digest.to_vec())));
    }
    // First: so many digits are as many bytes as a longer digest has.
    let digits = std::str::from_utf8(content).ok().and_then(super::from_hex);
    if let Some((hash, digest)) =
        digits.and_then(|bytes| Hash::ALL.into_iter().find(|hash| hash.size() == bytes.len()).map(|hash| (hash, bytes)))
    {
        let form = Deviation::new("digest_hex", "");
        return Some((std::iter::once(form).chain(other(hash)).collect(), Payload::Digest(hash, digest)));
    }
    if let Some(hash) = Hash::ALL.into_iter().find(|hash| hash.size() == content.len()) {
        let form = matches!(due, Due::Named(_)).then(|| Deviation::new("digest_bare", ""));
        return Some((form.into_iter().chain(other(hash)).collect(), Payload::Digest(hash, content.to_vec())));
    }
    Some((vec![Deviation::new("text_unhashed", "")], Payload::Text(content.to_vec())))
}

/// Whether the block is one of RSA-PSS with MGF1 of the same hash: zeros and a one before the salt.
fn pss(block: &[u8]) -> bool {
    [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512].into_iter().any(|hash| {
        let size = hash.size();
        let Some((masked, seed)) = block.len().checked_sub(size + 1).and_then(|at| block.split_at_checked(at)) else { return false };
        let seed = seed.get(..size).unwrap_or_default();
        let mask = (0u32..).flat_map(|count| hash.of(&[seed, &count.to_be_bytes()].concat()));
        let mut plain: Vec<u8> = masked.iter().zip(mask).map(|(a, b)| a ^ b).collect();
        if let Some(first) = plain.first_mut() {
            *first &= 0x7F;
        }
        plain.iter().find(|byte| **byte != 0) == Some(&1)
    })
}

pub(crate) fn other_hash(used: &str, due: &str) -> Deviation {
    Deviation::new("hash_other", format!("{used}, where {due} belongs"))
}
