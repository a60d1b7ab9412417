//! Connections that may be used again: served by a task of the I/O thread each, or at hand for threads that wait for the network themselves.

use super::claim::Claim;
use super::connect::Way;
use super::exchange::{Connection, Post};
use super::io_thread::{self, letting_fork};
use super::report::{Attempt, Failure, Report, done};
use super::sink::Sink;
use crate::ground::lock::lock;
use crate::ground::unwind::unwound;
use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep_until, timeout};

/// Between looks at connections that lie at hand.
const SWEEP: Duration = Duration::from_millis(500);

/// The connections to one host that nobody uses.
pub(super) struct Pool {
    way: Arc<Way>,
    idle: Arc<Mutex<Idle>>,
}

#[derive(Default)]
struct Idle {
    links: Vec<Link>,
    /// By a task of the I/O thread.
    is_swept: bool,
}

/// The use of one connection. Dropping it closes the connection.
pub(crate) struct Link {
    line: Option<Line>,
    has_carried: bool,
}

enum Line {
    /// A task of the I/O thread has it, which notices if it ends.
    Served(mpsc::Sender<Box<Job>>),
    /// Since when, for any thread that waits for the network itself.
    AtHand(Connection, Instant),
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
    /// The caller waits for the network itself, once there is a connection.
    pub(super) gives_connection: bool,
}

impl Pool {
    pub(super) fn new(way: Way) -> Self {
        Self { way: Arc::new(way), idle: Arc::default() }
    }

    /// A connection for the calling thread itself to use, if one lies at hand.
    pub(super) fn at_hand(&self, over: &mut Over) -> Option<Connection> {
        match std::mem::replace(over, Over::Any) {
            Over::That(link) if !link.is_at_hand() => *over = Over::That(link),
            Over::That(mut link) => return link.connection(),
            Over::Fresh => *over = Over::Fresh,
            Over::Any => {}
        }
        let is_fresh = matches!(over, Over::Fresh);
        let mut idle = lock(&self.idle);
        while let Some(mut link) = idle.take(|link| link.is_at_hand() && (!is_fresh || !link.has_carried)) {
            if let Some(connection) = link.connection() {
                return Some(connection);
            }
        }
        None
    }

    /// Has the job done on a connection that is there, or on a new one.
    pub(super) fn give(&self, mut job: Box<Job>, over: Over, io: &Handle) -> Link {
        let is_fresh = matches!(over, Over::Fresh);
        let mut link = if let Over::That(link) = over { Some(link) } else { None };
        let kept = loop {
            let idle = || lock(&self.idle).take(|link| !is_fresh || !link.has_carried);
            let Some(mut candidate) = link.take().or_else(idle) else { break None };
            if candidate.is_at_hand() {
                match candidate.connection() {
                    None => continue,
                    kept => break kept,
                }
            }
            match candidate.take(job) {
                Ok(()) => return candidate,
                Err(back) => job = back,
            }
        };
        let (sender, jobs) = mpsc::channel(1);
        let link = Link { line: Some(Line::Served(sender)), has_carried: false };
        _ = link.take(job);
        io.spawn(letting_fork(serve(self.way.clone(), jobs, kept)));
        link
    }

    /// For the next call. Those that ended meanwhile go.
    pub(super) fn keep(&self, link: Link) {
        let begins_sweeping = {
            let mut idle = lock(&self.idle);
            let needs_sweeping = link.is_at_hand() && !idle.is_swept;
            idle.links.retain(|link| !link.is_closed());
            idle.links.push(link);
            idle.is_swept |= needs_sweeping;
            needs_sweeping
        };
        if begins_sweeping {
            // Tokio panics where the system refuses to wake its thread; then the next one that is kept tries again.
            let sweeping = || io_thread::handle().map(|io| io.spawn(letting_fork(sweep(Arc::downgrade(&self.idle)))));
            if unwound(sweeping).is_none_or(|spawned| spawned.is_err()) {
                lock(&self.idle).is_swept = false;
            }
        }
    }

    /// Whether the next call finds one.
    pub(super) fn has_idle(&self) -> bool {
        lock(&self.idle).links.iter().any(|link| !link.has_ended())
    }
}

impl Idle {
    /// The last that will do.
    fn take(&mut self, will_do: impl Fn(&Link) -> bool) -> Option<Link> {
        let last = self.links.iter().rposition(will_do)?;
        Some(self.links.remove(last))
    }
}

/// Closes what has lain at hand for too long or has ended, as long as anything does.
async fn sweep(idle: Weak<Mutex<Idle>>) {
    loop {
        sleep_until((Instant::now() + SWEEP).into()).await;
        let Some(idle) = idle.upgrade() else { return };
        let mut idle = lock(&idle);
        idle.links.retain(|link| !link.has_ended());
        idle.is_swept = idle.links.iter().any(Link::is_at_hand);
        if !idle.is_swept {
            return;
        }
    }
}

impl Link {
    pub(super) fn to(connection: Connection) -> Self {
        Self { line: Some(Line::AtHand(connection, Instant::now())), has_carried: false }
    }

    /// After a reply.
    pub(super) fn used(mut self) -> Self {
        self.has_carried = true;
        self
    }

    /// Gives the job back where the connection has ended.
    fn take(&self, job: Box<Job>) -> std::result::Result<(), Box<Job>> {
        match &self.line {
            Some(Line::Served(jobs)) => jobs.try_send(job).map_err(mpsc::error::TrySendError::into_inner),
            _ => Err(job),
        }
    }

    fn is_at_hand(&self) -> bool {
        matches!(self.line, Some(Line::AtHand(..)))
    }

    /// One that lies at hand, and has not done so for too long: the process may have stood still, and the sweep with it.
    fn connection(&mut self) -> Option<Connection> {
        match self.line.take() {
            Some(Line::AtHand(connection, since)) if since.elapsed() < connection.idle => Some(connection),
            _ => None,
        }
    }

    fn is_closed(&self) -> bool {
        match &self.line {
            Some(Line::Served(jobs)) => jobs.is_closed(),
            Some(Line::AtHand(connection, since)) => since.elapsed() >= connection.idle,
            None => true,
        }
    }

    /// The same, as far as the system knows.
    fn has_ended(&self) -> bool {
        self.is_closed() || matches!(&self.line, Some(Line::AtHand(connection, _)) if !connection.tcp.is_silent())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let line = self.line.take();
        // Tokio panics where the system refuses to wake its thread; the connection then ends with its idleness.
        _ = unwound(|| drop(line));
    }
}

/// Does one job after the other, on one connection as long as it lasts, until the link is dropped or the connection given to a caller.
async fn serve(way: Arc<Way>, mut jobs: mpsc::Receiver<Box<Job>>, kept: Option<Connection>) {
    let mut kept = kept.filter(|connection| connection.tcp.join());
    while let Some(job) = next(&mut jobs, &mut kept).await {
        match job.run(&way, kept.take()).await {
            ControlFlow::Continue(connection) => kept = connection,
            ControlFlow::Break(()) => return,
        }
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
    async fn run(self: Box<Self>, way: &Way, kept: Option<Connection>) -> ControlFlow<(), Option<Connection>> {
        let Self { post, connect_timeout, sink, claim, mut report, gives_connection } = *self;
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
            .await
        };
        let Some(attempt) = attempt else { return ControlFlow::Continue(None) };
        let (told, connection) = Report::of(attempt, &claim);
        match told {
            Some(told) if gives_connection => {
                _ = report.send(told.giving(connection));
                return ControlFlow::Break(());
            }
            // The caller may have given up at this very moment.
            Some(told) => _ = report.send(told),
            None => {}
        }
        ControlFlow::Continue(connection)
    }
}

async fn attempt(
    way: &Way,
    connect_timeout: Duration,
    kept: Option<Connection>,
    post: Option<Post>,
    mut sink: Option<Sink>,
    claim: &Arc<Claim>,
) -> Attempt {
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
