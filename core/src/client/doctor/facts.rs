//! What is said of a key.

use super::settings::if_published;
use super::step::Step;
use crate::crypto::mac;
use crate::gateway::Holds;
use crate::ground::clock::utc;
use crate::ground::error::{Error, Kind};
use crate::ground::finding::Finding;
use crate::ground::foreign::cut;
use crate::keys::{CertificateFacts, Inspection, KeyFacts, SecretSource};
use crate::strict::de;
use crate::strict::json::Node;
use std::time::{Duration, SystemTime};

/// Before a certificate ends.
const SOON: Duration = Duration::from_secs(30 * 24 * 3600);

/// Of a key that loads.
pub(super) fn key_step(inspection: &Inspection, holds: Holds, is_production: bool) -> Step {
    let key = key_of(inspection);
    let certificate = certificate_of(inspection);
    let is_apart = holds == Holds::Private && inspection.private.is_some() && !inspection.certificates.is_empty() && certificate.is_none();
    let finding = match (key, certificate) {
        (Some(key), _) if key.weak => Some(Finding::WeakKey),
        _ if is_apart => Some(Finding::CertificateOfAnotherKey),
        (_, Some(certificate)) => dates(&certificate.not_before, &certificate.not_after),
        _ => None,
    };
    let step = key.and_then(|key| if_published(&key.spki_sha256, is_production));
    let step = step.or_else(|| finding.map(|finding| Step::of_finding("key", finding)));
    step.unwrap_or_else(|| Step::ok("key", "loaded", "已加载")).with(of_inspection(inspection))
}

/// Of a text that both sides know. Nothing is told of it.
pub(super) fn secret_step(setting: &Node<'_>, field: &str, fault: Option<&Error>, is_production: bool) -> Step {
    if let Some(fault) = fault {
        return Step::of_error("key", fault, Finding::WrongValue);
    }
    let text = de::read::<SecretSource>(setting, Kind::Config, field).and_then(|source| source.text(field));
    let hash = text.map(|text| mac::hex(&mac::sha256(text.expose().as_bytes()))).unwrap_or_default();
    if_published(&hash, is_production).unwrap_or_else(|| Step::ok("key", "a shared secret of a possible form", "共享密钥，格式可用"))
}

pub(super) fn of_inspection(inspection: &Inspection) -> Vec<(&'static str, String)> {
    let kind = if inspection.private.is_some() { "private key" } else { "public key" };
    let of_key = |key: &KeyFacts| {
        [("kind", format!("{} {kind}", key.algorithm)), ("bits", key.bits.to_string()), ("spki_sha256", key.spki_sha256.clone())]
    };
    let of_certificate = |certificate: &CertificateFacts| {
        [
            ("subject", cut(&certificate.subject)),
            ("issuer", cut(&certificate.issuer)),
            ("not_before", certificate.not_before.clone()),
            ("not_after", certificate.not_after.clone()),
        ]
    };
    let certificate = certificate_of(inspection);
    key_of(inspection).into_iter().flat_map(of_key).chain(certificate.into_iter().flat_map(of_certificate)).collect()
}

/// Expired, early, or soon to expire.
pub(super) fn dates(not_before: &str, not_after: &str) -> Option<Finding> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (now, soon) = (utc(now.as_secs()), utc((now + SOON).as_secs()));
    // RFC 3339 in UTC sorts by time.
    let is_date = |date: &str| date.len() == now.len() && date.ends_with('Z');
    match () {
        () if is_date(not_after) && now.as_str() > not_after => Some(Finding::CertificateExpired),
        () if is_date(not_before) && now.as_str() < not_before => Some(Finding::CertificateEarly),
        () if is_date(not_after) && soon.as_str() > not_after => Some(Finding::ExpiresSoon),
        () => None,
    }
}

fn key_of(inspection: &Inspection) -> Option<&KeyFacts> {
    let certified = certificate_of(inspection).map(|certificate| &certificate.key);
    inspection.private.as_ref().or(inspection.public.first()).or(certified)
}

/// That of the private key; without one, the only one.
fn certificate_of(inspection: &Inspection) -> Option<&CertificateFacts> {
    match inspection.certificates.as_slice() {
        [only] if only.matches != Some(false) => Some(only),
        certificates => certificates.iter().find(|certificate| certificate.matches == Some(true)),
    }
}
