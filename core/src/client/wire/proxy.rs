//! An HTTP proxy: asked for a tunnel, and for nothing else.

use super::stream::AnyStream;
use super::tunnel::{Answer, refused};
use super::why::{Whom, unconnected};
use crate::ground::error::{Error, Result};
use crate::ground::key_fault::Remedy;
use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

/// The head of its answer, in bytes.
const MAX_ANSWER: usize = 8 << 10;

/// The way to a proxy, with what it wants to know about us.
#[derive(PartialEq)]
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_https: bool,
    authorization: Option<String>,
}

impl Proxy {
    /// Only for https: what is spoken in clear to this machine must not be sent to another.
    pub(super) fn parse(url: &str, for_https: bool) -> Result<Self> {
        let bad = |what: String, en: &'static str, zh: &'static str| Err(Error::config("proxy", what).mended_by(Remedy::of(en, zh)));
        if !for_https {
            let en = "leave proxy out: a base_url of http is this machine itself";
            return bad("is only for https".into(), en, "请删去 proxy：http 的 base_url 即本机，无需代理");
        }
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https") => {}
            Some(socks) if socks.starts_with("socks") => {
                let en = "name the HTTP port of the same proxy, http://host:port, or put an HTTP proxy before it";
                return bad("is a SOCKS proxy; only HTTP proxies are spoken to".into(), en, "请改用该代理的 HTTP 端口（http://主机:端口）");
            }
            _ => {
                let en = "write http://host:port, or https:// if the proxy itself speaks TLS";
                return bad("has no http:// or https:// before it".into(), en, "请写作 http://主机:端口；代理本身使用 TLS 时写 https://");
            }
        }
        let Some(proxy) = Self::of_url(url) else {
            let en =
                "write http://user:password@host:port; in user and password, write / as %2F, ? as %3F, # as %23, @ as %40 and % as %25";
            let zh = "请写作 http://用户:密码@主机:端口；用户和密码中的 / ? # @ % 分别写作 %2F %3F %23 %40 %25";
            return bad("is not a URL such as http://host:port".into(), en, zh);
        };
        Ok(proxy)
    }

    /// What follows the port is the rest of a password with a `/`, `?` or `#` in it.
    fn of_url(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok().filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())?;
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
    pub(super) async fn open_tunnel(&self, stream: &mut AnyStream, target: &str) -> Result<()> {
        let credentials = self.authorization.as_ref().map(|basic| format!("Proxy-Authorization: Basic {basic}\r\n"));
        let credentials = credentials.unwrap_or_default();
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{credentials}\r\n");
        let failed = |error| unconnected(&error, Whom::Proxy);
        stream.write_all(request.as_bytes()).await.map_err(failed)?;
        stream.flush().await.map_err(failed)?;
        let mut answer = Vec::new();
        let refused = |answer| Err(refused(answer, target, self.authorization.is_some()));
        loop {
            let read = stream.read_buf(&mut answer).await.map_err(failed)?;
            match Answer::of(&answer, read == 0 || answer.len() > MAX_ANSWER) {
                // A TLS server does not speak first: nothing may follow the head.
                Some(Answer::Status { code: 200..=299, whole: true, .. }) => return Ok(()),
                Some(answer) => return refused(answer),
                None => {}
            }
        }
    }
}
