//! [`SharedGovernor`]: the pace of all processes that share a journal.

use crate::governor::{LATE, Limits};
use crate::journal::{Failure, Journal, Kind, Result};
use crate::lane::{Lane, SILENT, Seat, TELLS, Waiting};
use crate::pace::{Pace, Permit, Turn};
use crate::since::Since;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

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
        Box::new(Seated { account, host, came, keeper: self.keeper.thread().clone() })
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
    host: Seat,
    came: Instant,
    keeper: std::thread::Thread,
}

impl Turn for Seated {
    fn heard(self: Box<Self>, throttled: bool) {
        let mut state = self.account.lane.state();
        state.used += 1;
        if throttled {
            state.throttled = state.throttled.max(Some(self.account.given));
            self.keeper.unpark();
        } else {
            state.answered = true;
        }
    }

    fn gives_back(self: Box<Self>) {
        self.account.gives_back();
        self.host.gives_back();
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
        let (visit, sent) = (lane.says(&self.worker, self.lease_ms, wanted, Some(asked.elapsed())), Since::now());
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

    /// It takes no moment: whoever waits for the last one would be given a further one each time. If it fails, the seats are lost after a while,
    /// and nobody takes them any more.
    fn tells(&self, lane: &Lane) {
        let _alone = lane.visiting.blocking_lock();
        let wanted = lane.waiting.load(SeqCst);
        let (visit, sent) = (lane.says(&self.worker, self.lease_ms, wanted, None), Since::now());
        if let Ok(granted) = self.journal.wait(move |book| book.visit(&visit)) {
            lane.has(&granted, sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Visit;

    /// Of one every two seconds; four wait, and the first of them has its moment.
    #[tokio::test(flavor = "multi_thread")]
    async fn who_says_that_some_wait_takes_no_moment_for_them() {
        let folder = std::env::temp_dir().join(format!("chexiao-shared-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let journal = Journal::sqlite(folder.join("journal.db")).unwrap();
        let [account, host] = [0.5, 1000.0].map(|rate| Limits::new(rate, 32).unwrap());
        let pace = Arc::new(SharedGovernor::new(&journal, account, host, SILENT).unwrap());
        drop(pace.permit("a", "h").await.unwrap());
        let waits = |pace: Arc<SharedGovernor>| tokio::spawn(async move { pace.permit("a", "h").await.map(drop) });
        let waiting: Vec<_> = (0..4).map(|_| waits(pace.clone())).collect();
        let lane = pace.lanes.lane(Kind::Account, "a", account);
        while lane.state().held() == 0 || lane.waiting.load(SeqCst) < 4 {
            sleep(Duration::from_millis(1)).await;
        }
        let (lanes, told) = (pace.lanes.clone(), lane.clone());
        tokio::task::spawn_blocking(move || (0..9).for_each(|_| lanes.tells(&told))).await.unwrap();
        let other = Visit { held: 0, ..lane.says("another", 1000, 1, Some(Duration::ZERO)) };
        let granted = journal.tell(move |book| book.visit(&other)).await.unwrap();
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        assert!(granted.tickets == 1 && granted.first <= 4_000_000, "{granted:?}");
        drop((pace, waiting, journal));
        _ = std::fs::remove_dir_all(&folder);
    }
}
