//! SM2 signatures. With a public key the number that was signed comes to light: e = r - x, where x is that of sG + (r + s)P. Every key
//! gives one, so that it does not tell who signed; but each text costs hashes alone.

mod digested;
mod numbers;

use super::written::{Written, written};
use super::{Facts, Hash, PrivateHalf, PrivateKey, Seal, used};
use crate::search::Deviation;
use crate::settings::PublicKey;
use digested::{How, hows};
use numbers::Numbers;
use sm2::dsa::signature::hazmat::PrehashSigner as _;
use sm2::dsa::{Signature, SigningKey};
use sm2::elliptic_curve::PrimeField as _;
use sm2::elliptic_curve::ops::{LinearCombination as _, Reduce as _};
use sm2::elliptic_curve::point::AffineCoordinates as _;
use sm2::{FieldBytes, ProjectivePoint, Scalar};
use std::cell::Cell;

/// A signature opened with each known key.
pub(crate) struct Sm2Seal {
    is_raw: bool,
    keys: Vec<Key>,
    /// So many texts more are held against ECDSA, which does not come to light: each costs multiplications of points.
    left: Cell<usize>,
}

struct Key {
    /// The setting that holds it.
    name: String,
    foreign: Option<Deviation>,
    point: ProjectivePoint,
    hows: Vec<How>,
    opened: Vec<Opened>,
}

/// The numbers of a signature, how they are written, and what was signed if they and the key are right.
struct Opened {
    written: Vec<Deviation>,
    numbers: Numbers,
    signed: Scalar,
}

/// The likeliest texts come first.
const MOST_OF_ECDSA: usize = 40;

impl Sm2Seal {
    pub(crate) fn open(signature: &str, user_id: &str, partner_id: &str, is_raw: bool, keys: &[PublicKey]) -> Self {
        let written = numbers::read(signature, is_raw);
        let opened = |key: &PublicKey| {
            let sec1 = key.spki.len().checked_sub(65).and_then(|at| key.spki.get(at..))?;
            let point = sm2::PublicKey::from_sec1_bytes(sec1).ok()?.to_projective();
            let open = |(written, numbers): &(Vec<Deviation>, Numbers)| {
                signed(*numbers, point).map(|signed| Opened { written: written.clone(), numbers: *numbers, signed })
            };
            let foreign = key.mistake.map(|mistake| Deviation::new(mistake, key.name.clone()));
            Some(Key {
                name: key.name.clone(),
                foreign,
                point,
                hows: hows(user_id, partner_id, sec1),
                opened: written.iter().filter_map(open).collect(),
            })
        };
        Self { is_raw, keys: keys.iter().filter_map(opened).collect(), left: Cell::new(MOST_OF_ECDSA) }
    }

    fn by_ecdsa(&self, text: &[u8]) -> Vec<Vec<Deviation>> {
        let digests = [("SM3", digested::sm3(&[text])), ("SHA-256", Hash::Sha256.of(text)), ("SHA-1", Hash::Sha1.of(text))];
        let right = self.keys.iter().filter(|key| key.foreign.is_none());
        let opened = right.flat_map(|key| key.opened.iter().filter(|opened| opened.written.is_empty()).map(|opened| (key.point, opened)));
        let made = opened.flat_map(|(point, opened)| digests.iter().filter(move |(_, digest)| is_ecdsa(opened.numbers, point, digest)));
        made.map(|(hash, _)| vec![Deviation::new("sm2_ecdsa", *hash)]).collect()
    }
}

/// e of a signature and a key; `None` of numbers that are no signature.
fn signed(Numbers { r, s }: Numbers, key: ProjectivePoint) -> Option<Scalar> {
    let is_one = !bool::from(r.is_zero()) && !bool::from(s.is_zero()) && !bool::from((r + s).is_zero());
    let point = ProjectivePoint::lincomb(&[(ProjectivePoint::GENERATOR, s), (key, r + s)]);
    is_one.then(|| r - Scalar::reduce(&point.to_affine().x()))
}

fn is_ecdsa(Numbers { r, s }: Numbers, key: ProjectivePoint, digest: &[u8]) -> bool {
    let Some(inverse) = Option::<Scalar>::from(s.invert()) else { return false };
    let point = ProjectivePoint::lincomb(&[(ProjectivePoint::GENERATOR, number(digest) * inverse), (key, r * inverse)]);
    Scalar::reduce(&point.to_affine().x()) == r
}

/// A digest as a number, with zeros before it where it is shorter; of a longer text its end.
fn number(bytes: &[u8]) -> Scalar {
    let mut field = FieldBytes::default();
    field.iter_mut().rev().zip(bytes.iter().rev()).for_each(|(place, byte)| *place = *byte);
    Scalar::reduce(&field)
}

impl Seal for Sm2Seal {
    fn made_over(&self, text: &[u8], wrong: usize) -> Vec<Vec<Deviation>> {
        let mut found = Vec::new();
        for (key, how) in self.keys.iter().flat_map(|key| key.hows.iter().map(move |how| (key, how))) {
            let so_far: Vec<&Deviation> = key.foreign.iter().chain(&how.deviation).collect();
            let mut fitting = key.opened.iter().filter(|opened| so_far.len() + opened.written.len() == wrong).peekable();
            if fitting.peek().is_some() {
                let digest = number(&how.digest(text));
                let made = fitting.filter(|opened| opened.signed == digest);
                found.extend(made.map(|opened| so_far.iter().copied().chain(&opened.written).cloned().collect()));
            }
        }
        if wrong == 1 && self.left.get() > 0 {
            self.left.set(self.left.get() - 1);
            found.extend(self.by_ecdsa(text));
        }
        found
    }

    fn most_wrong(&self) -> usize {
        2
    }

    fn is_readable(&self) -> bool {
        self.keys.iter().any(|key| !key.opened.is_empty())
    }

    fn remade(&self, text: &[u8], own: &[Deviation], keys: &[PrivateKey]) -> Option<String> {
        let foreign = own.iter().find(|it| it.mistake.starts_with("key_"));
        let key = self.keys.iter().find(|key| key.foreign.as_ref() == foreign)?;
        let PrivateHalf::Sm2(secret) = used(own, &key.name, keys)? else { return None };
        let (written_so, hashed): (Vec<Deviation>, Vec<Deviation>) = own
            .iter()
            .filter(|it| Some(*it) != foreign)
            .cloned()
            .partition(|it| it.mistake.starts_with("sign_") || it.mistake == "sm2_encoding");
        let how = key.hows.iter().find(|how| how.deviation.as_ref() == hashed.first()).filter(|_| hashed.len() < 2)?;
        let digest = number(&how.digest(text)).to_repr();
        let signature: Signature = SigningKey::new("", secret).ok()?.sign_prehash(&digest).ok()?;
        let (encoded, written_so): (Vec<Deviation>, Vec<Deviation>) = written_so.into_iter().partition(|it| it.mistake == "sm2_encoding");
        let bytes = if self.is_raw == encoded.is_empty() { signature.to_bytes().to_vec() } else { signature.to_der().as_bytes().to_vec() };
        written(&bytes, Written::Base64, &written_so)
    }

    fn facts(&self) -> Facts {
        let deviations = match self.is_readable() {
            true => Vec::new(),
            false => vec![Deviation::new("not_a_signature", "SM2")],
        };
        Facts { keys: self.keys.len(), deviations, ..Facts::default() }
    }
}
