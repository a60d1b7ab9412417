//! The end of a call before its deadline, at the word of another thread.

use super::claim::Claim;
use super::pool::Report;
use crate::ground::error::{Error, Kind};
use crate::outcome::Reason;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// A request that was handed over.
struct Running {
    claim: Arc<Claim>,
    report: SyncSender<Report>,
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
    pub(super) fn begin(&self, claim: &Arc<Claim>, report: &SyncSender<Report>) -> bool {
        let mut state = self.lock();
        if !state.stopped {
            state.running = Some(Running { claim: claim.clone(), report: report.clone() });
        }
        !state.stopped
    }

    /// The request has come to its end.
    pub(super) fn finish(&self) {
        let mut state = self.lock();
        let begun = state.running.take().is_some_and(|running| running.claim.has_begun());
        state.begun |= begun;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Nothing more is written for it, and its caller is told. Says whether anything was.
    fn end(&self) -> bool {
        let begun = self.claim.end();
        // Where the call has ended already, that is told first and stands.
        _ = self.report.try_send(if begun { Report::Lost(Reason::Interrupted) } else { Report::NotSent(stopped()) });
        begun
    }
}

pub(super) fn stopped() -> Error {
    Error::new(Kind::NotSent, "the call was stopped before the request could be sent")
}
