//! From a host name to a connection that HTTP can be spoken on. Nothing of a request is written here.

use super::claim::Claim;
use super::exchange::Connection;
use super::metered::Metered;
use super::proxy::Proxy;
use crate::ground::error::{Error, Kind, Result};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// After this, the next address of a host is tried besides.
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// Of connect_timeout, so that a resolver that stalls is named as the culprit.
const FOR_NAMES: f32 = 0.9;
/// Of what others say, this many characters are repeated.
const MAX_CAUSE: usize = 200;

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// The way to one host.
pub(super) struct Way {
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) proxy: Option<Arc<Proxy>>,
    pub(super) connect_timeout: Duration,
}

impl Way {
    pub(super) async fn connect(&self, claim: &Arc<Claim>) -> Result<Connection> {
        let connected = timeout(self.connect_timeout, self.connect_at_leisure(claim)).await;
        connected.unwrap_or_else(|_| Err(Error::new(Kind::Connect, "no connection within connect_timeout_ms")))
    }

    async fn connect_at_leisure(&self, claim: &Arc<Claim>) -> Result<Connection> {
        let (host, port) = self.proxy.as_ref().map_or((&self.host, self.port), |proxy| (&proxy.host, proxy.port));
        let tcp = self.tcp(host, port).await?;
        let tcp = Metered::new(tcp, claim);
        let Some(config) = &self.tls else { return Connection::over(tcp.clone(), tcp, false).await };
        match &self.proxy {
            None => Connection::over(tcp.clone(), secure(config, &self.host, tcp).await?, true).await,
            Some(proxy) if proxy.is_https => {
                let tunnel = self.tunnel(proxy, secure(config, &proxy.host, tcp.clone()).await?).await?;
                Connection::over(tcp, secure(config, &self.host, tunnel).await?, true).await
            }
            Some(proxy) => {
                let tunnel = self.tunnel(proxy, tcp.clone()).await?;
                Connection::over(tcp, secure(config, &self.host, tunnel).await?, true).await
            }
        }
    }

    async fn tcp(&self, host: &str, port: u16) -> Result<TcpStream> {
        let addresses = timeout(self.connect_timeout.mul_f32(FOR_NAMES), lookup_host((host, port))).await;
        let addresses = addresses.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let addresses = addresses.map_err(|error| Error::new(Kind::Dns, format!("the host name does not resolve: {}", cause(error))))?;
        let failed = |error: io::Error| match error.kind() {
            // It was accepted first.
            io::ErrorKind::ConnectionReset if self.tls.is_some() && self.proxy.is_none() => no_session(error),
            _ => no_connection(error),
        };
        let tcp = first_of(addresses).await.map_err(failed)?;
        tcp.set_nodelay(true).map_err(failed)?;
        Ok(tcp)
    }

    async fn tunnel<S: Stream>(&self, proxy: &Proxy, mut stream: S) -> Result<S> {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        proxy.open_tunnel(&mut stream, &format!("{host}:{}", self.port)).await.map_err(no_connection)?;
        Ok(stream)
    }
}

/// The first connection that comes about; an address that does not answer does not keep the others waiting.
async fn first_of(addresses: impl Iterator<Item = SocketAddr>) -> io::Result<TcpStream> {
    let mut attempts = JoinSet::new();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    for address in addresses {
        attempts.spawn(TcpStream::connect(address));
        match timeout(NEXT_ADDRESS, attempts.join_next()).await {
            Ok(Some(Ok(Ok(tcp)))) => return Ok(tcp),
            Ok(Some(Ok(Err(error)))) => failed = error,
            _ => {}
        }
    }
    while let Some(ended) = attempts.join_next().await {
        match ended {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => failed = error,
            Err(_) => {}
        }
    }
    Err(failed)
}

async fn secure<S: Stream>(config: &Arc<ClientConfig>, host: &str, stream: S) -> Result<tokio_rustls::client::TlsStream<S>> {
    let name = ServerName::try_from(host.to_owned()).map_err(no_session)?;
    TlsConnector::from(config.clone()).connect(name, stream).await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            no_session(error)
        }
        _ => no_connection(error),
    })
}

fn no_session(error: impl fmt::Display) -> Error {
    Error::new(Kind::Tls, format!("no TLS session: {}", cause(error)))
}

fn no_connection(error: io::Error) -> Error {
    Error::new(Kind::Connect, format!("no connection: {}", cause(error)))
}

/// Peers have a say in it: the names of a certificate, for one.
fn cause(said: impl fmt::Display) -> String {
    said.to_string().chars().filter(|character| !character.is_control()).take(MAX_CAUSE).collect()
}
