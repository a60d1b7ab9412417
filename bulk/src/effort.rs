//! [`Effort`]: slower at once where there are too many requests, faster by and by.

/// What a throttled account keeps of its rate; once for all that was under way at that moment.
const SLOWER: f64 = 0.5;
/// And regains of its full rate in each second in which it is answered.
const FASTER: f64 = 0.02;
const SLOWEST: f64 = 1.0 / 64.0;

/// How much of its rate a lane makes use of, after what was heard. Times are microseconds of the clock that its lane goes by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Effort {
    pub(crate) part: f64,
    /// When something was heard last.
    pub(crate) heard: i64,
    /// What left before then has been heeded.
    pub(crate) slowed: i64,
}

impl Effort {
    pub(crate) fn full(now: i64) -> Self {
        Self { part: 1.0, heard: now, slowed: now - 1 }
    }

    pub(crate) fn answered(&mut self, now: i64) {
        let seconds = now.saturating_sub(self.heard).clamp(0, 1_000_000) as f64 / 1e6;
        self.part = (self.part + FASTER * seconds).min(1.0);
        self.heard = now;
    }

    /// A request that left then was told that there are too many.
    pub(crate) fn throttled(&mut self, left: i64, now: i64) {
        if left > self.slowed {
            self.part = (self.part * SLOWER).max(SLOWEST);
            self.slowed = now;
        }
        self.heard = now;
    }
}
