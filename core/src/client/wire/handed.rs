//! A request that was handed to the I/O thread, and what that reports of it.

use super::claim::Claim;
use super::not_sent;
use super::report::{Report, out_of_time};
use super::stop::{Until, stopped};
use crate::outcome::Reason;
use chexiao_lc::Process;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::oneshot::Receiver;

/// How long after the deadline the I/O thread is still waited for.
pub(crate) const GRACE: Duration = Duration::from_millis(100);

/// Ready with the report at the deadline, which the I/O thread keeps. Who does not rely on that looks again after [`GRACE`]. Whoever drops it
/// has stopped the call: nothing more is written.
pub(super) struct Handed<'a> {
    pub(super) claim: Arc<Claim>,
    pub(super) report: Receiver<Report>,
    pub(super) until: Until<'a>,
    /// Whose I/O thread has it.
    pub(super) process: Process,
}

impl Future for Handed<'_> {
    type Output = Report;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Report> {
        if self.process != Process::this() {
            // The parent of a fork goes on with it.
            return Poll::Ready(Report::Lost(Reason::Interrupted));
        }
        let is_stopped = self.until.stop.is_stopped(context);
        let ended = match Pin::new(&mut self.report).poll(context) {
            // Where the call has ended already, that stands.
            Poll::Ready(Ok(report)) => return Poll::Ready(report),
            _ if is_stopped => Reason::Interrupted,
            Poll::Ready(Err(_nobody)) => Reason::Reset,
            Poll::Pending if Instant::now() >= self.claim.deadline() + GRACE => Reason::Timeout,
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready(ended_early(&self.claim, ended))
    }
}

impl Drop for Handed<'_> {
    fn drop(&mut self) {
        if self.process == Process::this() {
            self.claim.end();
            self.until.stop.finish();
        }
    }
}

/// Nobody reports. From here on nothing is written; the claim knows whether anything was.
pub(super) fn ended_early(claim: &Claim, reason: Reason) -> Report {
    match (claim.end(), reason) {
        (true, reason) => Report::Lost(reason),
        (false, Reason::Timeout) => Report::NotSent(out_of_time()),
        (false, Reason::Interrupted) => Report::NotSent(stopped()),
        (false, _) => Report::NotSent(not_sent("the I/O thread failed before the request could be sent")),
    }
}
