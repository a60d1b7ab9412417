//! An HTTP proxy: asked for a tunnel, and for nothing else.

use super::connect::Stream;
use crate::ground::error::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

/// The head of its answer, in bytes.
const MAX_ANSWER: usize = 8 << 10;

/// The way to a proxy, with what it wants to know about us.
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_https: bool,
    authorization: Option<String>,
}

impl Proxy {
    /// Only for https: what is spoken in clear to this machine must not be sent to another.
    pub(super) fn parse(url: &str, for_https: bool) -> Result<Self> {
        if !for_https {
            return Err(Error::config("proxy", "is only for https"));
        }
        Self::of_url(url).ok_or_else(|| Error::config("proxy", "is not a URL such as http://host:port"))
    }

    fn of_url(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let (user, password) = (url.username(), url.password());
        let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
        let credentials = || BASE64_STANDARD.encode([decoded(user), b":".to_vec(), decoded(password.unwrap_or_default())].concat());
        Some(Self {
            host: url.host_str()?.trim_matches(['[', ']']).into(),
            port: url.port_or_known_default()?,
            is_https: url.scheme() == "https",
            authorization: (!user.is_empty() || password.is_some()).then(credentials),
        })
    }

    /// Asks for a tunnel to `target`, a host and a port. Afterwards the stream is the target's.
    pub(super) async fn open_tunnel(&self, stream: &mut impl Stream, target: &str) -> io::Result<()> {
        let credentials = self.authorization.as_ref().map(|basic| format!("Proxy-Authorization: Basic {basic}\r\n"));
        let credentials = credentials.unwrap_or_default();
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{credentials}\r\n");
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        let mut answer = Vec::new();
        // A TLS server does not speak first: nothing may follow the head.
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() > MAX_ANSWER || stream.read_buf(&mut answer).await? == 0 {
                return Err(io::Error::other("the proxy gives no answer"));
            }
        }
        let granted = answer.starts_with(b"HTTP/1.1 200") || answer.starts_with(b"HTTP/1.0 200");
        if granted { Ok(()) } else { Err(io::Error::other("the proxy refuses")) }
    }
}
