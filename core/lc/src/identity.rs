//! Which process this is.

use crate::fork;
use std::process;

/// A process, told from its parent and from its children.
///
/// Not by its pid alone: where a child begins a pid namespace, it and its parent may both have pid 1. Nor by the count of forks alone:
/// `clone` and `vfork` run no handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    pid: u32,
    forks: u32,
}

impl Process {
    /// The process of the caller. What is stamped with it before a fork is not stamped with the child's.
    pub fn this() -> Self {
        Self { pid: process::id(), forks: fork::count() }
    }
}
