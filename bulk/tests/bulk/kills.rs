//! Row F34: the job is killed at random moments, one after the other and two at once.

use crate::book::{Tally, agrees, history};
use crate::child::{self, ATTEMPTS};
use crate::support::{Folder, accounts, add, configs, open, options, run, sandbox};
use chexiao_bulk::End;
use chexiao_sandbox::GATEWAYS;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeSet;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

/// Of each gateway in every run; a fifth of them are paid.
const ORDERS: u64 = 60;

pub(crate) fn kills() -> usize {
    if std::env::var_os("CHEXIAO_LONG").is_some() { 500 } else { 24 }
}

fn numbers(run: usize) -> Vec<(String, u64, String)> {
    let number = |gateway: &str, line: u64| format!("{}K{run}N{line}{}", if line.is_multiple_of(5) { "PAID" } else { "" }, &gateway[..1]);
    GATEWAYS.iter().flat_map(|gateway| (1..=ORDERS).map(|line| (gateway.to_string(), line, number(gateway, line)))).collect()
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs jobs of so many processes at once, each killed after a while, until there were so many kills. Each job has a place of its own.
pub(crate) fn killed(seed: u64, at_once: usize, kills: usize, place: &dyn Fn(usize) -> String) -> Tally {
    let mut random = StdRng::seed_from_u64(seed);
    let sandbox = sandbox();
    let configs = configs(&sandbox, 1000);
    let (mut all, mut done, mut job) = (Tally::default(), 0, 0);
    while done < kills {
        let place = place(job);
        let journal = Arc::new(open(&place).unwrap());
        let orders = numbers(job);
        add(&journal, &orders);
        for _ in 0..kills.min(8) / at_once {
            let mut children: Vec<Child> = (0..at_once).map(|_| child::spawn(&place, &configs, 4)).collect();
            for child in &mut children {
                child::works_now(child);
            }
            for child in children {
                std::thread::sleep(Duration::from_millis(random.gen_range(0..120)));
                end(child);
                done += 1;
            }
        }
        let (end, _) = run(&journal, accounts(&configs), options(ATTEMPTS));
        assert_eq!(end, Ok(End::Complete), "seed {seed}");
        let tally = agrees(&journal, &place, &sandbox, &orders);
        all.lost += tally.lost;
        all.posted_twice += tally.posted_twice;
        tally.words.into_iter().for_each(|(word, count)| *all.words.entry(word).or_default() += count);
        job += 1;
    }
    println!(
        "{done} kills, {job} jobs, {} closes lost, {} orders posted twice, as they may be: {:?}",
        all.lost, all.posted_twice, all.words
    );
    most_are_settled(&all);
    all
}

/// What is settled at each gateway must be so of nearly all: a test in which everything needs a person proves nothing.
fn most_are_settled(tally: &Tally) {
    let of = |gateway: &str, words: &[&str]| -> usize {
        tally.words.iter().filter(|((of, word), _)| of == gateway && words.contains(&word.as_str())).map(|(_, count)| count).sum()
    };
    let all: usize = tally.words.values().sum::<usize>() / GATEWAYS.len();
    // An order that every kill has hit, on a machine that is busy, may have no attempt left.
    for gateway in ["icbc", "wechat"] {
        let settled = of(gateway, &["closed done", "already_closed done"]);
        assert!(settled * 100 >= all * 4 / 5 * 80, "{gateway}: {settled} of {} orders that nobody had paid", all * 4 / 5);
    }
    assert!(of("edgeros", &["closed done"]) > all / 5 && of("chinaums", &["closed done", "already_closed done"]) > all / 5);
    assert!(tally.lost > 0, "no kill hit a close: try more");
}

#[test]
fn killed_at_random_moments_no_order_is_lost_or_closed_once_too_often() {
    let folder = Folder::new();
    killed(34, 1, kills(), &|job| folder.of(job));
}

#[test]
fn two_workers_that_are_killed_hold_no_order_at_once() {
    let folder = Folder::new();
    killed(35, 2, kills() / 3, &|job| folder.of(job));
}

#[test]
fn two_workers_share_a_job() {
    shared(&Folder::new().journal());
}

/// Two workers that nobody kills: each order is asked about by one of them.
pub(crate) fn shared(place: &str) {
    let sandbox = sandbox();
    let configs = configs(&sandbox, 2000);
    let journal = open(place).unwrap();
    let orders = numbers(0);
    add(&journal, &orders);
    let children: Vec<Child> = (0..2).map(|_| child::spawn(place, &configs, 4)).collect();
    for child in children {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
    let tally = agrees(&journal, place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
    let workers: BTreeSet<String> = history(place).into_values().flatten().map(|attempt| attempt.worker).collect();
    assert_eq!(workers.len(), 2, "both had a part in it");
}
