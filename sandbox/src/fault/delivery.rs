//! Faults on the way: the one place where a reply is written.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use super::{Fault, Injection};
use crate::http::Reply;
use crate::stop::Stop;
use crate::wire::Wire;

/// How a reply travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// RST instead of an answer.
    ResetHandled,
    /// So many bytes, head and body counted together, and then this.
    CutAt(usize, End),
    /// One byte at a time, with this pause between two.
    Drip(Duration),
    /// The head at once, and the body one byte at a time, with this pause between two.
    BodyDrip(Duration),
    /// All but so many bytes, and then silence.
    Stall(usize),
    /// Random bytes instead of a head.
    GarbageHead,
    /// So many interim replies (100 Continue) first; `None`: without end.
    Interim(Option<usize>),
    /// Interim replies without end, each with a head of so many bytes.
    InterimOf(usize),
    /// A body without end.
    Endless(Endless),
    /// Once more, as it was.
    Again(Again),
}

/// When a reply comes once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Together with itself.
    AtOnce,
    /// So long after itself, whatever has come meanwhile.
    After(Duration),
    /// Before the answer to the next request of the connection.
    Next,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// FIN; over TLS, without close_notify.
    Fin,
    /// RST
    Rst,
    /// Over TLS close_notify, then FIN.
    Notify,
}

/// How a body without end is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// With a Content-Length of 10 GB.
    Length,
    /// In chunks.
    Chunks,
    /// By the end of the connection.
    Close,
    /// There is no body: the head has no end.
    Head,
}

/// What becomes of a connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    KeepOpen,
    /// Closed in good order, over TLS with close_notify.
    Close,
    /// Just dropped.
    Drop,
}

/// Writes the reply, or does to it what the fault says.
pub(crate) fn deliver(wire: &mut Wire, reply: &Reply, injection: Option<&Injection>, keep_open: bool, stop: &Stop) -> io::Result<After> {
    let after = if keep_open { After::KeepOpen } else { After::Close };
    let head = reply.head(keep_open);
    wire.line.note(|connection| connection.reply = head.len() + reply.body.len());
    if let Some(again) = wire.again.take() {
        wire.write_surplus(&again)?;
    }
    let (body, after) = match injection.map(|injection| injection.fault) {
        Some(Fault::Cut) => return Ok(After::Drop),
        Some(Fault::Reset) => {
            wire.reset_when_closed();
            return Ok(After::Drop);
        }
        Some(Fault::Sleep(time)) => {
            stop.sleep(time);
            return Ok(After::Drop);
        }
        Some(Fault::Delay(time)) => {
            stop.sleep(time);
            (reply.body.as_slice(), after)
        }
        Some(Fault::Half) => (reply.body.split_at(reply.body.len() / 2).0, After::Drop),
        Some(Fault::Delivery(delivery)) => {
            let seed = injection.map_or(0, |injection| injection.seed);
            if let Delivery::Again(again) = delivery {
                again.write(wire, &[head.as_bytes(), &reply.body].concat(), stop)?;
                return Ok(after);
            }
            return delivery.suffer(wire, head.as_bytes(), &reply.body, seed, stop);
        }
        _ => (reply.body.as_slice(), after),
    };
    wire.write_all(&[head.as_bytes(), body].concat())?;
    wire.flush()?;
    Ok(after)
}

impl Delivery {
    fn suffer(self, wire: &mut Wire, head: &[u8], body: &[u8], seed: u64, stop: &Stop) -> io::Result<After> {
        let whole = [head, body].concat();
        match self {
            Delivery::ResetHandled => wire.reset_when_closed(),
            Delivery::CutAt(offset, end) => return cut(wire, whole.split_at(offset.min(whole.len())).0, end),
            Delivery::Drip(pause) => drip(wire, &whole, pause, stop)?,
            Delivery::BodyDrip(pause) => {
                wire.write_all(head)?;
                drip(wire, body, pause, stop)?;
            }
            Delivery::Stall(missing) => {
                wire.write_all(whole.split_at(whole.len().saturating_sub(missing)).0)?;
                until_gone(wire);
            }
            Delivery::GarbageHead => {
                let noise: Vec<u8> = (0..200u8).map(|n| n.wrapping_mul(151).wrapping_add(seed.to_le_bytes()[0]) | 0x80).collect();
                wire.write_all(&noise)?;
                return Ok(After::Close);
            }
            Delivery::Interim(count) => {
                for _ in 0..count.unwrap_or(usize::MAX) {
                    wire.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
                    if stop.is_stopped() {
                        return Ok(After::Drop);
                    }
                }
                wire.write_all(&whole)?;
                return Ok(After::Close);
            }
            Delivery::InterimOf(bytes) => {
                let interim = format!("HTTP/1.1 103 Early Hints\r\nLink: {}\r\n\r\n", "y".repeat(bytes));
                while !stop.is_stopped() {
                    wire.write_all(interim.as_bytes())?;
                }
            }
            Delivery::Endless(endless) => endless.pour(wire, stop)?,
            Delivery::Again(again) => again.write(wire, &whole, stop)?,
        }
        Ok(After::Drop)
    }
}

fn cut(wire: &mut Wire, bytes: &[u8], end: End) -> io::Result<After> {
    wire.write_all(bytes)?;
    wire.flush()?;
    if end == End::Rst {
        wire.reset_when_closed();
    }
    Ok(if end == End::Notify { After::Close } else { After::Drop })
}

fn drip(wire: &mut Wire, bytes: &[u8], pause: Duration, stop: &Stop) -> io::Result<()> {
    for byte in bytes {
        wire.write_all(&[*byte])?;
        wire.flush()?;
        stop.sleep(pause);
        if stop.is_stopped() {
            break;
        }
    }
    Ok(())
}

/// Silence until the client has gone, or the sandbox ends.
fn until_gone(wire: &mut Wire) {
    let _ = wire.flush();
    let _ = wire.tcp().set_read_timeout(Some(Duration::from_secs(30)));
    while wire.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
}

impl Again {
    fn write(self, wire: &mut Wire, reply: &[u8], stop: &Stop) -> io::Result<()> {
        match self {
            Again::AtOnce => wire.write_surplus(&[reply, reply].concat()),
            Again::After(time) => {
                wire.write_all(reply)?;
                wire.flush()?;
                stop.sleep(time);
                wire.write_surplus(reply)
            }
            Again::Next => {
                wire.again = Some(reply.to_vec());
                wire.write_all(reply)?;
                wire.flush()
            }
        }
    }
}

impl Endless {
    fn pour(self, wire: &mut Wire, stop: &Stop) -> io::Result<()> {
        let framing = match self {
            Endless::Length => "Content-Length: 10000000000\r\n",
            Endless::Chunks => "Transfer-Encoding: chunked\r\n",
            Endless::Close => "",
            Endless::Head => "X: y", // and so the blank line ends only this one
        };
        wire.write_all(format!("HTTP/1.1 200 OK\r\n{framing}\r\n").as_bytes())?;
        let plain = "x".repeat(10_000);
        let piece = match self {
            Endless::Chunks => format!("{:x}\r\n{plain}\r\n", plain.len()),
            Endless::Head => format!("X: {plain}\r\n"),
            _ => plain,
        };
        while !stop.is_stopped() {
            wire.write_all(piece.as_bytes())?;
        }
        Ok(())
    }
}
