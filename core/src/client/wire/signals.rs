//! The host's signals, which are for the host's threads. With SIGPIPE blocked, writing to a connection that was reset is an error on our
//! thread, not the end of the process. Nothing process-wide is touched. Windows has no signals.

use crate::ground::error::Result;
use chexiao_lc::Mask;

/// While it lives, none comes to this thread, nor ever to those that it makes.
#[cfg(unix)]
pub(super) struct Held(nix::sys::signal::SigSet);

#[cfg(unix)]
impl Held {
    pub(super) fn begin() -> Result<Self> {
        the_hosts().thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK).map(Self).map_err(super::not_sent)
    }

    /// Those that the thread blocked before.
    pub(super) fn before(&self) -> &Mask {
        self.0.as_ref()
    }
}

#[cfg(unix)]
impl Drop for Held {
    fn drop(&mut self) {
        _ = self.0.thread_set_mask();
    }
}

/// All but those that a thread raises itself.
#[cfg(unix)]
fn the_hosts() -> nix::sys::signal::SigSet {
    use nix::sys::signal::{SigSet, Signal};
    let mut signals = SigSet::all();
    for raised_by_the_thread_itself in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL, Signal::SIGTRAP, Signal::SIGABRT] {
        signals.remove(raised_by_the_thread_itself);
    }
    signals
}

#[cfg(windows)]
pub(super) struct Held(Mask);

#[cfg(windows)]
impl Held {
    pub(super) fn begin() -> Result<Self> {
        Ok(Self(()))
    }

    pub(super) fn before(&self) -> &Mask {
        &self.0
    }
}
