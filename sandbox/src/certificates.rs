//! The certificate authority made for this sandbox, and the certificates its servers show: a good one and the wrong ones.

use std::io;
use std::sync::Arc;

use crate::merchant_certificates::{Merchants, anyone};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// It is for `gateway.invalid`.
    WrongName,
    /// Another authority signed it.
    Untrusted,
    /// It ended in 2021.
    Expired,
    /// It begins in 2110.
    NotYetValid,
}

/// How the servers of this sandbox speak TLS.
pub(crate) struct Certificates {
    /// What merchants show.
    pub(crate) merchants: Merchants,
    /// The authority behind the good certificate.
    pub(crate) ca_pem: String,
    good: Arc<ServerConfig>,
    wrong: Vec<(Certificate, Arc<ServerConfig>)>,
}

const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];
const LIFE: (i32, i32) = (2020, 2120);

impl Certificates {
    pub(crate) fn make() -> io::Result<Certificates> {
        let (known, ca_pem) = authority().map_err(io::Error::other)?;
        let (stranger, _) = authority().map_err(io::Error::other)?; // of the same name, with another key
        let wrong = [
            (Certificate::WrongName, show(&known, &["gateway.invalid"], LIFE)?),
            (Certificate::Untrusted, show(&stranger, &NAMES, LIFE)?),
            (Certificate::Expired, show(&known, &NAMES, (2020, 2021))?),
            (Certificate::NotYetValid, show(&known, &NAMES, (2110, 2120))?),
        ];
        Ok(Certificates { merchants: Merchants::make()?, ca_pem, good: show(&known, &NAMES, LIFE)?, wrong: wrong.into() })
    }

    /// The good one, unless something is to be wrong with it.
    pub(crate) fn shown(&self, wrong: Option<Certificate>) -> Arc<ServerConfig> {
        let found = self.wrong.iter().find(|(certificate, _)| Some(*certificate) == wrong);
        Arc::clone(found.map_or(&self.good, |(_, config)| config))
    }
}

pub(crate) type Authority = Issuer<'static, KeyPair>;

/// A new one, and its certificate in PEM.
pub(crate) fn authority() -> Result<(Authority, String), rcgen::Error> {
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.distinguished_name.push(DnType::CommonName, "chexiao sandbox CA, TEST ONLY");
    let key = KeyPair::generate()?;
    let pem = ca.self_signed(&key)?.pem();
    Ok((Issuer::new(ca, key), pem))
}

/// Shows a new certificate for these names, from the first day of one year to that of another.
fn show(authority: &Authority, names: &[&str], (first, last): (i32, i32)) -> io::Result<Arc<ServerConfig>> {
    let (certificate, key) = certify(authority, names, first, last).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_client_cert_verifier(anyone())
        .with_single_cert(vec![certificate], key)
        .map_err(io::Error::other)?;
    Ok(Arc::new(config))
}

type Certified = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn certify(authority: &Authority, names: &[&str], first: i32, last: i32) -> Result<Certified, rcgen::Error> {
    let mut server = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    server.distinguished_name.push(DnType::CommonName, "chexiao sandbox");
    server.not_before = date_time_ymd(first, 1, 1);
    server.not_after = date_time_ymd(last, 1, 1);
    server.use_authority_key_identifier_extension = true; // which Python 3.13 insists on
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, authority)?;
    Ok((certificate.der().clone(), PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()))))
}
