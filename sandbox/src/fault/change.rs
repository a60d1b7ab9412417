//! Faults of the reply's head: status, headers, framing.

use super::Injection;
use crate::http::Reply;

/// What is changed in the head of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another status, with this in the body.
    Status(u16, Content),
    /// A redirect with this status, to a listener that only counts its connections. The body stays.
    Redirect(u16),
    /// A Content-Type that is wrong.
    WrongContentType,
    /// No Content-Type.
    NoContentType,
    /// The name of a content coding; the body stays as it is. One of `gzip`, `br`, `deflate`, `identity`.
    Encoding(&'static str),
    /// A second framing of the body.
    Frame(Frame),
    /// So many more headers.
    Headers(usize),
    /// One more header of so many bytes.
    HeaderSize(usize),
    /// Content-Length announces so many bytes, whatever follows.
    Announce(u64),
    /// A body of so many bytes of text.
    BodySize(usize),
}

/// What a reply with another status holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A page for people.
    Html,
    /// Nothing.
    Empty,
    /// The gateway's own correct reply.
    Signed,
}

/// Two framings that disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Two Content-Lengths, one byte apart.
    TwoLengths,
    /// Content-Length and Transfer-Encoding: chunked, the body in one chunk.
    LengthAndChunks,
}

const HTML: &str = "<html><body>The system is under maintenance.</body></html>";

impl Change {
    /// The content codings that can be claimed.
    pub(crate) const ENCODINGS: [&'static str; 4] = ["gzip", "br", "deflate", "identity"];

    pub(crate) fn apply(self, mut reply: Reply, elsewhere: &str, injection: &Injection) -> Reply {
        match self {
            Change::Status(status, content) => {
                reply.status = status;
                if let Some(body) = content.body() {
                    reply.set("Content-Type", "text/html");
                    reply.body = body.into();
                }
            }
            Change::Redirect(status) => {
                reply.status = status;
                let scheme = if injection.draw(2) == 0 { "http" } else { "https" };
                reply.set("Location", &format!("{scheme}://{elsewhere}/"));
            }
            Change::WrongContentType => reply.set("Content-Type", "text/html; charset=iso-8859-1"),
            Change::NoContentType => reply.headers.clear(),
            Change::Encoding(name) => reply.set("Content-Encoding", name),
            Change::Frame(Frame::TwoLengths) => reply.set("Content-Length", &(reply.body.len() + 1).to_string()),
            Change::Frame(Frame::LengthAndChunks) => {
                reply.set("Transfer-Encoding", "chunked");
                reply.body = [format!("{:x}\r\n", reply.body.len()).as_bytes(), &reply.body, b"\r\n0\r\n\r\n"].concat();
            }
            Change::Headers(count) => reply.headers.extend((0..count).map(|n| (format!("X-{n}"), "y".to_string()))),
            Change::HeaderSize(bytes) => reply.set("X", &"y".repeat(bytes)),
            Change::Announce(bytes) => reply.announced = Some(bytes),
            Change::BodySize(bytes) => reply.body = "x".repeat(bytes).into(),
        }
        reply
    }
}

impl Content {
    fn body(self) -> Option<&'static str> {
        match self {
            Content::Html => Some(HTML),
            Content::Empty => Some(""),
            Content::Signed => None,
        }
    }
}
