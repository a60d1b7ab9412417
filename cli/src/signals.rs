//! The signals that end the program, told to one thread.

pub(crate) use nix::sys::signal::Signal;
use nix::sys::signal::{SigSet, raise};
use std::io;

/// Of the process, blocked for all its threads.
#[derive(Clone, Copy)]
pub(crate) struct Signals(SigSet);

impl Signals {
    /// Ctrl-C, SIGTERM and SIGHUP. To be called before there are other threads, so that the one that waits for them gets them.
    pub(crate) fn held() -> io::Result<Self> {
        Self::held_of(&[Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP])
    }

    /// SIGQUIT too.
    pub(crate) fn held_all() -> io::Result<Self> {
        Self::held_of(&[Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT])
    }

    fn held_of(signals: &[Signal]) -> io::Result<Self> {
        let held = not_ignored(signals);
        held.thread_block()?;
        Ok(Self(held))
    }

    /// Until one comes.
    pub(crate) fn wait(self) -> io::Result<Signal> {
        Ok(self.0.wait()?)
    }

    /// From here on one that comes to this thread ends the program.
    pub(crate) fn release(self) {
        _ = self.0.thread_unblock();
    }

    /// Ends the program as if nobody had waited for it.
    pub(crate) fn end_by(self, signal: Signal) {
        self.release();
        _ = raise(signal);
    }
}

/// Without those that whoever started the program has had ignored (nohup, the background jobs of a script).
fn not_ignored(signals: &[Signal]) -> SigSet {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let is_ignored = |signal: Signal| ignored.unwrap_or_default() >> (signal as u32 - 1) & 1 == 1;
    signals.iter().copied().filter(|&signal| !is_ignored(signal)).collect()
}
