//! A journal that stands still for a while: what had its turn before, and what is too late for its lease.

use crate::book::{agrees, history};
use crate::child::ATTEMPTS;
use crate::meter::Meter;
use crate::support::{Folder, Notes, accounts, add, configs, ended, keeps_others_from_writing, open, options, run_at, sandbox};
use chexiao_bulk::{End, Ended, Governor, Job, Limits, Options, Pace, Permit, Stopper, Turn, Unpaced};
use chexiao_kit::lateness;
use chexiao_sandbox::Sandbox;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

/// Keeps everybody else from writing for so long, once so many requests have come.
fn stalls(file: &str, meter: &Meter, after: usize, lasts: Duration) -> JoinHandle<()> {
    let (file, came) = (file.to_string(), meter.counter());
    spawn(move || {
        while came() < after {
            sleep(Duration::from_millis(1));
        }
        let other = keeps_others_from_writing(&file);
        sleep(lasts);
        drop(other);
    })
}

fn metered(sandbox: &Sandbox, deadline_ms: u64) -> (Meter, BTreeMap<String, Value>) {
    let (meter, mut configs) = (Meter::start(sandbox.http_url(), Duration::ZERO), configs(sandbox, deadline_ms));
    configs.retain(|name, _| name == "wechat");
    configs.values_mut().for_each(|config| config["base_url"] = meter.url.as_str().into());
    (meter, configs)
}

fn pace(rate: f64) -> Arc<Governor> {
    let [account, host] = [rate, 2000.0].map(|rate| Limits::new(rate, 1000).unwrap());
    Arc::new(Governor::new(account, host))
}

fn numbers(count: u64) -> Vec<(String, u64, String)> {
    (1..=count).map(|line| ("wechat".to_string(), line, format!("STALL{line}"))).collect()
}

/// 200 a second, and a second in which turns come and nothing is written: as many as may be under way have theirs when it is over.
fn keeps_the_pace(in_flight: usize) {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let (meter, configs) = metered(&sandbox, 20_000);
    let (place, orders) = (folder.journal(), numbers(250));
    let journal = Arc::new(open(&place).unwrap());
    add(&journal, &orders);
    let stall = stalls(&place, &meter, 20, Duration::from_secs(1));
    let options = Options { in_flight, grace: Duration::from_secs(20), ..options(ATTEMPTS) };
    lateness::watch();
    let began = Instant::now();
    assert_eq!(run_at(pace(200.0), &journal, accounts(&configs), options).0, Ok(End::Complete));
    stall.join().unwrap();
    let most = meter.most_within(Duration::from_millis(200));
    let put_off = (4.0 * 200.0 * lateness::since(began).as_secs_f64()) as usize;
    println!("{most} of {} requests within 200 ms, 40 are due; {put_off} may be late by themselves", meter.all());
    assert!(most <= 130 + put_off, "{most}: what is made up for is 100 ms, for the turn and for the request");
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
    assert!(history(&place).values().all(|attempts| attempts.len() == 2), "each has waited for another turn and no other attempt");
}

#[test]
fn what_leaves_after_it_keeps_the_pace() {
    keeps_the_pace(250);
}

#[test]
fn and_so_it_does_where_tasks_send() {
    keeps_the_pace(300);
}

/// A close and a query are all that an order may have here.
#[test]
fn what_was_too_late_for_its_lease_did_not_leave_and_does_not_count() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let (meter, configs) = metered(&sandbox, 20_000);
    let (place, orders) = (folder.journal(), numbers(60));
    let journal = Arc::new(open(&place).unwrap());
    add(&journal, &orders);
    let stall = stalls(&place, &meter, 20, Duration::from_millis(1500));
    let options = Options { in_flight: 4, grace: Duration::from_secs(2), ..options(2) };
    assert_eq!(run_at(pace(100.0), &journal, accounts(&configs), options).0, Ok(End::Complete));
    stall.join().unwrap();
    let attempts: Vec<_> = history(&place).into_values().flatten().collect();
    let late = attempts.iter().filter(|attempt| attempt.reason.as_deref() == Some("late")).count();
    assert!(late > 0, "{attempts:#?}");
    assert_eq!(meter.all(), attempts.len() - late);
    assert!(ended(&journal).values().all(|one| one.ending.next == "done"), "{:#?}", ended(&journal));
    assert_eq!(agrees(&journal, &place, &sandbox, &orders).posted_twice, 0);
}

/// Turns after which the journal stands still for longer than half of the grace; the first so many are spared.
struct Stalling {
    file: String,
    spared: usize,
    given: AtomicUsize,
}

impl Pace for Stalling {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        Box::pin(async move {
            if self.given.fetch_add(1, SeqCst) >= self.spared {
                let other = keeps_others_from_writing(&self.file);
                spawn(move || {
                    sleep(Duration::from_millis(1400));
                    drop(other);
                });
            }
            Ok(Box::new(Unpaced) as Box<dyn Turn>)
        })
    }
}

/// What becomes of an order, three attempts of which may be late, and how often it was sent for.
fn always_late(spared: usize) -> (Ended, usize) {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let (meter, configs) = metered(&sandbox, 20_000);
    let (place, orders) = (folder.journal(), numbers(1));
    let journal = Arc::new(open(&place).unwrap());
    add(&journal, &orders);
    let (stopper, pace) = (Stopper::new(), Stalling { file: place.clone(), spared, given: AtomicUsize::new(0) });
    let patience = stopper.clone();
    spawn(move || {
        sleep(Duration::from_secs(60));
        patience.stop();
    });
    let options = Options { grace: Duration::from_secs(2), ..options(3) };
    let job = Job::new(journal.clone(), accounts(&configs), Arc::new(pace), Arc::new(Notes::default()), options, stopper).unwrap();
    assert_eq!(job.run(), Ok(End::Complete), "{:#?}", history(&place));
    let attempts: Vec<_> = history(&place).into_values().flatten().collect();
    assert_eq!(attempts.iter().filter(|attempt| attempt.reason.as_deref() == Some("late")).count(), 3, "{attempts:#?}");
    agrees(&journal, &place, &sandbox, &orders);
    (ended(&journal).into_values().next().unwrap(), meter.all())
}

#[test]
fn a_journal_that_is_always_slow_ends_in_a_persons_hands() {
    let (one, sent) = always_late(0);
    assert_eq!((one.ending.word.as_str(), one.ending.next.as_str(), one.ending.needs_person, sent), ("not_sent", "fix", true, 0));
    assert!(one.ending.why.contains("grace"), "{}", one.ending.why);
}

#[test]
fn and_what_its_close_has_reported_stands() {
    let (one, sent) = always_late(1);
    assert_eq!((one.ending.word.as_str(), one.ending.next.as_str(), one.ending.needs_person, sent), ("closed", "confirm", true, 1));
    assert!(one.ending.why.contains("grace"), "{}", one.ending.why);
}

/// A turn that is over at once, then one that another worker takes the order before, then those that anyone gets.
struct Losing {
    file: String,
    given: AtomicUsize,
}

struct Over;

impl Turn for Over {
    fn heard(self: Box<Self>, _throttled: bool) {}

    fn is_over(&self) -> bool {
        true
    }
}

impl Pace for Losing {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        Box::pin(async move {
            match self.given.fetch_add(1, SeqCst) {
                0 => Ok(Box::new(Over) as Box<dyn Turn>),
                1 => {
                    let other = Connection::open(&self.file).unwrap();
                    assert_eq!(other.execute("UPDATE orders SET claim = claim + 1", []).unwrap(), 1);
                    std::future::pending().await
                }
                _ => Ok(Box::new(Unpaced) as Box<dyn Turn>),
            }
        })
    }
}

#[test]
fn an_order_that_was_lost_before_it_left_is_not_said_to_be_stopped() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let (meter, configs) = metered(&sandbox, 500);
    let (place, orders) = (folder.journal(), numbers(1));
    let journal = Arc::new(open(&place).unwrap());
    add(&journal, &orders);
    let pace = Arc::new(Losing { file: place.clone(), given: AtomicUsize::new(0) });
    let options = Options { grace: Duration::from_secs(1), ..options(ATTEMPTS) };
    assert_eq!(run_at(pace, &journal, accounts(&configs), options).0, Ok(End::Complete));
    let reader = Connection::open(&place).unwrap();
    let said = |attempt: i64| {
        let sql = "SELECT reason, said FROM attempts WHERE attempt = ?1";
        reader.query_row(sql, [attempt], |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))).unwrap()
    };
    assert_eq!(said(1), (Some("held_back".into()), Some("another worker holds the order".into())));
    assert_eq!((said(2).0, meter.all()), (None, 2));
    assert_eq!(agrees(&journal, &place, &sandbox, &orders).posted_twice, 0);
}

#[test]
fn a_grace_that_no_commit_can_keep_is_refused_by_its_name() {
    let folder = Folder::new();
    let journal = Arc::new(open(&folder.journal()).unwrap());
    let of = |grace| {
        let options = Options { grace, ..Options::default() };
        Job::new(journal.clone(), Vec::new(), Arc::new(Unpaced), Arc::new(Notes::default()), options, Stopper::new())
    };
    for grace in [Duration::ZERO, Duration::from_millis(999)] {
        let Err(refused) = of(grace) else { panic!("{grace:?}") };
        assert_eq!((refused.kind().word(), refused.field()), ("config", Some("grace")));
    }
    assert_eq!(of(Duration::from_secs(1)).unwrap().run(), Ok(End::Complete));
}
