//! A journal in PostgreSQL, on a server of its own: begun, killed, restarted and ended by the test.

use crate::book::agrees;
use crate::child::{self, ATTEMPTS};
use crate::encrypted::encrypted;
use crate::kills::{killed, kills, shared};
use crate::pace;
use crate::server::Server;
use crate::support::{accounts, add, configs, ended, open, options, order, run, sandbox};
use chexiao_bulk::End;
use chexiao_bulk::input::{Accounts, Row, Rows};
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
    pace::throttled(&schema(&server, "throttled"));
    pace::news(&schema(&server, "news"));
    pace::set_back(&schema(&server, "set_back"));
    queried(&schema(&server, "queried"), &server);
    encrypted(&server);
    read_only(&server);
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

/// Somebody's own table beside the schema of the journal.
fn queried(place: &str, server: &Server) {
    let journal = open(place).unwrap();
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    let table = "CREATE TABLE unpaid (shop varchar(9), number text, serial bigint);
        INSERT INTO unpaid SELECT 'wechat', 'Q' || i, i FROM generate_series(1, 2500) AS i; INSERT INTO unpaid VALUES ('wechat', NULL, 0)";
    client.batch_execute(table).unwrap();
    let rows = |sql: &str| Rows::of_query(&journal, sql, Accounts::Column("account".into()), vec!["serial".into()]);
    let sql = "SELECT shop AS account, number AS out_trade_no, serial FROM unpaid ORDER BY serial;";
    let (mut orders, mut others) = (Vec::new(), Vec::new());
    for row in rows(sql).unwrap() {
        match row.unwrap() {
            Row::Order(order) => orders.push(order),
            Row::Unreadable(unreadable) => others.push(unreadable.to_string()),
        }
    }
    assert_eq!(others, ["line 1: names an account and no order"]);
    assert_eq!((orders.len(), orders[2499].line(), orders[2499].json()), (2500, 2501, r#"{"out_trade_no":"Q2500"}"#));
    let refusal = |sql: &str| rows(sql).err().unwrap().message().to_string();
    assert_eq!(
        refusal("SELECT shop AS account, serial AS out_trade_no FROM unpaid"),
        "the query, column 2 (out_trade_no): is int8 and no text"
    );
    assert_eq!(refusal("SELECT shop AS account, nmber FROM unpaid"), "the query: PostgreSQL says: column \"nmber\" does not exist");
    assert!(refusal("SELECT '1' AS account, '1' AS n; DROP TABLE unpaid").contains("multiple commands"));
    let written = rows("DELETE FROM unpaid RETURNING shop AS account, number AS n").unwrap().next().unwrap().unwrap_err();
    assert!(written.to_string().ends_with("cannot execute DELETE in a read-only transaction"), "{written}");
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
    add(&journal, &orders);
    let known = journal.last_id().unwrap();
    let children: Vec<_> = (0..2).map(|_| child::spawn(&place, &configs, 4)).collect();
    for mode in ["immediate", "fast"] {
        std::thread::sleep(Duration::from_millis(400));
        server.stops(mode);
        std::thread::sleep(Duration::from_millis(200));
        server.starts();
    }
    assert_eq!(journal.last_id(), Ok(known), "who reads connects once more");
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

/// As when another server has taken its place: who writes waits until it may.
fn read_only(server: &Server) {
    let journal = open(&schema(server, "read_only")).unwrap();
    let mut admin = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    admin.batch_execute("SET default_transaction_read_only = off").unwrap();
    let mut becomes = |sql: &str, word: &str| {
        admin.batch_execute(sql).unwrap();
        admin.batch_execute("SELECT pg_reload_conf()").unwrap();
        let is_so = || {
            let mut other = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
            other.query_one("SHOW transaction_read_only", &[]).unwrap().get::<_, String>(0) == word
        };
        while !is_so() {
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    becomes("ALTER SYSTEM SET default_transaction_read_only = on", "on");
    std::thread::scope(|scope| {
        let adds = scope.spawn(|| journal.add(vec![order("icbc", 1, "READ1")]));
        std::thread::sleep(Duration::from_millis(700));
        assert!(!adds.is_finished(), "it cannot be written yet");
        becomes("ALTER SYSTEM RESET default_transaction_read_only", "off");
        assert_eq!(adds.join().unwrap(), Ok(1));
    });
}

fn log(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
