//! HTTP/1.1 over hyper and rustls. The one question it answers besides the reply: may bytes of the request have left?
//!
//! Callers block on a channel; one thread of the library's own does the I/O ([`io_thread`]). Each connection has a task there
//! ([`pool`]) that connects ([`connect`], whom it trusts: [`trust`]) and exchanges one request for one reply after the other ([`exchange`]). Beneath HTTP and TLS
//! lies a stream that counts what it reads and writes only what is claimed ([`metered`], [`claim`]).

mod claim;
mod connect;
mod exchange;
mod for_hyper;
mod io_thread;
mod metered;
mod pool;
mod proxy;
mod session;
mod stop;
mod stream;
mod tls;
mod trust;
mod tunnel;
mod why;

pub(crate) use pool::Link;
pub use stop::Stop;
pub(crate) use stop::Until;

use crate::client::config::Config;
use crate::gateway::{HttpReply, HttpRequest};
use crate::ground::error::{Error, Kind, Result};
use crate::ground::process::PerProcess;
use crate::ground::unwind::unwound;
use crate::outcome::Reason;
use claim::Claim;
use connect::Way;
use exchange::Post;
use hyper::header::{ACCEPT, HOST, HeaderValue};
use hyper::{Request, Uri};
use pool::{Job, Pool, Report, out_of_time};
use proxy::Proxy;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};
use stop::stopped;
use trust::Trust;

/// How long after the deadline a caller still waits for the I/O thread to report it.
const GRACE: Duration = Duration::from_millis(100);

/// What became of a request that may have left.
pub(crate) enum Reply {
    /// With the connection, where another request may follow on it.
    Whole(HttpReply, Option<Link>),
    Lost(Reason),
}

/// No whole reply, on a connection that is gone.
struct Lost(Reason);

/// The way to one host. Connections are pooled per process.
pub(crate) struct Http {
    settings: Settings,
    pool: PerProcess<Pool>,
}

struct Settings {
    host: String,
    port: u16,
    authority: String,
    trust: Option<Arc<Trust>>,
    proxy: Option<Arc<Proxy>>,
    connect_timeout: Duration,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let is_https = config.base.is_https();
        let trust = Trust::new(config.ca_file.as_deref())?;
        let settings = Settings {
            host: config.base.host().trim_matches(['[', ']']).into(),
            port: config.base.port(),
            authority: config.base.authority().into(),
            trust: is_https.then(|| Arc::new(trust)),
            proxy: config.proxy.as_ref().map(|url| Proxy::parse(url.expose(), is_https)).transpose()?.map(Arc::new),
            connect_timeout: config.connect_timeout,
        };
        Ok(Self { settings, pool: PerProcess::new() })
    }

    /// Sends once, on `link` if it is still good. An error means that nothing of the request left; nothing is ever repeated here.
    pub(crate) fn send(&self, request: &HttpRequest, until: Until<'_>, link: Option<Link>) -> Result<Reply> {
        let pool = self.pool.get(|| Ok::<_, Error>(Pool::new(self.settings.way()?)))?;
        let pool = pool.value().ok_or_else(|| not_sent("no connections"))?;
        let io = io_thread::handle()?;
        let claim = Arc::new(Claim::new(until.deadline));
        // One report is the connection's, one that of whoever stops the call: neither ever waits.
        let (report, outcome) = sync_channel(2);
        let post = self.settings.post(request)?;
        if !until.stop.begin(&claim, &report) {
            return Err(stopped());
        }
        let job = Box::new(Job { post, deadline: until.deadline, claim: claim.clone(), report });
        // Tokio panics where the system refuses to wake its thread; the job may be done all the same.
        let done = match unwound(|| pool.give(job, link, &io)) {
            Some(link) => awaited(&outcome, &claim, until.deadline, link),
            None => ended_early(&claim, Reason::Defect),
        };
        until.stop.finish();
        done
    }

    /// Another call may use the connection: every reply it has carried named its call.
    pub(crate) fn keep(&self, link: Link) {
        let pool = self.pool.get(|| Ok::<_, Error>(Pool::new(self.settings.way()?)));
        if let Some(pool) = pool.as_ref().ok().and_then(|pool| pool.value()) {
            pool.keep(link);
        }
    }
}

fn awaited(outcome: &Receiver<Report>, claim: &Claim, deadline: Instant, link: Link) -> Result<Reply> {
    match outcome.recv_timeout(deadline.saturating_duration_since(Instant::now()) + GRACE) {
        Ok(report) => report.for_caller(link),
        Err(RecvTimeoutError::Timeout) => ended_early(claim, Reason::Timeout),
        Err(RecvTimeoutError::Disconnected) => ended_early(claim, Reason::Reset),
    }
}

/// Nobody reports. From here on nothing is written; the claim knows whether anything was.
fn ended_early(claim: &Claim, reason: Reason) -> Result<Reply> {
    match (claim.end(), reason) {
        (true, reason) => Ok(Reply::Lost(reason)),
        (false, Reason::Timeout) => Err(out_of_time()),
        (false, _) => Err(not_sent("the I/O thread failed before the request could be sent")),
    }
}

impl Settings {
    fn way(&self) -> Result<Way> {
        Ok(Way {
            host: self.host.clone(),
            port: self.port,
            tls: self.trust.clone().map(tls::sessions).transpose()?,
            proxy: self.proxy.clone(),
            connect_timeout: self.connect_timeout,
        })
    }

    fn post(&self, request: &HttpRequest) -> Result<Post> {
        let uri: Uri = request.url.parse().map_err(not_sent)?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut post = Request::post(path).header(HOST, &self.authority);
        for (name, value) in &request.headers {
            post = post.header(name, value);
        }
        let mut post: Post = post.body(request.body.clone().into()).map_err(not_sent)?;
        post.headers_mut().entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        Ok(post)
    }
}

fn not_sent(why: impl fmt::Display) -> Error {
    Error::new(Kind::NotSent, why.to_string())
}
