//! The end of a sandbox, which wakes everything that waits.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::lock::lock;

#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn stop(&self) {
        *lock(&self.stopped) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *lock(&self.stopped)
    }

    /// Does it again and again, for so long, while it says so and the sandbox has not ended.
    pub(crate) fn sleep_while(&self, time: Duration, mut again: impl FnMut() -> bool) {
        let until = Instant::now() + time;
        while Instant::now() < until && !self.is_stopped() && again() {}
    }

    /// Sleeps so long, or until the sandbox ends.
    pub(crate) fn sleep(&self, time: Duration) {
        let waiting = self.changed.wait_timeout_while(lock(&self.stopped), time, |stopped| !*stopped);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
    }
}
