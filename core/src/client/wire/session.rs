//! Why there is no TLS session, and what to do about it.

use super::tls::Asked;
use super::trust::Refusal;
use super::why::Whom;
use crate::client::config::CLIENT_CERTIFICATE;
use crate::ground::error::{Error, Kind};
use crate::ground::finding::Finding;
use crate::ground::foreign::cut;
use crate::ground::key_fault::Remedy;
use rustls::{AlertDescription as Alert, CertificateError, OtherError, PeerIncompatible, PeerMisbehaved};
use std::io;

/// The handshake failed.
pub(super) fn no_session(error: &io::Error, whom: Whom<'_>, asked: Asked) -> Error {
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let about_certificate = match of_tls {
        Some(rustls::Error::AlertReceived(alert)) => of_certificate(*alert, whom, asked),
        Some(_) => None,
        // Whoever refuses a certificate hangs up behind the alert, which may then be lost.
        None => after_certificate(whom, asked),
    };
    let field = about_certificate.is_some() && !whom.is_proxy();
    let (finding, what, remedy) = about_certificate.unwrap_or_else(|| match of_tls {
        Some(rustls::Error::AlertReceived(alert)) => of_alert(*alert, whom),
        Some(error) => of_rustls(error, whom),
        None if error.kind() == io::ErrorKind::Other => (
            Finding::WrongAddress,
            format!("{} is no name that a certificate can hold", whom.place()),
            of_host(whom, "write a host name or an IP address", "请写主机名或 IP 地址"),
        ),
        None => (Finding::HandshakeBrokenOff, format!("{} breaks off the handshake ({})", whom.place(), cut(error)), broken_off(whom)),
    });
    let what = format!("no TLS session: {what}");
    if field {
        return Error::of_field(Kind::Tls, CLIENT_CERTIFICATE, what).mended_by(remedy).called(finding);
    }
    whom.error(Kind::Tls, what, remedy).called(if whom.is_proxy() { Finding::ProxyTls } else { finding })
}

fn of_rustls(error: &rustls::Error, whom: Whom<'_>) -> (Finding, String, Remedy) {
    use rustls::Error as E;
    let place = whom.place();
    match error {
        E::InvalidCertificate(CertificateError::Other(OtherError(refusal))) => match refusal.downcast_ref::<Refusal>() {
            Some(Refusal { finding, what, remedy }) => (*finding, format!("{place} {what}"), remedy.clone()),
            None => (Finding::UnfitCertificate, format!("the certificate of {place} cannot be used"), broken_off(whom)),
        },
        E::PeerIncompatible(PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig | PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            (Finding::OldVersion, format!("{place} speaks only TLS 1.1 or older"), old_version(whom))
        }
        E::PeerIncompatible(_)
        | E::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedCipherSuite | PeerMisbehaved::SelectedUnofferedKxGroup) => {
            (Finding::NoCommonSuite, format!("{place} speaks no cipher suite or curve that is spoken here"), no_suite(whom))
        }
        E::InvalidMessage(_) | E::InappropriateMessage { .. } | E::PeerSentOversizedRecord => {
            (Finding::NoTls, format!("what answers at {place} speaks no TLS"), no_tls(whom))
        }
        E::FailedToGetRandomBytes => (Finding::OwnMachine, "the system gives no random numbers".into(), again()),
        E::FailedToGetCurrentTime => (Finding::OwnMachine, "the system gives no time".into(), again()),
        _ => (Finding::HandshakeBrokenOff, format!("{place} breaks the rules of TLS"), broken_off(whom)),
    }
}

/// What the server says about a certificate of ours, if that is what it means.
fn of_certificate(alert: Alert, whom: Whom<'_>, asked: Asked) -> Option<(Finding, String, Remedy)> {
    use Alert as A;
    let place = whom.place();
    let number = u8::from(alert);
    match (asked, alert) {
        (Asked::InVain, A::CertificateRequired | A::NoCertificate | A::BadCertificate | A::HandshakeFailure) => {
            let what = format!("{place} wants a certificate of its clients (alert {number})");
            Some((Finding::ClientCertificateWanted, what, if whom.is_proxy() { to_no_proxy() } else { set_it() }))
        }
        (Asked::Shown, A::CertificateExpired) => {
            Some((Finding::ClientCertificateRefused, format!("{place} takes the certificate for expired (alert {number})"), renew()))
        }
        (Asked::Shown, A::CertificateRevoked) => {
            Some((Finding::ClientCertificateRefused, format!("{place} says that the certificate was revoked (alert {number})"), renew()))
        }
        (Asked::Shown, A::UnknownCA) => Some((
            Finding::ClientCertificateRefused,
            format!("{place} does not know who issued the certificate (alert {number})"),
            right_one(),
        )),
        (
            Asked::Shown,
            A::CertificateRequired
            | A::NoCertificate
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateUnknown
            | A::AccessDenied
            | A::DecryptError
            | A::HandshakeFailure,
        ) => Some((Finding::ClientCertificateRefused, format!("{place} refuses the certificate (alert {number})"), right_one())),
        _ => None,
    }
}

/// The handshake was broken off once a certificate was asked for.
fn after_certificate(whom: Whom<'_>, asked: Asked) -> Option<(Finding, String, Remedy)> {
    let place = whom.place();
    match asked {
        Asked::No => None,
        Asked::InVain => {
            let what = format!("{place} wants a certificate of its clients, and breaks off the handshake");
            Some((Finding::ClientCertificateWanted, what, if whom.is_proxy() { to_no_proxy() } else { set_it() }))
        }
        Asked::Shown => {
            Some((Finding::ClientCertificateRefused, format!("{place} refuses the certificate, and breaks off the handshake"), right_one()))
        }
    }
}

fn to_no_proxy() -> Remedy {
    Remedy::of(
        "to a proxy no certificate is shown: have it admit this machine without one, or put a local proxy (stunnel, nginx) before it that shows it",
        "本库不向代理出示客户端证书：请让代理对本机免证书，或由本地代理（stunnel、nginx）代为出示",
    )
}

fn set_it() -> Remedy {
    Remedy::of(
        "name it in client_certificate (a PFX with its password, or the certificate with its key), or use a host of the gateway that does without",
        "请在 client_certificate 中配置客户端证书（PFX 及其密码，或证书及其私钥），或使用网关不要求客户端证书的地址",
    )
}

fn renew() -> Remedy {
    Remedy::of("get a new certificate from the gateway's console", "请从网关控制台重新申领证书")
}

fn right_one() -> Remedy {
    Remedy::of(
        "check that client_certificate is the one that this gateway issued to this merchant, with the certificates of its issuers in the same file",
        "请确认 client_certificate 是该网关签发给本商户的证书，且其签发者的证书在同一文件中",
    )
}

/// What the server says itself.
fn of_alert(alert: Alert, whom: Whom<'_>) -> (Finding, String, Remedy) {
    let place = whom.place();
    let number = u8::from(alert);
    match alert {
        Alert::ProtocolVersion => {
            (Finding::OldVersion, format!("{place} does not speak TLS 1.2 or 1.3 (alert {number})"), old_version(whom))
        }
        Alert::HandshakeFailure | Alert::InsufficientSecurity | Alert::IllegalParameter => {
            (Finding::NoCommonSuite, format!("{place} finds no cipher suite or curve in common (alert {number})"), no_suite(whom))
        }
        Alert::UnrecognisedName => (
            Finding::NameNotServed,
            format!("{place} does not know the host name it was called by (alert {number})"),
            of_host(
                whom,
                "write the host name that the server goes by, not an address or an alias",
                "请写服务器自己使用的主机名，而不是地址或别名",
            ),
        ),
        Alert::InternalError => (Finding::HandshakeBrokenOff, format!("{place} has failed (alert {number})"), again()),
        _ => (Finding::HandshakeBrokenOff, format!("{place} ends the handshake (alert {number})"), broken_off(whom)),
    }
}

fn no_suite(whom: Whom<'_>) -> Remedy {
    let (setting, zh) = (whom.setting(), whom.place_zh());
    Remedy::of(
        format!(
            "spoken are TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305, on X25519, P-256 or P-384; no CBC, no RSA or DHE key exchange: \
             have one of these turned on there, or name another host in {setting}"
        ),
        format!(
            "本库支持 TLS 1.3，以及 TLS 1.2 的 ECDHE 加 AES-GCM 或 ChaCha20-Poly1305（X25519、P-256、P-384），不支持 CBC、RSA 或 DHE 密钥交换：\
             请在 {zh} 开启其一，或更换 {setting} 的主机"
        ),
    )
}

fn old_version(whom: Whom<'_>) -> Remedy {
    let (setting, zh) = (whom.setting(), whom.place_zh());
    Remedy::of(
        format!("only TLS 1.2 and 1.3 are spoken: have TLS 1.2 turned on there, or name another host in {setting}"),
        format!("本库只支持 TLS 1.2 和 1.3：请在 {zh} 开启 TLS 1.2，或更换 {setting} 的主机"),
    )
}

fn no_tls(whom: Whom<'_>) -> Remedy {
    match whom {
        Whom::Gateway { .. } => Remedy::of(
            "plain HTTP or another service is spoken on that port: check the port in base_url (https is usually 443)",
            "该端口上是明文 HTTP 或别的服务：请检查 base_url 的端口（https 通常为 443）",
        ),
        Whom::Proxy => Remedy::of(
            "write http:// instead of https:// in proxy, or name its TLS port",
            "请将 proxy 中的 https:// 改为 http://，或改用其 TLS 端口",
        ),
    }
}

fn broken_off(whom: Whom<'_>) -> Remedy {
    let (setting, place, zh) = (whom.setting(), whom.place(), whom.place_zh());
    Remedy::of(
        format!(
            "check host and port in {setting}, whether the server speaks TLS 1.2 or 1.3 (openssl s_client -connect HOST:PORT tells), \
             and whether a firewall or {place} itself turns this machine away, then call again"
        ),
        format!(
            "请检查 {setting} 的主机和端口、服务器是否支持 TLS 1.2 或 1.3（可用 openssl s_client -connect 主机:端口 查看），\
             以及防火墙或 {zh} 是否拒绝本机，然后重新调用"
        ),
    )
}

fn of_host(whom: Whom<'_>, en: &str, zh: &str) -> Remedy {
    let setting = whom.setting();
    Remedy::of(format!("check the host in {setting}: {en}"), format!("请检查 {setting} 的主机：{zh}"))
}

fn again() -> Remedy {
    Remedy::of("call again", "请重新调用")
}
