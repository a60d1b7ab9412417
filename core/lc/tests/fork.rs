//! Forks wait for what is at work, but not for ever, and it for one fork, but not for the next; what a child inherits does not stop it.

#![allow(clippy::unwrap_used)]

use chexiao_lc::{LONGEST_WAIT_FOR_FORK, LONGEST_WAIT_OF_FORK as LONGEST_WAIT, NoFork};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// While it is set, a handler of the host makes forks slow.
static SLOW: AtomicBool = AtomicBool::new(false);

extern "C" fn rest() {
    if SLOW.load(SeqCst) {
        thread::sleep(Duration::from_millis(2));
    }
}

/// Forks. The child begins and ends work of its own and forks once more; exit code 7 says that neither had to wait. Gives how long
/// the fork took.
fn fork() -> Duration {
    let (took, child) = timed_fork();
    if child == 0 {
        drop(NoFork::begin());
        let (took, grandchild) = timed_fork();
        exit(if grandchild == 0 || ended(grandchild) == 7 && took < LONGEST_WAIT { 7 } else { 8 });
    }
    assert_eq!(ended(child), 7);
    took
}

fn timed_fork() -> (Duration, libc::pid_t) {
    let start = Instant::now();
    // SAFETY: the child sleeps, counts and exits, all of which a fork among threads allows.
    let child = unsafe { libc::fork() };
    (start.elapsed(), child)
}

fn exit(code: i32) -> ! {
    // SAFETY: ends a child without running what belongs to its parent.
    unsafe { libc::_exit(code) }
}

/// The exit code of a child.
fn ended(child: libc::pid_t) -> i32 {
    let mut status = 0;
    // SAFETY: `status` is writable.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    if waited == child { libc::WEXITSTATUS(status) } else { -1 }
}

/// One test: forks of one process wait for all of its threads.
#[test]
fn forks_wait_for_work_but_not_for_ever() {
    // SAFETY: the test's own functions, which only sleep. Registered first, so that it rests last.
    assert_eq!(unsafe { libc::pthread_atfork(Some(rest), None, None) }, 0);
    assert!(once_in_three(|| fork() < LONGEST_WAIT), "nothing is at work");

    assert!(once_in_three(|| {
        let took = fork_beside_work();
        assert!(took > LONGEST_WAIT / 8, "{took:?}");
        took < LONGEST_WAIT
    }));

    let endless = NoFork::begin();
    assert!(once_in_three(|| {
        let took = fork();
        assert!(took >= LONGEST_WAIT, "{took:?}");
        took < 2 * LONGEST_WAIT
    }));
    drop(endless);

    assert!(once_in_three(|| fork() < LONGEST_WAIT), "all is as it was");

    assert!(once_in_three(whoever_waits_for_a_fork_is_let_in_before_the_next));
    assert!(once_in_three(|| fork() < LONGEST_WAIT), "all is as it was");
}

/// The machine itself may be late, but not every time.
fn once_in_three(is_in_time: impl FnMut() -> bool) -> bool {
    std::iter::repeat_with(is_in_time).take(3).any(|is_in_time| is_in_time)
}

fn fork_beside_work() -> Duration {
    let (begun, begins) = channel();
    let work = thread::spawn(move || {
        let held = NoFork::begin();
        begun.send(()).unwrap();
        thread::sleep(LONGEST_WAIT / 4);
        drop(held);
    });
    begins.recv().unwrap();
    let took = fork();
    work.join().unwrap();
    took
}

/// Without that, threads that fork by turns leave no gap.
fn whoever_waits_for_a_fork_is_let_in_before_the_next() -> bool {
    const FORKERS: usize = 3;
    let (forked, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut begins = Vec::new();
    SLOW.store(true, SeqCst);
    thread::scope(|scope| {
        for _ in 0..FORKERS {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    let (_, child) = timed_fork();
                    if child == 0 {
                        exit(7);
                    }
                    forked.fetch_add(1, SeqCst);
                    assert_eq!(ended(child), 7);
                }
            });
        }
        for _ in 0..100 {
            let (start, before) = (Instant::now(), forked.load(SeqCst));
            drop(NoFork::begin());
            begins.push((start.elapsed(), forked.load(SeqCst) - before));
            thread::sleep(Duration::from_micros(100));
        }
        over.store(true, SeqCst);
    });
    SLOW.store(false, SeqCst);
    assert!(forked.load(SeqCst) >= 10, "{forked:?}");
    // Those under way when it came, and those that ended just before or just after.
    let jumped = begins.iter().filter(|(_, forks)| *forks > 3 * FORKERS).count();
    let gave_up = begins.iter().filter(|(took, _)| *took >= LONGEST_WAIT_FOR_FORK).count();
    println!("of {} that began work, {jumped} were jumped and {gave_up} gave up", begins.len());
    jumped + gave_up <= 5
}
