//! HTTP/1.1 over reqwest and rustls. The one question it answers besides the reply: may bytes of the request have left?
//!
//! reqwest's blocking client is not used: its time-out is no deadline, it does not survive a fork, and its thread inherits
//! the host's SIGPIPE disposition. Here, reqwest's async client runs on a thread of the library's own.

use crate::border::unwound;
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::gateway::{HttpReply, HttpRequest, MAX_REPLY};
use crate::outcome::Reason;
use crate::process::PerProcess;
use chexiao_lc::NoFork;
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};
use tokio::runtime;

/// Pooled connections are given up after this much idleness: well before common servers do, whose silent close would turn
/// the next call into an Unknown.
const POOL_IDLE: Duration = Duration::from_secs(4);
/// How long after the deadline a caller still waits for the I/O thread to report it.
const GRACE: Duration = Duration::from_millis(100);

/// After a panic of the I/O thread.
const PAUSE: Duration = Duration::from_millis(10);

/// What became of a request that may have left.
pub(crate) enum Exchange {
    Replied(HttpReply),
    Lost(Reason),
}

/// The way to one host. Connections are pooled per process.
pub(crate) struct Http {
    settings: Settings,
    client: PerProcess<reqwest::Client>,
}

struct Settings {
    connect_timeout: Duration,
    https_only: bool,
    roots: Arc<rustls::RootCertStore>,
    proxy: Option<reqwest::Proxy>,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let settings = Settings {
            connect_timeout: config.connect_timeout,
            https_only: config.base.is_https(),
            roots: Arc::new(roots(config.ca_file.as_deref())?),
            proxy: config.proxy.as_ref().map(|url| proxy(url.expose(), config.base.is_https())).transpose()?,
        };
        Ok(Self { settings, client: PerProcess::new() })
    }

    /// Sends once. An error means that nothing of the request left; nothing is ever repeated here.
    pub(crate) fn send(&self, request: &HttpRequest, deadline: Instant) -> Result<Exchange> {
        let client = self.client.get(|| self.settings.client())?;
        let io = IO.get(start_io)?;
        let (Some(client), Some(io)) = (client.value(), io.value()) else { return Err(not_sent("no I/O thread")) };
        let request = build(client, request)?;
        let (report, outcome) = sync_channel(1);
        let client = client.clone();
        let task = async move {
            let exchange = tokio::time::timeout_at(deadline.into(), exchange(client, request));
            // The caller may have given up at its own deadline.
            _ = report.send(exchange.await.unwrap_or(Ok(Exchange::Lost(Reason::Timeout))));
        };
        let mut task = Box::pin(task);
        let task = poll_fn(move |context| {
            // A thread that is never idle lets forks pass between its tasks.
            if NoFork::is_awaited() {
                let_fork();
                hold_forks();
            }
            task.as_mut().poll(context)
        });
        // Tokio panics where the system refuses to wake its thread; the task may run all the same.
        if unwound(|| io.runtime.spawn(task)).is_none() {
            return Ok(Exchange::Lost(Reason::Defect));
        }
        let left = deadline.saturating_duration_since(Instant::now()) + GRACE;
        match outcome.recv_timeout(left) {
            Ok(exchange) => exchange,
            Err(RecvTimeoutError::Timeout) => Ok(Exchange::Lost(Reason::Timeout)),
            Err(RecvTimeoutError::Disconnected) => Ok(Exchange::Lost(Reason::Reset)),
        }
    }
}

impl Settings {
    fn client(&self) -> Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .https_only(self.https_only)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(POOL_IDLE)
            .dns_resolver(Arc::new(Resolver { within: self.connect_timeout.mul_f32(0.9) }))
            .tls_backend_preconfigured(tls(self.roots.clone())?);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        builder.build().map_err(|error| not_sent(error.without_url()))
    }
}

fn build(client: &reqwest::Client, request: &HttpRequest) -> Result<reqwest::Request> {
    let mut builder = client.post(&request.url).body(request.body.clone());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    builder.build().map_err(|error| not_sent(error.without_url()))
}

async fn exchange(client: reqwest::Client, request: reqwest::Request) -> Result<Exchange> {
    let mut response = match client.execute(request).await {
        Ok(response) => response,
        Err(error) => return before_reply(error),
    };
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_REPLY => return Ok(Exchange::Lost(Reason::TooLarge)),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Exchange::Replied(HttpReply { status, headers, body })),
            Err(_) => return Ok(Exchange::Lost(Reason::Truncated)),
        }
    }
}

type Cause<'a> = &'a (dyn StdError + 'static);

/// Only a failure to connect proves that nothing was sent.
fn before_reply(error: reqwest::Error) -> Result<Exchange> {
    let error = error.without_url();
    if error.is_builder() {
        return Err(not_sent(error));
    }
    if !error.is_connect() {
        return Ok(Exchange::Lost(Reason::Reset));
    }
    let chain: Vec<Cause<'_>> = std::iter::successors(Some(&error as Cause<'_>), |&error| beneath(error)).collect();
    let cause = chain.last().map(|error| error.to_string()).unwrap_or_default();
    if chain.iter().any(|error| error.is::<Unresolved>()) {
        return Err(Error::new(Kind::Dns, format!("the host name does not resolve: {cause}")));
    }
    if error.is_timeout() {
        return Err(Error::new(Kind::Connect, "no connection within connect_timeout_ms"));
    }
    let after_tcp = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
        )
    };
    let tls = |error: Cause<'_>| error.is::<rustls::Error>() || error.downcast_ref::<io::Error>().is_some_and(after_tcp);
    match chain.iter().any(|&error| tls(error)) {
        true => Err(Error::new(Kind::Tls, format!("no TLS session: {cause}"))),
        false => Err(Error::new(Kind::Connect, format!("no connection: {cause}"))),
    }
}

/// The next cause. `io::Error::source` skips the very error that it wraps.
fn beneath<'a>(error: Cause<'a>) -> Option<Cause<'a>> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn not_sent(why: impl fmt::Display) -> Error {
    Error::new(Kind::NotSent, why.to_string())
}

/// An HTTP proxy, only for https: what is spoken in clear to this machine must not be sent to another.
fn proxy(url: &str, for_https: bool) -> Result<reqwest::Proxy> {
    let is_http = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https") && url.host().is_some();
    match reqwest::Url::parse(url).ok().filter(is_http).and_then(|url| reqwest::Proxy::all(url).ok()) {
        _ if !for_https => Err(Error::config("proxy", "is only for https")),
        Some(proxy) => Ok(proxy),
        None => Err(Error::config("proxy", "is not a URL such as http://host:port")),
    }
}

/// TLS 1.2 or 1.3. Made anew in each process: it holds sessions behind a lock.
fn tls(roots: Arc<rustls::RootCertStore>) -> Result<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(not_sent)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The roots of `ca_file` alone, or else the Mozilla roots this library was built with.
fn roots(ca_file: Option<&str>) -> Result<rustls::RootCertStore> {
    let mut roots = rustls::RootCertStore::empty();
    let Some(path) = ca_file else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let bad = |why: &dyn fmt::Display| Error::config("ca_file", format!("cannot be used: {why}"));
    let pem = std::fs::read(path).map_err(|error| bad(&error))?;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| bad(&"not PEM"))?;
        roots.add(certificate).map_err(|_| bad(&"a certificate in it cannot be read"))?;
    }
    if roots.is_empty() { Err(bad(&"it holds no PEM certificate")) } else { Ok(roots) }
}

/// The system's resolver, with an error that can be told from those of the connection.
struct Resolver {
    /// Shorter than connect_timeout, so that a resolver that stalls is named as the culprit.
    within: Duration,
}

#[derive(Debug)]
struct Unresolved(io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Unresolved {}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let within = self.within;
        Box::pin(async move {
            let lookup = tokio::time::timeout(within, tokio::net::lookup_host((name.as_str(), 0)));
            let addresses = lookup.await.unwrap_or(Err(io::ErrorKind::TimedOut.into())).map_err(Unresolved)?;
            Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// One I/O thread per process, for all clients. It ends with the process.
static IO: PerProcess<Io> = PerProcess::new();

struct Io {
    runtime: runtime::Handle,
    /// Dropping it ends the thread.
    _alive: tokio::sync::oneshot::Sender<()>,
}

fn start_io() -> Result<Io> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(16)
        .thread_name("chexiao-dns")
        .on_thread_park(let_fork)
        .on_thread_unpark(hold_forks)
        .build()
        .map_err(not_sent)?;
    let handle = runtime.handle().clone();
    let (alive, mut ended) = tokio::sync::oneshot::channel();
    // Tokio panics where the system refuses to wait for sockets; other calls must find the thread alive.
    let run = move || {
        hold_forks();
        while unwound(|| runtime.block_on(&mut ended)).is_none() {
            let_fork();
            std::thread::sleep(PAUSE);
            hold_forks();
        }
    };
    // A thread is born with the mask of the thread that makes it; those of the resolver are made by this one.
    let mask = the_hosts_signals().thread_swap_mask(SigmaskHow::SIG_BLOCK).map_err(not_sent)?;
    let spawned = std::thread::Builder::new().name("chexiao-io".into()).spawn(run);
    mask.thread_set_mask().map_err(not_sent)?;
    spawned.map_err(not_sent)?;
    Ok(Io { runtime: handle, _alive: alive })
}

thread_local! {
    /// What the I/O thread holds whenever it does not wait: handshakes draw random numbers under AWS-LC's locks, and a host's
    /// allocator may have some of its own.
    static AT_WORK: Cell<Option<NoFork>> = const { Cell::new(None) };
}

fn hold_forks() {
    AT_WORK.set(Some(NoFork::begin()));
}

fn let_fork() {
    drop(AT_WORK.take());
}

/// The host's signals are for the host's threads; and with SIGPIPE blocked, writing to a connection that was reset is an
/// error on our thread, not the end of the process. Nothing process-wide is touched.
fn the_hosts_signals() -> SigSet {
    let mut signals = SigSet::all();
    for raised_by_the_thread_itself in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL, Signal::SIGTRAP, Signal::SIGABRT] {
        signals.remove(raised_by_the_thread_itself);
    }
    signals
}
