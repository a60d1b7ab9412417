//! Sleep that ends when it should: tokio's own clock ticks in milliseconds and is late by more than one, a twentieth of the long line's round
//! trip each way.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;
use std::time::Instant;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// One timer of the system's.
pub struct Clock(AsyncFd<File>);

impl Clock {
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointer; what is given is a descriptor of ours, or negative.
        let timer = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_NONBLOCK | libc::TFD_CLOEXEC) };
        if timer < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: open, and nobody else's.
        let timer = unsafe { File::from_raw_fd(timer) };
        // SAFETY: the file keeps its descriptor for as long as it lives.
        Ok(Self(unsafe { AsyncFd::register_with_interest(timer, Interest::READABLE) }?))
    }

    pub async fn sleep_until(&mut self, due: Instant) -> io::Result<()> {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        let value = libc::timespec { tv_sec: left.as_secs() as libc::time_t, tv_nsec: left.subsec_nanos() as libc::c_long };
        let once = libc::itimerspec { it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
        // SAFETY: an open timer; the system reads `once`, and writes nothing.
        if unsafe { libc::timerfd_settime(self.0.as_raw_fd(), 0, &raw const once, ptr::null_mut()) } < 0 {
            return Err(io::Error::last_os_error());
        }
        self.0.async_io_mut(Interest::READABLE, |timer| timer.read_exact(&mut [0; 8])).await
    }
}
