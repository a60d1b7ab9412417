//! How late the machine wakes whoever waits: what a bound on time allows for besides its own slack, so that it is as sharp as the machine is
//! idle. A process that begins to watch has one more thread from then on.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{LazyLock, Once};
use std::time::{Duration, Instant};

const NAP: Duration = Duration::from_millis(2);

/// When this nap ends, in microseconds of [`BEGUN`].
static DUE: AtomicU64 = AtomicU64::new(u64::MAX);
/// The last naps that ended late: when, in milliseconds, and below that by how many microseconds. Without a lock, which a fork could leave
/// taken.
static NOTED: [AtomicU64; 8192] = [const { AtomicU64::new(0) }; 8192];
static NEXT: AtomicUsize = AtomicUsize::new(0);
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Begins to watch, if nobody has; where no thread can be started, nothing is ever late.
pub fn watch() {
    static WATCHES: Once = Once::new();
    WATCHES.call_once(|| {
        LazyLock::force(&BEGUN);
        _ = std::thread::Builder::new().name("lateness".into()).stack_size(64 << 10).spawn(naps);
    });
}

fn naps() {
    loop {
        let due = micros(Instant::now() + NAP);
        DUE.store(due, Relaxed);
        std::thread::sleep(NAP);
        let now = micros(Instant::now());
        let late = now - due;
        if late > 2_000 {
            NOTED[NEXT.fetch_add(1, Relaxed) % NOTED.len()].store((now / 1000) << 32 | late.min(u64::from(u32::MAX)), Relaxed);
        }
    }
}

fn micros(at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(*BEGUN).as_micros()).unwrap_or(u64::MAX)
}

/// The most by which a thread that does nothing but wake is late, or was since then or in the second before: one processor may leave waiting whom
/// the other would not. In the child of a fork, where there is no such thread, it grows.
pub fn since(then: Instant) -> Duration {
    let from = (micros(then) / 1000).saturating_sub(1000);
    let late = NOTED.iter().map(|noted| noted.load(Relaxed)).filter(|noted| noted >> 32 >= from).map(|noted| noted & u64::from(u32::MAX));
    let is_late = micros(Instant::now()).saturating_sub(DUE.load(Relaxed));
    Duration::from_micros(late.max().unwrap_or_default().max(is_late))
}

/// What passes from then on, on a machine as busy as this was, in no more than `time` of an idle one: several threads take turns in whatever
/// is measured, and each may be woken late.
pub fn allowed(time: Duration, then: Instant) -> Duration {
    time + 4 * since(then)
}
