//! The TLS sessions of a process.

use super::identity::Identity;
use super::not_sent;
use super::trust::Trust;
use crate::ground::error::Result;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, SignatureScheme};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the TLS sessions with one host have in common.
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) own: Arc<Own>,
}

/// The certificate of ours, if any; and whether one was asked for. TLS 1.2 gives the same alert then as where no cipher suite fits.
pub(super) struct Own {
    certificate: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
}

/// What a handshake has come to know of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nobody has asked.
    No,
    /// There was none to show.
    InVain,
    /// It was shown.
    Shown,
}

impl Own {
    pub(super) fn asked(&self) -> Asked {
        match (self.asked.load(Ordering::Relaxed), &self.certificate) {
            (false, _) => Asked::No,
            (true, None) => Asked::InVain,
            (true, Some(_)) => Asked::Shown,
        }
    }

    /// What is said from now on is no matter of what was asked before.
    pub(super) fn forget(&self) {
        self.asked.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Own").finish_non_exhaustive()
    }
}

impl ResolvesClientCert for Own {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.certificate.clone()
    }

    fn has_certs(&self) -> bool {
        self.certificate.is_some()
    }
}

/// TLS 1.2 or 1.3. Made anew in each process: it holds sessions behind a lock. They are resumed, by nobody of another identity.
pub(super) fn sessions(trust: Arc<Trust>, identity: Option<&Identity>) -> Result<Tls> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(not_sent)?;
    // Nothing is accepted that the usual verifier would not, but exactly the certificates of ca_file: see `Trust`.
    let own = Arc::new(Own { certificate: identity.map(Identity::certified).transpose()?, asked: AtomicBool::new(false) });
    let config = config.dangerous().with_custom_certificate_verifier(trust).with_client_cert_resolver(own.clone());
    Ok(Tls { config: Arc::new(config), own })
}
