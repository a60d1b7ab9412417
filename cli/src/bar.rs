//! How far a download has come, on a terminal alone.

use crate::output::same_line;
use chexiao::Stop;
use std::io::IsTerminal;
use std::time::Duration;

/// Between looks.
pub(crate) const TICK: Duration = Duration::from_millis(100);
const WIDTH: usize = 30;
const MIB: f64 = 1024.0 * 1024.0;

/// One line of standard error, gone when this is dropped.
pub(crate) struct Bar {
    is_on: bool,
    is_shown: bool,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self { is_on: std::io::stderr().is_terminal(), is_shown: false }
    }

    /// Whether anybody could see it.
    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether there is a download to show.
    pub(crate) fn shows(&mut self, stop: &Stop) -> bool {
        let Some((received, expected)) = stop.progress().filter(|_| self.is_on) else { return false };
        self.is_shown = true;
        same_line(&line(received, expected));
        true
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.is_shown {
            same_line("");
        }
    }
}

fn line(received: u64, expected: Option<u64>) -> String {
    let mib = |bytes: u64| bytes as f64 / MIB;
    match expected {
        None => format!("{:.1} MiB", mib(received)),
        Some(expected) => {
            let part = (received as f64 / expected.max(1) as f64).min(1.0);
            let done = (part * WIDTH as f64) as usize;
            format!("[{:<WIDTH$}] {:3.0} % of {:.1} MiB", "#".repeat(done), (part * 100.0).floor(), mib(expected))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_bar_is_as_long_as_what_has_come() {
        assert_eq!(line(1 << 20, None), "1.0 MiB");
        assert_eq!(line(0, Some(2 << 20)), format!("[{}]   0 % of 2.0 MiB", " ".repeat(30)));
        assert_eq!(line(1 << 20, Some(2 << 20)), format!("[{}{}]  50 % of 2.0 MiB", "#".repeat(15), " ".repeat(15)));
        assert_eq!(line((2 << 20) - 1, Some(2 << 20)), format!("[{} ]  99 % of 2.0 MiB", "#".repeat(29)));
        assert_eq!(line(9, Some(3)), format!("[{}] 100 % of 0.0 MiB", "#".repeat(30)));
    }
}
