//! Turns that are to be had at once: each is used by an order that begins, or is another's.

use crate::book::history;
use crate::meter::Meter;
use crate::support::{Folder, accounts, add, changes, configs, open, options, run_at, sandbox};
use chexiao_bulk::{End, Pace, Permit, Turn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

#[derive(Default)]
struct Count {
    left: AtomicUsize,
    used: AtomicUsize,
    waited: AtomicUsize,
}

/// So many turns at once, and any number for those that wait.
#[derive(Clone)]
struct AtOnce(Arc<Count>);

/// A single one, and another one whenever it is asked whether it is open.
struct Singly(AtOnce);

impl Pace for Singly {
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a> {
        self.0.permit(account, host)
    }

    fn permit_at_once(&self, account: &str, host: &str) -> Option<Box<dyn Turn>> {
        self.0.permit_at_once(account, host)
    }

    fn is_open(&self, _account: &str, _host: &str) -> bool {
        self.0.0.left.store(1, SeqCst);
        true
    }
}

/// So many turns come at once; whoever comes after them waits for ten seconds.
struct Few(AtOnce);

impl Pace for Few {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        Box::pin(async {
            if self.0.permit_at_once("", "").is_none() {
                tokio::time::sleep(Duration::from_secs(10)).await;
                self.0.0.waited.fetch_add(1, SeqCst);
            }
            Ok(Box::new(self.0.clone()) as Box<dyn Turn>)
        })
    }
}

/// It says that it is open where another one has the last turn by then.
struct Raced(AtOnce);

impl Pace for Raced {
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a> {
        self.0.permit(account, host)
    }

    fn permit_at_once(&self, account: &str, host: &str) -> Option<Box<dyn Turn>> {
        self.0.permit_at_once(account, host)
    }

    fn is_open(&self, _account: &str, _host: &str) -> bool {
        true
    }
}

impl AtOnce {
    fn of(left: usize) -> Self {
        Self(Arc::new(Count { left: left.into(), ..Count::default() }))
    }
}

impl Pace for AtOnce {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        self.0.waited.fetch_add(1, SeqCst);
        Box::pin(std::future::ready(Ok(Box::new(self.clone()) as Box<dyn Turn>)))
    }

    fn permit_at_once(&self, _account: &str, _host: &str) -> Option<Box<dyn Turn>> {
        let is_left = self.0.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        is_left.then(|| Box::new(self.clone()) as Box<dyn Turn>)
    }

    fn is_open(&self, _account: &str, _host: &str) -> bool {
        self.0.left.load(SeqCst) > 0
    }
}

impl Turn for AtOnce {
    fn heard(self: Box<Self>, _throttled: bool) {
        self.0.used.fetch_add(1, SeqCst);
    }

    fn gives_back(self: Box<Self>) {
        self.0.left.fetch_add(1, SeqCst);
    }
}

/// So many orders of one gateway, run to their end.
fn runs(pace: Arc<dyn Pace>, gateway: &str, orders: u64, takes: Duration, before: impl FnOnce(&str)) -> (usize, Folder) {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let meter = Meter::start(sandbox.http_url(), takes);
    let mut configs = configs(&sandbox, 20_000);
    configs.retain(|name, _| name == gateway);
    configs.values_mut().for_each(|config| config["base_url"] = meter.url.as_str().into());
    let journal = Arc::new(open(&folder.journal()).unwrap());
    add(&journal, &(1..=orders).map(|line| (gateway.to_string(), line, format!("TURN{line}"))).collect::<Vec<_>>());
    before(&folder.journal());
    assert_eq!(run_at(pace, &journal, accounts(&configs), options(8)).0, Ok(End::Complete));
    (meter.most(), folder)
}

#[test]
fn a_job_gives_back_the_turns_that_it_finds_no_order_for() {
    let pace = AtOnce::of(99);
    runs(Arc::new(pace.clone()), "wechat", 1, Duration::ZERO, |_| ());
    let [left, used, waited] = [&pace.0.left, &pace.0.used, &pace.0.waited].map(|count| count.load(SeqCst));
    assert_eq!((left, used, waited), (97, 2, 0), "a close and a query");
}

/// None of the requests has an answer before a second is over.
#[test]
fn no_order_waits_for_another_where_turns_come_one_by_one() {
    let (most, _folder) = runs(Arc::new(Singly(AtOnce::of(1))), "ysepay", 8, Duration::from_secs(1), |_| ());
    assert!(most > 4, "{most} of 8 under way at once");
}

/// The first has the only turn that is to be had at once, and no answer before a second is over.
#[test]
fn orders_are_taken_where_another_one_has_the_turn_that_was_there() {
    let (most, _folder) = runs(Arc::new(Raced(AtOnce::of(1))), "ysepay", 2, Duration::from_secs(1), |_| ());
    assert_eq!(most, 2, "under way at once");
}

/// Twenty wait for their turn when the tenth is answered.
#[test]
fn who_waits_at_an_account_that_is_stopped_takes_no_turn() {
    let (sandbox, folder, pace) = (sandbox(), Folder::new(), AtOnce::of(10));
    // An order is looked at again when its lease is renewed, which is later.
    let mut configs = configs(&sandbox, 60_000);
    configs.retain(|name, _| name == "wechat");
    configs.get_mut("wechat").unwrap()["account"]["api_key"] = "0".repeat(32).into();
    let journal = Arc::new(open(&folder.journal()).unwrap());
    add(&journal, &(1..=30).map(|line| ("wechat".to_string(), line, format!("STOP{line}"))).collect::<Vec<_>>());
    let (end, _) = run_at(Arc::new(Few(pace.clone())), &journal, accounts(&configs), options(8));
    let [used, waited] = [&pace.0.used, &pace.0.waited].map(|count| count.load(SeqCst));
    assert_eq!((end, used, waited), (Ok(End::AccountsStopped), 10, 0));
}

/// Nobody heard of its first attempt, of another worker.
#[test]
fn what_was_lost_goes_on_with_the_turn_that_it_was_taken_with() {
    let pace = AtOnce::of(99);
    let lost = "UPDATE orders SET attempts = 1, claim = 1;
        INSERT INTO attempts (order_id, attempt, verb, msg_id, claim, worker, begun_at) SELECT id, 1, 'close', 'x', 1, 'x', 0 FROM orders";
    let (_, folder) = runs(Arc::new(pace.clone()), "wechat", 1, Duration::ZERO, |place| changes(place, lost));
    let attempts: Vec<_> = history(&folder.journal()).into_values().flatten().map(|one| (one.verb, one.reason)).collect();
    assert_eq!(attempts.first(), Some(&("close".into(), Some("lost".into()))), "{attempts:?}");
    let [left, used, waited] = [&pace.0.left, &pace.0.used, &pace.0.waited].map(|count| count.load(SeqCst));
    assert!(used > 0 && used == attempts.len() - 1, "{used}: {attempts:?}");
    assert_eq!((left, waited), (99 - used, 0));
}
