//! A call under watch: whoever ends it hears whether it may have happened, and a terminal that it takes long.

use crate::bar::{Bar, TICK};
use crate::output::complain;
use crate::signals::{Signal, Signals};
use chexiao::{Error, Kind, Stop};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A wait that a terminal is not told of.
const PATIENCE: Duration = Duration::from_secs(2);

const WAITING: &str =
    "waiting for the gateway. Ctrl-C ends the wait, not what was sent. 正在等待网关应答；按 Ctrl-C 只结束等待，不撤回已发送的请求。";

/// How a call ended, and the signal that ended it.
pub(crate) struct Ended<T> {
    pub(crate) result: Result<T, Error>,
    pub(crate) signal: Option<Signal>,
}

/// What the call is given: how it is stopped, and how it says that it begins to wait for the gateway.
pub(crate) struct Watch {
    pub(crate) stop: Arc<Stop>,
    sends: Box<dyn Fn() + Send>,
}

impl Watch {
    pub(crate) fn sends_now(&self) {
        (self.sends)();
    }
}

enum Event<T> {
    Sends,
    Signal(Signal),
    Ended(Box<thread::Result<Result<T, Error>>>),
}

/// Runs `call` to its end, or until SIGINT, SIGTERM or SIGHUP. A second signal ends the program at once.
pub(crate) fn watched<T: Send + 'static>(call: impl FnOnce(&Watch) -> Result<T, Error> + Send + 'static) -> Ended<T> {
    let (events, happened) = channel();
    let stop = Arc::new(Stop::new());
    let signals = match Signals::held() {
        Ok(signals) => signals,
        Err(error) => return Ended { result: Err(not_sent("signals", format!("cannot be waited for: {error}"))), signal: None },
    };
    let (sends, told) = (events.clone(), events.clone());
    let watch = Watch { stop: stop.clone(), sends: Box::new(move || _ = sends.send(Event::Sends)) };
    let (alive, call_told) = (events.clone(), events);
    let call = move || _ = call_told.send(Event::Ended(Box::new(catch_unwind(AssertUnwindSafe(|| call(&watch))))));
    let wait = move || _ = signals.wait().map(|signal| told.send(Event::Signal(signal)));
    let started = thread::Builder::new().spawn(wait).and_then(|_| thread::Builder::new().spawn(call));
    if let Err(error) = started {
        return Ended { result: Err(not_sent("threads", format!("no thread can be started: {error}"))), signal: None };
    }
    let ended = until_the_end(&happened, &stop, signals);
    drop(alive);
    // Whoever waits for somebody to read what it says can be ended.
    signals.release();
    ended
}

fn until_the_end<T>(happened: &Receiver<Event<T>>, stop: &Stop, signals: Signals) -> Ended<T> {
    let mut by = None;
    let mut bar = Bar::new();
    let mut tells_at = None;
    loop {
        match happened.recv_timeout(if bar.is_on() { TICK } else { Duration::MAX }) {
            Ok(Event::Sends) => tells_at = Some(Instant::now() + PATIENCE),
            Ok(Event::Signal(signal)) => {
                let may_have_happened = stop.stop();
                signals.release();
                if !may_have_happened {
                    return Ended { result: Err(not_sent("signal", format!("{signal} came first"))), signal: Some(signal) };
                }
                by = Some(signal);
            }
            Ok(Event::Ended(result)) => return Ended { result: result.unwrap_or_else(|panic| resume_unwind(panic)), signal: by },
            Err(_) if bar.shows(stop) => tells_at = None,
            Err(_) => {
                if tells_at.take_if(|at| Instant::now() >= *at).is_some() {
                    complain(WAITING);
                }
            }
        }
    }
}

fn not_sent(what: &str, why: String) -> Error {
    Error::at_border(Kind::NotSent, what, why)
}
