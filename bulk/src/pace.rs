//! [`Pace`]: who is asked before each request.

use std::future::Future;
use std::pin::Pin;

/// Decides when the next request may leave. Closes and queries ask alike.
pub trait Pace: Send + Sync {
    /// Waits until one more request of this account may leave for this host (`name` or `name:port`), and counts it as under way until its turn ends. It
    /// runs on a Tokio runtime with a clock. Dropping the future gives the place up.
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Pin<Box<dyn Future<Output = Box<dyn Turn>> + Send + 'a>>;
}

/// One request under way. Dropped without a word, nothing was sent, or nobody knows what was heard.
pub trait Turn: Send {
    /// An answer came; `throttled`: it was that there are too many requests.
    fn heard(self: Box<Self>, throttled: bool);
}

/// As fast as they come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Pin<Box<dyn Future<Output = Box<dyn Turn>> + Send + 'a>> {
        Box::pin(std::future::ready(Box::new(Unpaced) as Box<dyn Turn>))
    }
}

impl Turn for Unpaced {
    fn heard(self: Box<Self>, _throttled: bool) {}
}
