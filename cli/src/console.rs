//! What ends a program on Windows: Ctrl-C, Ctrl-Break, and the end of its console. The system tells a thread of its own.

use std::fmt::{self, Display};
use std::io;
use std::process::exit;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};

/// The code of a program that Ctrl-C has ended.
const STATUS_CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();

/// One of them; which is not told.
#[derive(Clone, Copy)]
pub(crate) struct Signal;

impl Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ctrl-C")
    }
}

/// Of the process.
#[derive(Clone, Copy)]
pub(crate) struct Signals(());

struct Told {
    is_held: bool,
    has_come: bool,
}

static TOLD: Mutex<Told> = Mutex::new(Told { is_held: true, has_come: false });
static CHANGED: Condvar = Condvar::new();

impl Signals {
    /// From here on they do not end the program.
    pub(crate) fn held() -> io::Result<Self> {
        static ONCE: Once = Once::new();
        let mut set = Ok(());
        ONCE.call_once(|| set = ctrlc::set_handler(come));
        set.map(|()| Self(())).map_err(io::Error::other)
    }

    /// The same.
    pub(crate) fn held_all() -> io::Result<Self> {
        Self::held()
    }

    /// Until one comes.
    pub(crate) fn wait(self) -> io::Result<Signal> {
        drop(CHANGED.wait_while(told(), |told| !told.has_come).unwrap_or_else(PoisonError::into_inner));
        Ok(Signal)
    }

    /// From here on the next ends the program.
    pub(crate) fn release(self) {
        told().is_held = false;
    }

    /// Ends the program as if nobody had waited for it.
    pub(crate) fn end_by(self, _: Signal) {
        exit(STATUS_CONTROL_C_EXIT)
    }
}

fn come() {
    let mut told = told();
    if !told.is_held {
        exit(STATUS_CONTROL_C_EXIT);
    }
    told.has_come = true;
    CHANGED.notify_all();
}

fn told() -> MutexGuard<'static, Told> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner)
}
