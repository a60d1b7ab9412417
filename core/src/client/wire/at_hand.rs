//! A request and its reply on the thread that waits for them, over a connection that lies at hand: nobody else is woken.

use super::claim::Claim;
use super::exchange::{Connection, Post};
use super::handed::ended_early;
use super::metered::Metered;
use super::report::{Report, done};
use super::signals::Held;
use crate::ground::unwind::unwound;
use crate::outcome::Reason;
use chexiao_lc::{NoFork, Process};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

/// What became of it; `None` where the connection turned out to have ended, and nothing was written.
pub(super) fn exchange(connection: Connection, post: Post, claim: &Arc<Claim>) -> Option<Report> {
    let tcp = connection.tcp.clone();
    // While this thread reads and writes: a handler that forks finds nothing half written that its child would write as well.
    let signals = Held::begin().ok()?;
    // Boxed: a host's stack may be small.
    let attempt = match driven(Box::pin(connection.exchange(post, None, claim)), &tcp, claim, &signals) {
        // It had ended or spoken meanwhile.
        Ended::Itself(Err(_)) if !claim.has_begun() => return None,
        Ended::Itself(ended) => Some(done(ended)),
        Ended::Late => None,
        Ended::InAnotherProcess => return Some(Report::Lost(Reason::Interrupted)),
        Ended::ByDefect => return Some(ended_early(claim, Reason::Defect)),
    };
    let (report, connection) = Report::of(attempt, claim);
    // Nobody else ends it.
    Some(report.map_or(Report::Lost(Reason::Interrupted), |report| report.giving(connection)))
}

enum Ended<T> {
    Itself(T),
    /// At the deadline.
    Late,
    /// This is the child of a fork; the parent goes on with it.
    InAnotherProcess,
    ByDefect,
}

/// Goes on with what waits for nothing but `tcp`, until it has ended or its time is over.
fn driven<T>(mut run: Pin<Box<impl Future<Output = T>>>, tcp: &Metered, claim: &Claim, signals: &Held) -> Ended<T> {
    let process = Process::this();
    let again = Arc::new(Again(AtomicBool::new(false)));
    let waker = Waker::from(again.clone());
    loop {
        let step = {
            let _no_fork = NoFork::begin();
            unwound(|| run.as_mut().poll(&mut Context::from_waker(&waker)))
        };
        match step {
            Some(Poll::Ready(ended)) => return Ended::Itself(ended),
            Some(Poll::Pending) => {}
            None => return Ended::ByDefect,
        }
        let left = claim.deadline().saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ended::Late;
        }
        if again.0.swap(false, SeqCst) {
            continue;
        }
        tcp.wait(left, signals.before());
        if process != Process::this() {
            // With the connection.
            std::mem::forget(run);
            return Ended::InAnotherProcess;
        }
    }
}

/// Whether it has something to do without waiting.
struct Again(AtomicBool);

impl Wake for Again {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}
