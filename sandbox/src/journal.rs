//! The log of a door: what each connection through it brought.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::call::Call;
use crate::lock::lock;

/// One connection through a [`Door`](crate::Door).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Bytes of HTTP requests that arrived; over TLS, what was inside it.
    pub received: usize,
    /// Bytes of HTTP replies handed to the network.
    pub written: usize,
    /// Closes that arrived whole.
    pub posts: usize,
    /// Closes that the gateway has handled.
    pub handled: usize,
    /// Queries that arrived whole.
    pub queries: usize,
    /// The length of the last reply, head and body, had nothing gone wrong.
    pub reply: usize,
    /// When the last byte of a request was read.
    pub heard: Option<Instant>,
    /// When a reply was last written that no request had asked for.
    pub surplus: Option<Instant>,
    /// Whether the client has shown the merchant's certificate.
    pub is_merchant: bool,
    /// The requests that arrived whole, in their order.
    pub requests: Vec<Carried>,
}

/// A request and what it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// `None`: a token, or something else.
    pub call: Option<Call>,
    /// The order it names.
    pub number: Option<String>,
    /// When it had been read to its last byte.
    pub arrived: Instant,
    /// Whether its reply was genuine and held the number of the order or the id of the request.
    pub named: bool,
}

/// Connections in the order of their arrival; without a log, nothing is kept.
#[derive(Clone, Debug)]
pub(crate) struct Log(Option<Arc<Mutex<Vec<Connection>>>>);

impl Log {
    pub(crate) fn kept() -> Log {
        Log(Some(Arc::default()))
    }

    pub(crate) fn none() -> Log {
        Log(None)
    }

    pub(crate) fn line(&self) -> Line {
        let at = self.0.as_deref().map_or(0, |connections| {
            let mut connections = lock(connections);
            connections.push(Connection::default());
            connections.len() - 1
        });
        Line { log: self.clone(), at }
    }

    pub(crate) fn connections(&self) -> Vec<Connection> {
        self.0.as_deref().map(|connections| lock(connections).clone()).unwrap_or_default()
    }
}

/// One line of the log.
#[derive(Debug)]
pub(crate) struct Line {
    log: Log,
    at: usize,
}

impl Line {
    pub(crate) fn note(&self, change: impl FnOnce(&mut Connection)) {
        if let Some(connections) = &self.log.0
            && let Some(connection) = lock(connections).get_mut(self.at)
        {
            change(connection);
        }
    }
}
