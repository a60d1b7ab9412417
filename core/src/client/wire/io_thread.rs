//! One I/O thread per process, for all clients. It ends with the process.

use super::not_sent;
use super::signals::Held;
use super::why::{no_means, no_thread};
use crate::ground::error::Result;
use crate::ground::process::PerProcess;
use crate::ground::unwind::unwound;
use chexiao_lc::{NoFork, stay_loaded};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::time::{Duration, Instant};
use tokio::runtime;

/// After a panic of the I/O thread.
const PAUSE: Duration = Duration::from_millis(10);

static IO: PerProcess<Io> = PerProcess::new();

struct Io {
    runtime: runtime::Handle,
    /// Dropping it ends the thread.
    _alive: tokio::sync::oneshot::Sender<()>,
}

/// The I/O thread of this process, started if it is not there yet.
pub(super) fn handle() -> Result<runtime::Handle> {
    let io = IO.get(start)?;
    io.value().map(|io| io.runtime.clone()).ok_or_else(|| not_sent("no I/O thread"))
}

/// Wakes whatever awaits it at `deadline`, on any thread.
pub(crate) fn alarm(deadline: Instant) -> Result<tokio::time::Sleep> {
    let io = handle()?;
    let _within = io.enter();
    Ok(tokio::time::sleep_until(deadline.into()))
}

/// For who blocks a thread until it is done. Run inside a task of tokio's, it would else be told to wait until that task has paused.
pub(crate) fn unhindered<F: Future>(call: F) -> impl Future<Output = F::Output> {
    tokio::task::unconstrained(call)
}

/// A task of a thread that is never idle, which lets forks pass.
pub(super) fn letting_fork<T>(task: impl Future<Output = T>) -> impl Future<Output = T> {
    let mut task = Box::pin(task);
    poll_fn(move |context| {
        if NoFork::is_awaited() {
            let_fork();
            hold_forks();
        }
        task.as_mut().poll(context)
    })
}

fn start() -> Result<Io> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(16)
        .thread_name("chexiao-dns")
        .on_thread_park(let_fork)
        .on_thread_unpark(hold_forks)
        .build()
        .map_err(|error| no_means(&error))?;
    let handle = runtime.handle().clone();
    let (alive, mut ended) = tokio::sync::oneshot::channel();
    // Tokio panics where the system refuses to wait for sockets; other calls must find the thread alive.
    let run = move || {
        hold_forks();
        while unwound(|| runtime.block_on(&mut ended)).is_none() {
            let_fork();
            std::thread::sleep(PAUSE);
            hold_forks();
        }
    };
    own_thread("chexiao-io", run)?;
    Ok(Io { runtime: handle, _alive: alive })
}

/// A thread that no signal of the host's comes to. It is born with the mask of the thread that makes it; those of the resolver are made by
/// the I/O thread.
pub(crate) fn own_thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<()> {
    let _held = Held::begin()?;
    stay_loaded();
    std::thread::Builder::new().name(name.into()).spawn(run).map(drop).map_err(|error| no_thread(Some(&error)))
}

thread_local! {
    /// What the I/O thread holds whenever it does not wait: handshakes draw random numbers under AWS-LC's locks, and a host's
    /// allocator may have some of its own.
    static AT_WORK: Cell<Option<NoFork>> = const { Cell::new(None) };
}

fn hold_forks() {
    AT_WORK.set(Some(NoFork::begin()));
}

fn let_fork() {
    drop(AT_WORK.take());
}
