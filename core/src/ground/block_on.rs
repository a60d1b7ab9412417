//! A future, waited for by a thread.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Between looks at a future that is overdue.
const OVERDUE: Duration = Duration::from_millis(5);

/// What `future` gives. It is looked at when it wakes this thread, and at `overdue`, whether anybody has woken it or not.
pub(crate) fn block_on<T>(future: impl Future<Output = T>, overdue: Instant) -> T {
    let sleeper = Arc::new(Sleeper { thread: thread::current(), is_woken: AtomicBool::new(false) });
    let waker = Waker::from(sleeper.clone());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(given) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return given;
        }
        sleeper.sleep(overdue);
    }
}

struct Sleeper {
    thread: Thread,
    is_woken: AtomicBool,
}

impl Sleeper {
    /// Until it is woken or overdue.
    fn sleep(&self, overdue: Instant) {
        while !self.is_woken.swap(false, SeqCst) {
            let left = overdue.saturating_duration_since(Instant::now());
            thread::park_timeout(left.max(OVERDUE));
            if left.is_zero() {
                return;
            }
        }
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_woken.swap(true, SeqCst) {
            self.thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(100)
    }

    #[test]
    fn a_wake_from_another_thread_ends_the_wait_whenever_it_comes() {
        for round in 0..500_u32 {
            let (started, is_done) = (Instant::now(), Arc::new(AtomicBool::new(false)));
            let mut first = true;
            let future = poll_fn(|context| {
                if std::mem::take(&mut first) {
                    let (waker, is_done) = (context.waker().clone(), is_done.clone());
                    thread::spawn(move || {
                        (0..round % 50).for_each(|_| thread::yield_now());
                        is_done.store(true, SeqCst);
                        waker.wake();
                    });
                }
                if is_done.load(SeqCst) { Poll::Ready(round) } else { Poll::Pending }
            });
            assert_eq!(block_on(future, started + Duration::from_secs(60)), round);
            assert!(started.elapsed() < Duration::from_secs(30));
        }
    }

    #[test]
    fn what_nobody_wakes_is_looked_at_when_it_is_overdue_and_not_before() {
        let (overdue, mut looks) = (soon(), 0);
        let future = poll_fn(|_| {
            looks += 1;
            if Instant::now() >= overdue { Poll::Ready(()) } else { Poll::Pending }
        });
        block_on(future, overdue);
        assert!(looks <= 3, "{looks}");
    }

    /// The thread may be unparked by anybody, and a future may wake it more often than it has anything to say.
    #[test]
    fn idle_wakes_neither_end_the_wait_nor_keep_the_thread_busy() {
        let (overdue, mut looks) = (soon(), 0);
        thread::current().unpark();
        let future = poll_fn(|context| {
            looks += 1;
            context.waker().wake_by_ref();
            if looks >= 10 { Poll::Ready(()) } else { Poll::Pending }
        });
        block_on(future, overdue);
        assert_eq!(looks, 10);
        // Overdue, and still it does not come: no busy loop.
        let (until, mut looks) = (soon(), 0);
        let late = poll_fn(|_| {
            looks += 1;
            if Instant::now() >= until { Poll::Ready(()) } else { Poll::Pending }
        });
        block_on(late, Instant::now());
        assert!(looks <= 100 / 5 + 5, "{looks}");
    }
}
