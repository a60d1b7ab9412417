//! The end of a call before its deadline, at the word of another thread.

use super::claim::Claim;
use crate::client::writer::Progress;
use crate::ground::error::{Error, Kind};
use crate::ground::lock::lock;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Waker};
use std::time::Instant;

/// Ends one call of [`Client::send_until`](crate::Client::send_until) from another thread: what has not begun is not sent, what has is not
/// waited for.
#[derive(Default)]
pub struct Stop {
    state: Mutex<State>,
    is_never: bool,
}

/// When a call is over: by the clock, or at somebody's word.
#[derive(Clone, Copy)]
pub(crate) struct Until<'a> {
    pub(crate) deadline: Instant,
    pub(crate) stop: &'a Stop,
}

impl Until<'_> {
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || self.stop.lock().stopped
    }
}

#[derive(Default)]
struct State {
    stopped: bool,
    /// No request follows the one that is out.
    withdrawn: bool,
    /// Something may have been written for the call already.
    begun: bool,
    /// The request that was handed over.
    running: Option<Arc<Claim>>,
    waits: Option<Waker>,
    /// Of its download.
    progress: Option<Arc<Progress>>,
}

impl Stop {
    /// For one call, which has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For a call that nobody stops, run by a thread that waits for it: that thread may wait for the network itself.
    pub(crate) fn never() -> Self {
        Self { is_never: true, ..Self::default() }
    }

    pub(super) fn is_never(&self) -> bool {
        self.is_never
    }

    /// Ends the call. `false`: nothing was sent, nor will be. `true`: something may have been, and the call, which ends now, says what.
    pub fn stop(&self) -> bool {
        let mut state = self.lock();
        state.stopped = true;
        // Nothing more is written for it. Where the call has ended already, that stands.
        state.begun |= state.running.as_ref().is_some_and(|claim| claim.end());
        let begun = state.begun;
        woken(state);
        begun
    }

    /// Of a call that downloads a file: how many bytes of it have come, and how many it is to have, where the gateway has said so.
    pub fn progress(&self) -> Option<(u64, Option<u64>)> {
        self.lock().progress.as_ref().filter(|progress| progress.is_file()).map(|progress| progress.so_far())
    }

    pub(crate) fn shows(&self, progress: &Arc<Progress>) {
        self.lock().progress = Some(progress.clone());
    }

    /// [`stop`](Self::stop) for a call of which no request is out. One that is out is still heard; no other follows it.
    pub(crate) fn withdraw(&self) {
        let mut state = self.lock();
        state.withdrawn = true;
        state.stopped |= !state.running.as_ref().is_some_and(|claim| claim.end_unless_begun());
        woken(state);
    }

    /// Before a request of the call is handed over; `false` if the call is over.
    pub(super) fn begin(&self, claim: &Arc<Claim>) -> bool {
        let mut state = self.lock();
        let may_begin = !state.stopped && !state.withdrawn;
        if may_begin {
            state.running = Some(claim.clone());
        }
        may_begin
    }

    /// The request has come to its end.
    pub(super) fn finish(&self) {
        let mut state = self.lock();
        let begun = state.running.take().is_some_and(|claim| claim.has_begun());
        state.begun |= begun;
    }

    /// Whether the call is over; if not, its task is woken once it is.
    pub(crate) fn is_stopped(&self, context: &Context<'_>) -> bool {
        let mut state = self.lock();
        if !state.stopped && !state.waits.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            state.waits = Some(context.waker().clone());
        }
        state.stopped
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn woken(mut state: MutexGuard<'_, State>) {
    let waits = state.waits.take();
    drop(state);
    if let Some(waker) = waits {
        waker.wake();
    }
}

pub(crate) fn stopped() -> Error {
    Error::new(Kind::NotSent, "the call was stopped before the request could be sent")
}
