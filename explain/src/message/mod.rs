//! HTTP messages out of whatever people have of them: a document of this library, raw HTTP, a curl command, what curl shows, HAR, a body, a line of a log.

mod curl;
mod har;
mod http;
mod line;
mod own;
mod trace;

use std::borrow::Cow;

/// A request or a reply, as far as a file shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// What the file was taken for.
    pub read_as: &'static str,
    /// `POST`; `None` of a bare body.
    pub method: Option<String>,
    /// The URL, or its path and query; empty of a bare body.
    pub target: String,
    /// Of a reply.
    pub status: Option<u16>,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// The file shows the body only in part or changed.
    pub lossy: bool,
}

/// What is looked for in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What a client sent.
    Request,
    /// What the gateway answered.
    Reply,
    /// What the gateway posted by itself.
    Notification,
}

impl Side {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Notification => "notification",
        }
    }

    /// The half of an exchange that it is: a notification is a request too.
    pub(crate) fn is_request(self) -> bool {
        self != Self::Reply
    }
}

impl Message {
    /// Reads a file that holds the message in one of the known forms; what is none of them is a body.
    pub fn read(file: &[u8], side: Side) -> Self {
        let file = &*utf8(file);
        let text = String::from_utf8_lossy(file);
        let text = text.trim_start_matches('\u{feff}');
        own::read(text, side)
            .or_else(|| har::read(text, side))
            .or_else(|| curl::read(text, side))
            .or_else(|| trace::read(text, side))
            .or_else(|| http::read(file, side))
            .or_else(|| line::read(file))
            .unwrap_or_else(|| Self { read_as: "body", body: without_last_line_end(file).to_vec(), ..Self::default() })
    }

    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path of the target, without host and query; empty if there is none.
    pub(crate) fn path(&self) -> &str {
        let target = self.target.split(['?', '#']).next().unwrap_or_default();
        match target.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
            None => target,
        }
    }

    /// Between `?` and `#`.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default())
    }

    /// `host:port`, from the URL or the header.
    pub(crate) fn host(&self) -> &str {
        let of_url = self.target.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
        of_url.or_else(|| self.header("host")).unwrap_or_default()
    }
}

/// PowerShell's `>` writes UTF-16.
fn utf8(file: &[u8]) -> Cow<'_, [u8]> {
    let encoding = match file {
        [0xFF, 0xFE, ..] => encoding_rs::UTF_16LE,
        [0xFE, 0xFF, ..] => encoding_rs::UTF_16BE,
        _ => return Cow::Borrowed(file),
    };
    Cow::Owned(encoding.decode_with_bom_removal(file).0.into_owned().into_bytes())
}

/// Editors and `echo` end a file with a line end that nobody has sent.
fn without_last_line_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}
