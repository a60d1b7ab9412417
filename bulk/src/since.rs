//! [`Since`]: how long ago something was, where the machine may have slept meanwhile.

use std::time::{Duration, Instant, SystemTime};

/// One clock stands still while the machine is asleep, the other may be set: the one by which more time has passed is heeded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    awake: Instant,
    wall: SystemTime,
}

impl Since {
    pub(crate) fn now() -> Self {
        Self { awake: Instant::now(), wall: SystemTime::now() }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.awake.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_counts_and_a_clock_that_is_set_back_does_not() {
        let (now, hour) = (Since::now(), Duration::from_secs(3600));
        let slept = Since { wall: now.wall - hour, ..now };
        assert!(slept.elapsed() >= hour, "{:?}", slept.elapsed());
        let set_back = Since { wall: now.wall + hour, ..now };
        std::thread::sleep(Duration::from_millis(5));
        assert!((Duration::from_millis(5)..hour).contains(&set_back.elapsed()), "{:?}", set_back.elapsed());
    }
}
