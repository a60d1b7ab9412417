//! [`Senders`]: who sends the requests of an account, as many at once as may be under way.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::Semaphore;

pub(crate) enum Senders {
    /// One for each request, which blocks until its answer is there: that costs less than to be woken (ADR 23).
    Threads(Threads),
    /// Where that would be too many.
    Tasks(Arc<Semaphore>),
}

impl Senders {
    pub(crate) fn are_threads(&self) -> bool {
        matches!(self, Self::Threads(_))
    }

    /// Those that have nothing to do are there no longer when this returns.
    pub(crate) fn end(&self) {
        if let Self::Threads(threads) = self {
            threads.end();
        }
    }
}

type Work = Box<dyn FnOnce() + Send>;

/// Begun as they are needed.
pub(crate) struct Threads {
    most: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    work: VecDeque<Work>,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    has_ended: bool,
}

impl Threads {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, shared: Arc::default() }
    }

    /// One of them does it as soon as one is free. Where the system gives no thread at all, it is dropped.
    pub(crate) fn take(&self, work: impl FnOnce() + Send + 'static) {
        let mut state = self.shared.state();
        state.work.push_back(Box::new(work));
        if state.work.len() <= state.idle {
            self.shared.changed.notify_one();
        } else if state.threads.len() < self.most {
            let shared = self.shared.clone();
            match std::thread::Builder::new().name("chexiao-bulk".into()).spawn(move || shared.works()) {
                Ok(thread) => state.threads.push(thread),
                Err(_) if state.threads.is_empty() => state.work.clear(),
                Err(_) => {}
            }
        }
    }

    fn end(&self) {
        self.shared.ends();
        let threads = std::mem::take(&mut self.shared.state().threads);
        threads.into_iter().for_each(|thread| _ = thread.join());
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.ends();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) {
        self.state().has_ended = true;
        self.changed.notify_all();
    }

    /// Whoever waits for what a defect has ended hears of it, since the work is dropped.
    fn works(&self) {
        while let Some(work) = self.next() {
            _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    fn next(&self) -> Option<Work> {
        let mut state = self.state();
        loop {
            if let Some(work) = state.work.pop_front() {
                return Some(work);
            }
            if state.has_ended {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    #[test]
    fn as_many_at_once_as_may_be_and_all_of_it_before_the_end() {
        let (threads, now, most, done) =
            (Threads::new(3), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..30 {
            let (now, most, done) = (now.clone(), most.clone(), done.clone());
            threads.take(move || {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                std::thread::sleep(Duration::from_millis(2));
                now.fetch_sub(1, SeqCst);
                done.fetch_add(1, SeqCst);
            });
        }
        threads.end();
        assert_eq!((most.load(SeqCst), done.load(SeqCst)), (3, 30));
    }

    #[test]
    fn what_comes_while_some_are_idle_is_done_at_once_by_each() {
        let threads = Threads::new(4);
        for _ in 0..200 {
            // None of them passes before all four are there.
            let barrier = Arc::new(Barrier::new(4));
            for _ in 0..4 {
                let barrier = barrier.clone();
                threads.take(move || _ = barrier.wait());
            }
        }
        threads.end();
    }

    #[test]
    fn a_defect_takes_no_thread_away() {
        let (threads, done) = (Threads::new(1), Arc::new(AtomicUsize::new(0)));
        for _ in 0..3 {
            let done = done.clone();
            threads.take(|| std::panic::resume_unwind(Box::new("a defect")));
            threads.take(move || _ = done.fetch_add(1, SeqCst));
        }
        threads.end();
        assert_eq!(done.load(SeqCst), 3);
    }
}
