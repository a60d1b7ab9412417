//! [`Pace`]: who is asked before each request.

use crate::journal::Result;
use std::future::Future;
use std::pin::Pin;

/// The turn of one request, when it comes.
pub type Permit<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn Turn>>> + Send + 'a>>;

/// Decides when the next request may leave. Closes and queries ask alike.
pub trait Pace: Send + Sync {
    /// Waits until one more request of this account may leave for this host (`name` or `name:port`), and counts it as under way until its turn ends. It
    /// runs on a Tokio runtime with a clock. Dropping the future gives the place up. An error ends the run: nobody can say any more when a
    /// request may leave.
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a>;

    /// The same where nobody has to wait: what came of one request and that the next one leaves are then written together. None at first.
    fn permit_at_once(&self, _account: &str, _host: &str) -> Option<Box<dyn Turn>> {
        None
    }

    /// Whether nobody would have to wait now: an order is then taken when it may leave, and begun with that. Not at first.
    fn is_open(&self, _account: &str, _host: &str) -> bool {
        false
    }
}

/// One request under way. Dropped without a word, nothing was sent, or nobody knows what was heard.
pub trait Turn: Send {
    /// An answer came; `throttled`: it was that there are too many requests.
    fn heard(self: Box<Self>, throttled: bool);

    /// It was had at once, and nothing leaves by it: it is another's. Lost at first.
    fn gives_back(self: Box<Self>) {}

    /// Whether it came so long ago that another one is to be waited for: a request that left now would be on top of those whose turn it is. Never at
    /// first.
    fn is_over(&self) -> bool {
        false
    }
}

/// As fast as they come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        Box::pin(std::future::ready(Ok(Box::new(Unpaced) as Box<dyn Turn>)))
    }

    fn permit_at_once(&self, _account: &str, _host: &str) -> Option<Box<dyn Turn>> {
        Some(Box::new(Unpaced))
    }

    fn is_open(&self, _account: &str, _host: &str) -> bool {
        true
    }
}

impl Turn for Unpaced {
    fn heard(self: Box<Self>, _throttled: bool) {}
}
