//! [`Job`]: orders are taken from the journal, each by a task of its own, as many at once as the job may.

use crate::account::Account;
use crate::event::{Event, Watch};
use crate::journal::{FURTHEST, Failure, Journal, Result};
use crate::life::{self, Place};
use crate::pace::Pace;
use crate::room::Room;
use crate::senders::{Senders, Threads};
use crate::since::Since;
use crate::steps::Rules;
use chexiao::{Code, Error, Kind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// Misconfigured requests in a row that stop an account.
const STOPPED_BY: u32 = 10;
/// So many requests under way in all, and no more, are each sent by a thread that waits for it, which costs less than to be woken.
const THREADS: usize = 256;
/// Half of it is for the commit that comes before a request.
pub(crate) const LEAST_GRACE: Duration = Duration::from_secs(1);
/// What another process does is looked at again after so long.
const LOOKS_AGAIN: Duration = Duration::from_secs(1);
/// And what this one is about to have.
const SOON: Duration = Duration::from_millis(5);

/// How a job runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Requests of one account under way at once: 32 at first. More of its orders are held, for most of them wait for the disk.
    pub in_flight: usize,
    /// When an order is asked about again.
    pub rules: Rules,
    /// A worker holds an order for the longest deadline of its accounts and so long besides: 10 s at first. If it dies, the order is taken
    /// up after that. What takes the journal half of it to write does not leave. A second at least; no more than a day counts.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { in_flight: 32, rules: Rules::default(), grace: Duration::from_secs(10) }
    }
}

impl Options {
    /// How long a worker holds an order, or its place among the requests under way, without a word: what the longest request of these accounts
    /// takes, and the grace.
    pub fn lease(&self, accounts: &[Account]) -> Duration {
        accounts.iter().map(Account::deadline).max().unwrap_or_default() + self.grace.min(FURTHEST)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every order of its accounts has its last word.
    Complete,
    /// It was told to stop.
    Stopped,
    /// Orders are left at accounts that were stopped, and nowhere else.
    AccountsStopped,
}

/// Tells a job to take no more orders. Those under way are waited for: their requests may have left.
#[derive(Debug, Clone, Default)]
pub struct Stopper(Arc<Stopping>);

#[derive(Debug, Default)]
struct Stopping {
    told: AtomicBool,
    changed: Notify,
}

impl Stopper {
    /// One that a job is to be given.
    pub fn new() -> Self {
        Self::default()
    }

    /// No further order is taken, no further request begun.
    pub fn stop(&self) {
        self.0.told.store(true, SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.0.told.load(SeqCst)
    }

    pub(crate) async fn told(&self) {
        let changed = self.0.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if !self.is_told() {
            changed.await;
        }
    }
}

/// What a run works with.
pub struct Job {
    pub(crate) journal: Arc<Journal>,
    pub(crate) pace: Arc<dyn Pace>,
    pub(crate) watch: Arc<dyn Watch>,
    pub(crate) options: Options,
    pub(crate) stopper: Stopper,
    /// What the run tells itself once anything has failed.
    pub(crate) failed: Stopper,
    pub(crate) lease: Duration,
    accounts: Vec<Arc<Site>>,
}

/// An account and how it fares in this run.
pub(crate) struct Site {
    pub(crate) account: Account,
    pub(crate) room: Room,
    pub(crate) senders: Senders,
    misconfigured: AtomicU32,
    /// What it tells those that wait for a turn.
    pub(crate) stopped: Stopper,
}

impl Site {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.is_told()
    }

    /// Whether that one stopped it.
    pub(crate) fn has_answered(&self, code: Code) -> bool {
        let counted = |count: u32| match code {
            Code::Misconfigured => count.saturating_add(1),
            // What was stopped stays so.
            _ if count >= STOPPED_BY => count,
            _ => 0,
        };
        let before = self.misconfigured.fetch_update(SeqCst, SeqCst, |count| Some(counted(count)));
        let stops = code == Code::Misconfigured && before == Ok(STOPPED_BY - 1);
        if stops {
            self.stopped.stop();
        }
        stops
    }
}

impl Job {
    /// Closes the orders of these accounts that the journal holds.
    ///
    /// # Errors
    /// The grace is less than a second.
    pub fn new(
        journal: Arc<Journal>,
        accounts: Vec<Account>,
        pace: Arc<dyn Pace>,
        watch: Arc<dyn Watch>,
        options: Options,
        stopper: Stopper,
    ) -> chexiao::Result<Self> {
        if options.grace < LEAST_GRACE {
            return Err(Error::at_border(Kind::Config, "grace", "must be at least 1 second"));
        }
        let options = Options { grace: options.grace.min(FURTHEST), ..options };
        let lease = options.lease(&accounts);
        let most = Room::most(options.in_flight);
        let blocks = accounts.len().saturating_mul(most) <= THREADS;
        let senders = || match blocks {
            true => Senders::Threads(Threads::new(most)),
            false => Senders::Tasks(Arc::new(Semaphore::new(most))),
        };
        let site = |account| {
            let (room, misconfigured, stopped) = (Room::new(most), AtomicU32::new(0), Stopper::new());
            Arc::new(Site { account, room, senders: senders(), misconfigured, stopped })
        };
        let accounts = accounts.into_iter().map(site).collect();
        Ok(Self { journal, pace, watch, lease, options, stopper, failed: Stopper::new(), accounts })
    }

    /// Works until every order has its last word, or until it is stopped. Blocks; not to be called on an executor's thread.
    ///
    /// # Errors
    /// The journal failed. Nothing more is sent, what is under way is waited for, and what cannot be written of it is found as unknown by the next run.
    pub fn run(self) -> Result<End> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        // Where others send, this thread is enough for what is left.
        let mut runtime = match self.accounts.iter().all(|site| site.senders.are_threads()) {
            true => Builder::new_current_thread(),
            false => Builder::new_multi_thread(),
        };
        let runtime = runtime.worker_threads(threads).enable_time().thread_name("chexiao-bulk").build();
        let (runtime, job) = (runtime.map_err(|error| Failure::new(error.to_string()))?, Arc::new(self));
        let end = runtime.block_on(job.clone().works());
        job.accounts.iter().for_each(|site| site.senders.end());
        end
    }

    async fn works(self: Arc<Self>) -> Result<End> {
        let mut lives: JoinSet<(usize, Result<()>)> = JoinSet::new();
        let mut running = vec![0; self.accounts.len()];
        let mut failed = None;
        loop {
            while let Some(ended) = lives.try_join_next() {
                self.notes(ended, &mut running, &mut failed);
            }
            if failed.is_some() || self.stopper.is_told() {
                break;
            }
            let wait = match self.takes(&mut lives, &mut running).await {
                Ok(Some(wait)) => wait,
                Ok(None) if lives.is_empty() => break,
                Ok(None) => LOOKS_AGAIN,
                Err(failure) => {
                    self.fails(failure, &mut failed);
                    break;
                }
            };
            tokio::select! {
                Some(ended) = lives.join_next() => self.notes(ended, &mut running, &mut failed),
                () = self.stopper.told() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        while let Some(ended) = lives.join_next().await {
            self.notes(ended, &mut running, &mut failed);
        }
        match failed {
            Some(failure) => Err(failure),
            None if self.stopper.is_told() => Ok(End::Stopped),
            None if self.accounts.iter().any(|site| site.is_stopped()) => Ok(End::AccountsStopped),
            None => Ok(End::Complete),
        }
    }

    fn notes(
        &self,
        ended: std::result::Result<(usize, Result<()>), tokio::task::JoinError>,
        running: &mut [usize],
        failed: &mut Option<Failure>,
    ) {
        match ended {
            Ok((at, done)) => {
                running.iter_mut().skip(at).take(1).for_each(|running| *running -= 1);
                if let Err(failure) = done {
                    self.fails(failure, failed);
                }
            }
            Err(error) => self.fails(Failure::new(format!("a task ended: {error}")), failed),
        }
    }

    fn fails(&self, failure: Failure, first: &mut Option<Failure>) {
        self.failed.stop();
        first.get_or_insert(failure);
    }

    /// Takes what is due and has room. How long to wait for more; none if nothing is left to wait for but what is under way.
    async fn takes(self: &Arc<Self>, lives: &mut JoinSet<(usize, Result<()>)>, running: &mut [usize]) -> Result<Option<Duration>> {
        let mut wait: Option<Duration> = None;
        let sooner = |wait: Option<Duration>, other: Duration| Some(wait.map_or(other, |wait| wait.min(other)));
        for (at, (site, running)) in self.accounts.iter().zip(running).enumerate() {
            if site.is_stopped() {
                continue;
            }
            let places = self.places(site);
            let room = match &places {
                Some(places) if *running > 0 || !places.is_empty() => places.len(),
                _ => site.room.worth_taking(*running),
            };
            if room == 0 {
                continue;
            }
            // With half the grace more, for whoever begins within that need not renew it.
            let (name, lease) = (site.account.name().to_string(), millis(self.lease + self.options.grace / 2));
            let mut places = places.unwrap_or_default();
            let begins = !places.is_empty();
            let held_at = Since::now();
            let most = i64::try_from(room).unwrap_or(i64::MAX);
            let taken = self.journal.tell(move |book| book.claim(&name, most, lease, begins)).await?;
            let left_over = places.split_off(taken.len().min(places.len()));
            left_over.into_iter().for_each(|place| place.turn.gives_back());
            if taken.is_empty() {
                let name = site.account.name().to_string();
                if let Some(due) = self.journal.tell(move |book| book.next_due_in(&name, lease)).await? {
                    let due = Duration::from_millis(u64::try_from(due).unwrap_or_default()).clamp(SOON, LOOKS_AGAIN);
                    wait = sooner(wait, due);
                }
                continue;
            }
            // Where turns were fewer than orders, there will be more of them.
            wait = sooner(wait, if begins && taken.len() == room { SOON } else { LOOKS_AGAIN });
            *running += taken.len();
            let mut places = places.into_iter();
            for order in taken {
                self.watch.hear(&Event::Taken { account: site.account.name(), line: order.line });
                let (job, site, place) = (self.clone(), site.clone(), places.next());
                lives.spawn(async move { (at, life::lives(job, site, order, held_at, place).await) });
            }
        }
        Ok(wait)
    }

    /// Whether nothing more is to leave there.
    pub(crate) fn is_stopped_at(&self, site: &Site) -> bool {
        self.stopper.is_told() || self.failed.is_told() || site.is_stopped()
    }

    /// For orders that leave as soon as they are taken; none where the pace has them wait.
    fn places(&self, site: &Site) -> Option<Vec<Place>> {
        let (account, host) = (site.account.name(), site.account.host());
        if !self.pace.is_open(account, host) {
            return None;
        }
        let turn = || self.pace.permit_at_once(account, host);
        let begun = site.room.begins_at_once();
        let is_full = begun.is_empty();
        let places: Vec<_> = begun.into_iter().map_while(|begun| Some(Place { turn: turn()?, begun: Some(begun) })).collect();
        // Somebody else may have had the turn meanwhile.
        (is_full || !places.is_empty()).then_some(places)
    }
}

pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
