//! As Windows waits.

use super::Readiness;
use std::io;
use std::net::TcpStream;
use std::os::windows::io::AsRawSocket;
use std::time::Duration;
use windows_sys::Win32::Networking::WinSock::{POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLWRNORM, SOCKET, WSAPOLLFD, WSAPoll};

/// Windows has no signals.
pub type Mask = ();

pub(super) fn ready(socket: &TcpStream, wanted: Readiness, within: Duration, (): &Mask) -> io::Result<Readiness> {
    let events = if wanted.read { POLLRDNORM } else { 0 } | if wanted.write { POLLWRNORM } else { 0 };
    let mut poll = WSAPOLLFD { fd: socket.as_raw_socket() as SOCKET, events, revents: 0 };
    // Rounded up: who looks at the clock after it finds the time over.
    let milliseconds = i32::try_from(within.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
    // SAFETY: one socket, which is open as long as it is borrowed; the system writes `revents`, which lives until it returns.
    let ready = unsafe { WSAPoll(&raw mut poll, 1, milliseconds) };
    if ready < 0 {
        return Err(io::Error::last_os_error());
    }
    let is_over = poll.revents & (POLLHUP | POLLERR | POLLNVAL) != 0;
    Ok(Readiness { read: is_over || poll.revents & POLLRDNORM != 0, write: is_over || poll.revents & POLLWRNORM != 0, end: is_over })
}
