//! [`Lane`]: what a process has of the pace that it shares, at one account or host.

use crate::governor::{LATE, Limits};
use crate::journal::{Granted, Kind, Visit};
use crate::since::Since;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Queue, Notify};
use tokio::time::Instant;

/// What came to its end is told to the journal no later than this.
pub(crate) const TELLS: Duration = Duration::from_millis(200);
/// And that this process is alive.
const RENEWS: Duration = Duration::from_secs(1);
/// Without a word to the journal for so long, no request leaves any more.
pub(crate) const SILENT: Duration = Duration::from_secs(10);

/// The requests of an account, or to a host, of this process.
pub(crate) struct Lane {
    kind: Kind,
    name: String,
    limits: Limits,
    /// Whoever holds it is first, and the others wait in the order in which they came.
    pub(crate) first: Queue<()>,
    pub(crate) waiting: AtomicUsize,
    /// One visit at a time: what it says is true until it is done.
    pub(crate) visiting: Queue<()>,
    state: Mutex<State>,
    /// A request has come to its end.
    pub(crate) freed: Notify,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) tickets: VecDeque<Ticket>,
    under_way: i64,
    /// How many were answered since more were asked for.
    pub(crate) used: usize,
    /// When the last visit began that was heard of, and what the journal says since that this process holds or wants.
    visited: Option<Since>,
    shown: i64,
    pub(crate) answered: bool,
    pub(crate) throttled: Option<i64>,
}

/// May be used once from when it is `due`, which is not before it was given.
pub(crate) struct Ticket {
    due: Instant,
    /// By the journal's clock.
    given: i64,
}

impl State {
    pub(crate) fn held(&self) -> i64 {
        self.under_way.saturating_add(i64::try_from(self.tickets.len()).unwrap_or(i64::MAX))
    }
}

impl Lane {
    pub(crate) fn new(kind: Kind, name: &str, limits: Limits) -> Self {
        let (first, visiting) = (Queue::new(()), Queue::new(()));
        let (waiting, state, freed) = (AtomicUsize::new(0), Mutex::default(), Notify::new());
        Self { kind, name: name.into(), limits, first, waiting, visiting, state, freed }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For those that wait, and one less than were used of late, at most a quarter of all: whoever finds one does not wait for the journal, and
    /// one that asks alone leaves none over.
    pub(crate) fn wanted(&self) -> usize {
        let used = std::mem::take(&mut self.state().used);
        self.waiting.load(SeqCst) + used.saturating_sub(1).min(self.limits.in_flight / 4)
    }

    /// A place, to be used from when its moment comes.
    pub(crate) fn takes(self: &Arc<Self>) -> Option<Seat> {
        self.throws_away(false);
        let mut state = self.state();
        let Ticket { due, given } = state.tickets.pop_front()?;
        state.under_way += 1;
        Some(Seat { lane: self.clone(), given, came: due })
    }

    /// Whether it has a place that may be used now, and is known to be its own. Half of what its moment lasts is for the journal to write.
    pub(crate) fn is_open(&self) -> bool {
        self.throws_away(false);
        let now = Instant::now();
        self.is_held() && self.state().tickets.front().is_some_and(|ticket| ticket.due <= now && now < ticket.due + LATE / 2)
    }

    /// Tickets that nobody used when they were due: a machine that was asleep does not wake with a burst.
    pub(crate) fn throws_away(&self, all: bool) {
        let (now, mut state) = (Instant::now(), self.state());
        while state.tickets.front().is_some_and(|ticket| all || ticket.due + LATE <= now) {
            state.tickets.pop_front();
        }
    }

    /// Whether what this process holds is known to be its own.
    pub(crate) fn is_held(&self) -> bool {
        self.state().visited.is_some_and(|visited| visited.elapsed() < SILENT)
    }

    pub(crate) fn has_news(&self, has_ended: bool) -> bool {
        let (waiting, state) = (i64::try_from(self.waiting.load(SeqCst)).unwrap_or(i64::MAX), self.state());
        let is_older = |than: Duration| state.visited.is_none_or(|visited| visited.elapsed() >= than);
        let is_less = state.held().saturating_add(waiting) < state.shown;
        state.throttled.is_some() || (is_less && (has_ended || is_older(TELLS))) || (state.shown > 0 && is_older(RENEWS))
    }

    /// That so many more could be used; where somebody `waited` for them, they are asked for.
    pub(crate) fn says(&self, worker: &str, lease_ms: i64, wanted: usize, waited: Option<Duration>) -> Visit {
        let (mut state, wanted) = (self.state(), i64::try_from(wanted).unwrap_or(i64::MAX));
        let held = state.held();
        // Before it is told: whoever tells may be gone before it hears what came of it, and that is to be given back.
        state.shown = state.shown.max(held.saturating_add(wanted));
        Visit {
            kind: self.kind,
            name: self.name.clone(),
            limits: self.limits,
            worker: worker.into(),
            held,
            wanted,
            waited: waited.map(|waited| i64::try_from(waited.min(LATE).as_micros()).unwrap_or(i64::MAX)),
            lease_ms,
            answered: std::mem::take(&mut state.answered),
            throttled: state.throttled.take(),
        }
    }

    pub(crate) fn has(&self, granted: &Granted, sent: Since) {
        let (now, mut state) = (Instant::now(), self.state());
        let at = |ticket: i64| granted.first as f64 + granted.interval * ticket as f64;
        let due = |micros: f64| now + Duration::from_secs_f64(micros.max(0.0) / 1e6);
        state.tickets.extend((0..granted.tickets).map(|ticket| Ticket { due: due(at(ticket)), given: granted.now }));
        state.visited = Some(sent);
        state.shown = granted.shown;
    }
}

/// One request under way, or about to be.
pub(crate) struct Seat {
    pub(crate) lane: Arc<Lane>,
    pub(crate) given: i64,
    /// When its moment was, or will be.
    pub(crate) came: Instant,
}

impl Seat {
    /// Whoever comes next may have its moment, as long as that lasts.
    pub(crate) fn gives_back(&self) {
        let tickets = &mut self.lane.state().tickets;
        let at = tickets.partition_point(|ticket| ticket.due < self.came);
        tickets.insert(at, Ticket { due: self.came, given: self.given });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.lane.state().under_way -= 1;
        self.lane.freed.notify_one();
    }
}

/// One that waits, until this is dropped.
pub(crate) struct Waiting<'l>(&'l Lane);

impl<'l> Waiting<'l> {
    pub(crate) fn at(lane: &'l Lane) -> Self {
        lane.waiting.fetch_add(1, SeqCst);
        Self(lane)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    /// With so many tickets, 10 ms from one to the next.
    fn lane(tickets: i64) -> Arc<Lane> {
        let lane = Arc::new(Lane::new(Kind::Account, "a", Limits { rate: 100.0, in_flight: 32 }));
        lane.has(&Granted { tickets, first: 0, interval: 10_000.0, now: 0, shown: tickets }, Since::now());
        lane
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_back_is_had_next() {
        let lane = lane(3);
        advance(Duration::from_millis(20)).await;
        let (first, second) = (lane.takes().unwrap(), lane.takes().unwrap());
        let came = [first.came, second.came];
        [first, second].iter().for_each(Seat::gives_back);
        assert_eq!((lane.wanted(), lane.state().held()), (0, 3), "as if nobody had taken them");
        assert_eq!([(); 2].map(|()| lane.takes().unwrap().came), came);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_nearly_over_is_not_for_the_next_commit() {
        let lane = lane(1);
        assert!(lane.is_open());
        advance(Duration::from_millis(49)).await;
        assert!(lane.is_open());
        advance(Duration::from_millis(1)).await;
        assert!(!lane.is_open() && lane.takes().is_some(), "for whoever waits it is not over");
    }
}
