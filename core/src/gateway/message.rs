//! What goes over the wire, and when the body of a reply may be believed to be what was sent.

use crate::outcome::Reason;
use crate::verdict::Doubt;
use std::fmt;

/// The body of a reply is read up to this size, in bytes; a larger one proves nothing.
pub const MAX_REPLY: usize = 1 << 20;

/// A request, ready to be sent as it is: sending other bytes or headers breaks the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// Header names and values, ASCII.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The id of this call, for the log and for the result.
    pub msg_id: String,
}

impl fmt::Debug for HttpRequest {
    /// Without headers and body, which hold the signature and the order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest").field("url", &self.url).field("msg_id", &self.msg_id).finish_non_exhaustive()
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

impl HttpReply {
    /// The bytes of a reply that may mean something: status 200, no content coding, one length, at most [`MAX_REPLY`] bytes.
    pub(crate) fn trusted_body(&self) -> std::result::Result<&[u8], Doubt> {
        match self.status {
            200 => self.plain_body(),
            300..=399 => Err(Reason::Redirect.into()),
            other => Err(Reason::Http(other).into()),
        }
    }

    /// The same whatever the status.
    pub(crate) fn plain_body(&self) -> std::result::Result<&[u8], Doubt> {
        let coded = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("content-encoding") && !value.trim().eq_ignore_ascii_case("identity")
        };
        let values = |wanted: &'static str| {
            let of_name = move |(name, _): &&(String, String)| name.eq_ignore_ascii_case(wanted);
            self.headers.iter().filter(of_name).flat_map(|(_, value)| value.split(',')).map(str::trim)
        };
        // Two answers to where the body ends: another reader of this connection may have seen another body.
        let (lengths, codings) = (values("content-length").count(), values("transfer-encoding").count());
        let not_chunked = values("transfer-encoding").any(|coding| !coding.eq_ignore_ascii_case("chunked"));
        if lengths + codings > 1 || not_chunked || self.headers.iter().any(coded) {
            return Err(Reason::Encoding.into());
        }
        match &self.body {
            body if body.len() > MAX_REPLY => Err(Reason::TooLarge.into()),
            // In UTF-8 and in GBK it is always a character, which no reply here can hold.
            body if body.contains(&0) => Err(Reason::Charset.into()),
            body => Ok(body),
        }
    }
}

impl fmt::Debug for HttpReply {
    /// Without headers and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}
