//! [`Governor`]: the pace that is kept.

use crate::effort::Effort;
use crate::pace::{Pace, Permit, Turn};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Queue, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Timers are late: so much is made up for afterwards, and no more, so that a machine that was asleep does not wake with a burst.
pub(crate) const LATE: Duration = Duration::from_millis(100);
/// In requests per second.
const RATE: std::ops::RangeInclusive<f64> = 0.01..=100_000.0;

/// How many requests may leave in a second, evenly spread, and how many may be under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub(crate) rate: f64,
    pub(crate) in_flight: usize,
}

impl Limits {
    /// `rate` in requests per second, 0.01 to 100,000; from 1 request `in_flight`. `None` out of range.
    pub fn new(rate: f64, in_flight: usize) -> Option<Self> {
        (RATE.contains(&rate) && (1..=Semaphore::MAX_PERMITS).contains(&in_flight)).then_some(Self { rate, in_flight })
    }
}

/// Keeps limits for each account and each host, in this process alone. Closes and queries share them.
///
/// An account that is told that there are too many requests goes on at half its rate, at 1/64 of its limit at the least, and regains
/// 2 % of its limit in each second in which it is answered otherwise: all of it after 25 s.
pub struct Governor {
    account: Limits,
    host: Limits,
    accounts: Lanes,
    hosts: Lanes,
}

type Lanes = Mutex<HashMap<String, Arc<Lane>>>;

impl Governor {
    /// These limits for each account and for each host.
    pub fn new(account: Limits, host: Limits) -> Self {
        Self { account, host, accounts: Lanes::default(), hosts: Lanes::default() }
    }
}

impl Pace for Governor {
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a> {
        let (account, host) = (lane(&self.accounts, account, self.account), lane(&self.hosts, host, self.host));
        Box::pin(async move { Ok(Box::new(turn(account, &host).await) as Box<dyn Turn>) })
    }
}

fn lane(lanes: &Lanes, name: &str, limits: Limits) -> Arc<Lane> {
    let mut lanes = lanes.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(lane) = lanes.get(name) {
        return lane.clone();
    }
    lanes.entry(name.into()).or_insert_with(|| Arc::new(Lane::new(limits))).clone()
}

/// The requests of an account, or to a host.
struct Lane {
    limits: Limits,
    /// When the next one is due. Whoever holds it is first, and the others wait in the order in which they came.
    next: Queue<Option<Instant>>,
    in_flight: Arc<Semaphore>,
    begun: Instant,
    effort: Mutex<Effort>,
}

impl Lane {
    fn new(limits: Limits) -> Self {
        let (begun, in_flight) = (Instant::now(), Arc::new(Semaphore::new(limits.in_flight)));
        Self { limits, next: Queue::new(None), in_flight, begun, effort: Mutex::new(Effort::full(0)) }
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / (self.limits.rate * self.effort().part))
    }

    fn effort(&self) -> std::sync::MutexGuard<'_, Effort> {
        self.effort.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self, left: Instant, throttled: bool) {
        let (now, mut effort) = (self.clock(Instant::now()), self.effort());
        if throttled { effort.throttled(self.clock(left), now) } else { effort.answered(now) }
    }

    fn clock(&self, at: Instant) -> i64 {
        i64::try_from((at - self.begun).as_micros()).unwrap_or(i64::MAX)
    }

    /// A place among those under way. The semaphore is never closed.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.in_flight.clone().acquire_owned().await.ok()
    }
}

/// The account's own limits first, so that nobody waits at a host for an account that has to wait anyway.
async fn turn(account: Arc<Lane>, host: &Lane) -> Granted {
    let asked = Instant::now();
    let mut of_account = account.next.lock().await;
    let due = until_due(*of_account, asked).await;
    let places = (account.place().await, host.place().await);
    let mut of_host = host.next.lock().await;
    let due = until_due(*of_host, due).await;
    *of_host = Some(due + host.interval());
    *of_account = Some(due + account.interval());
    drop(of_account);
    Granted { account, left: Instant::now(), _places: places }
}

/// Waits until what was `asked` for is due; when it was, by the lane's own clock, which does not run late.
async fn until_due(next: Option<Instant>, asked: Instant) -> Instant {
    let due = next.map_or(asked, |next| next.max(asked));
    sleep_until(due).await;
    due.max(Instant::now() - LATE)
}

struct Granted {
    account: Arc<Lane>,
    left: Instant,
    _places: (Option<OwnedSemaphorePermit>, Option<OwnedSemaphorePermit>),
}

impl Turn for Granted {
    fn heard(self: Box<Self>, throttled: bool) {
        self.account.heard(self.left, throttled);
    }

    fn is_over(&self) -> bool {
        self.left.elapsed() > LATE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    fn limits(rate: f64, in_flight: usize) -> Limits {
        Limits::new(rate, in_flight).unwrap()
    }

    fn governor(account: Limits, host: Limits) -> Arc<Governor> {
        Arc::new(Governor::new(account, host))
    }

    const WIDE: Limits = Limits { rate: 100_000.0, in_flight: 10_000 };

    /// Workers that ask as fast as they get, each answered after `took`; when each request left.
    async fn run(
        governor: &Arc<Governor>,
        workers: usize,
        seconds: u64,
        took: Duration,
        names: fn(usize) -> (String, String),
    ) -> Vec<(String, Instant)> {
        let (log, end) = (Arc::new(Mutex::new(Vec::new())), Instant::now() + Duration::from_secs(seconds));
        let work = |worker| {
            let (governor, log, (account, host)) = (governor.clone(), log.clone(), names(worker));
            tokio::spawn(async move {
                loop {
                    let turn = governor.permit(&account, &host).await.unwrap();
                    if Instant::now() >= end {
                        return;
                    }
                    log.lock().unwrap().push((account.clone(), Instant::now()));
                    sleep(took).await;
                    turn.heard(false);
                }
            })
        };
        let workers: Vec<_> = (0..workers).map(work).collect();
        for worker in workers {
            worker.await.unwrap();
        }
        Arc::into_inner(log).unwrap().into_inner().unwrap()
    }

    fn one(_: usize) -> (String, String) {
        ("a".into(), "h".into())
    }

    /// Within 2 % over any stretch of 5 s, and never two at once.
    fn is_even(times: &[(String, Instant)], rate: f64) {
        let per_stretch = rate * 5.0;
        for (at, (_, from)) in times.iter().enumerate() {
            let within = times[at..].iter().take_while(|(_, time)| *time < *from + Duration::from_secs(5)).count();
            assert!(within as f64 <= per_stretch * 1.02, "{within} in 5 s");
            if times[at..].last().is_some_and(|(_, last)| *last > *from + Duration::from_secs(5)) {
                assert!(within as f64 >= per_stretch * 0.98, "{within} in 5 s");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_a_second_are_fifty() {
        for (workers, took) in [(1, 0), (8, 3), (64, 700)] {
            let governor = governor(limits(50.0, 1000), WIDE);
            let times = run(&governor, workers, 60, Duration::from_millis(took), one).await;
            assert!((2940..=3060).contains(&times.len()), "{}", times.len());
            is_even(&times, 50.0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn rates_beyond_the_timer_and_below_one_a_second_are_kept() {
        for (rate, expected) in [(5000.0, 49_000..=51_000), (333.3, 3266..=3400), (0.5, 5..=6)] {
            let governor = governor(limits(rate, 10_000), WIDE);
            let times = run(&governor, 100, 10, Duration::ZERO, one).await;
            assert!(expected.contains(&times.len()), "{rate}: {}", times.len());
        }
    }

    /// In real time, however busy the machine is: never more, and nearly as many.
    #[tokio::test]
    async fn the_real_clock_is_not_overtaken() {
        let governor = governor(limits(50.0, 100), WIDE);
        let times = run(&governor, 8, 3, Duration::from_millis(5), one).await;
        assert!((120..=153).contains(&times.len()), "{}", times.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_shared_by_its_accounts_and_slow_ones_hold_up_nobody() {
        let names = |worker: usize| (format!("a{}", worker % 3), if worker % 3 == 2 { "other".into() } else { "h".into() });
        let governor = governor(limits(40.0, 100), limits(50.0, 100));
        let times = run(&governor, 30, 20, Duration::from_millis(10), names).await;
        let of = |name: &str| times.iter().filter(|(account, _)| account == name).count();
        assert!((980..=1020).contains(&(of("a0") + of("a1"))), "{} {}", of("a0"), of("a1"));
        assert!(of("a0").abs_diff(of("a1")) < 50 && (784..=816).contains(&of("a2")), "{} {} {}", of("a0"), of("a1"), of("a2"));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_under_way_than_may_be() {
        let governor = governor(limits(1000.0, 3), limits(1000.0, 4));
        let turn = async |account: &str| tokio::time::timeout(Duration::from_secs(60), governor.permit(account, "h")).await.ok();
        let mut held = vec![turn("a").await, turn("a").await, turn("a").await];
        assert!(held.iter().all(Option::is_some) && turn("a").await.is_none(), "the account has three");
        held.push(turn("b").await);
        assert!(held[3].is_some() && turn("b").await.is_none(), "the host has four");
        drop(held.pop());
        assert!(turn("b").await.is_some(), "a turn that ends without a word makes room, and so does a wait that is given up");
    }

    #[tokio::test(start_paused = true)]
    async fn idleness_is_not_saved_up() {
        let governor = governor(limits(10.0, 100), WIDE);
        drop(governor.permit("a", "h").await);
        sleep(Duration::from_secs(60)).await;
        let begun = Instant::now();
        for _ in 0..11 {
            drop(governor.permit("a", "h").await);
        }
        assert!(begun.elapsed() >= Duration::from_millis(999), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_requests_halve_the_rate_once_and_it_comes_back() {
        let governor = governor(limits(50.0, 100), WIDE);
        let rate = || 1.0 / governor.accounts.lock().unwrap()["a"].interval().as_secs_f64();
        let turns = async || {
            let mut turns = Vec::new();
            for _ in 0..10 {
                turns.push(governor.permit("a", "h").await.unwrap());
            }
            turns
        };
        turns().await.into_iter().for_each(|turn| turn.heard(true));
        assert!((rate() - 25.0).abs() < 0.1, "ten answers to one burst halve it once: {}", rate());
        turns().await.into_iter().for_each(|turn| turn.heard(true));
        assert!((rate() - 12.5).abs() < 0.1, "{}", rate());
        drop(governor.permit("b", "h").await);
        assert!((1.0 / governor.accounts.lock().unwrap()["b"].interval().as_secs_f64() - 50.0).abs() < 0.1, "another account goes on");
        run(&governor, 1, 10, Duration::ZERO, one).await;
        assert!((22.0..23.0).contains(&rate()), "after 10 s: {}", rate());
        run(&governor, 1, 40, Duration::ZERO, one).await;
        assert!((rate() - 50.0).abs() < 0.1, "{}", rate());
        for _ in 0..20 {
            governor.permit("a", "h").await.unwrap().heard(true);
        }
        assert!((rate() - 50.0 / 64.0).abs() < 0.01, "{}", rate());
    }

    #[test]
    fn limits_are_of_this_world() {
        for (rate, in_flight) in [(0.0, 1), (-1.0, 1), (f64::NAN, 1), (f64::INFINITY, 1), (1.0, 0), (1.0, usize::MAX), (0.001, 1)] {
            assert_eq!(Limits::new(rate, in_flight), None);
        }
    }
}
