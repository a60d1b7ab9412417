//! Which process this is.

use crate::fork;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// A process, told from its parent and from its children.
///
/// Not by its pid alone: where a child begins a pid namespace, it and its parent may both have pid 1. Nor by the count of forks alone:
/// `clone` and `vfork` run no handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    pid: u32,
    forks: u32,
}

/// Between the first process of this program and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);

impl Process {
    /// The process of the caller. What is stamped with it before a fork is not stamped with the child's.
    pub fn this() -> Self {
        fork::register();
        Self { pid: process::id(), forks: FORKS.load(SeqCst) }
    }
}

/// In a child.
pub(crate) fn is_new() {
    FORKS.fetch_add(1, SeqCst);
}
