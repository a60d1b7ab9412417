//! One thread at a time, with a deadline: for the step that all threads need and only one should take.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

#[derive(Default)]
pub(crate) struct Turn {
    taken: Mutex<bool>,
    given_back: Condvar,
}

/// The turn, given back when dropped.
pub(crate) struct Taken<'a>(&'a Turn);

impl Turn {
    /// Waits for the turn; `None` if the deadline comes first.
    pub(crate) fn take(&self, deadline: Instant) -> Option<Taken<'_>> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (mut taken, _) = self.given_back.wait_timeout_while(self.lock(), left, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        if *taken {
            return None;
        }
        *taken = true;
        Some(Taken(self))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.given_back.notify_one();
    }
}
