//! A server that has the right reply at hand: the one of a case's test vectors, over HTTP and HTTPS, at once or across a long line.
//! A process of its own, so that what it costs is not counted; it ends with its standard input.

mod clock;
mod endings;
mod line;
mod replies;
mod seal;

use crate::cases;
use crate::partner::Partner;
use replies::Replies;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use seal::Seal;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// One that runs.
pub struct Server {
    process: Partner,
    pub http: String,
    pub https: String,
    /// What its certificate is checked against.
    pub ca_file: PathBuf,
    /// What its replies are verified with, base64; `-` where they are those of the vectors.
    pub public_key: String,
}

impl Server {
    /// That of the named case, behind a line on which a round trip takes so many milliseconds.
    pub fn start(folder: &Path, name: &str, round_trip: u64) -> Self {
        Self::run(folder, &["serve", name, &round_trip.to_string(), "0"])
    }

    /// One on this machine that takes so many milliseconds for a reply.
    pub fn that_takes(folder: &Path, name: &str, milliseconds: u64) -> Self {
        Self::run(folder, &["serve", name, "0", &milliseconds.to_string()])
    }

    /// One that signs each reply, and names in it the order that was asked about.
    pub fn that_signs(folder: &Path, name: &str) -> Self {
        Self::run(folder, &["serve-signing", name])
    }

    /// One that ends its connections, at every moment.
    pub fn that_ends(folder: &Path, name: &str) -> Self {
        Self::run(folder, &["serve-ending", name])
    }

    fn run(folder: &Path, arguments: &[&str]) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        let mut process = Partner::start(command.arg("-").args(arguments).arg(folder));
        let line = process.line();
        let [http, https, ca_file, public_key] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (http, https) = (format!("http://127.0.0.1:{http}"), format!("https://127.0.0.1:{https}"));
        Self { process, http, https, ca_file: ca_file.into(), public_key: public_key.into() }
    }

    /// How many connections it has had, and how many of them it has ended itself.
    pub fn connections(&mut self) -> (u64, u64) {
        let line = self.process.ask("");
        let (all, ended) = line.split_once(' ').expect("two numbers");
        (all.parse().expect("a number"), ended.parse().expect("a number"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.ca_file);
    }
}

/// What the connections of a server have in common.
struct Served {
    replies: Replies,
    round_trip: Duration,
    accepted: AtomicU64,
    /// By the server.
    ended: AtomicU64,
}

/// What is particular about it.
#[derive(Default)]
pub struct How {
    pub round_trip: Duration,
    pub takes: Duration,
    /// Over HTTP.
    pub ends: bool,
    pub signs: bool,
}

/// Is that process.
pub fn serve(root: &Path, name: &str, How { round_trip, takes, ends, signs }: How, folder: &Path) {
    let seal = signs.then(|| Seal::of(name));
    let public_key = seal.as_ref().map(Seal::public);
    let replies = Replies::of(&cases::reply(root, name), cases::query_reply(root, name), takes, seal);
    let served = Arc::new(Served { replies, round_trip, accepted: AtomicU64::new(0), ended: AtomicU64::new(0) });
    let (tls, certificate) = tls();
    let ca_file = folder.join(format!("ca-{}.pem", std::process::id()));
    std::fs::write(&ca_file, certificate).expect("written");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let http = if ends { endings::listen(served.clone()) } else { runtime.block_on(listen(served.clone(), None)) };
    let https = runtime.block_on(listen(served.clone(), Some(tls)));
    println!("{http} {https} {} {}", ca_file.display(), public_key.as_deref().unwrap_or("-"));
    for _ in std::io::stdin().lock().lines() {
        println!("{} {}", served.accepted.load(Relaxed), served.ended.load(Relaxed));
    }
}

/// A configuration with a new certificate for this machine, and that certificate.
fn tls() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).expect("a certificate and its key");
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

/// Serves on a port of its own choice.
async fn listen(served: Arc<Served>, tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            served.accepted.fetch_add(1, Relaxed);
            tokio::spawn(connection(served.clone(), tcp, tls.clone()));
        }
    });
    port
}

/// Until either side ends it.
async fn connection(served: Arc<Served>, tcp: TcpStream, tls: Option<TlsAcceptor>) -> std::io::Result<()> {
    tcp.set_nodelay(true)?;
    let (replies, round_trip) = (&served.replies, served.round_trip);
    match tls {
        None if round_trip.is_zero() => replies.answer(tcp).await,
        None => replies.answer(line::across(tcp, round_trip)).await,
        Some(tls) if round_trip.is_zero() => replies.answer(tls.accept(tcp).await?).await,
        Some(tls) => replies.answer(tls.accept(line::across(tcp, round_trip)).await?).await,
    }
}
