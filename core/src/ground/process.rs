//! What belongs to one process. After a fork, the threads behind a runtime or a connection pool exist only in the parent:
//! the child must neither use nor drop what it inherited, and makes its own.

use arc_swap::ArcSwapOption;
use chexiao_lc::Process;
use std::sync::Arc;

/// A value that is made at its first use in each process.
pub(crate) struct PerProcess<T>(ArcSwapOption<Owned<T>>);

/// A value and the process that made it.
pub(crate) struct Owned<T> {
    process: Process,
    value: Option<T>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    /// This process's value. Threads that come first together may each make one; all get the same. No lock is held, so that
    /// none can be inherited locked.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<Owned<T>>, E> {
        let current = self.0.load();
        match &*current {
            Some(owned) if owned.is_ours() => return Ok(owned.clone()),
            _ => {}
        }
        let made = Arc::new(Owned { process: Process::this(), value: Some(make()?) });
        let previous = self.0.compare_and_swap(&current, Some(made.clone()));
        match &*previous {
            Some(first) if first.is_ours() => Ok(first.clone()),
            _ => Ok(made),
        }
    }
}

impl<T> Owned<T> {
    pub(crate) fn is_ours(&self) -> bool {
        self.process == Process::this()
    }

    /// The value; it is taken out only by `drop`.
    pub(crate) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if !self.is_ours() {
            std::mem::forget(self.value.take());
        }
    }
}
