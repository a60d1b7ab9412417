//! Windows has no forks: nothing is copied half done, and nobody waits.

use std::time::Duration;

/// No fork takes so long.
pub const LONGEST_WAIT_OF_FORK: Duration = Duration::ZERO;
/// Nor does `begin`.
pub const LONGEST_WAIT_FOR_FORK: Duration = Duration::ZERO;

/// While a value lives, nothing forks, as ever.
#[must_use]
pub struct NoFork(());

impl NoFork {
    /// At once.
    pub fn begin() -> Self {
        Self(())
    }

    /// Never.
    pub fn is_awaited() -> bool {
        false
    }
}

pub(crate) fn count() -> u32 {
    0
}
