//! A queue of calls, for the bindings: many under way at once, submitted and taken by one thread or by several. The I/O is the library's own
//! thread's; a request is signed by who submits it, a reply judged by who takes it.

use super::bell::Bell;
use super::border::{Answer, unwound};
use super::verbs::Verb;
use crate::client::{Client, Stop, unhindered};
use crate::ground::error::{Error, Kind, Result};
use crate::ground::lock::lock;
use crate::ground::process::{Owned, PerProcess};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_int;
use std::future::Future;
use std::ops::{Deref, RangeInclusive};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

/// Calls that were submitted and not taken.
const CAPACITY: RangeInclusive<usize> = 1..=1 << 20;
/// Between looks at a call that is overdue.
const OVERDUE: Duration = Duration::from_millis(5);

/// Calls under way and calls that have finished. Threads may share it. After a fork the child finds it empty: the calls are the parent's.
pub struct Queue {
    capacity: usize,
    here: PerProcess<Arc<Here>>,
    has_ended: AtomicBool,
}

/// A call that has come to its end.
pub struct Finished {
    /// What it was submitted with.
    pub tag: u64,
    /// What [`Verb::told`] would have said.
    pub answer: Answer,
}

impl Queue {
    /// For at most `capacity` calls that were submitted and not taken, 1 to 1,048,576. Opens nothing. Each call under way has a connection of
    /// its own, so that this bounds those too.
    ///
    /// # Errors
    /// [`Kind::Config`]: the capacity is out of range.
    pub fn new(capacity: usize) -> Result<Self> {
        if !CAPACITY.contains(&capacity) {
            return Err(Error::config("capacity", format!("must be {} to {} calls", CAPACITY.start(), CAPACITY.end()))
                .with_hint("pass another capacity", "请传入其他容量"));
        }
        Ok(Self { capacity, here: PerProcess::new(), has_ended: AtomicBool::new(false) })
    }

    /// Begins a call: what `verb` would tell `client`. Does not wait for the network. Its tag comes back once, from [`take`](Self::take) or
    /// [`end`](Self::end), whatever is wrong with the text.
    ///
    /// # Errors
    /// Nothing was sent, nothing is in the queue, and no tag comes back. [`Kind::NotSent`]: it is full; [`Kind::Handle`]: it has ended.
    pub fn submit<C>(&self, client: C, verb: &'static Verb, text: String, tag: u64) -> Result<()>
    where
        C: Deref<Target = Client> + Send + Sync + 'static,
    {
        let here = self.here()?;
        let here = of_this_process(&here)?;
        let overdue = Instant::now() + client.longest(&text);
        let stop = Arc::new(Stop::new());
        let (run, stop) = (verb.begun(client, text, stop.clone()), Arc::downgrade(&stop));
        let call = {
            let mut state = here.lock();
            if state.has_ended {
                return Err(ended());
            }
            if state.calls.len() >= self.capacity {
                return Err(full(self.capacity));
            }
            state.last += 1;
            let call = Arc::new(Call {
                key: (overdue, state.last),
                tag,
                stop,
                panicked: verb.panicked,
                queue: Arc::downgrade(here),
                is_listed: AtomicBool::new(false),
                progress: Mutex::new(Progress { run: Some(Box::pin(unhindered(run))), answer: None }),
            });
            state.tags.insert((tag, call.key.1), call.key);
            state.calls.insert(call.key, call.clone());
            // Whoever waits looks no sooner than at what was the first to be overdue.
            if state.calls.first_key_value().is_some_and(|(first, _)| *first == call.key) {
                here.changed.notify_all();
            }
            call
        };
        if call.advanced().answer.is_some() {
            call.wake();
        }
        Ok(())
    }

    /// The next call that has finished, in the order in which they do; `None` if there is none in time, where zero is no time.
    ///
    /// # Errors
    /// [`Kind::Handle`]: it has ended, meanwhile perhaps.
    pub fn take(&self, timeout: Duration) -> Result<Option<Finished>> {
        let started = Instant::now();
        let here = self.here()?;
        let here = of_this_process(&here)?;
        let mut looks_again = started;
        let mut state = here.lock();
        loop {
            if state.has_ended {
                return Err(ended());
            }
            let now = Instant::now();
            let (call, wait) = state.next(now, looks_again);
            if let Some(call) = call {
                drop(state);
                if call.key.0 <= now {
                    looks_again = now + OVERDUE;
                }
                let answer = call.advanced().answer.take();
                state = here.lock();
                if let Some(answer) = answer {
                    state.calls.remove(&call.key);
                    state.tags.remove(&(call.tag, call.key.1));
                    return Ok(Some(Finished { tag: call.tag, answer }));
                }
                continue;
            }
            let left = timeout.saturating_sub(now - started);
            if left.is_zero() {
                return Ok(None);
            }
            state = here.changed.wait_timeout(state, wait.map_or(left, |wait| wait.min(left))).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// A descriptor that can be read from while [`take`](Self::take) has something to do, be it that it has nothing to give yet. It is to be
    /// polled, and never read, written or closed. It stays the same, until the queue ends or the process forks.
    ///
    /// # Errors
    /// [`Kind::NotSent`]: the system gives none, as Windows never does; [`Kind::Handle`]: the queue has ended.
    pub fn fd(&self) -> Result<c_int> {
        let here = self.here()?;
        let mut state = of_this_process(&here)?.lock();
        if state.has_ended {
            return Err(ended());
        }
        if state.bell.is_none() {
            state.bell = Some(Bell::new()?);
            state.ring();
        }
        state.bell.as_ref().map(Bell::fd).ok_or_else(ended)
    }

    /// Ends the calls of this tag that have not finished: what has not begun is not sent, what has is Unknown. They come back as all do.
    pub fn stop(&self, tag: u64) {
        self.tell(tag, |stop| _ = stop.stop());
    }

    /// Ends the calls of this tag of which no request is out. One that is out is still heard; no other, a query after its close, follows it.
    pub fn withdraw(&self, tag: u64) {
        self.tell(tag, Stop::withdraw);
    }

    fn tell(&self, tag: u64, word: fn(&Stop)) {
        let Ok(here) = self.here() else { return };
        let Some(here) = here.value() else { return };
        let of_tag: Vec<Arc<Call>> = {
            let state = here.lock();
            let keys = state.tags.range((tag, 0)..=(tag, u64::MAX)).map(|(_, key)| key);
            keys.filter_map(|key| state.calls.get(key).cloned()).collect()
        };
        for call in of_tag {
            if let Some(stop) = call.stop.upgrade() {
                word(&stop);
            }
            // It may wait for what never looks at that.
            call.wake();
        }
    }

    /// Ends the queue, and each call in it now: what has not begun is not sent, what has is Unknown. Gives all that was not taken, each once. A
    /// second time there is nothing.
    pub fn end(&self) -> Vec<Finished> {
        self.has_ended.store(true, SeqCst);
        let Ok(here) = self.here() else { return Vec::new() };
        let Some(here) = here.value() else { return Vec::new() };
        let calls = here.lock().end();
        here.changed.notify_all();
        let finished = |call: Arc<Call>| call.ended().map(|answer| Finished { tag: call.tag, answer });
        calls.into_values().filter_map(finished).collect()
    }

    fn here(&self) -> Result<Arc<Owned<Arc<Here>>>> {
        self.here.get(|| Ok(Arc::new(Here::new(self.has_ended.load(SeqCst)))))
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.end();
    }
}

/// The queue of one process.
struct Here {
    state: Mutex<State>,
    /// There is something to do, or nothing ever again.
    changed: Condvar,
}

struct State {
    /// All that were not taken; the first is the first that is overdue.
    calls: BTreeMap<Key, Arc<Call>>,
    /// The keys of those of a tag.
    tags: BTreeMap<(u64, u64), Key>,
    /// Those to go on with: their connection has reported, or they have finished.
    listed: VecDeque<Arc<Call>>,
    last: u64,
    bell: Option<Bell>,
    has_ended: bool,
}

/// When a call is overdue, and which it is.
type Key = (Instant, u64);

impl Here {
    fn new(has_ended: bool) -> Self {
        let state = State { calls: BTreeMap::new(), tags: BTreeMap::new(), listed: VecDeque::new(), last: 0, bell: None, has_ended };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// One to go on with; or how long there is none, unless one is listed.
    fn next(&mut self, now: Instant, looks_again: Instant) -> (Option<Arc<Call>>, Option<Duration>) {
        if let Some(call) = self.listed.pop_front() {
            call.is_listed.swap(false, SeqCst);
            self.ring();
            return (Some(call), None);
        }
        let Some(((overdue, _), call)) = self.calls.first_key_value() else { return (None, None) };
        match (*overdue).max(looks_again).saturating_duration_since(now) {
            Duration::ZERO => (Some(call.clone()), None),
            wait => (None, Some(wait)),
        }
    }

    fn ring(&mut self) {
        let has_some = !self.listed.is_empty();
        if let Some(bell) = &mut self.bell {
            bell.ring(has_some);
        }
    }

    fn end(&mut self) -> BTreeMap<Key, Arc<Call>> {
        (self.has_ended, self.bell) = (true, None);
        self.listed.clear();
        self.tags.clear();
        std::mem::take(&mut self.calls)
    }
}

/// One call.
struct Call {
    key: Key,
    tag: u64,
    /// It lives as long as the call runs: it holds who is to be woken, which is this.
    stop: Weak<Stop>,
    panicked: fn() -> Answer,
    queue: Weak<Here>,
    is_listed: AtomicBool,
    progress: Mutex<Progress>,
}

/// One of the two, until the answer is taken.
struct Progress {
    run: Option<Pin<Box<dyn Future<Output = Answer> + Send>>>,
    answer: Option<Answer>,
}

impl Call {
    /// As far as it goes without waiting.
    fn advanced(self: &Arc<Self>) -> MutexGuard<'_, Progress> {
        let mut progress = lock(&self.progress);
        if let Some(run) = &mut progress.run {
            let waker = Waker::from(self.clone());
            let step = unwound(|| run.as_mut().poll(&mut Context::from_waker(&waker)));
            if step.as_ref().is_none_or(|step| step.is_ready()) {
                let run = progress.run.take();
                _ = unwound(|| drop(run));
            }
            progress.answer = match step {
                Some(std::task::Poll::Ready(answer)) => Some(answer),
                Some(std::task::Poll::Pending) => None,
                None => Some((self.panicked)()),
            };
        }
        progress
    }

    /// Its answer, which it has now; `None` if somebody takes it already.
    fn ended(self: &Arc<Self>) -> Option<Answer> {
        if let Some(stop) = self.stop.upgrade() {
            stop.stop();
        }
        let mut progress = self.advanced();
        let is_still_running = progress.run.take().is_some();
        progress.answer.take().or_else(|| is_still_running.then(self.panicked))
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        if self.is_listed.swap(true, SeqCst) {
            return;
        }
        let Some(queue) = self.queue.upgrade() else { return };
        let mut state = queue.lock();
        if !state.has_ended {
            state.listed.push_back(self);
            state.ring();
            queue.changed.notify_one();
        }
    }
}

fn of_this_process(here: &Owned<Arc<Here>>) -> Result<&Arc<Here>> {
    here.value().ok_or_else(ended)
}

fn ended() -> Error {
    Error::at_border(Kind::Handle, "queue", "has ended").with_hint("open another queue", "请新建队列")
}

fn full(capacity: usize) -> Error {
    Error::at_border(Kind::NotSent, "queue", format!("is full: {capacity} calls were submitted and not taken")).with_hint(
        "take calls that have finished and submit this one again, or open a queue of more capacity",
        "请先取出已结束的调用再提交本次调用，或新建容量更大的队列",
    )
}
