//! Where a notice is posted to: plain HTTP on this machine, and nowhere else.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

/// `http://127.0.0.1:port/path`, or `localhost`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// The host as it was written, with the port.
    pub(crate) authority: String,
    port: u16,
    /// Path and query.
    pub(crate) target: String,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Option<Url> {
        let rest = text.strip_prefix("http://").filter(|rest| rest.bytes().all(|b| b.is_ascii_graphic() && b != b'#'))?;
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = authority.split_once(':')?;
        let is_here = ["127.0.0.1", "localhost"].contains(&host) && port.bytes().all(|b| b.is_ascii_digit());
        let port = port.parse().ok().filter(|port| is_here && *port != 0)?;
        let slash = if target.starts_with('/') { "" } else { "/" };
        Some(Url { authority: authority.to_string(), port, target: format!("{slash}{target}") })
    }

    /// Always the loopback address, whatever `localhost` may mean elsewhere.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_only() {
        for (text, target) in [("http://127.0.0.1:80/a/b?c=d", "/a/b?c=d"), ("http://localhost:8080", "/"), ("http://localhost:1?x", "/?x")]
        {
            let url = Url::parse(text).unwrap();
            assert_eq!((url.target.as_str(), url.address().ip()), (target, Ipv4Addr::LOCALHOST.into()), "{text}");
        }
        for bad in [
            "",
            "127.0.0.1:80",
            "https://127.0.0.1:80/",
            "http://127.0.0.1/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:+80/",
            "http://127.0.0.1:99999/",
            "http://192.0.2.1:80/",
            "http://localhost.example:80/",
            "http://localhost@example.com:80/",
            "http://127.0.0.1:80@example.com/",
            "http://[::1]:80/",
            "http://127.0.0.1:80/a b",
            "http://127.0.0.1:80/\r\nX: y",
            "http://127.0.0.1:80/#x",
        ] {
            assert_eq!(Url::parse(bad), None, "{bad:?}");
        }
    }
}
