//! [`Room`]: how many requests of an account are under way at once, and how many more are written ahead of them.
//!
//! A request leaves once its attempt is on the disk. As many are written ahead as leave while the disk is waited for, so that no place under way
//! lies idle. At a gateway that is slower than the disk they are few, and they should be: of what was written and had not left when the
//! job was killed, nobody knows that.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many are written ahead at most, for each that may be under way.
const FURTHEST: usize = 16;
/// So many are held for each that is begun: others have been heard of and wait for the disk, or are claimed and wait for room.
const HELD: usize = 4;
/// How much the newest request counts in what is expected of the next.
const NEWEST: f64 = 1.0 / 16.0;

pub(crate) struct Room {
    most_under_way: usize,
    begun: Arc<Semaphore>,
    seen: Mutex<Seen>,
}

/// In seconds.
#[derive(Default)]
struct Seen {
    ahead: usize,
    writing: f64,
    answering: f64,
    /// From one request to the next.
    between: f64,
    last: Option<Instant>,
}

impl Room {
    pub(crate) fn new(most_under_way: usize) -> Self {
        Self { most_under_way, begun: Arc::new(Semaphore::new(most_under_way)), seen: Mutex::default() }
    }

    /// The most that may be under way of so many.
    pub(crate) fn most(under_way: usize) -> usize {
        under_way.clamp(1, Semaphore::MAX_PERMITS / FURTHEST / 2)
    }

    /// A place for one that is to be written. The semaphore is never closed.
    pub(crate) async fn begins(&self) -> Option<OwnedSemaphorePermit> {
        self.begun.clone().acquire_owned().await.ok()
    }

    /// The same for as many as there are places, if a quarter of all is free: who comes for each single one keeps the journal busy with that.
    pub(crate) fn begins_at_once(&self) -> Vec<OwnedSemaphorePermit> {
        let all = self.most_under_way + self.seen().ahead;
        let free = self.begun.available_permits();
        let places = || std::iter::from_fn(|| self.begun.clone().try_acquire_owned().ok()).take(free).collect();
        if free >= all.div_ceil(4) { places() } else { Vec::new() }
    }

    /// How many orders are worth taking, where so many are held.
    pub(crate) fn worth_taking(&self, held: usize) -> usize {
        let worth_holding = (self.most_under_way + self.seen().ahead).saturating_mul(HELD);
        let room = worth_holding.saturating_sub(held);
        if held == 0 || room >= worth_holding / 4 { room } else { 0 }
    }

    /// How long one took to be written, and how long it was under way.
    pub(crate) fn saw(&self, writing: Duration, answering: Duration) {
        let mut seen = self.seen();
        let now = Instant::now();
        let between = seen.last.replace(now).map_or(answering, |last| now - last);
        self.learns(&mut seen, writing, answering, between);
    }

    /// Where a pace keeps them apart, no more are ahead than twice what leaves in that time.
    fn learns(&self, seen: &mut Seen, writing: Duration, answering: Duration, between: Duration) {
        let nearer = |known: f64, new: Duration| known + (new.as_secs_f64() - known) * NEWEST;
        seen.writing = nearer(seen.writing, writing);
        seen.answering = nearer(seen.answering, answering);
        seen.between = nearer(seen.between, between);
        let places = (self.most_under_way as f64 / seen.answering).min(2.0 / seen.between);
        let wanted = ((seen.writing * places) as usize).min(self.most_under_way.saturating_mul(FURTHEST));
        if wanted > seen.ahead {
            self.begun.add_permits(wanted - seen.ahead);
            seen.ahead = wanted;
        } else {
            seen.ahead -= self.begun.forget_permits(seen.ahead - wanted);
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead_at(room: &Room, writing: u64, answering: u64, between: Duration) -> usize {
        let [writing, answering] = [writing, answering].map(Duration::from_millis);
        (0..200).for_each(|_| room.learns(&mut room.seen(), writing, answering, between));
        room.begun.available_permits() - room.most_under_way
    }

    fn ahead(room: &Room, writing: u64, answering: u64) -> usize {
        ahead_at(room, writing, answering, Duration::from_micros(10))
    }

    #[test]
    fn a_pace_leaves_nothing_to_be_ahead_of() {
        let room = Room::new(32);
        for (between, expected) in [(20, 4..=5), (100, 0..=1), (1, 99..=100)] {
            let ahead = ahead_at(&room, 50, 5, Duration::from_millis(between));
            assert!(expected.contains(&ahead), "{between}: {ahead}");
        }
    }

    #[test]
    fn as_many_are_written_ahead_as_leave_while_the_disk_is_waited_for() {
        let room = Room::new(32);
        assert_eq!([0, 1, 96, 97].map(|held| room.worth_taking(held)), [128, 127, 32, 0]);
        for (writing, answering, expected) in [(5, 300, 0..=0), (5, 5, 31..=32), (10, 5, 63..=64), (900, 1, 512..=512), (5, 30_000, 0..=0)]
        {
            assert!(expected.contains(&ahead(&room, writing, answering)), "{writing} {answering}: {}", ahead(&room, writing, answering));
        }
        assert_eq!(ahead(&room, 0, 0), 0);
    }

    #[tokio::test]
    async fn places_that_are_taken_go_when_they_come_back() {
        let room = Room::new(2);
        ahead(&room, 9, 3);
        let mut taken = Vec::new();
        while room.begun.available_permits() > 0 {
            taken.extend(room.begins().await);
        }
        assert!(taken.len() > 6, "{}", taken.len());
        room.learns(&mut room.seen(), Duration::ZERO, Duration::from_secs(60), Duration::ZERO);
        assert_eq!(room.seen().ahead, taken.len() - 2, "all are taken");
        drop(taken);
        assert_eq!((ahead(&room, 0, 60_000), room.worth_taking(0)), (0, 8));
    }
}
