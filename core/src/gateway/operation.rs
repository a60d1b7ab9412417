//! What a gateway can be asked about an order, and the one judge that makes an outcome of what it answers.

use super::Gateway;
use super::download::{Gives, To};
use super::message::{HttpReply, HttpRequest};
use crate::ground::clock::BeijingTime;
use crate::ground::error::{Kind, Result};
use crate::outcome::table::Table;
use crate::outcome::{Doubt, Outcome, Proof, Reason, Retry, Says, Verb};
use crate::signatures::Verified;
use crate::strict::de;
use crate::strict::json::Node;
use serde::de::DeserializeOwned;

/// One thing to ask about an order: a file of the gateway's folder.
pub(crate) trait Operation<G: Gateway>: 'static {
    const VERB: Verb;
    /// The outcome tables.
    const TABLES: &'static [Table];
    const REPEAT: Repeat;
    /// Whether the gateway answers it only to a client certificate.
    const NEEDS_CERTIFICATE: bool;
    /// The fields under `order`.
    type Order: DeserializeOwned + Send + Sync;

    /// The complete request. Pure: time, nonce and message id come in with `env`.
    fn sign(gateway: &G, order: &Self::Order, env: &Env) -> Result<HttpRequest>;

    /// What the reply to a question about this order would mean, were it authentic and ours.
    fn says(content: &G::Content, order: &Self::Order) -> Says;

    /// Whom it names; `says` is what it would mean.
    fn echo(gateway: &G, content: &G::Content, order: &Self::Order, sent: &HttpRequest, says: Says) -> Echo;
}

/// Whether the same request may be sent again where its outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It changes nothing.
    Freely,
    /// The gateway documents it as harmless once a query has shown that the order still stands.
    AfterQuery,
    /// It is not documented as harmless.
    Never,
}

/// What a signature takes from the world.
#[derive(Debug, Clone)]
pub(crate) struct Env {
    /// The moment of the call.
    pub(crate) now: BeijingTime,
    /// 32 characters of `[0-9a-f]` unless the caller gave one.
    pub(crate) nonce: String,
    /// The caller's id of this call, or 32 random characters of `[0-9a-f]`.
    pub(crate) msg_id: String,
}

/// What stands behind a reply as a whole.
pub(crate) enum Seal {
    /// A right signature over what was read.
    Signed(Verified),
    /// Where a signature belongs, there is none or a wrong one.
    Missing,
    /// The gateway signs nothing; the reply came over TLS.
    Tls,
    /// The gateway never signs this kind of reply.
    Unsigned,
}

impl From<Option<Verified>> for Seal {
    fn from(verified: Option<Verified>) -> Self {
        verified.map_or(Self::Missing, Self::Signed)
    }
}

/// Whom an authentic reply names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    /// The very order that was asked about.
    Order,
    /// The call, by its id, and no order.
    Call,
    /// Nothing that tells it from a reply to another call, and need not.
    Silent,
    /// Something that is not ours, or too little.
    NotOurs,
}

impl Echo {
    /// By what it names.
    pub(crate) const fn of(order: bool, call: bool) -> Self {
        match (order, call) {
            (true, _) => Self::Order,
            (false, true) => Self::Call,
            (false, false) => Self::Silent,
        }
    }
}

/// An operation whose types are forgotten, made from its type.
pub(crate) struct Row<G> {
    pub(super) verb: Verb,
    pub(super) tables: &'static [Table],
    pub(super) needs_certificate: bool,
    pub(super) bind: for<'g> fn(&'g G, &Node<'_>) -> Result<Box<dyn Bound + 'g>>,
}

impl<G: Gateway> Row<G> {
    pub(crate) const fn of<O: Operation<G>>() -> Self {
        Self { verb: O::VERB, tables: O::TABLES, needs_certificate: O::NEEDS_CERTIFICATE, bind: bind::<G, O> }
    }
}

fn bind<'g, G: Gateway, O: Operation<G>>(gateway: &'g G, order: &Node<'_>) -> Result<Box<dyn Bound + 'g>> {
    Ok(Box::new(OnOrder::<G, O> { gateway, order: de::read(order, Kind::Call, "order")? }))
}

/// One operation on one order, whose fields are read once, for the request and for the reply; or one call of an API, which has another
/// kind of result.
pub(crate) trait Bound<Said = Outcome>: Send + Sync {
    fn sign(&self, env: &Env) -> Result<HttpRequest>;

    /// What the reply proves.
    fn judge(&self, sent: &HttpRequest, reply: HttpReply) -> Said;

    /// What is known where no whole reply came.
    fn lost(&self, sent: &HttpRequest, reason: Reason) -> Said;

    /// Where the file that it gives is wanted, if one is, and how it gives it.
    fn file(&self) -> Option<(&To, Gives)>;
}

/// Nothing here undoes a compression, and a host's own HTTP client may ask for one by itself.
pub(super) fn as_sent(mut request: HttpRequest) -> HttpRequest {
    request.headers.push(("Accept-Encoding".into(), "identity".into()));
    request
}

/// The doubt about a reply, seen with what its head says.
pub(super) fn seen(doubt: Doubt, reply: &HttpReply) -> Doubt {
    match doubt.reason {
        Reason::Parse | Reason::Charset | Reason::Signature if reply.is_compressed() => Reason::Encoding.into(),
        _ => doubt,
    }
}

/// What a reply under this seal that names so much is proven to be; `None` if it is of a kind that is never signed.
pub(super) fn prove(seal: Seal, echo: Echo) -> std::result::Result<Option<Proof>, Reason> {
    let names_call = matches!(echo, Echo::Order | Echo::Call);
    match (seal, echo) {
        (Seal::Missing, _) => Err(Reason::Signature),
        (Seal::Unsigned, _) => Ok(None),
        (_, Echo::NotOurs) => Err(Reason::Mismatch),
        (Seal::Tls, _) => Ok(Some(Proof::tls_only(names_call))),
        (Seal::Signed(verified), Echo::Order) => Ok(Some(Proof::signed_bound(verified))),
        (Seal::Signed(verified), _) => Ok(Some(Proof::signed_unbound(verified, names_call))),
    }
}

struct OnOrder<'g, G, O: Operation<G>>
where
    G: Gateway,
{
    gateway: &'g G,
    order: O::Order,
}

impl<G: Gateway, O: Operation<G>> Bound for OnOrder<'_, G, O> {
    fn sign(&self, env: &Env) -> Result<HttpRequest> {
        O::sign(self.gateway, &self.order, env).map(as_sent)
    }

    fn judge(&self, sent: &HttpRequest, reply: HttpReply) -> Outcome {
        let outcome = self.read(sent, &reply).unwrap_or_else(|doubt| Outcome::doubtful(seen(doubt, &reply)));
        Self::advised(outcome).of_exchange(&sent.msg_id, Some((reply.status, reply.body)))
    }

    fn lost(&self, sent: &HttpRequest, reason: Reason) -> Outcome {
        Self::advised(Outcome::lost(reason)).of_exchange(&sent.msg_id, None)
    }

    fn file(&self) -> Option<(&To, Gives)> {
        None
    }
}

impl<G: Gateway, O: Operation<G>> OnOrder<'_, G, O> {
    /// The one way from a reply to an outcome, at every gateway and for every operation.
    fn read(&self, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let (content, seal) = self.gateway.unseal(sent, reply)?;
        let (says, words) = (O::says(&content, &self.order), G::words(&content));
        let echo = O::echo(self.gateway, &content, &self.order, sent, says);
        match prove(seal, echo) {
            Ok(proof) => Ok(Outcome::judge(says, words, proof)),
            Err(Reason::Signature) => Err(Doubt::from(Reason::Signature).would_mean(says).said(words)),
            Err(reason) => Err(Doubt::from(reason).said(words)),
        }
    }

    /// With what this gateway says of repeating and of querying.
    fn advised(outcome: Outcome) -> Outcome {
        let outcome = outcome.querying(G::QUERYING).asked(O::VERB);
        match O::REPEAT {
            Repeat::Freely => outcome.repeated(Retry::SameRequest),
            Repeat::AfterQuery => outcome,
            Repeat::Never => outcome.repeated(Retry::Never),
        }
    }
}
