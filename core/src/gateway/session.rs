//! What must be fetched before an order can be named: an access token.

use super::message::{HttpReply, HttpRequest};
use super::operation::Env;
use crate::ground::error::Result;

/// The two halves of that exchange: pure functions, joined by the client.
pub(crate) struct Session<G> {
    /// Whether this account needs one at all.
    pub(crate) is_needed: fn(&G) -> bool,
    /// The request for it, unless what there is will do at this moment.
    pub(crate) prior: fn(&G, &Env) -> Option<HttpRequest>,
    /// Takes the reply.
    pub(crate) learn: fn(&G, &Env, &HttpReply) -> Result<()>,
}
