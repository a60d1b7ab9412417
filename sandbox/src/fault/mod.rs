//! What can go wrong on purpose, and the one place where a reply is written.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use crate::book::{has_prefix, lock};
use crate::http::Reply;
use crate::stop::Stop;
use crate::wire::Wire;

/// A fault of one request. The first three change what the reply says, the others how it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Handled; the reply lacks its signature. ChinaUMS, which signs nothing: lacks its msgId.
    Unsigned,
    /// The order is NOT touched; the reply is a signed success for another order number, or simply a signed success
    /// where the format names no order.
    Other,
    /// Handled; the reply is signed with another key. ChinaUMS: carries another msgId.
    WrongKey,
    /// Handled; then silence for so long, and the connection closed.
    Sleep(Duration),
    /// Handled; answered after so long.
    Delay(Duration),
    /// Handled; the connection closed without an answer and, over TLS, without close_notify.
    Cut,
    /// Handled; the full Content-Length, half of the body, then closed.
    Half,
    /// Read to the end but NOT handled; the connection reset (RST).
    Reset,
}

impl Fault {
    /// The upper-case names: what the admin pages speak, and the prefix of an order number that suffers the fault.
    pub const NAMES: [&'static str; 8] = ["UNSIGNED", "OTHER", "WRONGKEY", "SLEEP", "DELAY", "CUT", "HALF", "RESET"];

    /// The fault of this name, in any case. `time` is for SLEEP (30 s when absent) and DELAY (300 ms).
    pub fn named(name: &str, time: Option<Duration>) -> Option<Fault> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UNSIGNED" => Fault::Unsigned,
            "OTHER" => Fault::Other,
            "WRONGKEY" => Fault::WrongKey,
            "SLEEP" => Fault::Sleep(time.unwrap_or(Duration::from_secs(30))),
            "DELAY" => Fault::Delay(time.unwrap_or(Duration::from_millis(300))),
            "CUT" => Fault::Cut,
            "HALF" => Fault::Half,
            "RESET" => Fault::Reset,
            _ => return None,
        })
    }

    fn of_number(number: &str) -> Option<Fault> {
        let name = Fault::NAMES.into_iter().find(|name| has_prefix(number, name))?;
        Fault::named(name, None)
    }
}

/// Faults ordered for the next requests of a gateway.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<BTreeMap<&'static str, VecDeque<Fault>>>);

impl Faults {
    /// The next `times` business requests of the gateway; 0 forgets what was ordered.
    pub(crate) fn order(&self, gateway: &'static str, fault: Fault, times: usize) {
        let mut all = lock(&self.0);
        let queue = all.entry(gateway).or_default();
        if times == 0 {
            queue.clear();
        }
        queue.extend(std::iter::repeat_n(fault, times));
    }

    /// What this request suffers: what was ordered, else what its order number says.
    pub(crate) fn next(&self, gateway: &'static str, number: Option<&str>) -> Option<Fault> {
        let ordered = lock(&self.0).get_mut(gateway).and_then(VecDeque::pop_front);
        ordered.or_else(|| Fault::of_number(number?))
    }
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
pub(crate) fn deliver(wire: &mut Wire, reply: &Reply, fault: Option<Fault>, keep_open: bool, stop: &Stop) -> io::Result<After> {
    let after = if keep_open { After::KeepOpen } else { After::Close };
    let head = reply.head(keep_open);
    let (body, after) = match fault {
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
        Some(Fault::Unsigned | Fault::Other | Fault::WrongKey) | None => (reply.body.as_slice(), after),
    };
    wire.write_all(&[head.as_bytes(), body].concat())?;
    wire.flush()?;
    Ok(after)
}
