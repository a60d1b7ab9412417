//! Forks wait for what must not be copied half done.
//!
//! AWS-LC guards its random numbers with process-wide locks, and a library's lazily made values have theirs. A child that is forked
//! while another thread holds such a lock has it locked for ever. So a fork waits until no thread is between `NoFork::begin` and the
//! end of its value, and threads that come to `begin` meanwhile wait for the fork. Both wait by sleeping: a lock would be one more.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// After this a fork goes on all the same, so that a thread that cannot end (a signal handler forks in the middle of a signature)
/// is no deadlock.
pub const LONGEST_WAIT: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_micros(50);

static BUSY: AtomicUsize = AtomicUsize::new(0);
static FORKS: AtomicUsize = AtomicUsize::new(0);
static REGISTERED: AtomicBool = AtomicBool::new(false);

/// While a value lives, `fork` waits. For milliseconds at most, and never across a wait for a peer.
#[must_use]
pub struct NoFork(());

impl NoFork {
    /// Waits until no fork is under way.
    pub fn begin() -> Self {
        register();
        loop {
            BUSY.fetch_add(1, SeqCst);
            if FORKS.load(SeqCst) == 0 {
                return Self(());
            }
            end();
            sleep(STEP);
        }
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        end();
    }
}

/// In a child, what the thread that forked had begun before is no longer counted.
fn end() {
    _ = BUSY.fetch_update(SeqCst, SeqCst, |busy| busy.checked_sub(1));
}

fn register() {
    if !REGISTERED.swap(true, SeqCst) {
        // SAFETY: the three functions are never unloaded (the library is linked `nodelete`) and call only what a fork allows. Where
        // memory is short, forks do not wait.
        unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
    }
}

extern "C" fn before() {
    FORKS.fetch_add(1, SeqCst);
    let end = Instant::now() + LONGEST_WAIT;
    while BUSY.load(SeqCst) > 0 && Instant::now() < end {
        sleep(STEP);
    }
}

extern "C" fn in_parent() {
    FORKS.fetch_sub(1, SeqCst);
}

extern "C" fn in_child() {
    BUSY.store(0, SeqCst);
    FORKS.store(0, SeqCst);
}
