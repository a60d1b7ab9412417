//! [`SharedGovernor`]: the pace of all processes that share a journal.

use crate::governor::{LATE, Limits};
use crate::journal::{Failure, Granted, Journal, Kind, Result, Visit};
use crate::pace::{Pace, Permit, Turn};
use crate::since::Since;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Mutex as Queue, Notify};
use tokio::time::{Instant, sleep, sleep_until};

/// What came to its end is told to the journal no later than this.
const TELLS: Duration = Duration::from_millis(200);
/// And that this process is alive.
const RENEWS: Duration = Duration::from_secs(1);
/// Without a word to the journal for so long, no request leaves any more.
const SILENT: Duration = Duration::from_secs(10);
/// Where all places are taken by others.
const LOOKS_AGAIN: Duration = Duration::from_millis(50);
/// For giving back what is held, at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Keeps limits for each account and each host, over all processes that have the same journal open: on one machine by a file, on many by
/// PostgreSQL, whose clock they go by. Closes and queries share them.
///
/// The moments at which requests may leave are taken from the journal a few at a time, 50 ms ahead or one; so are the places of those under way,
/// divided among the processes that want any. One that was killed keeps its places until its lease is over. While the journal cannot be
/// reached no request leaves. An account that is told that there are too many requests slows down as with [`Governor`](crate::Governor), in
/// all processes. Give each of them the same limits.
///
/// ```
/// # use chexiao_bulk::{Account, Event, Job, Journal, Limits, Options, SharedGovernor, Stopper, Watch};
/// # use std::sync::Arc;
/// # struct Silent;
/// # impl Watch for Silent { fn hear(&self, _: &Event<'_>) {} }
/// # let sandbox = chexiao_sandbox::Sandbox::start(chexiao_sandbox::Options { http: None, https: None, keys: chexiao_sandbox::Keys::generate() })?;
/// # let config = sandbox.config("wechat", sandbox.http_url()).unwrap().to_string();
/// # let file = std::env::temp_dir().join(format!("chexiao-bulk-shared-{}.db", std::process::id()));
/// # let watch = Arc::new(Silent);
/// # let limits = || Some((Limits::new(50.0, 32)?, Limits::new(200.0, 128)?));
/// # let Some((per_account, per_host)) = limits() else { return Ok(()) };
/// let journal = Arc::new(Journal::sqlite(&file)?); // or Journal::postgres(url, schema)
/// let (accounts, options) = (vec![Account::open("shop", &config)?], Options::default());
/// let pace = Arc::new(SharedGovernor::new(&journal, per_account, per_host, options.lease(&accounts))?);
/// let end = Job::new(journal, accounts, pace, watch, options, Stopper::new())?.run()?;
/// # assert_eq!(end, chexiao_bulk::End::Complete);
/// # std::fs::remove_file(&file)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SharedGovernor {
    lanes: Arc<Lanes>,
    keeper: JoinHandle<()>,
}

impl SharedGovernor {
    /// These limits for each account and for each host. `lease`: how long a process that says nothing any more keeps its places, at least what
    /// its longest request takes; what [`Options::lease`](crate::Options::lease) says. Opens a connection of its own. Blocks; not to be called
    /// on an executor's thread.
    ///
    /// # Errors
    /// The journal cannot be reached once more.
    pub fn new(journal: &Journal, account: Limits, host: Limits, lease: Duration) -> Result<Self> {
        let worker = getrandom::u64().map_err(|_| Failure::new("the system gives no random numbers"))?;
        let lanes = Arc::new(Lanes {
            journal: journal.for_pace()?,
            worker: format!("{worker:016x}"),
            account,
            host,
            lease_ms: i64::try_from((lease + SILENT).as_millis()).unwrap_or(i64::MAX),
            known: Mutex::default(),
            has_ended: AtomicBool::new(false),
        });
        let theirs = lanes.clone();
        let keeper = std::thread::Builder::new().name("chexiao-pace".into()).spawn(move || theirs.keep());
        Ok(Self { lanes, keeper: keeper.map_err(|error| Failure::new(error.to_string()))? })
    }
}

impl Pace for SharedGovernor {
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a> {
        Box::pin(async move { Ok(self.turn(self.lanes.seats(account, host).await?)) })
    }

    fn permit_at_once(&self, account: &str, host: &str) -> Option<Box<dyn Turn>> {
        self.lanes.seats_at_once(account, host).map(|seats| self.turn(seats))
    }

    fn is_open(&self, account: &str, host: &str) -> bool {
        self.lanes.are_open(account, host)
    }
}

impl SharedGovernor {
    fn turn(&self, (account, host): (Seat, Seat)) -> Box<dyn Turn> {
        let came = account.came.min(host.came);
        Box::new(Seated { account, _host: host, came, keeper: self.keeper.thread().clone() })
    }
}

impl Drop for SharedGovernor {
    fn drop(&mut self) {
        self.lanes.has_ended.store(true, SeqCst);
        self.keeper.thread().unpark();
        let begun = Instant::now();
        while !self.keeper.is_finished() && begun.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

struct Seated {
    account: Seat,
    _host: Seat,
    came: Instant,
    keeper: std::thread::Thread,
}

impl Turn for Seated {
    fn heard(self: Box<Self>, throttled: bool) {
        let mut state = self.account.lane.state();
        if throttled {
            state.throttled = state.throttled.max(Some(self.account.given));
            self.keeper.unpark();
        } else {
            state.answered = true;
        }
    }

    fn is_over(&self) -> bool {
        self.came.elapsed() > LATE
    }
}

struct Lanes {
    /// A connection of its own, a transaction for each visit: a lane is locked for so long and no longer.
    journal: Journal,
    worker: String,
    account: Limits,
    host: Limits,
    lease_ms: i64,
    known: Mutex<HashMap<(Kind, String), Arc<Lane>>>,
    has_ended: AtomicBool,
}

impl Lanes {
    /// The account's first, so that nobody waits at a host for an account that has to wait anyway.
    async fn seats(&self, account: &str, host: &str) -> Result<(Seat, Seat)> {
        let (account, host) = self.both(account, host);
        let asked = Instant::now();
        let _waiting = Waiting::at(&account);
        let _first = account.first.lock().await;
        loop {
            let mut of_account = self.seat(&account, asked, || account.wanted()).await?;
            let asked = Instant::now();
            let of_host = {
                let (_waiting, _first) = (Waiting::at(&host), host.first.lock().await);
                self.seat(&host, asked, || account.state().tickets.len() + 1).await?
            };
            // The wait at the host does not count, during which the account's next ones wait too: with a slow host nothing would ever leave.
            of_account.came += asked.elapsed();
            if account.is_held() && host.is_held() {
                return Ok((of_account, of_host));
            }
        }
    }

    /// Where nobody waits, and the moments of both have come.
    fn seats_at_once(&self, account: &str, host: &str) -> Option<(Seat, Seat)> {
        let (account, host) = self.both(account, host);
        let _first = (account.first.try_lock().ok()?, host.first.try_lock().ok()?);
        if !(account.is_open() && host.is_open()) {
            return None;
        }
        Some((account.takes()?, host.takes()?))
    }

    /// Whether there is such a place.
    fn are_open(&self, account: &str, host: &str) -> bool {
        let (account, host) = self.both(account, host);
        account.first.try_lock().is_ok() && host.first.try_lock().is_ok() && account.is_open() && host.is_open()
    }

    fn both(&self, account: &str, host: &str) -> (Arc<Lane>, Arc<Lane>) {
        (self.lane(Kind::Account, account, self.account), self.lane(Kind::Host, host, self.host))
    }

    /// What is to be had now, or comes first.
    async fn seat(&self, lane: &Arc<Lane>, asked: Instant, wanted: impl Fn() -> usize) -> Result<Seat> {
        loop {
            if let Some(seat) = lane.takes() {
                sleep_until(seat.came).await;
                return Ok(seat);
            }
            let freed = lane.freed.notified();
            if self.visits(lane, wanted(), asked).await? == 0 {
                tokio::select! {
                    () = freed => {}
                    () = sleep(LOOKS_AGAIN) => {}
                }
            }
        }
    }

    async fn visits(&self, lane: &Lane, wanted: usize, asked: Instant) -> Result<i64> {
        let _alone = lane.visiting.lock().await;
        let (visit, sent) = (lane.says(self, wanted, asked.elapsed()), Since::now());
        let granted = self.journal.tell(move |book| book.visit(&visit)).await?;
        lane.has(&granted, sent);
        Ok(granted.tickets)
    }

    fn lane(&self, kind: Kind, name: &str, limits: Limits) -> Arc<Lane> {
        let made = || Arc::new(Lane::new(kind, name, limits));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry((kind, name.into())).or_insert_with(made).clone()
    }

    /// Tells the journal what has come to its end, and that this process lives; at last, that nothing is held.
    fn keep(&self) {
        loop {
            std::thread::park_timeout(TELLS);
            let has_ended = self.has_ended.load(SeqCst);
            let lanes: Vec<Arc<Lane>> = self.known.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
            for lane in &lanes {
                lane.throws_away(has_ended);
                if lane.has_news(has_ended) {
                    self.tells(lane);
                }
            }
            if has_ended && lanes.iter().all(|lane| lane.state().held() == 0) {
                return;
            }
        }
    }

    /// If it fails, the seats are lost after a while, and nobody takes them any more.
    fn tells(&self, lane: &Lane) {
        let _alone = lane.visiting.blocking_lock();
        let wanted = lane.waiting.load(SeqCst);
        let (visit, sent) = (lane.says(self, wanted, Duration::ZERO), Since::now());
        if let Ok(granted) = self.journal.wait(move |book| book.visit(&visit)) {
            lane.has(&granted, sent);
        }
    }
}

/// The requests of an account, or to a host, of this process.
struct Lane {
    kind: Kind,
    name: String,
    limits: Limits,
    /// Whoever holds it is first, and the others wait in the order in which they came.
    first: Queue<()>,
    waiting: AtomicUsize,
    /// One visit at a time: what it says is true until it is done.
    visiting: Queue<()>,
    state: Mutex<State>,
    /// A request has come to its end.
    freed: Notify,
}

#[derive(Default)]
struct State {
    tickets: VecDeque<Ticket>,
    under_way: i64,
    /// Since more were asked for.
    used: usize,
    /// When the last visit began that was heard of, and what the journal says since that this process holds or wants.
    visited: Option<Since>,
    shown: i64,
    answered: bool,
    throttled: Option<i64>,
}

/// May be used once from when it is `due`, which is not before it was given.
struct Ticket {
    due: Instant,
    /// By the journal's clock.
    given: i64,
}

impl State {
    fn held(&self) -> i64 {
        self.under_way.saturating_add(i64::try_from(self.tickets.len()).unwrap_or(i64::MAX))
    }
}

impl Lane {
    fn new(kind: Kind, name: &str, limits: Limits) -> Self {
        let (first, visiting) = (Queue::new(()), Queue::new(()));
        let (waiting, state, freed) = (AtomicUsize::new(0), Mutex::default(), Notify::new());
        Self { kind, name: name.into(), limits, first, waiting, visiting, state, freed }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For those that wait, and one less than were used of late, at most a quarter of all: whoever finds one does not wait for the journal, and
    /// one that asks alone leaves none over.
    fn wanted(&self) -> usize {
        let used = std::mem::take(&mut self.state().used);
        self.waiting.load(SeqCst) + used.saturating_sub(1).min(self.limits.in_flight / 4)
    }

    /// A place, to be used from when its moment comes.
    fn takes(self: &Arc<Self>) -> Option<Seat> {
        self.throws_away(false);
        let mut state = self.state();
        let Ticket { due, given } = state.tickets.pop_front()?;
        state.under_way += 1;
        state.used += 1;
        Some(Seat { lane: self.clone(), given, came: due })
    }

    /// Whether it has a place that may be used now, and is known to be its own.
    fn is_open(&self) -> bool {
        self.throws_away(false);
        self.is_held() && self.state().tickets.front().is_some_and(|ticket| ticket.due <= Instant::now())
    }

    /// Tickets that nobody used when they were due: a machine that was asleep does not wake with a burst.
    fn throws_away(&self, all: bool) {
        let (now, mut state) = (Instant::now(), self.state());
        while state.tickets.front().is_some_and(|ticket| all || ticket.due + LATE <= now) {
            state.tickets.pop_front();
        }
    }

    /// Whether what this process holds is known to be its own.
    fn is_held(&self) -> bool {
        self.state().visited.is_some_and(|visited| visited.elapsed() < SILENT)
    }

    fn has_news(&self, has_ended: bool) -> bool {
        let (waiting, state) = (i64::try_from(self.waiting.load(SeqCst)).unwrap_or(i64::MAX), self.state());
        let is_older = |than: Duration| state.visited.is_none_or(|visited| visited.elapsed() >= than);
        let is_less = state.held().saturating_add(waiting) < state.shown;
        state.throttled.is_some() || (is_less && (has_ended || is_older(TELLS))) || (state.shown > 0 && is_older(RENEWS))
    }

    fn says(&self, lanes: &Lanes, wanted: usize, waited: Duration) -> Visit {
        let (mut state, wanted) = (self.state(), i64::try_from(wanted).unwrap_or(i64::MAX));
        let held = state.held();
        // Before it is told: whoever tells may be gone before it hears what came of it, and that is to be given back.
        state.shown = state.shown.max(held.saturating_add(wanted));
        Visit {
            kind: self.kind,
            name: self.name.clone(),
            limits: self.limits,
            worker: lanes.worker.clone(),
            held,
            wanted,
            waited: i64::try_from(waited.min(LATE).as_micros()).unwrap_or(i64::MAX),
            lease_ms: lanes.lease_ms,
            answered: std::mem::take(&mut state.answered),
            throttled: state.throttled.take(),
        }
    }

    fn has(&self, granted: &Granted, sent: Since) {
        let (now, mut state) = (Instant::now(), self.state());
        let at = |ticket: i64| granted.first as f64 + granted.interval * ticket as f64;
        let due = |micros: f64| now + Duration::from_secs_f64(micros.max(0.0) / 1e6);
        state.tickets.extend((0..granted.tickets).map(|ticket| Ticket { due: due(at(ticket)), given: granted.now }));
        state.visited = Some(sent);
        state.shown = granted.shown;
    }
}

/// One request under way, or about to be.
struct Seat {
    lane: Arc<Lane>,
    given: i64,
    /// When its moment was, or will be.
    came: Instant,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.lane.state().under_way -= 1;
        self.lane.freed.notify_one();
    }
}

/// One that waits, until this is dropped.
struct Waiting<'l>(&'l Lane);

impl<'l> Waiting<'l> {
    fn at(lane: &'l Lane) -> Self {
        lane.waiting.fetch_add(1, SeqCst);
        Self(lane)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
    }
}
