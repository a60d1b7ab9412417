//! A journal that stands still for a while: what had its turn before, and what is too late for its lease.

use crate::book::{agrees, history};
use crate::child::ATTEMPTS;
use crate::meter::Meter;
use crate::support::{Folder, accounts, configs, ended, open, options, order, run_at, sandbox};
use chexiao_bulk::{End, Governor, Limits, Options};
use chexiao_sandbox::Sandbox;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

/// Keeps everybody else from writing for so long, once so many requests have come.
fn stalls(file: &str, meter: &Meter, after: usize, lasts: Duration) -> JoinHandle<()> {
    let (file, came) = (file.to_string(), meter.counter());
    spawn(move || {
        while came() < after {
            sleep(Duration::from_millis(1));
        }
        let other = Connection::open(file).unwrap();
        other.busy_timeout(Duration::from_secs(20)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        sleep(lasts);
        other.execute_batch("COMMIT").unwrap();
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
    journal.add(orders.iter().map(|(gateway, line, number)| order(gateway, *line, number)).collect()).unwrap();
    let stall = stalls(&place, &meter, 20, Duration::from_secs(1));
    let options = Options { in_flight, grace: Duration::from_secs(20), ..options(ATTEMPTS) };
    assert_eq!(run_at(pace(200.0), &journal, accounts(&configs), options).0, Ok(End::Complete));
    stall.join().unwrap();
    let most = meter.most_within(Duration::from_millis(200));
    println!("{most} of {} requests within 200 ms, 40 are due", meter.all());
    assert!(most <= 130, "{most}: what is made up for is 100 ms, for the turn and for the request");
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
    journal.add(orders.iter().map(|(gateway, line, number)| order(gateway, *line, number)).collect()).unwrap();
    let stall = stalls(&place, &meter, 20, Duration::from_millis(1500));
    let options = Options { in_flight: 4, grace: Duration::from_secs(2), ..options(2) };
    assert_eq!(run_at(pace(100.0), &journal, accounts(&configs), options).0, Ok(End::Complete));
    stall.join().unwrap();
    let attempts: Vec<_> = history(&place).into_values().flatten().collect();
    let held_back = attempts.iter().filter(|attempt| attempt.reason.as_deref() == Some("held_back")).count();
    assert!(held_back > 0, "{attempts:#?}");
    assert_eq!(meter.all(), attempts.len() - held_back);
    assert!(ended(&journal).values().all(|one| one.ending.next == "done"), "{:#?}", ended(&journal));
    assert_eq!(agrees(&journal, &place, &sandbox, &orders).posted_twice, 0);
}
