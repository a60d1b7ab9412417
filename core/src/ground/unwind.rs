//! Where a panic ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// `None` if `body` panicked. What it carried is not dropped, for that could panic again.
pub fn unwound<T>(body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).map_err(std::mem::forget).ok()
}
