//! SM2 signatures. The text does not come to light: each one that may have been signed is tried.

use super::written::{Reading, Written, readings};
use super::{Facts, Seal};
use crate::search::Deviation;
use crate::settings::PublicKey;
use sm2::dsa::signature::Verifier as _;
use sm2::dsa::signature::hazmat::PrehashVerifier as _;
use sm2::dsa::{Signature, VerifyingKey};
use sm3::Digest as _;

pub(crate) struct Sm2Seal {
    signatures: Vec<(Vec<Deviation>, Signature)>,
    keys: Vec<(Vec<Deviation>, How)>,
}

enum How {
    WithId(VerifyingKey),
    /// SM3 of the text alone, without what the user id and the key add.
    Bare(VerifyingKey),
}

impl Sm2Seal {
    pub(crate) fn open(signature: &str, user_id: &str, partner_id: &str, is_raw: bool, keys: &[PublicKey]) -> Self {
        let signatures = readings(signature, Written::Base64).into_iter().filter_map(|reading| of_bytes(reading, is_raw)).collect();
        let ids = [user_id, "1234567812345678", "", partner_id];
        let mut known = Vec::new();
        for key in keys {
            let Some(point) = key.spki.len().checked_sub(65).and_then(|at| key.spki.get(at..)) else { continue };
            let Ok(public) = sm2::PublicKey::from_sec1_bytes(point) else { continue };
            let foreign: Vec<Deviation> = key.mistake.map(|mistake| Deviation::new(mistake, key.name.clone())).into_iter().collect();
            for (at, id) in ids.into_iter().enumerate().filter(|(at, id)| !ids.iter().take(*at).any(|known| known == id)) {
                let Ok(verifying) = VerifyingKey::new(id, public) else { continue };
                let other = (at > 0).then(|| Deviation::new("user_id_other", if id.is_empty() { "empty" } else { id }));
                if at == 0 {
                    let bare = foreign.iter().cloned().chain([Deviation::new("sm3_bare", "")]).collect();
                    known.push((bare, How::Bare(verifying.clone())));
                }
                known.push((foreign.iter().cloned().chain(other).collect(), How::WithId(verifying)));
            }
        }
        Self { signatures, keys: known }
    }
}

fn of_bytes((mut deviations, bytes): Reading, is_raw: bool) -> Option<(Vec<Deviation>, Signature)> {
    let (raw, der) = (Signature::from_slice(&bytes).ok(), Signature::from_der(&bytes).ok());
    let is_other = if is_raw { raw.is_none() } else { der.is_none() };
    if is_other {
        deviations.push(Deviation::new("sm2_encoding", if is_raw { "DER, where r and s belong" } else { "r and s, where DER belongs" }));
    }
    Some((deviations, der.or(raw)?))
}

impl Seal for Sm2Seal {
    fn made_over(&self, text: &[u8], wrong: usize) -> Vec<Vec<Deviation>> {
        let mut found = Vec::new();
        for (written, signature) in &self.signatures {
            for (foreign, how) in self.keys.iter().filter(|(foreign, _)| written.len() + foreign.len() == wrong) {
                let is_right = match how {
                    How::WithId(key) => key.verify(text, signature).is_ok(),
                    How::Bare(key) => key.verify_prehash(&sm3::Sm3::digest(text), signature).is_ok(),
                };
                if is_right {
                    found.push(foreign.iter().chain(written).cloned().collect());
                }
            }
        }
        found
    }

    fn most_wrong(&self) -> usize {
        2
    }

    fn is_readable(&self) -> bool {
        !self.signatures.is_empty()
    }

    fn facts(&self) -> Facts {
        let deviations = match self.signatures.is_empty() {
            true => vec![Deviation::new("not_a_signature", "SM2")],
            false => Vec::new(),
        };
        Facts { keys: self.keys.len(), deviations, ..Facts::default() }
    }
}
