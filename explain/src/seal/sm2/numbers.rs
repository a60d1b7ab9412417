//! The two numbers of a signature out of whatever others write: DER, 64 bytes, and what libraries of integers make of them.

use super::super::written::{Written, readings};
use crate::search::Deviation;
use sm2::elliptic_curve::PrimeField as _;
use sm2::{FieldBytes, Scalar};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) r: Scalar,
    pub(super) s: Scalar,
}

/// Every pair that a signature may stand for, with what is wrong with the writing.
pub(super) fn read(signature: &str, is_raw: bool) -> Vec<(Vec<Deviation>, Numbers)> {
    let mut found: Vec<(Vec<Deviation>, Numbers)> = Vec::new();
    for (written, bytes) in readings(signature, Written::Base64) {
        for (odd, r, s) in pairs(&bytes) {
            let is_der = bytes.first() == Some(&0x30) && der(&bytes).is_some();
            let other = match (is_raw, is_der) {
                (true, true) => Some("DER, where r and s belong"),
                (false, false) => Some("r and s, where DER belongs"),
                _ => None,
            };
            let way = written.iter().cloned().chain(other.map(|other| Deviation::new("sm2_encoding", other)));
            let way: Vec<Deviation> = way.chain(odd.map(|odd| Deviation::new(odd, ""))).collect();
            let (Some(r), Some(s)) = (scalar(&r), scalar(&s)) else { continue };
            for (swapped, numbers) in [(None, Numbers { r, s }), (Some("sm2_swapped"), Numbers { r: s, s: r })] {
                let way: Vec<Deviation> = way.iter().cloned().chain(swapped.map(|name| Deviation::new(name, ""))).collect();
                if !found.iter().any(|(_, known)| *known == numbers) {
                    found.push((way, numbers));
                }
            }
        }
    }
    found
}

/// What is odd about them, and both.
type Pair = (Option<&'static str>, Vec<u8>, Vec<u8>);

fn pairs(bytes: &[u8]) -> Vec<Pair> {
    if let Some(pair) = der(bytes) {
        return vec![pair];
    }
    let halves = |at: usize| bytes.split_at_checked(at).map(|(r, s)| (r.to_vec(), s.to_vec()));
    let of = |odd, at: usize| halves(at).map(|(r, s)| (odd, r, s));
    match bytes.len() {
        64 => {
            let reversed = halves(32).map(|(mut r, mut s)| {
                r.reverse();
                s.reverse();
                (Some("sm2_reversed"), r, s)
            });
            of(None, 32).into_iter().chain(reversed).collect()
        }
        // Java's BigInteger has no zeros before a number, and one where its first bit is set.
        62 | 63 => [30, 31, 32].into_iter().filter_map(|at| of(Some("sm2_short"), at)).collect(),
        65 | 66 => [32, 33].into_iter().filter_map(|at| of(Some("sm2_zero_added"), at)).filter(|(_, _, s)| s.len() > 31).collect(),
        _ => Vec::new(),
    }
}

/// Two INTEGERs in a SEQUENCE, read more leniently than any verifier may.
fn der(bytes: &[u8]) -> Option<Pair> {
    let [0x30, length, content @ ..] = bytes else { return None };
    let (r, rest) = integer(content)?;
    let (s, rest) = integer(rest)?;
    if usize::from(*length) != content.len() || !rest.is_empty() {
        return None;
    }
    let is_negative = |number: &[u8]| number.first().is_some_and(|first| *first > 0x7F);
    let is_padded = |number: &[u8]| matches!(number, [0, second, ..] if *second < 0x80);
    let odd = match (is_negative(r) || is_negative(s), is_padded(r) || is_padded(s)) {
        (true, _) => Some("sm2_zero_missing"),
        (false, true) => Some("sm2_zero_added"),
        (false, false) => None,
    };
    Some((odd, r.to_vec(), s.to_vec()))
}

fn integer(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [2, length, rest @ ..] = bytes else { return None };
    rest.split_at_checked(usize::from(*length)).filter(|(number, _)| !number.is_empty())
}

/// `None` of what is no number below n.
fn scalar(bytes: &[u8]) -> Option<Scalar> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..)?;
    let mut field = FieldBytes::default();
    let at = field.len().checked_sub(digits.len())?;
    field.get_mut(at..)?.copy_from_slice(digits);
    Scalar::from_repr(field).into()
}
