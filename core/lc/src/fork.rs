//! Forks wait for what must not be copied half done.
//!
//! AWS-LC has process-wide locks, for its random numbers and for what it keeps per thread; lazily made values of libraries have theirs.
//! A child that is forked while another thread holds such a lock has it locked for ever. So a fork waits until no thread is between
//! `NoFork::begin` and the end of its value, and threads that come to `begin` meanwhile wait for the fork, though not for the next one
//! too: all without a lock, which would be one more, and nobody for ever.

use aws_lc_sys as lc;
use std::cell::Cell;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

/// After this a fork goes on all the same.
pub const LONGEST_WAIT_OF_FORK: Duration = Duration::from_secs(1);
/// After this `begin` goes on all the same: a host's own fork handlers may wait for a thread that waits here, and a call that comes
/// here twice after its reply must still return soon.
pub const LONGEST_WAIT_FOR_FORK: Duration = Duration::from_millis(100);

thread_local! {
    /// The process in which this thread is forking.
    static FORKING: Cell<u32> = const { Cell::new(0) };
    static THREAD: Thread = const { Thread };
}

/// While a value lives, `fork` waits. Never across a wait for a peer, and never one inside another.
#[must_use]
pub struct NoFork {
    /// In which it was begun.
    process: u32,
}

impl NoFork {
    /// Waits while a fork is under way, unless it is this thread's own.
    pub fn begin() -> Self {
        register();
        // Fails where the thread is ending already.
        _ = THREAD.try_with(|_| ());
        let mut waits_until = None;
        loop {
            let waits = waits_until.is_some();
            let late = waits_until.is_some_and(|until| Instant::now() > until);
            let begun = Counters::update(|now| {
                let begins = now.forks == 0 || late || FORKING.get() == now.process;
                match begins {
                    true => (now.busy, now.waiting) = (now.busy + 1, now.waiting.saturating_sub(u16::from(waits))),
                    false => now.waiting += u16::from(!waits),
                }
                begins.then_some(now.process)
            });
            if let Some(process) = begun {
                return Self { process };
            }
            waits_until.get_or_insert_with(|| Instant::now() + LONGEST_WAIT_FOR_FORK);
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// Whether a fork waits.
    pub fn is_awaited() -> bool {
        Counters::of(STATE.load(SeqCst)).forks > 0
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        // What was counted before a fork is not counted in the child.
        let ended = |word| {
            let now = Counters::of(word);
            (now.process == self.process).then(|| Counters { busy: now.busy.saturating_sub(1), ..now }.word())
        };
        _ = STATE.fetch_update(SeqCst, SeqCst, ended);
    }
}

/// What a process counts. Each begins at 0 in a child, which has none of its parent's threads.
struct Counters {
    /// 22 bits, as in the kernel.
    process: u32,
    /// 10 bits: forks under way.
    forks: u16,
    /// Threads that wait for one.
    waiting: u16,
    /// Threads that have begun something.
    busy: u16,
}

/// The counters in one word, so that all change at once.
static STATE: AtomicU64 = AtomicU64::new(0);

impl Counters {
    fn of(word: u64) -> Self {
        Self { process: (word >> 42) as u32, forks: (word >> 32) as u16 & 0x3ff, waiting: (word >> 16) as u16, busy: word as u16 }
    }

    fn word(&self) -> u64 {
        u64::from(self.process) << 42 | u64::from(self.forks) << 32 | u64::from(self.waiting) << 16 | u64::from(self.busy)
    }

    fn update<R>(change: impl Fn(&mut Self) -> R) -> R {
        let process = process::id();
        let mut word = STATE.load(SeqCst);
        loop {
            let mut counters = Self::of(word);
            if counters.process != process {
                counters = Self { process, ..Self::of(0) };
            }
            let result = change(&mut counters);
            match STATE.compare_exchange_weak(word, counters.word(), SeqCst, SeqCst) {
                Ok(_) => return result,
                Err(changed) => word = changed,
            }
        }
    }
}

/// Between the first process of this program and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between the first process of this program and the caller's; those are counted that came after a call of this.
pub(crate) fn count() -> u32 {
    register();
    FORKS.load(SeqCst)
}

fn register() {
    /// Who is at it. A fork in its midst leaves a child that finds its parent's number here, and perhaps no handler.
    static REGISTERING: AtomicU32 = AtomicU32::new(NOBODY);
    const NOBODY: u32 = 0;
    const DONE: u32 = u32::MAX;
    for patience in (0..10_000).rev() {
        let who = REGISTERING.load(SeqCst);
        if who == DONE {
            return;
        }
        let this = process::id();
        if who == this && patience > 0 {
            thread::yield_now();
        } else if REGISTERING.compare_exchange(who, this, SeqCst, SeqCst).is_ok() {
            // SAFETY: the functions are never unloaded (the library is linked `nodelete`), and call only what a fork allows.
            let registered = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) } == 0;
            return REGISTERING.store(if registered { DONE } else { NOBODY }, SeqCst);
        }
    }
}

extern "C" fn before() {
    FORKING.set(process::id());
    let until = Instant::now() + LONGEST_WAIT_OF_FORK;
    // Those who have waited for another fork come first.
    wait_until(until, |now, late| {
        let goes = now.waiting == 0 || late;
        now.forks += u16::from(goes);
        goes
    });
    wait_until(until, |now, late| now.busy == 0 || late);
}

fn wait_until(until: Instant, is_over: impl Fn(&mut Counters, bool) -> bool) {
    while !Counters::update(|now| is_over(now, Instant::now() >= until)) {
        // Not a sleep: a thread may be cancelled in one, and would never reach `in_parent`.
        thread::yield_now();
    }
}

extern "C" fn in_parent() {
    FORKING.set(0);
    Counters::update(|now| now.forks = now.forks.saturating_sub(1));
}

/// What was counted is not counted in the child, also where its pid is that of its parent.
extern "C" fn in_child() {
    FORKING.set(0);
    FORKS.fetch_add(1, SeqCst);
    STATE.store(Counters { process: process::id(), ..Counters::of(0) }.word(), SeqCst);
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
