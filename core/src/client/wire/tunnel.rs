//! What a proxy answers instead of a tunnel, and what to do about it. Never a matter of base_url.

use super::why::Whom;
use crate::ground::error::{Error, Kind};
use crate::ground::finding::Finding;
use crate::ground::key_fault::Remedy;

/// A proxy's answer, as far as it bears on the tunnel.
pub(super) enum Answer {
    Status {
        code: u16,
        /// It asks for a user and password, and takes Basic.
        takes_basic: bool,
        /// Nothing follows the head.
        whole: bool,
    },
    /// Something that is no HTTP, by its first bytes.
    Tls,
    Socks,
    Foreign,
    /// Nothing at all, or no whole head.
    None,
}

impl Answer {
    /// `None` while more must come; `is_over` if nothing does.
    pub(super) fn of(bytes: &[u8], is_over: bool) -> Option<Self> {
        const HTTP: &[u8] = b"HTTP/";
        match bytes {
            [] => return is_over.then_some(Self::None),
            [0x14..=0x16, 3, ..] => return Some(Self::Tls),
            [0x04 | 0x05 | 0x00, ..] => return Some(Self::Socks),
            _ if !HTTP.starts_with(bytes.get(..HTTP.len()).unwrap_or(bytes)) => return Some(Self::Foreign),
            _ => {}
        }
        let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { return is_over.then_some(Self::None) };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let code = head.split(' ').nth(1).and_then(|code| code.get(..3)).and_then(|code| code.parse().ok());
        let basic = |line: &str| line.strip_prefix("proxy-authenticate:").is_some_and(|schemes| schemes.contains("basic"));
        let asks = head.lines().any(|line| line.starts_with("proxy-authenticate:"));
        Some(code.map_or(Self::Foreign, |code| Self::Status {
            code,
            takes_basic: !asks || head.lines().any(basic),
            whole: bytes.len() == end + 4,
        }))
    }
}

/// The error of an answer that grants no tunnel.
pub(super) fn refused(answer: Answer, target: &str, has_password: bool) -> Error {
    let finding = match &answer {
        Answer::Status { code: 407, .. } => Finding::ProxyLogin,
        Answer::Status { code: 401 | 403 | 429, .. } => Finding::ProxyForbids,
        Answer::Status { code: 500 | 502..=504, .. } => Finding::ProxyWithoutWay,
        _ => Finding::NotAProxy,
    };
    let (what, en, zh): (String, String, String) = match answer {
        Answer::Status { code: 407, takes_basic: false, .. } => (
            "the proxy (407) wants a login other than Basic".into(),
            "have the proxy take Basic for this machine or let it pass without a login, or put a local proxy before it that logs in (for NTLM: cntlm, px)".into(),
            "请让代理接受 Basic 认证或对本机免认证，或在其前面放一个代为认证的本地代理（NTLM 可用 cntlm、px）".into(),
        ),
        Answer::Status { code: 407, .. } if has_password => (
            "the proxy (407) does not accept this user and password".into(),
            "check user and password in proxy; in them, write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A and % as %25".into(),
            "请核对 proxy 中的用户和密码；其中的 / ? # @ : % 分别写作 %2F %3F %23 %40 %3A %25".into(),
        ),
        Answer::Status { code: 407, .. } => (
            "the proxy (407) wants a user and a password".into(),
            "write them into proxy: http://user:password@host:port".into(),
            "请在 proxy 中写明：http://用户:密码@主机:端口".into(),
        ),
        Answer::Status { code: code @ (401 | 403), .. } => (
            format!("the proxy ({code}) forbids a tunnel to {target}"),
            format!("have whoever runs the proxy allow CONNECT to {target} from this machine"),
            format!("请让代理的管理员允许本机 CONNECT 到 {target}"),
        ),
        Answer::Status { code: 429, .. } => (
            "the proxy (429) has too much to do".into(),
            "call again later, or have whoever runs the proxy raise the limit".into(),
            "请稍后重新调用，或让代理的管理员放宽限制".into(),
        ),
        Answer::Status { code: code @ (502..=504 | 500), .. } => (
            format!("the proxy ({code}) does not reach {target}"),
            format!("have whoever runs the proxy see whether it reaches {target}: its name server, its network, its firewall; then call again"),
            format!("请让代理的管理员检查代理能否访问 {target}（其域名服务器、网络、防火墙），然后重新调用"),
        ),
        Answer::Status { code: code @ 200..=299, .. } => (
            format!("the proxy ({code}) answers with a page instead of a tunnel"),
            "what proxy names is a web server: name the port of an HTTP proxy that grants CONNECT".into(),
            "proxy 所指的是普通网站：请改为支持 CONNECT 的 HTTP 代理端口".into(),
        ),
        Answer::Status { code: code @ 300..=399, .. } => (
            format!("the proxy ({code}) sends elsewhere instead of opening a tunnel"),
            "what proxy names is a web server or a login page of the network: name an HTTP proxy that grants CONNECT, or log in to the network first".into(),
            "proxy 所指的是网站或网络的登录页：请改为支持 CONNECT 的 HTTP 代理，或先登录网络".into(),
        ),
        Answer::Status { code, .. } => (
            format!("the proxy ({code}) opens no tunnel to {target}"),
            format!("check that proxy names an HTTP proxy that grants CONNECT, and have whoever runs it allow {target}"),
            format!("请确认 proxy 所指的是支持 CONNECT 的 HTTP 代理，并让其管理员允许访问 {target}"),
        ),
        Answer::Tls => (
            "what answers as the proxy speaks TLS".into(),
            "write https:// instead of http:// in proxy, or name the port of its plain HTTP".into(),
            "请将 proxy 中的 http:// 改为 https://，或改用其明文 HTTP 端口".into(),
        ),
        Answer::Socks => (
            "what answers as the proxy speaks SOCKS".into(),
            "name the HTTP port of the same proxy, or an HTTP proxy".into(),
            "请改用该代理的 HTTP 端口，或另一个 HTTP 代理".into(),
        ),
        Answer::Foreign => (
            "what answers as the proxy speaks no HTTP".into(),
            "check the port in proxy: another service listens there".into(),
            "请检查 proxy 的端口：该端口上是别的服务".into(),
        ),
        Answer::None => (
            "the proxy hangs up without an answer".into(),
            "check that proxy names the port of an HTTP proxy (not SOCKS; https:// if it speaks TLS), and that it admits this machine".into(),
            "请确认 proxy 所指的是 HTTP 代理的端口（不是 SOCKS；代理使用 TLS 时写 https://），并且允许本机使用".into(),
        ),
    };
    Whom::Proxy.error(Kind::Connect, what, Remedy::of(en, zh)).called(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> Option<String> {
        Answer::of(bytes, false).map(|answer| refused(answer, "gateway:443", true).message().to_string())
    }

    #[test]
    fn an_answer_is_known_as_soon_as_it_can_be() {
        for early in ["", "H", "HTTP/", "HTTP/1.1 407 No", "HTTP/1.1 407 No\r\n", "HTTP/1.1 407 No\r\nA: b\r\n"] {
            assert_eq!(said(early.as_bytes()), None, "{early}");
            assert!(Answer::of(early.as_bytes(), true).is_some(), "{early}");
        }
        for (bytes, part) in [
            (&b"HTTP/1.1 407 No\r\n\r\n<html>"[..], "does not accept this user"),
            (b"HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n\r\n", "other than Basic"),
            (b"HTTP/1.1 407 No\r\nproxy-authenticate: Digest x, Basic realm=\"y\"\r\n\r\n", "does not accept this user"),
            (b"HTTP/1.1 200 OK\r\n\r\n<html>", "with a page"),
            (b"HTTP/1.0 301 Moved\r\n\r\n", "sends elsewhere"),
            (b"HTTP/1.1 403\r\n\r\n", "forbids a tunnel to gateway:443"),
            (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "does not reach gateway:443"),
            (b"HTTP/1.1 405 Method Not Allowed\r\n\r\n", "opens no tunnel"),
            (b"HTTP/1.1 what\r\n\r\n", "no HTTP"),
            (b"\x15\x03\x01\0\x02\x02F", "speaks TLS"),
            (b"\x05\xFF", "speaks SOCKS"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "no HTTP"),
            (b"220 mail", "no HTTP"),
            (b"-ERR", "no HTTP"),
        ] {
            let said = said(bytes).unwrap_or_default();
            assert!(said.contains(part), "{}: {said}", String::from_utf8_lossy(bytes));
        }
    }
}
