//! The certificates that merchants show, as `apiclient_cert.pem` and `apiclient_key.pem`: whose are the gateway's own, and what is answered to others.

use std::io;
use std::sync::{Arc, OnceLock};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};

use crate::certificates::{Authority, authority};
use crate::http::{Reply, Request};

/// A certificate and its key, in PEM.
#[derive(Clone)]
pub struct MerchantCertificate {
    /// The certificate, and that of its issuer.
    pub certificate_pem: String,
    /// PKCS#8.
    pub key_pem: String,
}

impl std::fmt::Debug for MerchantCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MerchantCertificate").finish_non_exhaustive()
    }
}

/// Where WeChat Pay lets in only its merchants.
const GUARDED: &str = "/secapi/";

/// What a client has shown of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nobody asked: plain HTTP.
    Unasked,
    /// No certificate.
    Nothing,
    /// One that was not issued here, or not in force.
    Stranger,
    /// The merchant's.
    Merchant,
}

/// Who issues them.
pub(crate) struct Merchants {
    authority: Authority,
    authority_pem: String,
    verifier: Arc<dyn ClientCertVerifier>,
    issued: OnceLock<MerchantCertificate>,
}

impl Merchants {
    pub(crate) fn make() -> io::Result<Merchants> {
        let (authority, authority_pem) = authority().map_err(io::Error::other)?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority_pem.as_bytes()).map_err(io::Error::other)?).map_err(io::Error::other)?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider())).build();
        let verifier = verifier.map_err(io::Error::other)?;
        Ok(Merchants { authority, authority_pem, verifier, issued: OnceLock::new() })
    }

    /// The one there is. RSA-2048, as the real ones are.
    pub(crate) fn certificate(&self) -> &MerchantCertificate {
        self.issued.get_or_init(|| {
            loop {
                // The generator may report a bad draw.
                if let Ok(issued) = self.issue() {
                    return issued;
                }
            }
        })
    }

    fn issue(&self) -> Result<MerchantCertificate, rcgen::Error> {
        let mut merchant = CertificateParams::new(Vec::new())?;
        merchant.distinguished_name.push(DnType::CommonName, "chexiao sandbox merchant, TEST ONLY");
        merchant.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        merchant.not_before = date_time_ymd(2020, 1, 1);
        merchant.not_after = date_time_ymd(2120, 1, 1);
        merchant.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let certificate_pem = merchant.signed_by(&key, &self.authority)?.pem() + &self.authority_pem;
        Ok(MerchantCertificate { certificate_pem, key_pem: key.serialize_pem() })
    }

    /// Whose certificate it is.
    pub(crate) fn judge(&self, shown: Option<&[CertificateDer<'_>]>) -> Shown {
        let Some(shown) = shown else { return Shown::Unasked };
        let Some((own, behind)) = shown.split_first() else { return Shown::Nothing };
        match self.verifier.verify_client_cert(own, behind, UnixTime::now()) {
            Ok(_) => Shown::Merchant,
            Err(_) => Shown::Stranger,
        }
    }
}

impl Request {
    /// What the HTTP server before the gateway answers to whoever is not let in here. Over plain HTTP, which no real gateway speaks,
    /// everybody is.
    pub(crate) fn turned_away(&self) -> Option<Reply> {
        let what = match self.shown {
            _ if !self.target.starts_with(GUARDED) => return None,
            Shown::Nothing => "No required SSL certificate was sent",
            Shown::Stranger => "The SSL certificate error",
            Shown::Unasked | Shown::Merchant => return None,
        };
        let page = format!(
            "<html>\r\n<head><title>400 {what}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n\
             <center>{what}</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Some(Reply::new(400, "text/html", page))
    }
}

/// Asks for a certificate and takes any, or none, whose key the client has: who it is, is judged by request.
pub(crate) fn anyone() -> Arc<dyn ClientCertVerifier> {
    Arc::new(Anyone(provider().signature_verification_algorithms))
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

#[derive(Debug)]
struct Anyone(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for Anyone {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(&self, _: &CertificateDer<'_>, _: &[CertificateDer<'_>], _: UnixTime) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, own, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, own, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
