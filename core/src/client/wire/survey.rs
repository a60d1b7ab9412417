//! The way of a call, gone step by step on a connection of its own, for whoever wants to know where it ends.

use super::claim::Claim;
use super::connect::{FOR_NAMES, Way, handshake};
use super::exchange::{Connection, Post};
use super::metered::Metered;
use super::stop::{Until, stopped};
use super::stream::AnyStream;
use super::tls::{Asked, Tls};
use super::why::{Stage, Whom, out_of_patience, unconnected};
use super::{Http, Lost, io_thread, not_sent};
use crate::gateway::{HttpReply, HttpRequest};
use crate::ground::error::{Error, Result};
use crate::ground::unwind::unwound;
use crate::keys::ServerCertificate;
use crate::outcome::Reason;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Of one host, so many addresses are tried.
const MOST_ADDRESSES: usize = 8;
/// Once one address has answered, the others are waited for so long.
const FOR_THE_OTHERS: Duration = Duration::from_secs(1);

/// What was found, as far as it went.
#[derive(Default)]
pub(crate) struct Survey {
    /// Each address, and what came of it: milliseconds, or why not.
    pub(crate) addresses: Vec<(SocketAddr, std::result::Result<u64, String>)>,
    /// A proxy has opened the tunnel.
    pub(crate) tunnel: bool,
    pub(crate) session: Option<Secured>,
    /// Whether the server has asked for a certificate in vain, or has seen one.
    pub(crate) asked_in_vain: bool,
    pub(crate) shown: bool,
    pub(crate) failed: Option<(Station, Error)>,
    /// What came of the request, once it could be sent.
    pub(crate) reply: Option<std::result::Result<HttpReply, Reason>>,
    /// In clear, and the server speaks TLS.
    pub(crate) speaks_tls: bool,
}

/// Where it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Station {
    Certificate,
    Names,
    Tcp,
    Proxy,
    Tls,
}

/// A TLS session.
pub(crate) struct Secured {
    pub(crate) version: String,
    pub(crate) suite: String,
    /// Of the certificates that were shown, the server's own first.
    pub(crate) chain: Vec<ServerCertificate>,
}

impl Http {
    /// Connects anew, sends the request once and takes the reply. Nothing of it touches the connections of calls.
    pub(crate) async fn survey(&self, request: &HttpRequest, until: Until<'_>) -> Result<Survey> {
        let (way, post, within) = (self.host.way()?, self.host.settings.post(request)?, self.connect_timeout);
        let deadline = until.deadline;
        let io = io_thread::handle()?;
        let claim = Arc::new(Claim::new(deadline));
        let going = claim.clone();
        let walk = async move {
            let mut survey = Survey::default();
            let whole = timeout(deadline.saturating_duration_since(Instant::now()), way.walk(post, within, &going, &mut survey)).await;
            match whole {
                Ok(Ok(())) => {}
                Ok(Err(failed)) => survey.failed = Some(failed),
                // The request was under way.
                Err(_) => survey.reply = Some(Err(Reason::Timeout)),
            }
            survey
        };
        // Tokio panics where the system refuses to wake its thread.
        let mut task = unwound(|| io.spawn(io_thread::letting_fork(walk))).ok_or_else(|| not_sent("the I/O thread cannot be woken"))?;
        let mut alarm = pin!(io_thread::alarm(deadline + super::GRACE)?);
        let ended = poll_fn(|context| {
            if until.stop.is_stopped(context) {
                return Poll::Ready(Err(stopped()));
            }
            if let Poll::Ready(ended) = pin!(&mut task).poll(context) {
                return Poll::Ready(ended.map_err(|_| not_sent("the I/O thread failed")));
            }
            match unwound(|| alarm.as_mut().poll(context).is_ready()).unwrap_or(true) || Instant::now() >= deadline + super::GRACE {
                true => Poll::Ready(Err(super::report::out_of_time())),
                false => Poll::Pending,
            }
        })
        .await;
        claim.end();
        task.abort();
        ended
    }
}

type Walked<T> = std::result::Result<T, (Station, Error)>;

impl Way {
    async fn walk(&self, post: Post, within: Duration, claim: &Arc<Claim>, survey: &mut Survey) -> Walked<()> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check_dates()).map_err(at(Station::Certificate))?;
        let mut limit = Instant::now() + within;
        let found = self.addresses(within.mul_f32(FOR_NAMES)).await.map_err(at(Station::Names))?;
        let tcp = self.each(found, &mut limit, survey).await.map_err(at(Station::Tcp))?;
        let tcp = Metered::new(tcp, claim);
        let mut stream: AnyStream = Box::new(tcp.clone());
        if let (Some(_), Some(proxy)) = (&self.tls, &self.proxy) {
            if let Some(to_proxy) = &self.to_proxy {
                let secure = timeout(left(limit), handshake(to_proxy, &proxy.host, stream, Whom::Proxy)).await;
                let secure = secure.unwrap_or_else(|_| Err(out_of_patience(Stage::Tls, Whom::Proxy)));
                stream = Box::new(secure.map_err(at(Station::Proxy))?);
            }
            let opened = timeout(left(limit), proxy.open_tunnel(&mut stream, &self.gateway().place())).await;
            let opened = opened.unwrap_or_else(|_| Err(out_of_patience(Stage::Tunnel, Whom::Proxy)));
            opened.map_err(at(Station::Proxy))?;
            survey.tunnel = true;
        }
        let connection = match &self.tls {
            None => Connection::over(tcp, stream, false).await,
            Some(tls) => self.secured(tls, tcp, stream, limit, survey).await,
        };
        let connection = connection.map_err(at(Station::Tls))?;
        let reply = connection.exchange(post, None, claim).await.map(|(reply, _)| reply).map_err(|Lost(reason)| reason);
        if let Some(tls) = &self.tls {
            let asked = tls.own.asked();
            (survey.asked_in_vain, survey.shown) = (asked == Asked::InVain, asked == Asked::Shown);
        } else if !matches!(&reply, Ok(HttpReply { status: 200, .. })) {
            survey.speaks_tls = self.speaks_tls(survey, within).await;
        }
        survey.reply = Some(reply);
        Ok(())
    }

    /// Every address at once; the first that answers is gone on with.
    async fn each(&self, found: Vec<SocketAddr>, limit: &mut Instant, survey: &mut Survey) -> Result<TcpStream> {
        let mut attempts = JoinSet::new();
        for address in found.into_iter().take(MOST_ADDRESSES) {
            let started = Instant::now();
            attempts.spawn(async move { (address, TcpStream::connect(address).await, started.elapsed()) });
            survey.addresses.push((address, Err("no answer".into())));
        }
        let (mut first, mut refusal, mut until, mut answered) = (None, None, *limit, Instant::now());
        while let Ok(Some(ended)) = timeout(left(until), attempts.join_next()).await {
            let Ok((address, connected, took)) = ended else { continue };
            let told = match connected {
                Ok(tcp) => {
                    if first.is_none() {
                        (first, answered) = (Some(tcp), Instant::now());
                        until = until.min(answered + FOR_THE_OTHERS);
                    }
                    Ok(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
                }
                Err(error) => {
                    let told = error.kind().to_string();
                    refusal.get_or_insert(error);
                    Err(told)
                }
            };
            if let Some((_, result)) = survey.addresses.iter_mut().find(|(known, _)| *known == address) {
                *result = told;
            }
        }
        // What the others took is no time of a call's.
        *limit += answered.elapsed();
        match (first, refusal) {
            (Some(tcp), _) => {
                _ = tcp.set_nodelay(true);
                Ok(tcp)
            }
            (None, Some(error)) => Err(self.unreached(&error)),
            (None, None) if survey.addresses.is_empty() => {
                Err(unconnected(&std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address"), self.first()))
            }
            (None, None) => Err(out_of_patience(Stage::Tcp, self.first())),
        }
    }

    async fn secured(&self, tls: &Tls, tcp: Metered, stream: AnyStream, limit: Instant, survey: &mut Survey) -> Result<Connection> {
        let secure = timeout(left(limit), handshake(tls, &self.host, stream, self.gateway())).await;
        let secure = secure.unwrap_or_else(|_| Err(out_of_patience(Stage::Tls, self.gateway())))?;
        let session = secure.get_ref().1;
        survey.session = Some(Secured {
            version: session.protocol_version().and_then(|version| version.as_str()).unwrap_or_default().replace('_', "."),
            suite: session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or_default().into(),
            chain: session.peer_certificates().unwrap_or_default().iter().filter_map(|der| ServerCertificate::of(der)).collect(),
        });
        Connection::over(tcp, Box::new(secure), true).await
    }

    /// Whether the server that a request in clear was lost on answers a TLS handshake, whomever it shows.
    async fn speaks_tls(&self, survey: &Survey, within: Duration) -> bool {
        const HELLO_TO_NOBODY: &[u8] = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00";
        let Some((address, _)) = survey.addresses.iter().find(|(_, answer)| answer.is_ok()) else { return false };
        let asked = async {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut tcp = TcpStream::connect(address).await.ok()?;
            tcp.write_all(HELLO_TO_NOBODY).await.ok()?;
            let mut answer = [0; 2];
            tcp.read_exact(&mut answer).await.ok()?;
            Some(matches!(answer, [0x15 | 0x16, 3]))
        };
        timeout(within.min(FOR_THE_OTHERS), asked).await.ok().flatten().unwrap_or(false)
    }
}

fn at(station: Station) -> impl Fn(Error) -> (Station, Error) {
    move |error| (station, error)
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}
