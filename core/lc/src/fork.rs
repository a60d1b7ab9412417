//! Forks wait for what must not be copied half done.
//!
//! AWS-LC has process-wide locks, for its random numbers and for what it keeps per thread; lazily made values of libraries have theirs.
//! A child that is forked while another thread holds such a lock has it locked for ever. So a fork waits until no thread is between
//! `NoFork::begin` and the end of its value, and threads that come to `begin` meanwhile wait for the fork: both without a lock, which
//! would be one more, and neither for ever.

use aws_lc_sys as lc;
use std::cell::Cell;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

/// After this a fork goes on all the same, and so does `begin`: a host's own fork handlers may wait for a thread that waits here.
pub const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The process that the counters belong to. A child starts with none of its parent's threads.
static PROCESS: AtomicU32 = AtomicU32::new(0);
/// Threads that have begun something.
static BUSY: AtomicUsize = AtomicUsize::new(0);
/// Forks under way.
static FORKS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The process in which this thread is forking.
    static FORKING: Cell<u32> = const { Cell::new(0) };
    static THREAD: Thread = const { Thread };
}

/// While a value lives, `fork` waits. Never across a wait for a peer, and never one inside another.
#[must_use]
pub struct NoFork(());

impl NoFork {
    /// Waits while a fork is under way, unless it is this thread's own.
    pub fn begin() -> Self {
        register();
        // Fails where the thread is ending already.
        _ = THREAD.try_with(|_| ());
        let mut until = None;
        loop {
            let process = here();
            BUSY.fetch_add(1, SeqCst);
            if FORKS.load(SeqCst) == 0 || FORKING.get() == process {
                return Self(());
            }
            if Instant::now() > *until.get_or_insert_with(|| Instant::now() + LONGEST_WAIT) {
                return Self(());
            }
            decrease(&BUSY);
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// Whether a fork waits.
    pub fn is_awaited() -> bool {
        FORKS.load(SeqCst) > 0
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        decrease(&BUSY);
    }
}

/// This process, whose counters begin at 0.
fn here() -> u32 {
    let process = process::id();
    if PROCESS.swap(process, SeqCst) != process {
        BUSY.store(0, SeqCst);
        FORKS.store(0, SeqCst);
    }
    process
}

/// What was increased before a fork is no longer counted in the child.
fn decrease(counter: &AtomicUsize) {
    _ = counter.fetch_update(SeqCst, SeqCst, |count| count.checked_sub(1));
}

fn register() {
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    // Threads that come together each register; forks are then counted more than once, up and down.
    if !REGISTERED.load(SeqCst) {
        // SAFETY: the functions are never unloaded (the library is linked `nodelete`), and call only what a fork allows.
        let registered = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), None) } == 0;
        REGISTERED.store(registered, SeqCst);
    }
}

extern "C" fn before() {
    FORKING.set(here());
    FORKS.fetch_add(1, SeqCst);
    let until = Instant::now() + LONGEST_WAIT;
    while BUSY.load(SeqCst) > 0 && Instant::now() < until {
        // Not a sleep: a thread may be cancelled in one, and would never reach `in_parent`.
        thread::yield_now();
    }
}

extern "C" fn in_parent() {
    FORKING.set(0);
    decrease(&FORKS);
}

/// A thread that has begun something. What AWS-LC keeps for it would be freed after this, under AWS-LC's locks.
struct Thread;

impl Drop for Thread {
    fn drop(&mut self) {
        let _no_fork = NoFork::begin();
        // SAFETY: no arguments; frees what belongs to the calling thread. What needs it later makes it anew.
        unsafe { lc::AWSLC_thread_local_clear() };
    }
}
