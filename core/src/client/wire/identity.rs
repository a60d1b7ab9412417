//! Who a client is to a gateway that asks: the certificate of the setting `client_certificate` and its private key.

use super::not_sent;
use crate::client::config::CLIENT_CERTIFICATE;
use crate::ground::clock::utc;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::finding::Finding;
use crate::ground::foreign::cut;
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::ground::secret::Secret;
use crate::keys::{Credentials, another};
use chexiao_lc::NoFork;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use std::sync::Arc;
use std::time::SystemTime;

/// A certificate with its chain, and the key that belongs to it.
pub(super) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    /// PKCS#1, PKCS#8 or SEC1, in DER.
    key: Secret<Vec<u8>>,
    subject: String,
    not_before: String,
    not_after: String,
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.chain == other.chain && self.key == other.key
    }
}

impl Identity {
    /// The one certificate whose key is there. Its dates are looked at where it is used: a client that never connects needs none.
    pub(super) fn of(credentials: &Credentials) -> Result<Self> {
        let mut pairs = Vec::new();
        let mut unusable = 0;
        for key in &credentials.keys {
            let Some(signing) = signing_key(key) else {
                unusable += 1;
                continue;
            };
            let spki = signing.public_key();
            let own = spki.iter().flat_map(|spki| credentials.certificates_of(spki));
            pairs.extend(own.map(|certificate| (key, certificate)));
        }
        let (key, own) = match pairs.as_slice() {
            [pair] => *pair,
            [] if unusable == credentials.keys.len() => {
                let what = "is a private key that TLS here does not sign with";
                return Err(Error::key(KeyFault::Unsupported, &credentials.key_field, what).mended_by(another()));
            }
            [] => return Err(Error::key(KeyFault::Inconsistent, CLIENT_CERTIFICATE, "is not the certificate of the private key")),
            _ => return Err(Error::key(KeyFault::Several, CLIENT_CERTIFICATE, "holds more than one certificate with its private key")),
        };
        Ok(Self {
            chain: credentials.chain(own).iter().map(|certificate| CertificateDer::from(certificate.der.clone())).collect(),
            key: Secret::new(key.expose().clone()),
            subject: own.subject.clone(),
            not_before: own.not_before.clone(),
            not_after: own.not_after.clone(),
        })
    }

    /// As rustls holds it. AWS-LC must not be given a key that another process has used: each makes its own.
    pub(super) fn certified(&self) -> Result<Arc<CertifiedKey>> {
        let key = signing_key(&self.key).ok_or_else(|| not_sent("the key of client_certificate cannot be used"))?;
        Ok(Arc::new(CertifiedKey::new(self.chain.clone(), key)))
    }

    /// That it is valid now. Shown outside its dates it would be refused, in TLS 1.3 after the request.
    pub(super) fn check_dates(&self) -> Result<()> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now = utc(now);
        // RFC 3339 in UTC sorts by time; a date that cannot be read is the gateway's to judge.
        let is_date = |date: &str| date.len() == now.len() && date.ends_with('Z');
        let (what, remedy) = if is_date(&self.not_after) && now > self.not_after {
            (
                format!("({}) expired at {}; this machine's clock says {now}", cut(&self.subject), self.not_after),
                Remedy::of(
                    "get a new certificate from the gateway's console; if this one should still be valid, set the clock",
                    "请从网关控制台重新申领证书；若证书仍应有效，请校准本机时钟",
                ),
            )
        } else if is_date(&self.not_before) && now < self.not_before {
            (
                format!("({}) is valid from {}; this machine's clock says {now}", cut(&self.subject), self.not_before),
                Remedy::of("set this machine's clock, or wait until the certificate is valid", "请校准本机时钟，或待证书生效后再调用"),
            )
        } else {
            return Ok(());
        };
        Err(Error::of_field(Kind::Tls, CLIENT_CERTIFICATE, what).mended_by(remedy).called(Finding::ClientCertificateDates))
    }
}

fn signing_key(der: &Secret<Vec<u8>>) -> Option<Arc<dyn SigningKey>> {
    let der = PrivateKeyDer::try_from(der.expose().as_slice()).ok()?;
    let _no_fork = NoFork::begin();
    any_supported_type(&der).ok()
}
