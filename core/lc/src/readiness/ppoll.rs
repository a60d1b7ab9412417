//! As Linux waits.

use super::Readiness;
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::Duration;
use std::{io, ptr};

/// A set of signals.
pub type Mask = libc::sigset_t;

/// How much of one the system reads, in bytes.
const SIGNALS: usize = 8;

/// A system call and not the C library's function, in which the thread could be cancelled: that would unwind through Rust.
pub(super) fn ready(socket: &TcpStream, wanted: Readiness, within: Duration, blocked: &Mask) -> io::Result<Readiness> {
    let events = if wanted.read { libc::POLLIN | libc::POLLRDHUP } else { 0 } | if wanted.write { libc::POLLOUT } else { 0 };
    let mut poll = libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 };
    let mut within = libc::timespec {
        tv_sec: libc::time_t::try_from(within.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: within.subsec_nanos() as libc::c_long,
    };
    // SAFETY: one descriptor, which is open as long as it is borrowed; the system writes `revents` and what is left of the time, and reads
    // the beginning of the set, which all live until it returns.
    let ready = unsafe { libc::syscall(libc::SYS_ppoll, &raw mut poll, 1, &raw mut within, ptr::from_ref(blocked), SIGNALS) };
    if ready < 0 {
        return Err(io::Error::last_os_error());
    }
    let is_over = poll.revents & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0;
    Ok(Readiness {
        read: is_over || poll.revents & (libc::POLLIN | libc::POLLRDHUP) != 0,
        write: is_over || poll.revents & libc::POLLOUT != 0,
        end: is_over || poll.revents & libc::POLLRDHUP != 0,
    })
}
