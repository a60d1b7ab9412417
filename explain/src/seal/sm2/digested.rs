//! What is signed of a text: SM3 of Z and the text, where Z is SM3 of the user id with its length, the curve and the key. And what others
//! sign in its place.

use super::super::{Hash, hex};
use crate::search::Deviation;
use sm3::Digest as _;

/// A way from a text to the digest that is signed.
pub(super) struct How {
    pub(super) deviation: Option<Deviation>,
    /// Before the text.
    before: Vec<u8>,
    /// Behind it.
    after: Vec<u8>,
    steps: &'static [Step],
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Sm3,
    Other(Hash),
    /// SM3 once more, of what stands before the text and the digest.
    Sm3Again,
}

impl How {
    pub(super) fn digest(&self, text: &[u8]) -> Vec<u8> {
        let whole = [&self.before, text, &self.after].concat();
        self.steps.iter().fold(whole, |bytes, step| match step {
            Step::Sm3 => sm3(&[&bytes]),
            Step::Other(hash) => hash.of(&bytes),
            Step::Sm3Again => sm3(&[&self.before, &bytes]),
        })
    }
}

/// SM3 of the parts one after the other.
pub(super) fn sm3(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().fold(sm3::Sm3::new(), |hash, part| hash.chain_update(part)).finalize().to_vec()
}

/// a, b and the two numbers of G, of GB/T 32918.5.
const CURVE: [u8; 128] =
    *b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xfc\
\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

const STANDARD: &str = "1234567812345678";

/// The right way and the known wrong ones, with a key as 04, x and y.
pub(super) fn hows(user_id: &str, partner_id: &str, point: &[u8]) -> Vec<How> {
    let key = point.get(1..).unwrap_or_default();
    let id = user_id.as_bytes();
    let length = |bits: usize| u16::try_from(bits).unwrap_or_default().to_be_bytes();
    let bits = length(id.len() * 8);
    let z = |parts: &[&[u8]]| sm3(parts);
    let of_id = |id: &[u8]| z(&[&length(id.len() * 8), id, &CURVE, key]);
    let right = of_id(id);
    let how = |name: &'static str, detail: &str, before: Vec<u8>, after: Vec<u8>, steps| How {
        deviation: (!name.is_empty()).then(|| Deviation::new(name, detail)),
        before,
        after,
        steps,
    };
    let sm3_of = |name, detail: &str, before: Vec<u8>| how(name, detail, before, Vec::new(), &[Step::Sm3]);
    let mut ways = vec![sm3_of("", "", right.clone())];
    let digits = hex(id);
    for (detail, other) in [
        (STANDARD, STANDARD),
        ("empty", ""),
        ("the partner_id", partner_id),
        ("in hexadecimal", digits.as_str()),
        ("ALICE123@YAHOO.COM", "ALICE123@YAHOO.COM"),
    ] {
        if other != user_id && !ways.iter().any(|known| known.before == of_id(other.as_bytes())) {
            ways.push(sm3_of("user_id_other", detail, of_id(other.as_bytes())));
        }
    }
    let [high, low] = bits;
    let compressed = [&[2 + (key.last().unwrap_or(&0) & 1)], key.get(..32).unwrap_or_default()].concat();
    ways.extend([
        sm3_of("sm2_id_length", "in bytes", z(&[&length(id.len()), id, &CURVE, key])),
        sm3_of("sm2_id_length", "absent", z(&[id, &CURVE, key])),
        sm3_of("sm2_id_length", "little-endian", z(&[&[low, high], id, &CURVE, key])),
        sm3_of("sm2_key_form", "04 before it", z(&[&bits, id, &CURVE, point])),
        sm3_of("sm2_key_form", "compressed", z(&[&bits, id, &CURVE, &compressed])),
        sm3_of("sm2_curve_left_out", "", z(&[&bits, id, key])),
        sm3_of("sm2_z_unhashed", "", [&bits, id, &CURVE, key].concat()),
        sm3_of("sm2_z_hex", "lower case", hex(&right).into_bytes()),
        sm3_of("sm2_z_hex", "upper case", hex(&right).to_uppercase().into_bytes()),
        sm3_of("sm2_z_twice", "", [&right[..], &right].concat()),
        how("sm2_z_last", "", Vec::new(), right.clone(), &[Step::Sm3]),
        how("sm2_hashed_again", "with Z each time", right.clone(), Vec::new(), &[Step::Sm3, Step::Sm3Again]),
        how("sm2_hashed_again", "", right.clone(), Vec::new(), &[Step::Sm3, Step::Sm3]),
        how("sm2_hash_other", "SHA-256, with Z", right.clone(), Vec::new(), &[Step::Other(Hash::Sha256)]),
        how("sm2_hash_other", "SHA-256, without Z", Vec::new(), Vec::new(), &[Step::Other(Hash::Sha256)]),
        how("sm2_hash_other", "SHA-1, without Z", Vec::new(), Vec::new(), &[Step::Other(Hash::Sha1)]),
        how("sm2_hash_other", "MD5, without Z", Vec::new(), Vec::new(), &[Step::Other(Hash::Md5)]),
        how("sm2_text_unhashed", "", Vec::new(), Vec::new(), &[]),
        sm3_of("sm3_bare", "", Vec::new()),
    ]);
    ways
}
