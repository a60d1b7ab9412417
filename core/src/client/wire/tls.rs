//! Whom a client trusts, and its TLS sessions.

use super::not_sent;
use crate::ground::error::{Error, Result};
use crate::ground::text;
use crate::keys;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
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
    let bytes = text::read_file(path.as_ref()).map_err(|why| Error::config("ca_file", format!("cannot be read: {why}")))?;
    let certificates = keys::authorities(bytes.expose()).map_err(|fault| fault.at("ca_file"))?;
    // One strange certificate does not spoil a list.
    match roots.add_parsable_certificates(certificates.into_iter().map(CertificateDer::from)) {
        (0, _) => Err(Error::config("ca_file", "holds no certificate that can be used as an authority")),
        _ => Ok(roots),
    }
}
