//! Metrics for whoever watches the job: in a file that is replaced as a whole, or over HTTP on this machine.

use super::whole_file;
use chexiao_bulk::{Sums, Tally, metrics};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may stay.
const WHOLE: Duration = Duration::from_secs(60);
const HEAD: Duration = Duration::from_secs(5);

/// Where metrics go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    File(PathBuf),
    /// Of 127.0.0.1; 0 is a free one.
    Port(u16),
}

impl Place {
    /// A number is a port; a file of that name is `./NUMBER`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(port) => Ok(Self::Port(port)),
            Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => Err("a port is 0 to 65535".into()),
            Err(_) => Ok(Self::File(text.into())),
        }
    }
}

/// What is published.
pub(super) enum Publishing {
    File(PathBuf),
    /// Whoever asks gets it.
    Served,
}

impl Publishing {
    /// Listens, if it is to be served; says where.
    pub(super) fn begin(place: Place, tally: &Arc<Tally>, say: impl FnOnce(String)) -> io::Result<Self> {
        match place {
            Place::File(path) => Ok(Self::File(path)),
            Place::Port(port) => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
                say(format!("metrics at http://{}/metrics", listener.local_addr()?));
                listener.set_nonblocking(true)?;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let tally = tally.clone();
                std::thread::spawn(move || runtime.block_on(serve(listener, tally)));
                Ok(Self::Served)
            }
        }
    }

    pub(super) fn publish(&self, sums: &Sums) -> Result<(), String> {
        match self {
            Self::Served => Ok(()),
            Self::File(path) => whole_file::write(path, |out| out.write_all(metrics::exposed(sums).as_bytes()))
                .map_err(|error| format!("metrics: {} cannot be written: {error}", path.display())),
        }
    }
}

/// Until the program ends.
async fn serve(listener: TcpListener, tally: Arc<Tally>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let tally = tally.clone();
        let answer = service_fn(move |request| std::future::ready(Ok::<_, Infallible>(answer(&request, &tally))));
        let connection = http.serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(async move { _ = tokio::time::timeout(WHOLE, connection).await });
    }
}

fn answer(request: &Request<Incoming>, tally: &Tally) -> Response<Full<Bytes>> {
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    let (status, kind, text) = match request.uri().path() {
        _ if !is_read => (StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", String::new()),
        "/metrics" => (StatusCode::OK, metrics::CONTENT_TYPE, metrics::exposed(&tally.sums())),
        _ => (StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "the metrics are at /metrics\n".into()),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if !is_read {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}
