//! A descriptor to poll: it can be read from while the bell rings.

use crate::ground::error::{Error, Kind, Result};
use crate::ground::foreign::cut;
use nix::sys::eventfd::{EfdFlags, EventFd};
use std::ffi::c_int;
use std::fmt;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

pub(super) struct Bell {
    event: EventFd,
    /// The same under the number that is given out: nothing is ever written to that, or read from it, whatever its owner may have made of it.
    shown: OwnedFd,
    is_ringing: bool,
}

impl Bell {
    pub(super) fn new() -> Result<Self> {
        let event = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK).map_err(none)?;
        let shown = event.as_fd().try_clone_to_owned().map_err(none)?;
        Ok(Self { event, shown, is_ringing: false })
    }

    pub(super) fn fd(&self) -> c_int {
        self.shown.as_raw_fd()
    }

    pub(super) fn ring(&mut self, rings: bool) {
        if rings != self.is_ringing {
            // Whoever has read from it has only emptied it.
            self.is_ringing = rings;
            _ = if rings { self.event.write(1).map(drop) } else { self.event.read().map(drop) };
        }
    }
}

fn none(error: impl fmt::Display) -> Error {
    Error::at_border(Kind::NotSent, "fd", format!("the system gives no descriptor: {}", cut(error))).with_hint(
        "allow this process more open files (ulimit -n), or wait in take instead",
        "请提高本进程的打开文件数上限（ulimit -n），或改用 take 等待",
    )
}
