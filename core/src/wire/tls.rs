//! Whom a client trusts, and its TLS sessions.

use super::not_sent;
use crate::error::{Error, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::sync::Arc;

/// TLS 1.2 or 1.3. Made anew in each process: it holds sessions behind a lock. They are resumed.
pub(super) fn config(roots: Arc<RootCertStore>) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(not_sent)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// The roots of `ca_file` alone, or else the Mozilla roots this library was built with.
pub(super) fn roots(ca_file: Option<&str>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(path) = ca_file else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let bad = |why: &dyn fmt::Display| Error::config("ca_file", format!("cannot be used: {why}"));
    let pem = std::fs::read(path).map_err(|error| bad(&error))?;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| bad(&"not PEM"))?;
        roots.add(certificate).map_err(|_| bad(&"a certificate in it cannot be read"))?;
    }
    if roots.is_empty() { Err(bad(&"it holds no PEM certificate")) } else { Ok(roots) }
}
