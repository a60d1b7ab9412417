//! Reading by a connection of its own, so that whoever looks keeps nobody from writing.

use super::database::{Database, Written};
use super::failure::Result;
use super::{Journal, PATIENCE};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// That connection, from when it is first needed.
pub(super) type Reader = Option<Box<dyn Database>>;

impl Journal {
    /// What is in it now. Done again, by a new connection, where it fails for a time.
    pub(super) fn read<T>(&self, mut look: impl FnMut(&mut dyn Database) -> Result<T>) -> Result<T> {
        let (mut reader, started) = (self.reader.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        loop {
            match self.connected(&mut reader).and_then(&mut look) {
                Err(failure) if failure.passes() && started.elapsed() < PATIENCE => *reader = None,
                looked => return looked,
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn connected<'r>(&self, reader: &'r mut Reader) -> Result<&'r mut dyn Database> {
        let known = match reader.take() {
            Some(known) => known,
            None => self.place.connect(Written::ToSystem)?,
        };
        Ok(&mut **reader.insert(known))
    }
}
