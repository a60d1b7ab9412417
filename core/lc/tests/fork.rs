//! Forks wait for what is at work, but not for ever; what a child inherits does not stop it.

use chexiao_lc::{LONGEST_WAIT, NoFork};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

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
    assert!(fork() < LONGEST_WAIT, "nothing is at work");

    let (begun, begins) = channel();
    let work = thread::spawn(move || {
        let held = NoFork::begin();
        begun.send(()).unwrap();
        thread::sleep(LONGEST_WAIT / 4);
        drop(held);
    });
    begins.recv().unwrap();
    let took = fork();
    assert!(took > LONGEST_WAIT / 8 && took < LONGEST_WAIT, "{took:?}");
    work.join().unwrap();

    let endless = NoFork::begin();
    let took = fork();
    assert!(took >= LONGEST_WAIT && took < 2 * LONGEST_WAIT, "{took:?}");
    drop(endless);

    assert!(fork() < LONGEST_WAIT, "all is as it was");
}
