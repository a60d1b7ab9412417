//! Waiting for a socket on the thread that uses it.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;
use std::{io, ptr, thread};

/// How much of a set of signals the system reads, in bytes.
const SIGNALS: usize = 8;
/// Until the next look where the system refuses to wait.
const REFUSED: Duration = Duration::from_millis(1);

/// What is to be done with a socket, or can be done without waiting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readiness {
    /// There is something to read, be it the end.
    pub read: bool,
    /// There is room for something to write.
    pub write: bool,
    /// The peer sends no more.
    pub end: bool,
}

impl Readiness {
    /// Waits so long for any of `wanted`, with these signals blocked and no others. Nothing, if none came in time or before a signal. Where the
    /// system refuses to wait, all that is wanted a little later: who tries finds out.
    ///
    /// A system call and not the C library's function, in which the thread could be cancelled: that would unwind through Rust.
    pub fn awaited(socket: BorrowedFd<'_>, wanted: Self, within: Duration, blocked: &libc::sigset_t) -> Self {
        let events = if wanted.read { libc::POLLIN | libc::POLLRDHUP } else { 0 } | if wanted.write { libc::POLLOUT } else { 0 };
        let mut poll = libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 };
        let mut within = libc::timespec {
            tv_sec: libc::time_t::try_from(within.as_secs()).unwrap_or(libc::time_t::MAX),
            tv_nsec: within.subsec_nanos() as libc::c_long,
        };
        // SAFETY: one descriptor, which is open as long as it is borrowed; the system writes `revents` and what is left of the time, and reads
        // the beginning of the set, which all live until it returns.
        let ready = unsafe { libc::syscall(libc::SYS_ppoll, &raw mut poll, 1, &raw mut within, ptr::from_ref(blocked), SIGNALS) };
        if ready < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            thread::sleep(REFUSED);
            return wanted;
        }
        if ready <= 0 {
            return Self::default();
        }
        let is_over = poll.revents & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0;
        Self {
            read: is_over || poll.revents & (libc::POLLIN | libc::POLLRDHUP) != 0,
            write: is_over || poll.revents & libc::POLLOUT != 0,
            end: is_over || poll.revents & libc::POLLRDHUP != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    const READ: Readiness = Readiness { read: true, write: false, end: false };
    const LONG: Duration = Duration::from_secs(20);

    fn awaited(socket: &UnixStream, wanted: Readiness, within: Duration) -> Readiness {
        // SAFETY: a set of signals is a plain number; without a bit in it, none.
        let none = unsafe { std::mem::zeroed() };
        Readiness::awaited(socket.as_fd(), wanted, within, &none)
    }

    #[test]
    fn what_is_wanted_and_there_is_told_at_once_and_nothing_else() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let both = Readiness { write: true, ..READ };
        assert_eq!(awaited(&ours, both, LONG), Readiness { write: true, ..Readiness::default() });
        theirs.write_all(b"x").unwrap();
        assert_eq!(awaited(&ours, READ, LONG), READ);
        drop(theirs);
        let ended = awaited(&ours, READ, LONG);
        assert!(ended.read && ended.end, "{ended:?}");
    }

    #[test]
    fn what_comes_ends_the_wait_and_what_does_not_is_waited_for_in_vain() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let started = Instant::now();
        assert_eq!(awaited(&ours, READ, Duration::from_millis(60)), Readiness::default());
        assert!(started.elapsed() >= Duration::from_millis(60));
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            theirs.write_all(b"x").unwrap();
            thread::sleep(LONG);
        });
        assert_eq!(awaited(&ours, READ, LONG), READ);
        assert!(started.elapsed() < LONG);
    }
}
