//! A process is told from its parent and from its children, also where their pids are the same.

use chexiao_lc::Process;

const PASSED: i32 = 7;
const FAILED: i32 = 8;
/// The kernel does not let us begin a pid namespace.
const REFUSED: i32 = 9;

/// The exit code of a child that `start` has begun and that runs `body`.
fn in_child(start: fn() -> libc::pid_t, body: impl FnOnce() -> i32) -> i32 {
    let child = start();
    assert!(child >= 0);
    if child == 0 {
        // SAFETY: ends the child without running what belongs to its parent.
        unsafe { libc::_exit(body()) }
    }
    let mut status = 0;
    // SAFETY: `status` is writable.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { FAILED }
}

fn fork() -> libc::pid_t {
    // SAFETY: the children compare numbers, fork and exit, all of which a fork among threads allows.
    unsafe { libc::fork() }
}

/// Runs no fork handlers.
fn clone() -> libc::pid_t {
    // SAFETY: as a fork: no flags but the signal at the end, no stack, no pointers.
    unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) as libc::pid_t }
}

fn passes(condition: bool) -> i32 {
    if condition { PASSED } else { FAILED }
}

/// The next child has pid 1.
fn begin_pid_namespace() -> bool {
    // SAFETY: changes nothing but where children are counted.
    unsafe { libc::unshare(libc::CLONE_NEWPID) == 0 }
}

#[test]
fn a_child_is_another_process_and_its_parent_stays_itself() {
    let parent = Process::this();
    for start in [fork, clone] {
        assert_eq!(in_child(start, || passes(Process::this() != parent && Process::this() == Process::this())), PASSED);
        assert_eq!(Process::this(), parent);
    }
}

#[test]
fn a_child_with_the_pid_of_its_parent_is_another_process() {
    let child_of_pid_1 = |parent| passes(std::process::id() == 1 && Process::this() != parent);
    let pid_1 = || match (std::process::id(), Process::this(), begin_pid_namespace()) {
        (1, parent, true) => in_child(fork, || child_of_pid_1(parent)),
        _ => FAILED,
    };
    // The namespaces are begun in a child: who has begun one can start no more threads.
    match in_child(fork, || if begin_pid_namespace() { in_child(fork, pid_1) } else { REFUSED }) {
        REFUSED => println!("the kernel refuses a pid namespace: only different pids were tried"),
        ended => assert_eq!(ended, PASSED),
    }
}
