//! Whom a client trusts: authorities, and the very certificates that `ca_file` holds (ADR 4).

use crate::ground::clock::utc;
use crate::ground::error::{Error, Result};
use crate::ground::finding::Finding;
use crate::ground::foreign::cut;
use crate::ground::key_fault::Remedy;
use crate::ground::secret::Secret;
use crate::keys::{self, ServerCertificate};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The built-in roots, or what `ca_file` holds and nothing else.
#[derive(Debug)]
pub(super) struct Trust {
    /// `None` where no certificate of `ca_file` may issue others.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of `ca_file`: a server that shows one of them is trusted without an issuer.
    pinned: Option<Vec<CertificateDer<'static>>>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// Why a server's certificate is not trusted: it "has expired", and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) finding: Finding,
    pub(super) what: String,
    pub(super) remedy: Remedy,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Refusal {}

type Checked<T> = std::result::Result<T, rustls::Error>;

/// What is in `ca_file`, as it stands there: perhaps with a private key beside the certificates.
pub(super) fn read(ca_file: &str) -> Result<Secret<Vec<u8>>> {
    keys::read_file(Path::new(ca_file), "ca_file")
}

impl Trust {
    /// In the content of `ca_file`, or in the built-in roots.
    pub(super) fn new(file: Option<&Secret<Vec<u8>>>) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let Some(bytes) = file else {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            return Self::of(roots, None);
        };
        let certificates = keys::authorities(bytes.expose()).map_err(|fault| fault.at("ca_file"))?;
        let certificates: Vec<_> = certificates.into_iter().map(CertificateDer::from).collect();
        let may_issue = |der: &&CertificateDer<'_>| ServerCertificate::of(der).is_some_and(|certificate| certificate.may_issue);
        // One strange certificate does not spoil a list.
        let (added, _) = roots.add_parsable_certificates(certificates.iter().filter(may_issue).cloned());
        if added == 0 && !certificates.iter().any(|der| ParsedCertificate::try_from(der).is_ok()) {
            return Err(Error::config("ca_file", "holds no certificate that can be used as an authority's or a server's"));
        }
        Self::of(roots, Some(certificates))
    }

    fn of(roots: RootCertStore, pinned: Option<Vec<CertificateDer<'static>>>) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let verifier = || WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok();
        Ok(Self { authorities: verifier(), pinned, algorithms })
    }

    /// A certificate that stands in `ca_file` itself: its dates and its name are looked at, as curl and Java do.
    fn check_pinned(
        shown: &CertificateDer<'_>,
        facts: &ServerCertificate,
        name: &ServerName<'_>,
        now: &str,
    ) -> std::result::Result<(), CertificateError> {
        let is_date = |date: &str| date.len() == now.len() && date.ends_with('Z');
        if !is_date(&facts.not_before) || !is_date(&facts.not_after) {
            return Err(CertificateError::BadEncoding);
        }
        // RFC 3339 in UTC sorts by time.
        if now > facts.not_after.as_str() {
            return Err(CertificateError::Expired);
        }
        if now < facts.not_before.as_str() {
            return Err(CertificateError::NotValidYet);
        }
        let parsed = ParsedCertificate::try_from(shown).map_err(|_| CertificateError::BadEncoding)?;
        if facts.common_name.as_deref().is_some_and(|common| names(common, &name.to_str())) {
            return Ok(());
        }
        verify_server_name(&parsed, name).map_err(|error| match error {
            rustls::Error::InvalidCertificate(why) => why,
            _ => CertificateError::BadEncoding,
        })
    }

    /// The error in words, with what is known of the certificate.
    fn refusal(&self, why: &CertificateError, facts: Option<&ServerCertificate>, name: &ServerName<'_>, now: &str) -> Refusal {
        use CertificateError as E;
        let facts_or = |part: fn(&ServerCertificate) -> &str| facts.map(|facts| cut(part(facts))).filter(|text| !text.is_empty());
        let subject = facts_or(|facts| &facts.subject).unwrap_or_else(|| "of no name".into());
        let issuer = facts_or(|facts| &facts.issuer).unwrap_or_else(|| "of no name".into());
        let finding = match why {
            E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. } => Finding::TlsDates,
            E::Other(_) if facts.is_some_and(|facts| facts.may_issue && facts.is_self_issued) => Finding::SelfSigned,
            _ => Finding::UnfitCertificate,
        };
        let of = |what: String, en: &str, zh: &str| Refusal { finding, what, remedy: Remedy::of(en.to_owned(), zh.to_owned()) };
        let own_date = |date: Option<String>, own: fn(&ServerCertificate) -> &str| date.or_else(|| facts_or(own)).unwrap_or_default();
        match why {
            E::Expired | E::ExpiredContext { .. } => {
                let date = if let E::ExpiredContext { not_after, .. } = why { Some(utc(not_after.as_secs())) } else { None };
                let date = own_date(date, |facts| &facts.not_after);
                of(
                    format!("shows a certificate ({subject}) that expired at {date}; this machine's clock says {now}"),
                    "if the clock is right, whoever runs the server must renew its certificate; if not, set the clock",
                    "若本机时钟无误，须由对方更新其证书；否则请校准时钟",
                )
            }
            E::NotValidYet | E::NotValidYetContext { .. } => {
                let date = if let E::NotValidYetContext { not_before, .. } = why { Some(utc(not_before.as_secs())) } else { None };
                let date = own_date(date, |facts| &facts.not_before);
                of(
                    format!("shows a certificate ({subject}) that is valid from {date}; this machine's clock says {now}"),
                    "set this machine's clock: it is most likely slow; if it is right, the certificate must be issued anew",
                    "请校准本机时钟（很可能偏慢）；若时钟无误，须由对方重新签发证书",
                )
            }
            E::NotValidForName | E::NotValidForNameContext { .. } => self.of_name(why, facts, name),
            E::UnknownIssuer | E::BadSignature | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                self.of_issuer(why, facts, &subject, &issuer)
            }
            E::Other(_) if facts.is_some_and(|facts| facts.may_issue) => of(
                format!("shows an authority's own certificate ({subject})"),
                "if it is the right server, put exactly this certificate into ca_file",
                "若确为正确的服务器，请将这张证书原样放入 ca_file",
            ),
            E::InvalidPurpose | E::InvalidPurposeContext { .. } => of(
                format!("shows a certificate ({subject}) that is not for servers"),
                "have a certificate issued to the server whose extended key usage is serverAuth, or put exactly this one into ca_file",
                "请为服务器签发扩展密钥用途含 serverAuth 的证书，或将这张证书原样放入 ca_file",
            ),
            E::Revoked => of(
                format!("shows a certificate ({subject}) that was revoked"),
                "have whoever runs the server renew its certificate",
                "请让对方更新其证书",
            ),
            _ => of(
                format!(
                    "shows a certificate ({subject}, signed with {}) of a form or an algorithm that is not accepted",
                    facts.map_or("another algorithm", |facts| facts.signed_with)
                ),
                "have an X.509 v3 certificate issued to the server, RSA of 2048 bits or more or ECDSA, signed with SHA-256 or better (not SHA-1, MD5 or SM2)",
                "请为服务器换发 X.509 v3 证书：RSA 2048 位以上或 ECDSA，以 SHA-256 或更强的摘要签名（不可为 SHA-1、MD5 或 SM2）",
            ),
        }
    }

    fn of_name(&self, why: &CertificateError, facts: Option<&ServerCertificate>, name: &ServerName<'_>) -> Refusal {
        // Names come as `DnsName("host")` and `IpAddress(1.2.3.4)`; what else may stand there is for no host.
        let bare = |name: &String| {
            let name = name.strip_prefix("DnsName(").or_else(|| name.strip_prefix("IpAddress("))?;
            Some(name.trim_end_matches(')').trim_matches('"').to_owned())
        };
        let presented = match why {
            CertificateError::NotValidForNameContext { presented, .. } => presented.iter().filter_map(bare).collect::<Vec<_>>().join(", "),
            _ => String::new(),
        };
        let common = facts.and_then(|facts| facts.common_name.as_deref());
        let asked = name.to_str();
        match (presented.is_empty(), common) {
            (true, Some(common)) if names(common, &asked) => Refusal {
                finding: Finding::WrongName,
                what: format!("shows a certificate that names {} in its subject only, not in subjectAltName", cut(common)),
                remedy: Remedy::of(
                    "have a certificate with a subjectAltName issued to the server, or put exactly this one into ca_file",
                    "请为服务器换发带 subjectAltName 的证书，或将这张证书原样放入 ca_file",
                ),
            },
            (is_empty, common) => {
                let for_whom = if is_empty { common.unwrap_or("nobody").to_owned() } else { presented };
                Refusal {
                    finding: Finding::WrongName,
                    what: format!("shows a certificate for {}, not for {asked}", cut(for_whom)),
                    remedy: Remedy::of(
                        "name in the setting the host that the certificate is for, if that is the one meant; otherwise the address leads to another server (DNS, hosts file, proxy)",
                        "若证书所载主机正是目标，请在配置中使用该主机名；否则该地址指向了别的服务器（DNS、hosts 文件、代理）",
                    ),
                }
            }
        }
    }

    fn of_issuer(&self, why: &CertificateError, facts: Option<&ServerCertificate>, subject: &str, issuer: &str) -> Refusal {
        let (what, en, zh) = match (facts.is_some_and(|facts| facts.is_self_issued), &self.pinned) {
            (true, _) => (
                format!("shows a self-signed certificate ({subject}) that is not the one in ca_file"),
                "if it is the right server, put exactly this certificate into ca_file (openssl s_client -showcerts prints it)".to_owned(),
                "若确为正确的服务器，请将这张证书原样放入 ca_file（openssl s_client -showcerts 可取得）",
            ),
            (false, None) => (
                format!("shows a certificate ({subject}) issued by {issuer}, which the built-in Mozilla roots do not know"),
                "put the certificate of that authority into ca_file, if you trust it (a private authority, or a firewall that inspects TLS); \
                 if it is a public one, whoever runs the server must send its intermediate certificates"
                    .to_owned(),
                "若信任该签发者（私有 CA 或审查 TLS 的防火墙），请将其证书放入 ca_file；若为公共 CA，须由对方补发中间证书",
            ),
            (false, Some(_)) => (
                match why {
                    CertificateError::UnknownIssuer => format!("shows a certificate ({subject}) issued by {issuer}, which is not in ca_file"),
                    _ => format!("shows a certificate ({subject}) that the {issuer} of ca_file has not signed"),
                },
                "ca_file takes the place of the built-in roots: add this authority's current certificate, or leave ca_file out for a public host".to_owned(),
                "ca_file 取代内置根证书：请加入该签发者的现行证书；若为公网主机，请删去 ca_file",
            ),
        };
        let is_self_issued = facts.is_some_and(|facts| facts.is_self_issued);
        let finding = if is_self_issued { Finding::SelfSigned } else { Finding::UnknownIssuer };
        Refusal { finding, what, remedy: Remedy::of(en, zh) }
    }
}

/// Whether a common name is for this host.
fn names(common: &str, host: &str) -> bool {
    let behind_label = host.split_once('.').filter(|(label, _)| !label.is_empty() && host.parse::<std::net::IpAddr>().is_err());
    common.eq_ignore_ascii_case(host)
        || behind_label
            .zip(common.strip_prefix("*."))
            .is_some_and(|((_, rest), of_all)| of_all.contains('.') && rest.eq_ignore_ascii_case(of_all))
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Checked<ServerCertVerified> {
        let facts = ServerCertificate::of(shown);
        let clock = utc(now.as_secs());
        let is_pinned = self.pinned.iter().flatten().any(|own| own == shown);
        let checked = match (&facts, &self.authorities) {
            (Some(facts), _) if is_pinned => Self::check_pinned(shown, facts, name, &clock),
            (_, None) => Err(CertificateError::UnknownIssuer),
            (_, Some(authorities)) => match authorities.verify_server_cert(shown, intermediates, name, ocsp, now) {
                Ok(_) => Ok(()),
                Err(rustls::Error::InvalidCertificate(why)) => Err(why),
                Err(other) => return Err(other),
            },
        };
        checked.map(|()| ServerCertVerified::assertion()).map_err(|why| {
            let refusal = self.refusal(&why, facts.as_ref(), name, &clock);
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refusal))))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Checked<HandshakeSignatureValid> {
        verify_tls12_signature(message, shown, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Checked<HandshakeSignatureValid> {
        verify_tls13_signature(message, shown, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_name_is_for_its_host() {
        for (common, host) in [
            ("pay.test", "pay.test"),
            ("PAY.test", "pay.TEST"),
            ("*.pay.test", "a.pay.test"),
            ("127.0.0.1", "127.0.0.1"),
            ("localhost", "localhost"),
        ] {
            assert!(names(common, host), "{common} {host}");
        }
        for (common, host) in [
            ("*.pay.test", "pay.test"),
            ("*.pay.test", "a.b.pay.test"),
            ("*.test", "pay.test"),
            ("*", "localhost"),
            ("*.0.0.1", "127.0.0.1"),
            ("a*.pay.test", "ab.pay.test"),
            ("", "pay.test"),
            ("pay.test\0.evil.test", "pay.test"),
            ("pay.test.", "pay.test"),
        ] {
            assert!(!names(common, host), "{common} {host}");
        }
    }
}
