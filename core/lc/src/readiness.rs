//! Waiting for a socket on the thread that uses it.

#[cfg(unix)]
mod ppoll;
#[cfg(windows)]
mod wsa_poll;

#[cfg(unix)]
pub use ppoll::Mask;
#[cfg(unix)]
use ppoll::ready;
#[cfg(windows)]
pub use wsa_poll::Mask;
#[cfg(windows)]
use wsa_poll::ready;

use std::net::TcpStream;
use std::time::Duration;
use std::{io, thread};

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
    pub fn awaited(socket: &TcpStream, wanted: Self, within: Duration, blocked: &Mask) -> Self {
        match ready(socket, wanted, within, blocked) {
            Ok(ready) => ready,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Self::default(),
            Err(_) => {
                thread::sleep(REFUSED);
                wanted
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::TcpListener;
    use std::time::Instant;

    const READ: Readiness = Readiness { read: true, write: false, end: false };
    const LONG: Duration = Duration::from_secs(20);

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (ours, listener.accept().unwrap().0)
    }

    fn awaited(socket: &TcpStream, wanted: Readiness, within: Duration) -> Readiness {
        // SAFETY: a set of signals is a plain number, or nothing at all; without a bit in it, none.
        let none = unsafe { std::mem::zeroed() };
        Readiness::awaited(socket, wanted, within, &none)
    }

    #[test]
    fn what_is_wanted_and_there_is_told_at_once_and_nothing_else() {
        let (ours, mut theirs) = pair();
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
        let (ours, mut theirs) = pair();
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
