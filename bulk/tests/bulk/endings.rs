//! The last word on every kind of order at every gateway, how often it was posted, and what the library says of the same in one call.

use crate::support::{Folder, accounts, configs, ended, options, order, run, sandbox};
use chexiao_bulk::{Account, End, Journal, Order};
use chexiao_sandbox::{GATEWAYS, sample_order};
use std::sync::Arc;

/// By the number: what the sandbox's book or a fault makes of it. Queries of `QUERY…` orders tell the state that comes next.
const NUMBERS: [&str; 23] = [
    "A",
    "PAID",
    "CLOSED",
    "PROCESSING",
    "NOTFOUND",
    "REFUSED",
    "LIMITED",
    "REFUNDED",
    "ACCEPTED",
    "QUERYPAID",
    "QUERYCLOSED",
    "QUERYPROCESSING",
    "QUERYNOTFOUND",
    "QUERYREFUSED",
    "QUERYREFUNDED",
    "CUT",
    "QUERYCUT",
    "STATUS503",
    "GARBAGE",
    "RESERVED",
    "RELEASED",
    "QUERYRESERVED",
    "QUERYGARBAGE",
];

/// Of them, those that a gateway may want to be left alone after.
const DELAYS: [&str; 3] = ["PROCESSING", "ACCEPTED", "LIMITED"];

fn number(gateway: &str, begins: &str) -> String {
    // At most 20 characters at one of them.
    format!("{begins}{}", GATEWAYS.iter().position(|known| *known == gateway).unwrap() + 1)
}

/// `next` is what the job may be silent about only where one call of the library says so too, or the job asked more than once.
#[test]
fn every_order_ends_in_one_word_and_in_no_better_one_than_the_library_gives() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let configs = configs(&sandbox, 8000);
    let journal = Arc::new(Journal::sqlite(folder.journal()).unwrap());
    // A minute is what one gateway wants to be left alone for: steps.rs tries that.
    let probe = |account: &Account, begins: &str| {
        let call = format!(r#"{{"operation":"close","order":{}}}"#, sample_order(account.name(), &format!("{begins}8")).unwrap());
        account.client().send(&call).unwrap().retry_after_ms().is_none()
    };
    let kinds: Vec<(Account, Vec<(u64, &str)>)> = accounts(&configs)
        .into_iter()
        .map(|account| {
            let kinds = (1..).zip(NUMBERS).filter(|(_, begins)| !DELAYS.contains(begins) || probe(&account, begins)).collect();
            (account, kinds)
        })
        .collect();
    let of = |(account, kinds): &(Account, Vec<(u64, &str)>)| -> Vec<Order> {
        kinds.iter().map(|(line, begins)| order(account.name(), *line, &number(account.name(), begins))).collect()
    };
    let orders: Vec<Order> = kinds.iter().flat_map(of).collect();
    assert!(orders.len() > 105, "{}", orders.len());
    let count = orders.len();
    assert_eq!(journal.add(orders).unwrap(), count as u64);
    let (end, notes) = run(&journal, accounts(&configs), options(4));
    assert_eq!(end, Ok(End::Complete));
    let results = ended(&journal);
    assert_eq!(results.len(), count, "one each");
    for (account, kinds) in &kinds {
        let gateway = account.name();
        for &(line, begins) in kinds {
            let result = &results[&(gateway.to_string(), line)];
            let ending = &result.ending;
            let at = format!("{gateway} {begins}: {}, {} after {:?}", ending.word, ending.next, notes.of(&format!("{gateway} {line} ")));
            let number = number(gateway, begins);
            assert!(!ending.why.is_empty() && !ending.word.is_empty() && !ending.next.is_empty(), "{at}");
            let silent = ["done", "fulfil_or_refund"].contains(&ending.next.as_str());
            assert_eq!(ending.needs_person, !silent, "{at}");
            let state = sandbox.state(gateway, &number).map(|state| state.name());
            if ending.next == "done" {
                assert_eq!(state, Some("CLOSED"), "{at}");
            }
            // A close of what is known to be closed, paid or refused is not repeated; one that may have happened only where a query has
            // shown that it has not.
            let closes = notes.of(&format!("{gateway} {line} close: "));
            assert_eq!(sandbox.posts(gateway, &number), closes.len(), "{at}");
            assert!(closes.len() == 1 || ["throttled", "unknown"].contains(&closes[0].as_str()), "{at}");
            assert_eq!(notes.of(&format!("{gateway} {line} ended")).len(), 1, "{at}");
            // The oracle: the library's own settling of another order of the same kind.
            let call = |operation: &str| {
                format!(r#"{{"operation":"{operation}","order":{}}}"#, sample_order(gateway, &format!("{begins}9")).unwrap())
            };
            let oracle = account.client().send(&call("ensure_closed")).or_else(|_| account.client().send(&call("close"))).unwrap();
            let asked_once_each = notes.of(&format!("{gateway} {line} query: ")).len() < 2 && closes.len() == 1;
            if asked_once_each {
                assert_eq!((ending.word.as_str(), ending.next.as_str()), (oracle.code().word(), oracle.next().word()), "{at}");
            } else if silent {
                assert!(oracle.code().word() == ending.word || oracle.code().word() == "unknown", "{at}, but {}", oracle.code());
            }
        }
    }
}

#[test]
fn an_order_that_comes_twice_is_closed_once() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let configs = configs(&sandbox, 5000);
    let journal = Arc::new(Journal::sqlite(folder.journal()).unwrap());
    let both = |line, json: &str| Order::new("edgeros", line, json).unwrap();
    let orders = vec![
        order("wechat", 1, "TWICE1"),
        order("wechat", 2, "TWICE1"),
        both(3, r#"{"transaction_no":"T1"}"#),
        both(4, r#"{"mch_trade_no":"M1","transaction_no":"T1"}"#),
    ];
    assert_eq!(journal.add(orders.clone()).unwrap(), 2);
    assert_eq!(journal.add(orders).unwrap(), 0, "the same input once more");
    assert_eq!(journal.repeats().unwrap(), [("wechat".to_string(), 2, 1), ("edgeros".to_string(), 4, 3)]);
    assert_eq!(run(&journal, accounts(&configs), options(4)).0, Ok(End::Complete));
    assert_eq!(run(&journal, accounts(&configs), options(4)).0, Ok(End::Complete), "nothing is left");
    assert_eq!((sandbox.posts("wechat", "TWICE1"), sandbox.posts("edgeros", "T1")), (1, 1));
    assert_eq!(ended(&journal).len(), 2);
}

#[test]
fn ten_misconfigured_in_a_row_stop_their_account_and_not_the_job() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 5000);
    let good = accounts(&configs);
    configs.get_mut("wechat").unwrap()["account"]["api_key"] = "0".repeat(32).into();
    let journal = Arc::new(Journal::sqlite(folder.journal()).unwrap());
    let orders = |gateway: &'static str| (1..=100).map(move |line| order(gateway, line, &format!("S{line}")));
    journal.add(orders("wechat").chain(orders("icbc")).collect()).unwrap();
    let (end, notes) = run(&journal, accounts(&configs), chexiao_bulk::Options { in_flight: 4, ..options(4) });
    assert_eq!(end, Ok(End::AccountsStopped));
    let of = |account: &str| ended(&journal).into_keys().filter(|(of, _)| of == account).count();
    assert_eq!(of("icbc"), 100);
    assert_eq!(notes.of("wechat stopped").len(), 1);
    let ended_there = of("wechat");
    assert!((10..=14).contains(&ended_there), "{ended_there}: those that were under way");
    let all: Vec<_> = ended(&journal).into_values().filter(|one| one.account == "wechat").collect();
    assert!(
        all.iter().all(|one| (one.ending.word.as_str(), one.ending.next.as_str()) == ("misconfigured", "fix") && one.ending.needs_person)
    );
    // Mended, the rest is closed.
    assert_eq!(run(&journal, good.clone(), options(4)).0, Ok(End::Complete));
    assert_eq!(of("wechat"), 100);
    assert_eq!(ended(&journal).values().filter(|one| one.ending.next == "done" && one.account == "wechat").count(), 100 - ended_there);
    // And so are those that found the mistake, once they are taken up again; nothing else is.
    assert_eq!((journal.reopen("wechat").unwrap(), journal.reopen("icbc").unwrap()), (ended_there as u64, 0));
    assert_eq!(run(&journal, good, options(4)).0, Ok(End::Complete));
    assert!(ended(&journal).len() == 200 && ended(&journal).values().all(|one| one.ending.next == "done"));
    assert!((1..=100).all(|line| sandbox.posts("icbc", &format!("S{line}")) == 1));
}

#[test]
fn what_cannot_be_sent_is_tried_again_and_then_needs_a_person() {
    let folder = Folder::new();
    let configs = { configs(&sandbox(), 1000) };
    let journal = Arc::new(Journal::sqlite(folder.journal()).unwrap());
    journal.add(vec![order("wechat", 1, "A1"), Order::new("icbc", 2, r#"{"agreeCode":"x"}"#).unwrap()]).unwrap();
    let (end, notes) = run(&journal, accounts(&configs), options(3));
    assert_eq!(end, Ok(End::Complete));
    assert_eq!(notes.of("wechat 1 close: "), ["connect"; 3], "nobody listens there any more");
    assert_eq!(notes.of("wechat 1 ended: "), ["connect, fix"]);
    assert_eq!(notes.of("icbc 2 close: "), ["call"], "an order that is none is not tried again");
    assert!(ended(&journal).values().all(|one| one.ending.needs_person));
    // Taken up again, it has all of them anew, however often.
    for again in 2..4 {
        assert_eq!(journal.reopen("wechat"), Ok(1));
        let (end, notes) = run(&journal, accounts(&configs), options(3));
        assert_eq!((end, notes.of("wechat 1 close: ").len()), (Ok(End::Complete), 3));
        assert_eq!(ended(&journal)[&("wechat".into(), 1)].attempts, 3 * again);
    }
}

#[test]
fn where_more_are_under_way_than_there_are_threads_tasks_send() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 20_000);
    configs.retain(|name, _| name == "icbc");
    let journal = Arc::new(Journal::sqlite(folder.journal()).unwrap());
    journal.add((1..=400).map(|line| order("icbc", line, &format!("W{line}"))).collect()).unwrap();
    let wide = chexiao_bulk::Options { in_flight: 300, grace: std::time::Duration::from_secs(20), ..options(4) };
    assert_eq!(run(&journal, accounts(&configs), wide).0, Ok(End::Complete));
    let ended = ended(&journal);
    let others: Vec<_> = ended.values().filter(|one| one.ending.next != "done").collect();
    assert!(ended.len() == 400 && others.is_empty(), "{others:?}");
    assert!((1..=400).all(|line| sandbox.posts("icbc", &format!("W{line}")) == 1));
}
