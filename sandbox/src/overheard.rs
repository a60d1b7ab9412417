//! Everything that the libraries of this process log, at the finest level: for looking for secrets in it.

use std::sync::Mutex;

use crate::lock::lock;

/// What has been logged and not yet taken.
#[derive(Debug, Default)]
pub struct Overheard(Mutex<String>);

static ALL: Overheard = Overheard(Mutex::new(String::new()));

/// Listens from now on. `None` if the process has another logger already.
pub fn overhear() -> Option<&'static Overheard> {
    log::set_logger(&ALL).ok()?;
    log::set_max_level(log::LevelFilter::Trace);
    Some(&ALL)
}

impl Overheard {
    /// What was logged since this was last asked.
    pub fn take(&self) -> String {
        std::mem::take(&mut lock(&self.0))
    }
}

impl log::Log for Overheard {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {} {}\n", record.level(), record.target(), record.args());
        lock(&self.0).push_str(&line);
    }

    fn flush(&self) {}
}
