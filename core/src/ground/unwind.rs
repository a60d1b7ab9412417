//! Where a panic ends.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// `None` if `body` panicked. What it carried is not dropped, for that could panic again.
pub fn unwound<T>(body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).map_err(std::mem::forget).ok()
}

/// The same of a future.
pub(crate) async fn survived<T>(run: impl Future<Output = T>) -> Option<T> {
    let mut run = pin!(run);
    poll_fn(|context| match unwound(|| run.as_mut().poll(context)) {
        Some(step) => step.map(Some),
        None => Poll::Ready(None),
    })
    .await
}
