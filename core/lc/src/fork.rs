//! Forks wait for what must not be copied half done.
//!
//! AWS-LC has process-wide locks, for its random numbers and for what it keeps per thread; lazily made values of libraries have theirs.
//! A child that is forked while another thread holds such a lock has it locked for ever. So a fork waits until no thread is between
//! `NoFork::begin` and the end of its value, or at the end of its life, and threads that come to `begin` meanwhile wait for the fork.
//! Both wait by sleeping: a lock would be one more.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// After this a fork goes on all the same, so that a thread that cannot end (a signal handler forks in the middle of a signature)
/// is no deadlock.
pub const LONGEST_WAIT: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_micros(50);

static BUSY: AtomicUsize = AtomicUsize::new(0);
static FORKS: AtomicUsize = AtomicUsize::new(0);
static REGISTERED: AtomicBool = AtomicBool::new(false);

/// While a value lives, `fork` waits. For milliseconds at most, never across a wait for a peer, and never one inside another.
#[must_use]
pub struct NoFork(());

impl NoFork {
    /// Waits until no fork is under way.
    pub fn begin() -> Self {
        register();
        // Fails where the thread is ending already.
        _ = THREAD.try_with(|_| ());
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

thread_local! {
    static THREAD: Thread = const { Thread };
}

/// A thread that has begun something. AWS-LC frees what it kept for the thread in a destructor of a pthread key, under its locks.
/// Those run after this one, in rounds: the second round of ours is after the first of AWS-LC's.
struct Thread;

impl Drop for Thread {
    fn drop(&mut self) {
        if again(ptr::without_provenance(1)) {
            std::mem::forget(NoFork::begin());
        }
    }
}

/// Has `next_round` called with `round`.
fn again(round: *const c_void) -> bool {
    // SAFETY: the key exists and is never deleted.
    key().is_some_and(|key| unsafe { libc::pthread_setspecific(key, round) } == 0)
}

extern "C" fn next_round(round: *mut c_void) {
    if round.addr() > 1 || !again(ptr::without_provenance(2)) {
        end();
    }
}

/// The key of `next_round`, made by whichever thread ends first; `None` where the process has no key left.
fn key() -> Option<libc::pthread_key_t> {
    const NONE: u64 = u64::MAX;
    static KEY: AtomicU64 = AtomicU64::new(NONE);
    if KEY.load(SeqCst) == NONE {
        let mut made = 0;
        // SAFETY: `made` is writable, and the destructor is never unloaded.
        if unsafe { libc::pthread_key_create(&mut made, Some(next_round)) } != 0 {
            return None;
        }
        if KEY.compare_exchange(NONE, made.into(), SeqCst, SeqCst).is_err() {
            // SAFETY: another thread was first; nobody else has seen this key.
            unsafe { libc::pthread_key_delete(made) };
        }
    }
    KEY.load(SeqCst).try_into().ok()
}
