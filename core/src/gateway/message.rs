//! What goes over the wire, and when the body of a message from outside may be believed to be what was sent.

use crate::outcome::{Doubt, Reason};
use crate::strict::find;
use std::fmt;

/// The body of a reply or of a notification is read up to this size, in bytes; a larger one proves nothing.
pub const MAX_REPLY: usize = 1 << 20;

/// A request, ready to be sent as it is: sending other bytes or headers breaks the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`, or `GET`, which has no body; `SIGN` of the parameters of a front end, which are not sent.
    pub method: &'static str,
    /// The absolute URL, with its query; empty where nothing is to be sent.
    pub url: String,
    /// Header names and values, ASCII.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The id of this call, for the log and for the result.
    pub msg_id: String,
}

impl fmt::Debug for HttpRequest {
    /// Without headers, body and the query of the URL, which hold the signature and the order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest").field("url", &address).field("msg_id", &self.msg_id).finish_non_exhaustive()
    }
}

/// A whole HTTP reply, as the host's HTTP client received it.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// Header names (any case) and values.
    pub headers: Vec<(String, String)>,
    /// The body as it came, not decoded.
    pub body: Vec<u8>,
}

/// Codings that shrink a body; what else stands in Content-Encoding (`UTF-8`, `none`) codes nothing.
const COMPRESSIONS: &[&str] = &["gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz"];

impl HttpReply {
    /// The body of a reply that a signature is to prove: status 200, whole, at most [`MAX_REPLY`] bytes. What else the head says of it
    /// neither proves nor disproves anything.
    pub(crate) fn body_to_verify(&self) -> std::result::Result<&[u8], Doubt> {
        match self.status {
            200 => self.whole_body(),
            300..=399 => Err(Reason::Redirect.into()),
            other => Err(Reason::Http(other).into()),
        }
    }

    /// The body of a reply that nothing but TLS vouches for: the head must leave no doubt about it either.
    pub(crate) fn trusted_body(&self) -> std::result::Result<&[u8], Doubt> {
        self.body_to_verify()?;
        self.plain_body()
    }

    /// The same whatever the status.
    pub(crate) fn plain_body(&self) -> std::result::Result<&[u8], Doubt> {
        if self.has_odd_head() { Err(Reason::Encoding.into()) } else { self.whole_body() }
    }

    fn whole_body(&self) -> std::result::Result<&[u8], Doubt> {
        self.received().whole_body()
    }

    /// Whether the head names a coding, or answers twice where the body ends: another reader of this connection may have seen another body.
    fn has_odd_head(&self) -> bool {
        let head = self.received();
        let (lengths, codings) = (head.values("content-length").count(), head.values("transfer-encoding").count());
        lengths + codings > 1
            || head.values("transfer-encoding").any(|coding| !coding.eq_ignore_ascii_case("chunked"))
            || head.values("content-encoding").any(|coding| !coding.eq_ignore_ascii_case("identity"))
    }

    /// Whether the head says that the body is compressed: no wonder then if it cannot be read.
    pub(crate) fn is_compressed(&self) -> bool {
        self.received().is_compressed()
    }

    fn received(&self) -> Received<'_> {
        Received { headers: &self.headers, body: &self.body }
    }
}

/// A notification, as the merchant's web server received it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The address it was posted to, for people: nothing rests on it.
    pub url: Option<String>,
    /// Header names (any case) and values.
    pub headers: Vec<(String, String)>,
    /// The body as it came, not decoded.
    pub body: Vec<u8>,
    /// What the merchant knows of the order, under the names that the notice has it by: order numbers, `amount`, any field. What is not
    /// so makes the notice a mismatch. Empty where nothing is known.
    pub expect: Vec<(String, String)>,
}

impl Incoming {
    /// The body, whole and of at most [`MAX_REPLY`] bytes: a signature is to prove the rest.
    pub(crate) fn body_to_verify(&self) -> std::result::Result<&[u8], Doubt> {
        self.received().whole_body()
    }

    /// Whether the head says that the body is compressed.
    pub(crate) fn is_compressed(&self) -> bool {
        self.received().is_compressed()
    }

    fn received(&self) -> Received<'_> {
        Received { headers: &self.headers, body: &self.body }
    }
}

impl fmt::Debug for Incoming {
    /// Without headers, body and expectations.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// The head and the body of a message from outside.
struct Received<'m> {
    headers: &'m [(String, String)],
    body: &'m [u8],
}

impl<'m> Received<'m> {
    fn whole_body(&self) -> std::result::Result<&'m [u8], Doubt> {
        let mut lengths = self.values("content-length");
        let first = lengths.next();
        match self.body {
            // Nobody knows which part of it is the message.
            _ if lengths.any(|other| Some(other) != first) => Err(Reason::Encoding.into()),
            body if body.len() > MAX_REPLY => Err(Reason::TooLarge.into()),
            // In UTF-8 and in GBK it is always a character, which no message here can hold.
            body if find::has(body, 0) => Err(Reason::Charset.into()),
            body => Ok(body),
        }
    }

    fn is_compressed(&self) -> bool {
        let mut codings = self.values("content-encoding").chain(self.values("transfer-encoding"));
        codings.any(|coding| COMPRESSIONS.iter().any(|compression| coding.eq_ignore_ascii_case(compression)))
    }

    fn values(&self, wanted: &'static str) -> impl Iterator<Item = &'m str> {
        let of_name = move |(name, _): &&(String, String)| name.eq_ignore_ascii_case(wanted);
        self.headers.iter().filter(of_name).flat_map(|(_, value)| value.split(',')).map(str::trim)
    }
}

impl fmt::Debug for HttpReply {
    /// Without headers and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}
