//! HTTP/1.1 over hyper and rustls. The one question it answers besides the reply: may bytes of the request have left?
//!
//! One thread of the library's own does the I/O ([`io_thread`]); callers await its reports ([`handed`]), whatever runs them. A thread that waits for its call, and finds a connection
//! that is kept, does without it ([`at_hand`]). Clients of one host share its connections ([`host`]); each has a task there ([`pool`]) that connects ([`connect`], whom it trusts: [`trust`])
//! and exchanges one request for one reply after the other ([`exchange`]). Beneath HTTP and TLS lies a stream that counts what it reads and writes only what is claimed ([`metered`], [`claim`]),
//! over a socket that the I/O thread waits for, or one thread alone ([`socket`]). A diagnosis goes the same way step by step ([`survey`]).

mod at_hand;
mod claim;
mod connect;
mod exchange;
mod faults;
mod for_hyper;
mod handed;
mod host;
mod identity;
mod io_thread;
mod metered;
mod pool;
mod proxy;
mod report;
mod session;
mod signals;
mod sink;
mod socket;
mod stop;
mod stream;
mod survey;
mod tls;
mod trust;
mod tunnel;
mod why;

pub(crate) use handed::GRACE;
pub(crate) use io_thread::{alarm, own_thread, unhindered};
pub(crate) use pool::{Link, Over};
pub(crate) use sink::{STRETCH, Sink};
pub use stop::Stop;
pub(crate) use stop::{Until, stopped};
pub(crate) use survey::{Station, Survey};

use crate::client::config::Config;
use crate::gateway::{HttpReply, HttpRequest};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::unwind::unwound;
use crate::outcome::Reason;
use chexiao_lc::Process;
use claim::Claim;
use exchange::Post;
use handed::{Handed, ended_early};
use host::{Host, Settings};
use pool::{Job, Pool};
use report::Report;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// What became of a request that may have left.
pub(crate) enum Reply {
    /// With the connection, where another request may follow on it.
    Whole(HttpReply, Option<Link>),
    Lost(Reason),
}

/// No whole reply, on a connection that is gone.
struct Lost(Reason);

/// What a client sends with.
#[derive(Clone)]
pub(crate) struct Http {
    host: Arc<Host>,
    connect_timeout: Duration,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        Ok(Self { host: Host::of(Settings::of(config)?)?, connect_timeout: config.connect_timeout })
    }

    /// Whether a certificate is shown to a gateway that asks for one.
    pub(crate) fn has_identity(&self) -> bool {
        self.host.settings.identity.is_some()
    }

    /// Whether a proxy stands between.
    pub(crate) fn has_proxy(&self) -> bool {
        self.host.settings.proxy.is_some()
    }

    /// What a stranger that the gateway names is spoken to with: as safely, by the same proxy, and without the certificate.
    pub(crate) fn elsewhere(&self, base: &BaseUrl) -> Result<Self> {
        Ok(Self { host: Host::of(self.host.settings.elsewhere(base))?, connect_timeout: self.connect_timeout })
    }

    /// Whether it speaks TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.host.settings.is_https
    }

    /// Sends once. An error means that nothing of the request left; nothing is ever repeated here.
    pub(crate) async fn send(&self, request: &HttpRequest, until: Until<'_>, mut over: Over) -> Result<Reply> {
        if until.stop.is_never()
            && let Some(report) = self.exchange_at_hand(request, until, &mut over)?
        {
            return report.for_caller(None);
        }
        let (report, link) = self.run(Some(self.host.settings.post(request)?), until, over, None).await?;
        report.for_caller(link)
    }

    /// The same; a reply that is a file goes into the sink and has no body here. Its connection ends.
    pub(crate) async fn fetch(&self, request: &HttpRequest, until: Until<'_>, sink: Sink) -> Result<Reply> {
        let (report, _) = self.run(Some(self.host.settings.post(request)?), until, Over::Fresh, Some(sink)).await?;
        report.for_caller(None)
    }

    /// Connects, unless a connection lies idle. Nothing of a request leaves.
    pub(crate) async fn warm(&self, until: Until<'_>) -> Result<()> {
        if self.host.pool()?.value().is_some_and(Pool::has_idle) {
            return Ok(());
        }
        match self.run(None, until, Over::Fresh, None).await? {
            (Report::Connected, Some(link)) => {
                self.put(link);
                Ok(())
            }
            (report, link) => report.for_caller(link).map(drop),
        }
    }

    /// Blocks this thread, which does its own I/O. `None` where no connection lies at hand: nothing was written.
    fn exchange_at_hand(&self, request: &HttpRequest, until: Until<'_>, over: &mut Over) -> Result<Option<Report>> {
        let pool = self.host.pool()?;
        while let Some(connection) = pool.value().and_then(|pool| pool.at_hand(over)) {
            let claim = Arc::new(Claim::new(until.deadline));
            let report = at_hand::exchange(connection, self.host.settings.post(request)?, &claim);
            if report.is_some() {
                return Ok(report);
            }
        }
        Ok(None)
    }

    /// What has become of it, and its connection.
    async fn run(&self, post: Option<Post>, until: Until<'_>, over: Over, sink: Option<Sink>) -> Result<(Report, Option<Link>)> {
        match self.hand_over(post, until, over, sink)? {
            (handed, Some(link)) => Ok((handed.await, Some(link))),
            (handed, None) => Ok((ended_early(&handed.claim, Reason::Defect), None)),
        }
    }

    /// With its connection, or none after a defect.
    fn hand_over<'a>(&self, post: Option<Post>, until: Until<'a>, over: Over, sink: Option<Sink>) -> Result<(Handed<'a>, Option<Link>)> {
        let pool = self.host.pool()?;
        let pool = pool.value().ok_or_else(|| not_sent("no connections"))?;
        let io = io_thread::handle()?;
        let claim = Arc::new(Claim::new(until.deadline));
        let (report, reported) = oneshot::channel();
        if !until.stop.begin(&claim) {
            return Err(stopped());
        }
        let handed = Handed { claim: claim.clone(), report: reported, until, process: Process::this() };
        let gives_connection = until.stop.is_never() && post.is_some() && sink.is_none();
        let job = Box::new(Job { post, connect_timeout: self.connect_timeout, sink, claim, report, gives_connection });
        // Tokio panics where the system refuses to wake its thread; the job may be done all the same.
        let link = unwound(|| pool.give(job, over, &io));
        Ok((handed, link))
    }

    /// Another call may use the connection: every reply it has carried named its call.
    pub(crate) fn keep(&self, link: Link) {
        self.put(link.used());
    }

    fn put(&self, link: Link) {
        if let Some(pool) = self.host.pool().as_ref().ok().and_then(|pool| pool.value()) {
            pool.keep(link);
        }
    }
}

fn not_sent(why: impl fmt::Display) -> Error {
    Error::new(Kind::NotSent, why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::block_on::block_on;
    use crate::ground::error::Kind;
    use crate::strict::de;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Instant;

    /// What a server reads of this request.
    fn head_sent(method: &'static str, body: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let end = format!("\r\n\r\n{body}").into_bytes();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = Vec::new();
            while !seen.ends_with(&end) {
                let mut piece = [0; 4096];
                let length = stream.read(&mut piece).unwrap();
                assert_ne!(length, 0, "{}", String::from_utf8_lossy(&seen));
                seen.extend_from_slice(&piece[..length]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            String::from_utf8_lossy(&seen).into_owned()
        });
        let any = crate::gateways::ALL.first().unwrap().id;
        let config = format!(r#"{{"gateway":"{any}","base_url":"{base}","account":{{}}}}"#);
        let config = Config::read(&de::parse(&config, Kind::Config, "", "").unwrap()).unwrap();
        let request =
            HttpRequest { method, url: base + "/trade?no=%E8%AE%A2&v=1", headers: Vec::new(), body: body.into(), msg_id: String::new() };
        let (http, stop, deadline) = (Http::new(&config).unwrap(), Stop::new(), Instant::now() + Duration::from_secs(8));
        let sent = block_on(http.send(&request, Until { deadline, stop: &stop }, Over::Any), deadline);
        assert!(matches!(sent, Ok(Reply::Whole(HttpReply { status: 200, .. }, _))));
        server.join().unwrap()
    }

    #[test]
    fn a_request_is_sent_by_its_own_method_and_a_get_without_a_body() {
        let get = head_sent("GET", "");
        assert!(get.starts_with("GET /trade?no=%E8%AE%A2&v=1 HTTP/1.1\r\n"), "{get}");
        let of_a_body = ["content-length", "content-type", "transfer-encoding", "expect"];
        assert!(!of_a_body.iter().any(|name| get.to_ascii_lowercase().contains(name)), "{get}");
        let post = head_sent("POST", "a=1");
        assert!(post.starts_with("POST /trade?no=%E8%AE%A2&v=1 HTTP/1.1\r\n"), "{post}");
    }
}
