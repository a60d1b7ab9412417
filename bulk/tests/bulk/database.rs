//! A journal in PostgreSQL, on a server of its own: begun, killed, restarted and ended by the test.

use crate::book::agrees;
use crate::child::{self, ATTEMPTS};
use crate::encrypted::encrypted;
use crate::kills::{killed, kills, shared};
use crate::pace;
use crate::server::Server;
use crate::support::{accounts, configs, ended, open, options, order, run, sandbox};
use chexiao_bulk::{End, Order};
use chexiao_sandbox::GATEWAYS;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// One server for all: to start one takes seconds.
#[test]
fn a_job_in_a_database() {
    let Some(server) = Server::start() else { return };
    the_same_as_in_a_file(&schema(&server, "job"));
    shared(&schema(&server, "shared"));
    killed(36, 2, kills() / 3, &|job| schema(&server, &format!("killed_{job}")));
    restarted(&server);
    pace::rate(&schema(&server, "rate"));
    pace::places(&schema(&server, "places"));
    pace::news(&schema(&server, "news"));
    encrypted(&server);
    assert!(open(&schema(&server, "Job; DROP")).is_err());
    let Err(failure) = open("host=/nonexistent user=postgres password=secret|job") else { panic!("nobody is there") };
    assert!(!failure.to_string().contains("secret"), "{failure}");
}

fn the_same_as_in_a_file(place: &str) {
    let sandbox = sandbox();
    let journal = Arc::new(open(place).unwrap());
    let orders = vec![order("wechat", 1, "A1"), order("wechat", 2, "PAID1"), order("wechat", 3, "A1"), order("icbc", 4, "NUL\u{4e2d}")];
    assert_eq!((journal.add(orders.clone()).unwrap(), journal.add(orders).unwrap()), (3, 0));
    assert_eq!(journal.repeats().unwrap(), [("wechat".to_string(), 3, 1)]);
    assert_eq!(run(&journal, accounts(&configs(&sandbox, 2000)), options(4)).0, Ok(End::Complete));
    let words: Vec<String> =
        ended(&journal).into_values().map(|one| format!("{} {} {}", one.line, one.ending.word, one.ending.next)).collect();
    assert_eq!(words, ["4 closed done", "1 closed done", "2 paid fulfil_or_refund"]);
    assert_eq!(journal.counts().unwrap().iter().map(|count| count.orders).sum::<u64>(), 3);
    drop(open(place).unwrap());
}

fn schema(server: &Server, name: &str) -> String {
    format!("{}|{name}", server.address())
}

/// The server crashes and comes back, twice, under two workers: they wait for it, and nothing is lost.
fn restarted(server: &Server) {
    let sandbox = sandbox();
    let place = schema(server, "restarted");
    let configs = configs(&sandbox, 2000);
    let journal = open(&place).unwrap();
    let orders: Vec<(String, u64, String)> = GATEWAYS
        .iter()
        .flat_map(|gateway| (1..=150).map(move |line| (gateway.to_string(), line, format!("R{line}{}", &gateway[..1]))))
        .collect();
    journal.add(orders.iter().map(|(gateway, line, number)| order(gateway, *line, number)).collect::<Vec<Order>>()).unwrap();
    let children: Vec<_> = (0..2).map(|_| child::spawn(&place, &configs, 4)).collect();
    for mode in ["immediate", "fast"] {
        std::thread::sleep(Duration::from_millis(400));
        server.stops(mode);
        std::thread::sleep(Duration::from_millis(200));
        server.starts();
    }
    for child in children {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stdout), log(&server.log()));
    }
    // Who was cut off between the two halves of a claim has left it to whoever comes after its lease.
    let journal = Arc::new(journal);
    assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete));
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!(tally.words.get(&("wechat".into(), "closed done".into())), Some(&150), "{tally:?}");
}

fn log(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
