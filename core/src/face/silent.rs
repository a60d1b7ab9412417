//! Windows has no descriptor of a queue: what `select` waits for there is sockets alone.

use crate::ground::error::{Error, Kind, Result};
use std::ffi::c_int;

/// There is none.
pub(super) enum Bell {}

impl Bell {
    pub(super) fn new() -> Result<Self> {
        Err(Error::at_border(Kind::NotSent, "fd", "Windows gives no descriptor for a queue").with_hint(
            "wait in take, on a thread of its own where others must go on",
            "请改用 take 等待；其他工作须继续时，放在单独的线程中",
        ))
    }

    pub(super) fn fd(&self) -> c_int {
        match *self {}
    }

    pub(super) fn ring(&mut self, _: bool) {
        match *self {}
    }
}
