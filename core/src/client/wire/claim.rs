//! One call, claimed once: by the I/O thread that writes its request, or by the caller whose time runs out.

use crate::ground::lock::lock;
use std::io;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// What has become of a call's request.
///
/// After [`end`](Self::end) nothing is written for the call, and before its first write `end` says that there was none: every write of
/// its connection happens in [`write`](Self::write), under the lock under which the phase changes. So `end` waits for a write that is
/// under way (one system call of a socket that never blocks), and the next one finds the call over.
pub(super) struct Claim {
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    deadline: Instant,
}

#[derive(Clone, Copy)]
enum Phase {
    /// Nothing of the request was written.
    Waiting,
    /// Some of it may have been.
    Begun,
    Over {
        begun: bool,
    },
}

impl Claim {
    pub(super) fn new(deadline: Instant) -> Self {
        Self { state: Mutex::new(State { phase: Phase::Waiting, deadline }) }
    }

    /// Writes, unless the call is over; what is no part of the request (a handshake) does not begin it.
    pub(super) fn write(&self, is_of_request: bool, write: impl FnOnce() -> io::Result<usize>) -> io::Result<usize> {
        let mut state = self.lock();
        match state.phase {
            Phase::Over { .. } => return Err(too_late()),
            Phase::Waiting if Instant::now() >= state.deadline => return Err(too_late()),
            Phase::Waiting if is_of_request => state.phase = Phase::Begun,
            Phase::Waiting | Phase::Begun => {}
        }
        write()
    }

    /// Nothing is written from here on. Says whether any of the request may have been.
    pub(super) fn end(&self) -> bool {
        self.end_once().0
    }

    /// The same; and whether it was over already, by somebody else.
    pub(super) fn end_once(&self) -> (bool, bool) {
        let mut state = self.lock();
        let begun = matches!(state.phase, Phase::Begun | Phase::Over { begun: true });
        let was_over = matches!(std::mem::replace(&mut state.phase, Phase::Over { begun }), Phase::Over { .. });
        (begun, was_over)
    }

    /// The same, unless some of the request may have been written already.
    pub(super) fn end_unless_begun(&self) -> bool {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Waiting) {
            state.phase = Phase::Over { begun: false };
        }
        matches!(state.phase, Phase::Begun | Phase::Over { begun: true })
    }

    pub(super) fn has_begun(&self) -> bool {
        matches!(self.lock().phase, Phase::Begun | Phase::Over { begun: true })
    }

    /// When its time runs out.
    pub(super) fn deadline(&self) -> Instant {
        self.lock().deadline
    }

    /// It has earned more time: so much from now on.
    pub(super) fn prolong(&self, by: Duration) {
        self.lock().deadline = Instant::now() + by;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn too_late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the call is over")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::thread;

    fn claim() -> Claim {
        Claim::new(Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn a_call_is_begun_by_the_first_write_of_its_request_alone() {
        let claim = claim();
        assert_eq!(claim.write(false, || Ok(1)).unwrap(), 1);
        assert!(!claim.has_begun());
        assert!(claim.write(true, || Err(io::ErrorKind::BrokenPipe.into())).is_err());
        assert!(claim.has_begun() && claim.end() && claim.end(), "a write that failed may have left all the same");
    }

    #[test]
    fn nothing_is_written_for_a_call_that_is_over_or_late() {
        let never = || -> io::Result<usize> { unreachable!() };
        let over = claim();
        assert!(!over.end() && over.write(true, never).is_err() && over.write(false, never).is_err() && over.end_once() == (false, true));
        let late = Claim::new(Instant::now());
        assert!(late.write(true, never).is_err() && !late.has_begun());
    }

    #[test]
    fn a_call_that_has_begun_goes_on_unless_it_is_ended() {
        let claim = claim();
        assert_eq!(claim.write(true, || Ok(1)).unwrap(), 1);
        assert!(claim.end_unless_begun() && claim.write(true, || Ok(1)).is_ok());
        assert!(claim.end() && claim.end_unless_begun() && claim.write(true, || unreachable!()).is_err());
        let waiting = self::claim();
        assert!(!waiting.end_unless_begun() && waiting.write(false, || unreachable!()).is_err() && !waiting.end());
    }

    /// Whatever the order: once `end` has returned, no write is under way or begins; and it knows of every one that was.
    #[test]
    fn the_end_and_the_first_write_never_both_come_first() {
        let mut begun = 0;
        for round in 0..2000 {
            let (claim, told) = (claim(), AtomicBool::new(false));
            thread::scope(|scope| {
                let writer = scope.spawn(|| {
                    let write = || {
                        assert!(!told.load(SeqCst), "written after the caller was told");
                        thread::yield_now();
                        assert!(!told.load(SeqCst), "still being written when the caller was told");
                        Ok(1)
                    };
                    claim.write(true, write).is_ok()
                });
                if round % 2 == 0 {
                    thread::yield_now();
                }
                let ended = claim.end();
                told.store(true, SeqCst);
                assert_eq!(ended, writer.join().unwrap());
                begun += usize::from(ended);
            });
        }
        assert!(begun > 0, "the writer never came first");
    }
}
