//! A web server that takes POSTs: whatever comes, however slowly and however much of it, it goes on.

use chexiao::HttpReply;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// At once; the others wait until one of these ends.
const MAX_CONNECTIONS: usize = 256;
/// How long a connection may take to send the head of its next request.
const HEAD: Duration = Duration::from_secs(10);
/// How long a body may take.
const BODY: Duration = Duration::from_secs(20);
/// How long one connection may stay, whatever it does: who never reads its answers goes too.
const WHOLE: Duration = Duration::from_secs(300);
const MAX_HEAD: usize = 64 << 10;
/// Of a body that is too large, so much is read and thrown away, so that whoever sends it gets to read the answer.
const MAX_IGNORED: usize = 16 << 20;
/// How long the last answers may take once the end has come.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// A POST, received to its last byte.
pub(crate) struct Posted {
    /// The path, with the query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Of a larger one than the limit, one byte more than that.
    pub(crate) body: Vec<u8>,
}

/// What is behind it.
pub(crate) struct Service<F> {
    /// For whoever opens the address in a browser.
    pub(crate) greeting: String,
    /// Of a body, in bytes.
    pub(crate) max_body: usize,
    /// The answer to a POST. Called by one thread.
    pub(crate) post: F,
}

/// Serves until `end` is there; what it was given then is returned.
pub(crate) fn serve<F, E>(listener: TcpListener, service: Service<F>, end: impl Future<Output = E>) -> io::Result<E>
where
    F: Fn(Posted) -> HttpReply + Send + Sync + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let ended = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let connections = GracefulShutdown::new();
        let ended = until(end, accept(&listener, Arc::new(service), &connections)).await;
        _ = timeout(LAST_ANSWERS, connections.shutdown()).await;
        Ok(ended)
    });
    runtime.shutdown_background();
    ended
}

/// The first, while the second goes on.
async fn until<E>(end: impl Future<Output = E>, work: impl Future<Output = Infallible>) -> E {
    let (mut end, mut work) = (pin!(end), pin!(work));
    poll_fn(|context| match end.as_mut().poll(context) {
        Poll::Pending => work.as_mut().poll(context).map(|never| match never {}),
        ended => ended,
    })
    .await
}

async fn accept<F>(listener: &tokio::net::TcpListener, service: Arc<Service<F>>, connections: &GracefulShutdown) -> Infallible
where
    F: Fn(Posted) -> HttpReply + Send + Sync + 'static,
{
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(MAX_HEAD);
    loop {
        let place = room.clone().acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: the next one may find some.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let service = service.clone();
        let answer = service_fn(move |request| {
            let service = service.clone();
            async move { Ok::<_, Infallible>(service.answer(request).await) }
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            _ = timeout(WHOLE, connection).await;
            drop(place);
        });
    }
}

impl<F: Fn(Posted) -> HttpReply> Service<F> {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let status = match *request.method() {
            Method::POST => match self.receive(request).await {
                Ok(posted) => return response((self.post)(posted)),
                Err(status) => status,
            },
            Method::GET | Method::HEAD if request.uri().path() == "/" => StatusCode::OK,
            Method::GET | Method::HEAD => StatusCode::NOT_FOUND,
            _ => StatusCode::METHOD_NOT_ALLOWED,
        };
        self.greet(status)
    }

    async fn receive(&self, request: Request<Incoming>) -> Result<Posted, StatusCode> {
        let (head, body) = request.into_parts();
        let (mut body, mut bytes, mut ignored) = (pin!(body), Vec::new(), 0);
        let until = Instant::now() + BODY;
        while let Some(frame) = timeout_at(until, body.frame()).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)? {
            let data = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data().unwrap_or_default();
            let (kept, rest) = data.split_at(data.len().min(self.max_body + 1 - bytes.len()));
            bytes.extend_from_slice(kept);
            ignored += rest.len();
            if ignored > MAX_IGNORED {
                break;
            }
        }
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Posted {
            target: head.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: bytes,
        })
    }

    /// What is no POST, or not a whole one; after which nobody knows where the next one begins.
    fn greet(&self, status: StatusCode) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(format!("{}\n", self.greeting)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        match status {
            StatusCode::METHOD_NOT_ALLOWED => _ = headers.insert(ALLOW, HeaderValue::from_static("POST, GET, HEAD")),
            StatusCode::BAD_REQUEST | StatusCode::REQUEST_TIMEOUT => _ = headers.insert(CONNECTION, HeaderValue::from_static("close")),
            _ => {}
        }
        response
    }
}

fn response(reply: HttpReply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::from(reply.body)).unwrap_or_else(|_| {
        let mut defect = Response::new(Full::default());
        *defect.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        defect
    })
}
