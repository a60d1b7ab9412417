//! What a gateway is to the rest of the library: two pure functions between typed settings and bytes.

use crate::clock::BeijingTime;
use crate::config::BaseUrl;
use crate::error::{Error, Kind, Result};
use crate::outcome::{Outcome, Reason};
use crate::strict::de;
use crate::strict::json::Node;
use crate::table::Table;
use crate::verdict::Doubt;
use serde::de::DeserializeOwned;
use std::fmt;

/// The body of a reply is read up to this size, in bytes; a larger one proves nothing.
pub const MAX_REPLY: usize = 1 << 20;

/// A gateway. No method has a default: a forgotten one must not compile.
pub(crate) trait Gateway: Send + Sync + Sized + 'static {
    /// The word for it in configurations.
    const ID: &'static str;
    /// Named hosts: what `environment` may say, and the base URL it stands for.
    const ENVIRONMENTS: &'static [(&'static str, &'static str)];
    /// The outcome tables of close.
    const CLOSE: &'static [Table];
    /// How an order's state is asked for, if the gateway documents it in full.
    const QUERY: Option<Query<Self>>;
    /// Whether a close may be repeated once a query has shown that the order still stands. If not, an Unknown never asks for one.
    const CLOSE_MAY_BE_REPEATED: bool;
    /// The settings under `account`.
    type Account: DeserializeOwned;
    /// The fields under `order`.
    type Order: DeserializeOwned;

    /// Loads keys and checks settings.
    fn open(account: Self::Account, base: BaseUrl) -> Result<Self>;

    /// The request that must be answered before `sign` can work at `now` (an access token), if there is one.
    fn prior(&self, env: &Env<'_>) -> Option<HttpRequest>;

    /// Takes the reply to `prior`.
    fn learn(&self, env: &Env<'_>, reply: &HttpReply) -> Result<()>;

    /// The complete request to close. Pure: time, nonce and message id come in with `env`.
    fn sign(&self, order: &Self::Order, env: &Env<'_>) -> Result<HttpRequest>;

    /// What the reply to a close proves about the order. Pure, and fails closed.
    fn verify(&self, order: &Self::Order, sent: &HttpRequest, reply: &HttpReply) -> Outcome;

    /// A field of one of the gateway's other calls, encrypted as they demand it.
    fn encrypt_field(&self, text: &str) -> Result<String>;

    /// The text of an encrypted field of one of the gateway's other calls or notifications.
    fn decrypt_field(&self, field: &str) -> Result<String>;
}

/// Asking for an order's state: pure functions like `sign` and `verify`.
pub(crate) struct Query<G: Gateway> {
    /// The outcome tables.
    pub(crate) tables: &'static [Table],
    pub(crate) sign: fn(&G, &G::Order, &Env<'_>) -> Result<HttpRequest>,
    pub(crate) verify: fn(&G, &G::Order, &HttpRequest, &HttpReply) -> Outcome,
}

/// What a gateway is asked about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Close,
    Query,
}

/// What a signature takes from the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Env<'a> {
    /// The moment of the call.
    pub(crate) now: BeijingTime,
    /// 32 characters of `[0-9a-f]` unless the caller gave one.
    pub(crate) nonce: &'a str,
    /// The caller's id of this call, or 32 random characters of `[0-9a-f]`.
    pub(crate) msg_id: &'a str,
}

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

/// One row of the registry.
pub struct Entry {
    /// The word for the gateway in configurations.
    pub id: &'static str,
    /// What `environment` may say, and the base URL it stands for.
    pub environments: &'static [(&'static str, &'static str)],
    /// Its outcome tables for close.
    pub close: &'static [Table],
    /// Its outcome tables for query; none if it documents no query to rely on.
    pub query: &'static [Table],
    pub(crate) open: fn(&Node<'_>, BaseUrl) -> Result<Box<dyn Erased>>,
}

impl Entry {
    pub(crate) const fn of<G: Gateway>() -> Self {
        let query = match G::QUERY {
            Some(query) => query.tables,
            None => &[],
        };
        Self { id: G::ID, environments: G::ENVIRONMENTS, close: G::CLOSE, query, open: open::<G> }
    }
}

fn open<G: Gateway>(account: &Node<'_>, base: BaseUrl) -> Result<Box<dyn Erased>> {
    Ok(Box::new(G::open(de::read(account, Kind::Config, "account")?, base)?))
}

/// A gateway whose types are forgotten: orders come as JSON.
pub(crate) trait Erased: Send + Sync {
    fn prior(&self, env: &Env<'_>) -> Option<HttpRequest>;
    fn learn(&self, env: &Env<'_>, reply: &HttpReply) -> Result<()>;
    fn can_query(&self) -> Result<()>;
    fn sign(&self, ask: Ask, order: &Node<'_>, env: &Env<'_>) -> Result<HttpRequest>;
    fn verify(&self, ask: Ask, order: &Node<'_>, sent: &HttpRequest, reply: &HttpReply) -> Result<Outcome>;
    fn lost(&self, ask: Ask, sent: &HttpRequest, reason: Reason) -> Outcome;
    fn encrypt_field(&self, text: &str) -> Result<String>;
    fn decrypt_field(&self, field: &str) -> Result<String>;
}

fn repeat_rule<G: Gateway>(ask: Ask, outcome: Outcome) -> Outcome {
    match ask {
        Ask::Query => outcome.of_query(),
        Ask::Close if G::CLOSE_MAY_BE_REPEATED => outcome,
        Ask::Close => outcome.without_repeat(),
    }
}

fn query<G: Gateway>() -> Result<Query<G>> {
    G::QUERY.ok_or_else(|| Error::unsupported("operation", "can only be `close` here: the gateway documents no query to rely on"))
}

impl<G: Gateway> Erased for G {
    fn prior(&self, env: &Env<'_>) -> Option<HttpRequest> {
        Gateway::prior(self, env)
    }

    fn learn(&self, env: &Env<'_>, reply: &HttpReply) -> Result<()> {
        Gateway::learn(self, env, reply)
    }

    fn can_query(&self) -> Result<()> {
        query::<G>().map(drop)
    }

    fn sign(&self, ask: Ask, order: &Node<'_>, env: &Env<'_>) -> Result<HttpRequest> {
        let order = de::read(order, Kind::Call, "order")?;
        match ask {
            Ask::Close => Gateway::sign(self, &order, env),
            Ask::Query => (query::<G>()?.sign)(self, &order, env),
        }
    }

    fn verify(&self, ask: Ask, order: &Node<'_>, sent: &HttpRequest, reply: &HttpReply) -> Result<Outcome> {
        let order = de::read(order, Kind::Call, "order")?;
        let outcome = match ask {
            Ask::Close => Gateway::verify(self, &order, sent, reply),
            Ask::Query => (query::<G>()?.verify)(self, &order, sent, reply),
        };
        Ok(repeat_rule::<G>(ask, outcome).of_exchange(&sent.msg_id, Some(reply)))
    }

    fn lost(&self, ask: Ask, sent: &HttpRequest, reason: Reason) -> Outcome {
        repeat_rule::<G>(ask, Outcome::lost(reason)).of_exchange(&sent.msg_id, None)
    }

    fn encrypt_field(&self, text: &str) -> Result<String> {
        Gateway::encrypt_field(self, text)
    }

    fn decrypt_field(&self, field: &str) -> Result<String> {
        Gateway::decrypt_field(self, field)
    }
}
