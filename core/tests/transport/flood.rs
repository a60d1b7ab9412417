//! F30: one gateway floods, drips and sends huge heads; another account hardly notices, and no fork waits.

use crate::child;
use crate::server::{Connection, Server};
use crate::support::{Merchant, assert_code, closed, http};
use chexiao::Code;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

const CALLS: usize = 100;
const ROUNDS: usize = 5;
const FLOODED: usize = 4;
const LONGEST_FORK: Duration = Duration::from_millis(100);

fn flood(connection: &mut Connection) {
    if connection.request().is_none() {
        return;
    }
    match connection.number % 3 {
        0 => while connection.send("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)) {},
        1 => while connection.send(format!("x: {}\r\n", "y".repeat(60_000))) {},
        _ => {
            while connection.send("HTTP/1.1 102 Processing\r\n\r\n") {
                connection.pause(Duration::from_millis(1));
            }
        }
    }
}

/// The middle one of so many calls.
fn median(merchant: &Merchant) -> Duration {
    let mut took: Vec<Duration> = (0..CALLS)
        .map(|n| {
            let started = Instant::now();
            assert_code(&merchant.close(&format!("A{n}")), Code::Closed);
            started.elapsed()
        })
        .collect();
    took.sort();
    took[CALLS / 2]
}

fn longest_fork() -> Duration {
    let fork_once = || {
        let started = Instant::now();
        // SAFETY: the child ends at once.
        match unsafe { fork() }.unwrap() {
            // SAFETY: without the destructors that belong to the parent.
            ForkResult::Child => unsafe { nix::libc::_exit(0) },
            ForkResult::Parent { child } => {
                let took = started.elapsed();
                assert_eq!(waitpid(child, None), Ok(WaitStatus::Exited(child, 0)));
                took
            }
        }
    };
    (0..20).map(|_| fork_once()).max().unwrap()
}

/// The best of some rounds, since the machine may have more to do than this.
#[test]
fn a_flood_from_one_gateway_disturbs_no_other_and_no_fork() {
    const NAME: &str = "flood::a_flood_from_one_gateway_disturbs_no_other_and_no_fork";
    if let Some(urls) = child::argument() {
        let (flooding, quiet) = urls.split_once(' ').unwrap();
        return hold_out(flooding, quiet);
    }
    let flooding = Server::start(flood);
    let quiet = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    child::run(NAME, &format!("{} {}", flooding.url(), quiet.url()), &[]);
    assert!(flooding.seen().connections > FLOODED);
}

fn hold_out(flooding: &str, quiet: &str) {
    let undisturbed = Merchant::at(quiet, &json!({}));
    let flooded = Merchant::at(flooding, &json!({"deadline_ms": 1000}));
    let (over, floods) = (AtomicBool::new(false), AtomicUsize::new(0));
    median(&undisturbed);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let before = median(&undisturbed);
        over.store(false, SeqCst);
        std::thread::scope(|scope| {
            for _ in 0..FLOODED {
                scope.spawn(|| {
                    while !over.load(SeqCst) {
                        assert_code(&flooded.close("A100"), Code::Unknown);
                        floods.fetch_add(1, SeqCst);
                        std::thread::sleep(Duration::from_millis(5));
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(50));
            rounds.push((before, median(&undisturbed), longest_fork()));
            over.store(true, SeqCst);
        });
    }
    println!("quiet, flooded, longest fork: {rounds:?}; {floods:?} floods");
    assert!(floods.load(SeqCst) > FLOODED);
    assert!(rounds.iter().any(|(before, flooded, _)| *flooded <= *before * 2), "{rounds:?}");
    assert!(rounds.iter().any(|(.., fork)| *fork <= LONGEST_FORK), "{rounds:?}");
}
