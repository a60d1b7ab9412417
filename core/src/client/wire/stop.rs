//! The end of a call before its deadline, at the word of another thread.

use super::Running;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Ends one call of [`Client::send_until`](crate::Client::send_until) from another thread: what has not begun is not sent, what has is not
/// waited for.
#[derive(Default)]
pub struct Stop(Mutex<State>);

/// When a call is over: by the clock, or at somebody's word.
#[derive(Clone, Copy)]
pub(crate) struct Until<'a> {
    pub(crate) deadline: Instant,
    pub(crate) stop: &'a Stop,
}

#[derive(Default)]
struct State {
    stopped: bool,
    /// Something may have been written for the call already.
    begun: bool,
    running: Option<Running>,
}

impl Stop {
    /// For one call, which has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the call. `false`: nothing was sent, nor will be. `true`: something may have been, and the call, which ends now, says what.
    pub fn stop(&self) -> bool {
        let mut state = self.lock();
        state.stopped = true;
        state.begun |= state.running.as_ref().is_some_and(Running::end);
        state.begun
    }

    /// Before a request of the call is handed over; `false` if the call is over.
    pub(crate) fn begin(&self, running: Running) -> bool {
        let mut state = self.lock();
        if !state.stopped {
            state.running = Some(running);
        }
        !state.stopped
    }

    /// The request has come to its end.
    pub(crate) fn finish(&self) {
        let mut state = self.lock();
        let begun = state.running.take().is_some_and(|running| running.has_begun());
        state.begun |= begun;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
