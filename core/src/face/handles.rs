//! Handles: numbers that stand for clients, for the bindings. A number that was freed, or made up, or given by another process's table, finds
//! nothing; it never reaches memory. No lock is held anywhere, so that a fork cannot inherit one.

use crate::client::Client;
use crate::ground::error::{Error, Kind};
use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Clients open at the same time.
const SLOTS: usize = 1 << 12;
/// Marks a number as a client of this library: the highest byte of a handle.
const TAG: u64 = 0xC5 << 56;
const SLOT_BITS: u32 = 16;
/// 40 bits: a program that opens a client every microsecond repeats a serial number after twelve days, and then only in the same slot.
const SERIAL_MASK: u64 = (1 << 40) - 1;

struct Entry {
    handle: u64,
    client: Client,
}

static TABLE: [ArcSwapOption<Entry>; SLOTS] = [const { ArcSwapOption::const_empty() }; SLOTS];
static SERIAL: AtomicU64 = AtomicU64::new(1);

/// A client in use: it lives until the last call on it has ended.
pub struct InUse(Arc<Entry>);

impl std::ops::Deref for InUse {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0.client
    }
}

/// Puts a client into the table.
pub fn add(client: Client) -> Result<u64, Error> {
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let first = usize::try_from(serial).unwrap_or_default() % SLOTS;
    let mut entry = Arc::new(Entry { handle: 0, client });
    for (at, slot) in TABLE.iter().enumerate().cycle().skip(first).take(SLOTS) {
        let handle = TAG | (serial & SERIAL_MASK) << SLOT_BITS | at as u64;
        if let Some(entry) = Arc::get_mut(&mut entry) {
            entry.handle = handle;
        }
        let empty: Option<Arc<Entry>> = None;
        if slot.load().is_none() && slot.compare_and_swap(&empty, Some(entry.clone())).is_none() {
            return Ok(handle);
        }
    }
    Err(Error::at_border(Kind::Handle, "client", format!("more than {SLOTS} clients are open; free what is no longer used")))
}

/// The client of a handle.
pub fn get(handle: u64) -> Result<InUse, Error> {
    let entry = slot(handle).and_then(|slot| slot.load_full()).filter(|entry| entry.handle == handle);
    entry.map(InUse).ok_or_else(|| Error::at_border(Kind::Handle, "client", "is no open client: freed before, or never opened here"))
}

/// Takes a client out of the table; `false` if it is not there. Of two that free it at the same time, one does.
pub fn free(handle: u64) -> bool {
    let Some(slot) = slot(handle) else { return false };
    let current = slot.load();
    let is_it = current.as_ref().is_some_and(|entry| entry.handle == handle);
    let same = |previous: Option<&Arc<Entry>>| previous.map(Arc::as_ptr) == current.as_ref().map(Arc::as_ptr);
    is_it && same(slot.compare_and_swap(&current, None).as_ref())
}

fn slot(handle: u64) -> Option<&'static ArcSwapOption<Entry>> {
    TABLE.get(usize::try_from(handle & ((1 << SLOT_BITS) - 1)).ok()?)
}
