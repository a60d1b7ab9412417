//! Connections that may be used again, each served by a task of its own on the I/O thread.

use super::claim::Claim;
use super::connect::Way;
use super::exchange::{Connection, Post};
use super::io_thread::letting_fork;
use super::sink::Sink;
use super::{Lost, not_sent};
use crate::gateway::HttpReply;
use crate::ground::error::{Error, Result};
use crate::ground::lock::lock;
use crate::ground::unwind::unwound;
use crate::outcome::Reason;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep_until, timeout};

/// The connections to one host that nobody uses.
pub(super) struct Pool {
    pub(super) way: Arc<Way>,
    idle: Mutex<Vec<Link>>,
}

/// The use of one connection. Dropping it closes the connection.
pub(crate) struct Link {
    jobs: Option<mpsc::Sender<Box<Job>>>,
    has_carried: bool,
}

/// Which connection a request goes over.
pub(crate) enum Over {
    /// One that lies idle, or a new one.
    Any,
    /// One that has carried no reply yet: none that comes late can be taken for this one's.
    Fresh,
    /// That of the reply before, if it is still good.
    That(Link),
}

/// One request, for the task of a connection; without one, it only connects.
pub(super) struct Job {
    pub(super) post: Option<Post>,
    pub(super) connect_timeout: Duration,
    /// Where the body of the reply goes, if it is a file.
    pub(super) sink: Option<Sink>,
    pub(super) claim: Arc<Claim>,
    pub(super) report: oneshot::Sender<Report>,
}

/// How it ended.
pub(super) enum Report {
    /// Nothing of the request was written.
    NotSent(Error),
    /// It may have been, and no whole reply came.
    Lost(Reason),
    Replied {
        reply: HttpReply,
        is_reusable: bool,
    },
    /// Nothing was to be sent.
    Connected,
}

impl Pool {
    pub(super) fn new(way: Way) -> Self {
        Self { way: Arc::new(way), idle: Mutex::default() }
    }

    /// Has the job done on a connection that is there, or on a new one.
    pub(super) fn give(&self, mut job: Box<Job>, over: Over, io: &Handle) -> Link {
        let is_fresh = matches!(over, Over::Fresh);
        let mut link = if let Over::That(link) = over { Some(link) } else { None };
        while let Some(candidate) = link.take().or_else(|| self.idle(is_fresh)) {
            match candidate.take(job) {
                Ok(()) => return candidate,
                Err(back) => job = back,
            }
        }
        let (sender, jobs) = mpsc::channel(1);
        let link = Link { jobs: Some(sender), has_carried: false };
        _ = link.take(job);
        io.spawn(letting_fork(serve(self.way.clone(), jobs)));
        link
    }

    /// For the next call. Those that ended meanwhile go.
    pub(super) fn keep(&self, link: Link) {
        let mut idle = self.lock();
        idle.retain(|link| !link.is_closed());
        idle.push(link);
    }

    fn idle(&self, is_fresh: bool) -> Option<Link> {
        let mut idle = self.lock();
        let last = idle.iter().rposition(|link| !is_fresh || !link.has_carried)?;
        Some(idle.remove(last))
    }

    /// Whether the next call finds one.
    pub(super) fn has_idle(&self) -> bool {
        self.lock().iter().any(|link| !link.is_closed())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Link>> {
        lock(&self.idle)
    }
}

impl Link {
    /// After a reply.
    pub(super) fn used(mut self) -> Self {
        self.has_carried = true;
        self
    }

    /// Gives the job back where the connection has ended.
    fn take(&self, job: Box<Job>) -> std::result::Result<(), Box<Job>> {
        match &self.jobs {
            None => Err(job),
            Some(jobs) => jobs.try_send(job).map_err(mpsc::error::TrySendError::into_inner),
        }
    }

    fn is_closed(&self) -> bool {
        self.jobs.as_ref().is_none_or(mpsc::Sender::is_closed)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let jobs = self.jobs.take();
        // Tokio panics where the system refuses to wake its thread; the connection then ends with its idleness.
        _ = unwound(|| drop(jobs));
    }
}

/// Does one job after the other, on one connection as long as it lasts, until the link is dropped.
async fn serve(way: Arc<Way>, mut jobs: mpsc::Receiver<Box<Job>>) {
    let mut kept = None;
    while let Some(job) = next(&mut jobs, &mut kept).await {
        kept = job.run(&way, kept.take()).await;
    }
}

/// Waits for the next job. A connection that ends, speaks unasked or lies idle for too long is closed meanwhile.
async fn next(jobs: &mut mpsc::Receiver<Box<Job>>, kept: &mut Option<Connection>) -> Option<Box<Job>> {
    let Some(connection) = kept else { return jobs.recv().await };
    let until = Instant::now() + connection.idle;
    let woken = {
        let mut over = pin!(timeout(connection.idle, connection.stirs()));
        poll_fn(|context| match jobs.poll_recv(context) {
            Poll::Ready(job) => Poll::Ready(Some(job)),
            Poll::Pending => over.as_mut().poll(context).map(|_| None),
        })
        .await
    };
    if let Some(job) = woken {
        // The process may have stood still, and the timer with it.
        kept.take_if(|_| Instant::now() >= until);
        return job;
    }
    *kept = None;
    jobs.close();
    // One may have been given at this very moment; it gets a connection of its own.
    jobs.recv().await
}

impl Job {
    /// Does it and tells the caller, who gets to decide whether the connection is used again. Where nobody listens any more, it ends.
    async fn run(self: Box<Self>, way: &Way, kept: Option<Connection>) -> Option<Connection> {
        let Self { post, connect_timeout, sink, claim, mut report } = *self;
        let attempt = {
            let mut attempt = Box::pin(attempt(way, connect_timeout, kept, post, sink, &claim));
            let mut alarm = pin!(sleep_until(claim.deadline().into()));
            poll_fn(|context| {
                if let Poll::Ready(ended) = attempt.as_mut().poll(context) {
                    return Poll::Ready(Some(Some(ended)));
                }
                while alarm.as_mut().poll(context).is_ready() {
                    let deadline = claim.deadline();
                    if Instant::now() >= deadline {
                        return Poll::Ready(Some(None));
                    }
                    alarm.as_mut().reset(deadline.into());
                }
                report.poll_closed(context).map(|()| None)
            })
            .await?
        };
        let (begun, was_over) = claim.end_once();
        let (told, connection) = match attempt {
            Some(Err(Failure::NoConnection(error))) => (Report::NotSent(error), None),
            Some(Ok((None, connection))) => (Report::Connected, connection),
            None if !begun => (Report::NotSent(out_of_time()), None),
            Some(_) if !begun => (Report::NotSent(not_sent("the connection ended before the request could be sent")), None),
            Some(Ok((Some(reply), connection))) => (Report::Replied { reply, is_reusable: connection.is_some() }, connection),
            Some(Err(Failure::Lost(reason))) => (Report::Lost(reason), None),
            None => (Report::Lost(Reason::Timeout), None),
        };
        // Of a call that was stopped, nothing is told but a whole reply: what else its connection says comes of that.
        if !was_over || matches!(told, Report::Replied { .. }) {
            // The caller may have given up at this very moment.
            _ = report.send(told);
        }
        connection
    }
}

enum Failure {
    NoConnection(Error),
    Lost(Reason),
}

type Attempt = std::result::Result<(Option<HttpReply>, Option<Connection>), Failure>;

async fn attempt(
    way: &Way,
    connect_timeout: Duration,
    kept: Option<Connection>,
    post: Option<Post>,
    mut sink: Option<Sink>,
    claim: &Arc<Claim>,
) -> Attempt {
    let done = |ended: std::result::Result<(HttpReply, _), Lost>| match ended {
        Ok((reply, connection)) => Ok((Some(reply), connection)),
        Err(Lost(reason)) => Err(Failure::Lost(reason)),
    };
    if let Some(mut connection) = kept {
        connection.read_sessions().await;
        let Some(post) = &post else { return Ok((None, Some(connection))) };
        match connection.exchange(post.clone(), sink.as_mut(), claim).await {
            // It had ended or spoken meanwhile.
            Err(_) if !claim.has_begun() => {}
            ended => return done(ended),
        }
    }
    let connection = Box::pin(way.connect(claim, connect_timeout)).await.map_err(Failure::NoConnection)?;
    match post {
        Some(post) => done(connection.exchange(post, sink.as_mut(), claim).await),
        None => Ok((None, Some(connection))),
    }
}

/// The caller's time ran out before the first byte.
pub(super) fn out_of_time() -> Error {
    not_sent("the time ran out before the request could be sent").with_hint(
        "allow more time in deadline_ms, or find out what takes so long, and call again",
        "请放宽 deadline_ms 或查明耗时之处,然后重新调用",
    )
}

/// What a caller is told.
impl Report {
    pub(super) fn for_caller(self, link: Option<Link>) -> Result<super::Reply> {
        match self {
            Self::NotSent(error) => Err(error),
            Self::Connected => Err(not_sent("nothing was to be sent")),
            Self::Lost(reason) => Ok(super::Reply::Lost(reason)),
            Self::Replied { reply, is_reusable } => Ok(super::Reply::Whole(reply, link.filter(|_| is_reusable))),
        }
    }
}
