//! What a Rust program does that only posts: reqwest, asynchronous, on one thread, with the very bytes of a signed request.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

pub struct Reqwests {
    runtime: Runtime,
    post: Arc<Post>,
}

struct Post {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reqwests {
    /// `request` is what the library has signed.
    pub fn new(request: &str, ca_file: &Path) -> Self {
        Self::on(Builder::new_current_thread(), request, ca_file)
    }

    /// One with a thread that notices between posts, too, what its connection meets.
    pub fn attentive(request: &str, ca_file: &Path) -> Self {
        let mut runtime = Builder::new_multi_thread();
        runtime.worker_threads(1);
        Self::on(runtime, request, ca_file)
    }

    fn on(mut runtime: Builder, request: &str, ca_file: &Path) -> Self {
        let request: Value = serde_json::from_str(request).unwrap();
        let header = |(name, value): (&String, &Value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value.as_str().unwrap()).unwrap())
        };
        let post = Post {
            client: client(ca_file),
            url: request["url"].as_str().unwrap().into(),
            headers: request["headers"].as_object().unwrap().iter().map(header).collect(),
            body: BASE64.decode(request["body_base64"].as_str().unwrap()).unwrap(),
        };
        Self { runtime: runtime.enable_all().build().unwrap(), post: Arc::new(post) }
    }

    pub fn one(&self) {
        assert!(self.is_answered());
    }

    /// Posts once.
    pub fn is_answered(&self) -> bool {
        let post = self.post.clone();
        self.runtime.block_on(self.runtime.spawn(async move { post.send().await.is_ok() })).unwrap()
    }

    /// So many tasks, so long.
    pub fn per_second(&self, tasks: usize, time: Duration) -> f64 {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..tasks).map(|_| self.runtime.spawn(until(self.post.clone(), begun + time))).collect();
        let done: u64 = tasks.into_iter().map(|task| self.runtime.block_on(task).unwrap()).sum();
        done as f64 / begun.elapsed().as_secs_f64()
    }
}

async fn until(post: Arc<Post>, end: Instant) -> u64 {
    let mut done = 0;
    while Instant::now() < end {
        post.send().await.unwrap();
        done += 1;
    }
    done
}

impl Post {
    async fn send(&self) -> reqwest::Result<()> {
        let post = self.client.post(&self.url).headers(self.headers.clone()).body(self.body.clone());
        let reply = post.send().await?.error_for_status()?;
        assert!(!reply.bytes().await?.is_empty());
        Ok(())
    }
}

fn client(ca_file: &Path) -> reqwest::Client {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    let tls = tls.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap()
}
