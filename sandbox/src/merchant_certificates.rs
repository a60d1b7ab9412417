//! The certificates that merchants show, as WeChat Pay's console gives them out: whose are let in, and what is answered to others.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};

use crate::certificates::{Authority, authority};
use crate::gateways::wechat::MCH_ID;
use crate::http::{Reply, Request};
use crate::lock::lock;
use crate::pkcs12::pkcs12;

/// A certificate and its key.
#[derive(Clone)]
pub struct MerchantCertificate {
    /// The certificate, and that of its issuer: `apiclient_cert.pem`.
    pub certificate_pem: String,
    /// PKCS#8: `apiclient_key.pem`.
    pub key_pem: String,
    /// Certificate and key: `apiclient_cert.p12`, under 3DES and RC2 as the real one.
    pub pkcs12: Vec<u8>,
    /// Of that: the merchant's number.
    pub password: &'static str,
}

impl std::fmt::Debug for MerchantCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MerchantCertificate").finish_non_exhaustive()
    }
}

/// Where WeChat Pay lets in only its merchants: what begins so. `/risk/` is on another host there.
const GUARDED: [&str; 8] = [
    "/secapi/",
    "/mmpaymkttransfers/",
    "/mmpaysptrans/",
    "/pay/downloadfundflow",
    "/pay/profitsharingorderamountquery",
    "/pay/profitsharingmerchantratioquery",
    "/billcommentsp/",
    "/risk/getpublickey",
];

/// What a client has shown of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nobody asked: plain HTTP.
    #[default]
    Unasked,
    /// No certificate.
    Nothing,
    /// One that nobody who is trusted here issued, or not in force.
    Stranger,
    /// The merchant's.
    Merchant,
}

/// Who issues them.
pub(crate) struct Merchants {
    authority: Authority,
    authority_pem: String,
    trusted: Mutex<Trusted>,
    issued: OnceLock<MerchantCertificate>,
}

/// Whose certificates are let in.
struct Trusted {
    /// The authorities, and certificates that vouch for themselves.
    certificates: Vec<CertificateDer<'static>>,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl Trusted {
    fn new(certificates: Vec<CertificateDer<'static>>) -> io::Result<Trusted> {
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(io::Error::other)?;
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider())).build();
        Ok(Trusted { certificates, verifier: verifier.map_err(io::Error::other)? })
    }
}

impl Merchants {
    pub(crate) fn make() -> io::Result<Merchants> {
        let (authority, authority_pem) = authority().map_err(io::Error::other)?;
        let own = CertificateDer::from_pem_slice(authority_pem.as_bytes()).map_err(io::Error::other)?;
        Ok(Merchants { authority, authority_pem, trusted: Mutex::new(Trusted::new(vec![own])?), issued: OnceLock::new() })
    }

    /// Lets in whoever shows one of these certificates too, or one that they issued.
    pub(crate) fn trust(&self, pem: &[u8]) -> io::Result<()> {
        let more = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let more = more.map_err(|_| io::Error::other("is not PEM"))?;
        if more.is_empty() {
            return Err(io::Error::other("holds no certificate in PEM"));
        }
        let mut trusted = lock(&self.trusted);
        let broken = |_| io::Error::other("holds a certificate that is broken inside");
        *trusted = Trusted::new([trusted.certificates.clone(), more].concat()).map_err(broken)?;
        Ok(())
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
        let certificate = merchant.signed_by(&key, &self.authority)?;
        let pkcs12 = pkcs12(certificate.der(), key.serialized_der(), MCH_ID).ok_or(rcgen::Error::RemoteKeyError)?;
        Ok(MerchantCertificate {
            certificate_pem: certificate.pem() + &self.authority_pem,
            key_pem: key.serialize_pem(),
            pkcs12,
            password: MCH_ID,
        })
    }

    /// Whose certificate it is.
    pub(crate) fn judge(&self, shown: Option<&[CertificateDer<'_>]>) -> Shown {
        let Some(shown) = shown else { return Shown::Unasked };
        let Some((own, behind)) = shown.split_first() else { return Shown::Nothing };
        let trusted = lock(&self.trusted);
        // An authority that TLS is shown itself is no merchant's to a verifier; `openssl req -x509` makes no others.
        let is_known = trusted.certificates.contains(own) || trusted.verifier.verify_client_cert(own, behind, UnixTime::now()).is_ok();
        if is_known { Shown::Merchant } else { Shown::Stranger }
    }
}

impl Request {
    /// What the HTTP server before the gateway answers to whoever is not let in here. Over plain HTTP, which no real gateway speaks,
    /// everybody is.
    pub(crate) fn turned_away(&self) -> Option<Reply> {
        let what = match self.shown {
            _ if !GUARDED.iter().any(|guarded| self.target.starts_with(guarded)) => return None,
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
