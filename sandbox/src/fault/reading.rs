//! Faults while the request arrives.

use std::io::{self, Read as _};
use std::time::Duration;

use crate::http;
use crate::stop::Stop;
use crate::wire::Wire;

/// How the reading of a request ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// So many bytes are read; the rest lies unread, and nothing is answered.
    Stops(usize),
    /// RST after so many bytes.
    Reset(usize),
    /// RST after the head and half of the body.
    ResetHalf,
}

impl Reading {
    pub(crate) fn suffer(self, wire: &mut Wire, stop: &Stop) -> io::Result<()> {
        wire.shake_hands()?;
        match self {
            Reading::Stops(bytes) => {
                take(wire, bytes)?;
                stop.sleep(Duration::from_secs(30));
            }
            Reading::Reset(bytes) => {
                take(wire, bytes)?;
                wire.reset_when_closed();
            }
            Reading::ResetHalf => {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.extend(take(wire, 1)?);
                }
                take(wire, http::announced_body(&head).unwrap_or_default() / 2)?;
                wire.reset_when_closed();
            }
        }
        Ok(())
    }
}

/// Reads so many bytes and not one more.
fn take(wire: &mut Wire, bytes: usize) -> io::Result<Vec<u8>> {
    wire.tcp().set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut taken = vec![0; bytes];
    wire.read_exact(&mut taken)?;
    Ok(taken)
}
