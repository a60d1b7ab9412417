//! How a server of PostgreSQL proves who it is.

use super::failure::{Failure, Result};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What of its certificate is checked; libpq's `require`, `verify-ca`, `verify-full`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Checks {
    Nothing,
    Issuer(Roots),
    /// That, and that it is for the host that was asked for.
    Name(Roots),
}

/// Whom it may be issued by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    System,
    /// PEM.
    File(PathBuf),
}

impl Checks {
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(failed)?;
        let config = match self {
            Self::Name(roots) => config.with_root_certificates(roots.store()?),
            Self::Issuer(roots) => {
                let of_roots = WebPkiServerVerifier::builder_with_provider(Arc::new(roots.store()?), provider.clone()).build();
                let verifier = Lenient { provider, issuer: Some(of_roots.map_err(|error| Failure::new(error.to_string()))?) };
                config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            Self::Nothing => config.dangerous().with_custom_certificate_verifier(Arc::new(Lenient { provider, issuer: None })),
        };
        Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
    }
}

impl Roots {
    fn store(&self) -> Result<RootCertStore> {
        let mut store = RootCertStore::empty();
        match self {
            Self::System => _ = store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
            Self::File(path) => {
                let unusable = |why: String| Failure::new(format!("sslrootcert: {}: {why}", path.display()));
                for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))? {
                    let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
                    store.add(certificate).map_err(|error| unusable(error.to_string()))?;
                }
            }
        }
        match store.is_empty() {
            true => Err(Failure::new("there is no certificate to trust: name one by sslrootcert")),
            false => Ok(store),
        }
    }
}

fn failed(error: Error) -> Failure {
    Failure::new(error.to_string())
}

/// Does not mind the name, nor, without roots, the issuer; the server still proves that the certificate is its own.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    issuer: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        let verified =
            self.issuer.as_ref().map(|issuer| issuer.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now));
        match verified {
            // The name comes last, when all else has been found right.
            None
            | Some(Err(Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }))) => {
                Ok(ServerCertVerified::assertion())
            }
            Some(verified) => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
