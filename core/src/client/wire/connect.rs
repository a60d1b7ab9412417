//! From a host name to a connection that HTTP can be spoken on. Nothing of a request is written here.

use super::claim::Claim;
use super::exchange::Connection;
use super::identity::Identity;
use super::metered::Metered;
use super::proxy::Proxy;
use super::session::no_session;
use super::stream::AnyStream;
use super::tls::{Asked, Tls};
use super::why::{Stage, Whom, no_thread, out_of_patience, unconnected, unresolved};
use crate::ground::error::{Error, Result};
use crate::ground::unwind::unwound;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// After this, the next address of a host is tried besides.
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// Of connect_timeout, so that a resolver that stalls is named as the culprit.
pub(super) const FOR_NAMES: f32 = 0.9;

/// The way to one host.
pub(super) struct Way {
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<Tls>,
    pub(super) proxy: Option<Arc<Proxy>>,
    /// With a proxy that speaks TLS itself. It is shown no certificate.
    pub(super) to_proxy: Option<Tls>,
    pub(super) identity: Option<Arc<Identity>>,
}

impl Way {
    pub(super) async fn connect(&self, claim: &Arc<Claim>, within: Duration) -> Result<Connection> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check_dates())?;
        let mut at = (Stage::Name, self.first());
        let connected = timeout(within, self.connect_at_leisure(claim, within.mul_f32(FOR_NAMES), &mut at)).await;
        connected.unwrap_or_else(|_| Err(out_of_patience(at.0, at.1)))
    }

    async fn connect_at_leisure<'a>(&'a self, claim: &Arc<Claim>, for_names: Duration, at: &mut (Stage, Whom<'a>)) -> Result<Connection> {
        let addresses = self.addresses(for_names).await?;
        *at = (Stage::Tcp, self.first());
        let tcp = Metered::new(self.tcp(addresses).await?, claim);
        let mut stream: AnyStream = Box::new(tcp.clone());
        let Some(tls) = &self.tls else { return Connection::over(tcp, stream, false).await };
        if let Some(proxy) = &self.proxy {
            if let Some(to_proxy) = &self.to_proxy {
                *at = (Stage::Tls, Whom::Proxy);
                stream = Box::new(secure(to_proxy, &proxy.host, stream, Whom::Proxy).await?);
            }
            *at = (Stage::Tunnel, Whom::Proxy);
            proxy.open_tunnel(&mut stream, &self.gateway().place()).await?;
        }
        *at = (Stage::Tls, self.gateway());
        Connection::over(tcp, Box::new(secure(tls, &self.host, stream, self.gateway()).await?), true).await
    }

    pub(super) fn gateway(&self) -> Whom<'_> {
        Whom::Gateway { host: &self.host, port: self.port }
    }

    /// Whom the TCP connection is to.
    pub(super) fn first(&self) -> Whom<'_> {
        if self.proxy.is_some() { Whom::Proxy } else { self.gateway() }
    }

    pub(super) async fn addresses(&self, patience: Duration) -> Result<Vec<SocketAddr>> {
        let (host, port) = self.proxy.as_ref().map_or((&self.host, self.port), |proxy| (&proxy.host, proxy.port));
        addresses(host, port, patience, self.first()).await
    }

    async fn tcp(&self, addresses: Vec<SocketAddr>) -> Result<TcpStream> {
        let tcp = first_of(addresses).await.map_err(|error| self.unreached(&error))?;
        tcp.set_nodelay(true).map_err(|error| self.unreached(&error))?;
        Ok(tcp)
    }

    pub(super) fn unreached(&self, error: &io::Error) -> Error {
        match error.kind() {
            // It was accepted first.
            io::ErrorKind::ConnectionReset if self.tls.is_some() && self.proxy.is_none() => no_session(error, self.first(), Asked::No),
            _ => unconnected(error, self.first()),
        }
    }
}

async fn addresses(host: &str, port: u16, patience: Duration, whom: Whom<'_>) -> Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    let name = host.to_owned();
    // Tokio panics where the system gives no thread.
    let looking = unwound(|| spawn_blocking(move || (name.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    match timeout(patience, looking.ok_or_else(|| no_thread(None))?).await {
        Ok(Ok(found)) => found.map_err(|error| unresolved(&error, whom)),
        Ok(Err(_)) => Err(unresolved(&io::Error::other("the look-up failed"), whom)),
        Err(_) => Err(unresolved(&io::ErrorKind::TimedOut.into(), whom)),
    }
}

/// The first connection that comes about; an address that does not answer does not keep the others waiting.
async fn first_of(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
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

async fn secure(tls: &Tls, host: &str, stream: AnyStream, whom: Whom<'_>) -> Result<TlsStream<AnyStream>> {
    let session = handshake(tls, host, stream, whom).await?;
    tls.own.forget();
    Ok(session)
}

/// After it, `tls` still knows whether a certificate was asked for.
pub(super) async fn handshake(tls: &Tls, host: &str, stream: AnyStream, whom: Whom<'_>) -> Result<TlsStream<AnyStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| no_session(&io::Error::other(error), whom, Asked::No))?;
    tls.own.forget();
    TlsConnector::from(tls.config.clone()).connect(name, stream).await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            no_session(&error, whom, tls.own.asked())
        }
        _ => unconnected(&error, whom),
    })
}
