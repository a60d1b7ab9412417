//! Locks whose content a panic leaves as good as it was.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The content, whether or not somebody has panicked with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
