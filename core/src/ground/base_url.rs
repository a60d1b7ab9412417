//! Where a gateway is.

use super::error::{Error, Result};
use url::Url;

/// Scheme, host and port of a gateway: `https`, or `http` where the host is this machine.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(Url);

const PLAIN: &str = "must be https (plain http only for this machine: 127.0.0.1, [::1] or localhost)";

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str, en: &'static str, zh: &'static str| Err(Error::config("base_url", what).with_hint(en, zh));
        let Ok(url) = Url::parse(text) else {
            return bad(
                "is not a URL such as https://host",
                "write https:// and the host, such as https://host",
                "请写 https:// 加主机名，例如 https://host",
            );
        };
        if !matches!(url.scheme(), "https" | "http") {
            return bad(PLAIN, "write https:// before the host", "请在主机名前写 https://");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            let en = "leave out what follows the host and port";
            return bad("must end after the host and port: the path belongs to the operation", en, "请删去主机和端口之后的部分");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return bad("must not hold a user name or password", "leave out what stands before the @", "请删去 @ 之前的部分");
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            _ => bad(PLAIN, "write https:// instead of http://", "请将 http:// 改为 https://"),
        }
    }

    /// The host name alone, without the dot that may end it.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_end_matches('.')
    }

    /// What a request's `Host` says: host and port, without a port that goes without saying.
    pub(crate) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// The port of the TCP connection.
    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Whether it is `https`.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// With a path that begins with `/`.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
