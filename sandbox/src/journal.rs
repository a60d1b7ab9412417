//! The log of a door: what each connection through it brought.

use std::sync::{Arc, Mutex};

use crate::book::lock;

/// One connection through a [`Door`](crate::Door).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
