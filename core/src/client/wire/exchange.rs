//! One request and its reply on one connection.

use super::Lost;
use super::claim::Claim;
use super::for_hyper::ForHyper;
use super::metered::Metered;
use super::not_sent;
use super::sink::Sink;
use super::stream::AnyStream;
use crate::gateway::{HttpReply, MAX_REPLY};
use crate::ground::error;
use crate::outcome::Reason;
use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use hyper::{Request, Response};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The head of a reply, in bytes, interim replies apart.
const MAX_HEAD: usize = 128 << 10;

/// How long a connection lies idle where the server does not say how long it keeps it.
const IDLE: Duration = Duration::from_secs(30);
/// At most, whatever it says: what stands between may forget the connection without a word.
const MAX_IDLE: Duration = Duration::from_secs(120);
/// Before the server gives it up, so that no request is under way then.
const AHEAD: Duration = Duration::from_secs(1);

pub(super) type Post = Request<Full<Bytes>>;

/// One connection. Only while a call is under way is anything written or read; in between, the system is asked whether it stirs.
pub(super) struct Connection {
    posts: http1::SendRequest<Full<Bytes>>,
    /// `None` once it has ended.
    http: Option<Box<http1::Connection<ForHyper, Full<Bytes>>>>,
    pub(super) tcp: Metered,
    /// A TLS server may have sent sessions that nobody has read yet.
    may_have_spoken: bool,
    /// How long it may lie idle.
    pub(super) idle: Duration,
}

impl Connection {
    /// HTTP over `stream`, which is spoken over `tcp`.
    pub(super) async fn over(tcp: Metered, stream: AnyStream, is_tls: bool) -> error::Result<Self> {
        // Lines that a script has written among the headers, folded lines, a blank before the colon: the framing is clear all the same.
        let handshake = http1::Builder::new()
            .max_buf_size(MAX_HEAD)
            .ignore_invalid_headers_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .handshake(ForHyper::new(stream));
        let (posts, http) = handshake.await.map_err(not_sent)?;
        Ok(Self { posts, http: Some(Box::new(http)), tcp, may_have_spoken: is_tls, idle: IDLE })
    }

    /// Ready once something comes that nobody asked for, or the peer has closed. The sessions that a TLS server sends first are read.
    pub(super) async fn stirs(&mut self) {
        loop {
            poll_fn(|context| self.tcp.poll_stir(context)).await;
            if !self.may_have_spoken {
                return;
            }
            self.advance_once().await;
            if self.http.is_none() || !self.tcp.is_silent() {
                return;
            }
        }
    }

    /// Gives the reply, and the connection where another request may follow on it. `claim` knows whether anything was written. The body of
    /// a reply that is a file goes into the sink.
    pub(super) async fn exchange(
        mut self,
        post: Post,
        sink: Option<&mut Sink>,
        claim: &Arc<Claim>,
    ) -> Result<(HttpReply, Option<Self>), Lost> {
        if self.has_spoken_unasked().await {
            return Err(Lost(Reason::Reset));
        }
        self.tcp.request(claim);
        let head = self.posts.send_request(post);
        let response = match self.advancing(head).await {
            Ok(response) => response,
            Err(error) if error.is_parse() => return Err(self.lost(Reason::Head)),
            Err(_) => return Err(self.lost(Reason::Reset)),
        };
        self.tcp.allow_body(sink.as_ref().map_or(MAX_REPLY, |sink| sink.framed()));
        let is_one_message = is_one_message(response.headers());
        self.idle = idleness(response.headers());
        let reply = self.whole(response, sink, claim).await?;
        // Notices what the peer has sent behind the reply.
        self.advance_once().await;
        self.tcp.rest();
        let is_reusable = self.http.is_some() && self.posts.is_ready() && is_one_message && !self.idle.is_zero();
        Ok((reply, is_reusable.then_some(self)))
    }

    async fn has_spoken_unasked(&mut self) -> bool {
        if self.may_have_spoken {
            self.read_sessions().await;
            return self.http.is_none();
        }
        !self.tcp.is_silent()
    }

    /// What a TLS server has sent by now, so that what is left unread was not asked for.
    pub(super) async fn read_sessions(&mut self) {
        if std::mem::take(&mut self.may_have_spoken) {
            self.advance_once().await;
        }
    }

    async fn whole(&mut self, response: Response<Incoming>, sink: Option<&mut Sink>, claim: &Claim) -> Result<HttpReply, Lost> {
        let (head, mut incoming) = response.into_parts();
        let mut sink = sink.filter(|_| head.status == 200).map(|sink| sink.of(&head.headers, incoming.size_hint().exact()));
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        let mut body = Vec::new();
        loop {
            // What is no file is a reply, as short as any.
            let is_file = match &mut sink {
                Some(sink) => sink.takes(&body)?,
                None => Some(false),
            };
            if let (Some(true), Some(sink)) = (is_file, &mut sink) {
                let piece = std::mem::take(&mut body);
                self.advancing(sink.put(piece.into(), claim)).await?;
            }
            let frame = poll_fn(|context| Pin::new(&mut incoming).poll_frame(context));
            match self.advancing(frame).await.map(|frame| frame.map(|frame| frame.into_data())) {
                None => return Ok(HttpReply { status: head.status.as_u16(), headers, body }),
                Some(Ok(Ok(data))) if body.len() + data.len() > MAX_REPLY => return Err(Lost(Reason::TooLarge)),
                Some(Ok(Ok(data))) => body.extend_from_slice(&data),
                Some(Ok(Err(_trailers))) => {}
                Some(Err(_)) => return Err(self.lost(Reason::Truncated)),
            }
        }
    }

    fn lost(&self, reason: Reason) -> Lost {
        Lost(if self.tcp.is_exceeded() { Reason::TooLarge } else { reason })
    }

    /// Reads and writes while `awaited` has not come.
    async fn advancing<T>(&mut self, awaited: impl Future<Output = T>) -> T {
        let mut awaited = pin!(awaited);
        poll_fn(|context| {
            self.advance(context);
            awaited.as_mut().poll(context)
        })
        .await
    }

    async fn advance_once(&mut self) {
        poll_fn(|context| {
            self.advance(context);
            Poll::Ready(())
        })
        .await;
    }

    fn advance(&mut self, context: &mut Context<'_>) {
        if self.http.as_mut().is_some_and(|http| Pin::new(http).poll(context).is_ready()) {
            self.http = None;
        }
    }
}

/// As long as the server keeps the connection (`Keep-Alive: timeout=`, in seconds), and a little less.
fn idleness(head: &HeaderMap) -> Duration {
    let parameters = head.get_all("keep-alive").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let says = parameters.filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"));
    match says.map(|(_, seconds)| seconds.trim().parse()) {
        None => IDLE,
        Some(seconds) => Duration::from_secs(seconds.unwrap_or(0)).min(MAX_IDLE).saturating_sub(AHEAD),
    }
}

/// Whether all readers agree where a message with this head ends.
fn is_one_message(head: &HeaderMap) -> bool {
    let count = |name| head.get_all(name).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).count();
    count(CONTENT_LENGTH) + count(TRANSFER_ENCODING) <= 1 && !head.contains_key(CONTENT_ENCODING)
}
