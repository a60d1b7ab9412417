//! Handles: numbers that stand for clients, for the bindings.

use super::slots::{self, Slots};
use crate::client::Client;
use crate::ground::error::{Error, Kind};
use std::ops::Deref;

type Clients = Slots<Client, 1024>;

static CLIENTS: Clients = Clients::new();

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
