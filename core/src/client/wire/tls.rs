//! The TLS sessions of a process.

use super::not_sent;
use super::trust::Trust;
use crate::ground::error::Result;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, SignatureScheme};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the TLS sessions with one host have in common.
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) asked: Arc<Asked>,
}

/// No certificate of ours; and whether one was asked for. TLS 1.2 gives the same alert then as where no cipher suite fits.
#[derive(Debug, Default)]
pub(super) struct Asked(AtomicBool);

impl Asked {
    pub(super) fn was(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The server did without: what it answers later is no matter of a certificate.
    pub(super) fn went_without(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl ResolvesClientCert for Asked {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// TLS 1.2 or 1.3. Made anew in each process: it holds sessions behind a lock. They are resumed.
pub(super) fn sessions(trust: Arc<Trust>) -> Result<Tls> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(not_sent)?;
    // Nothing is accepted that the usual verifier would not, but exactly the certificates of ca_file: see `Trust`.
    let asked = Arc::new(Asked::default());
    let config = config.dangerous().with_custom_certificate_verifier(trust).with_client_cert_resolver(asked.clone());
    Ok(Tls { config: Arc::new(config), asked })
}
