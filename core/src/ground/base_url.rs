//! Where a gateway is.

use super::error::{Error, Result};
use url::Url;

/// Scheme, host and port of a gateway: `https`, or `http` where the host is this machine.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str| Err(Error::config("base_url", what));
        let Ok(url) = Url::parse(text) else { return bad("is not a URL such as https://host") };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return bad("must end after the host and port: the path belongs to the operation");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return bad("must not hold a user name or password");
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            _ => bad("must be https (plain http only for this machine: 127.0.0.1, [::1] or localhost)"),
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
