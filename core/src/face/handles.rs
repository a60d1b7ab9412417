//! Handles: numbers that stand for clients and for queues, for the bindings. None of the one is ever one of the other.

use super::queue::{Finished, Queue};
use super::slots::{self, Slots};
use crate::client::Client;
use crate::ground::error::{Error, Kind};
use std::ops::Deref;

type Clients = Slots<Client, 1024, 0>;
type Queues = Slots<Queue, 16, 1>;

static CLIENTS: Clients = Clients::new();
static QUEUES: Queues = Queues::new();

/// A client in use: it lives until the last call on it has ended.
pub struct InUse(slots::InUse<Client>);

impl Deref for InUse {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// Puts a client into the table.
///
/// # Errors
/// [`Kind::Handle`] if 1,048,576 are open.
pub fn add(client: Client) -> Result<u64, Error> {
    let too_many = || Error::at_border(Kind::Handle, "client", format!("{} clients are open; free what is no longer used", Clients::MOST));
    CLIENTS.add(client).ok_or_else(too_many)
}

/// The client of a handle.
///
/// # Errors
/// [`Kind::Handle`] if it is none.
pub fn get(handle: u64) -> Result<InUse, Error> {
    let unknown = || Error::at_border(Kind::Handle, "client", "is no open client: freed before, or never opened here");
    CLIENTS.get(handle).map(InUse).ok_or_else(unknown)
}

/// Takes a client out of the table; `false` if it is not there. Of two that free it at the same time, one does.
pub fn free(handle: u64) -> bool {
    CLIENTS.free(handle)
}

/// A queue in use: it lives until the last call on it has ended.
pub struct QueueInUse(slots::InUse<Queue>);

impl Deref for QueueInUse {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        &self.0
    }
}

/// Puts a queue into the table.
///
/// # Errors
/// [`Kind::Handle`] if 16,384 are open.
pub fn add_queue(queue: Queue) -> Result<u64, Error> {
    QUEUES.add(queue).ok_or_else(|| no_queue(format!("{} queues are open; free what is no longer used", Queues::MOST)))
}

/// The queue of a handle.
///
/// # Errors
/// [`Kind::Handle`] if it is none.
pub fn queue(handle: u64) -> Result<QueueInUse, Error> {
    QUEUES.get(handle).map(QueueInUse).ok_or_else(unknown_queue)
}

/// Takes a queue out of the table and ends it. Of two that do so at the same time, one does.
///
/// # Errors
/// [`Kind::Handle`] if it is none.
pub fn end_queue(handle: u64) -> Result<Vec<Finished>, Error> {
    let queue = queue(handle)?;
    if QUEUES.free(handle) { Ok(queue.end()) } else { Err(unknown_queue()) }
}

fn unknown_queue() -> Error {
    no_queue("is no open queue: freed before, or never opened here".into())
}

fn no_queue(message: String) -> Error {
    Error::at_border(Kind::Handle, "queue", message)
        .with_hint("open a queue, and free it only after its last call", "请先新建队列，并在最后一次调用之后再释放")
}
