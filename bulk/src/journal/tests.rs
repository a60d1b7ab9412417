//! Who holds an order, and what a worker that has lost it may still write.

use super::database::Database;
use super::sqlite::Sqlite;
use super::*;
use crate::steps::Standing;
use chexiao::Verb;
use std::path::PathBuf;

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("chexiao-journal-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("journal.db")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn order(line: u64) -> Order {
    Order::new("a", line, format!(r#"{{"out_trade_no":"N{line}"}}"#)).unwrap()
}

const LEASE: i64 = 1000;

fn claim(journal: &Journal, now: i64) -> Vec<Taken> {
    journal
        .wait(move |book| {
            book.now = now;
            book.claim("a", 10, LEASE, false)
        })
        .unwrap()
}

fn says(word: &str, next: &str, then: Then) -> Move {
    let standing = Standing { word: Some(word.into()), next: Some(next.into()), why: Some("w".into()), ..Standing::default() };
    Move { standing, then }
}

fn begin(journal: &Journal, taken: &Taken, attempt: u32, now: i64) -> Option<String> {
    let held = taken.held;
    journal
        .wait(move |book| {
            book.now = now;
            book.begin(held, attempt, Verb::Close, LEASE)
        })
        .unwrap()
}

fn finish(journal: &Journal, taken: &Taken, attempt: u32, word: &str, made: &Move) -> bool {
    let (held, made) = (taken.held, made.clone());
    let heard = Heard { word: word.into(), ..Heard::default() };
    journal.wait(move |book| book.finish(held, attempt, &heard, &made)).unwrap()
}

#[test]
fn an_order_has_one_holder_until_its_lease_is_over() {
    let place = Place::new("lease");
    let (journal, other) = (Journal::sqlite(place.file()).unwrap(), Journal::sqlite(place.file()).unwrap());
    journal.add((1..=3).map(order).collect()).unwrap();
    let first = claim(&journal, 10_000);
    assert_eq!(first.iter().map(|taken| taken.line).collect::<Vec<_>>(), [1, 2, 3], "as they stand in the input");
    assert!(claim(&other, 10_000 + LEASE - 1).is_empty());
    // Who begins has the whole lease once more, or more than that.
    assert!(begin(&journal, &first[2], 1, 9_900).is_some());
    let msg_id = begin(&journal, &first[0], 1, 10_500).unwrap();
    assert_eq!(begin(&journal, &first[0], 1, 10_500).as_ref(), Some(&msg_id), "said again after a commit that was cut off");
    let second = claim(&other, 10_000 + LEASE);
    assert_eq!(second.iter().map(|taken| taken.line).collect::<Vec<_>>(), [2, 3]);
    let third = claim(&other, 10_500 + LEASE);
    assert_eq!((third[0].line, third[0].open, third[0].attempts), (1, Some(Verb::Close), 1), "nobody heard of it");
    // The first has lost all of them, and begins nothing.
    assert!(first.iter().all(|taken| begin(&journal, taken, 2, 10_600).is_none()));
    let again = begin(&other, &third[0], 2, 12_000).unwrap();
    assert_ne!(again, msg_id, "attempts are told apart");
    assert!(msg_id.len() == 32 && again.len() == 32);
}

#[test]
fn what_is_taken_for_the_first_time_is_begun_with_that_and_nothing_else_is() {
    let place = Place::new("begun");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=3).map(order).collect()).unwrap();
    let begins = |now, limit| {
        let claim = move |book: &mut Book<'_>| {
            book.now = now;
            book.claim("a", limit, LEASE, true)
        };
        journal.wait(claim).unwrap()
    };
    assert_eq!(claim(&journal, 10_000).len(), 3);
    journal.add((4..=5).map(order).collect()).unwrap();
    let first = begins(10_000, 9);
    assert_eq!(first.iter().map(|taken| (taken.line, taken.attempts, taken.open)).collect::<Vec<_>>(), [(4, 1, None), (5, 1, None)]);
    let ids: Vec<_> = first.iter().map(|taken| taken.begun.clone().unwrap()).collect();
    assert!(begin(&journal, &first[0], 1, 10_000).as_ref() == Some(&ids[0]) && ids[0] != ids[1]);
    // Nobody has heard of those two; the others were never begun, and may be by whoever asks for it.
    let again = begins(10_000 + LEASE, 9);
    let stand = |taken: &Taken| (taken.line, taken.attempts, taken.open, taken.begun.is_some());
    let close = Some(Verb::Close);
    let expected = [(1, 0, None, false), (2, 0, None, false), (3, 0, None, false), (4, 1, close, false), (5, 1, close, false)];
    assert_eq!(again.iter().map(stand).collect::<Vec<_>>(), expected);
}

#[test]
fn the_end_of_an_attempt_and_the_beginning_of_the_next_are_the_holders_alone() {
    let place = Place::new("goes-on");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add(vec![order(1)]).unwrap();
    let lost = claim(&journal, 10_000);
    assert!(begin(&journal, &lost[0], 1, 10_000).is_some());
    let goes_on = |taken: &Taken, last, now| {
        let (held, heard) = (taken.held, Heard { word: "closed".into(), ..Heard::default() });
        let standing = Standing { reported: Some(crate::settle::Reported::Closed), word: Some("closed".into()), ..Standing::default() };
        let step = move |book: &mut Book<'_>| {
            book.now = now;
            book.goes_on(held, (last, &heard), &standing, Verb::Query, LEASE)
        };
        journal.wait(step).unwrap()
    };
    let msg_id = goes_on(&lost[0], 1, 10_900);
    assert!(msg_id.is_some() && goes_on(&lost[0], 1, 10_900) == msg_id, "said again after a commit that was cut off");
    assert!(claim(&journal, 10_900 + LEASE - 1).is_empty(), "it has the whole lease once more");
    let held = claim(&journal, 10_900 + LEASE);
    let stand = |taken: &Taken| (taken.ask, taken.open, taken.attempts, taken.standing.word.clone());
    assert_eq!(stand(&held[0]), (Verb::Query, Some(Verb::Query), 2, Some("closed".into())));
    assert_eq!(goes_on(&lost[0], 2, 12_000), None, "it is another worker's");
    let ended = journal.wait(|book| Ok(book.database.rows("SELECT word FROM attempts WHERE attempt = 2", &[])?[0].text()));
    assert_eq!(ended.unwrap().as_deref(), Some("closed"), "what was heard is a fact");
}

#[test]
fn who_has_lost_an_order_writes_its_attempt_and_no_word_but_a_settled_one() {
    let place = Place::new("fence");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=2).map(order).collect()).unwrap();
    let lost = claim(&journal, 10_000);
    lost.iter().for_each(|taken| assert!(begin(&journal, taken, 1, 10_000).is_some()));
    let held = claim(&journal, 20_000);
    let waits = Then::Waits { ask: Verb::Query, delay_ms: 5 };
    assert!(!finish(&journal, &lost[0], 1, "unknown", &says("unknown", "query", waits)));
    assert!(!finish(&journal, &lost[0], 1, "refused", &says("refused", "query", Then::Ends { settled: false })));
    assert!(journal.ended(0, 9).unwrap().is_empty());
    // It was closed, whoever holds it; and the first last word stands.
    assert!(finish(&journal, &lost[0], 1, "closed", &says("closed", "done", Then::Ends { settled: true })));
    assert!(!finish(&journal, &held[0], 2, "refused", &says("refused", "query", Then::Ends { settled: false })));
    assert!(!finish(&journal, &held[0], 2, "paid", &says("paid", "fulfil_or_refund", Then::Ends { settled: true })));
    assert!(begin(&journal, &held[0], 3, 20_100).is_none(), "nobody asks about it any more");
    let ended = journal.ended(0, 9).unwrap();
    assert_eq!((ended.len(), ended[0].ending.word.as_str(), ended[0].ending.needs_person), (1, "closed", false));
    assert!(finish(&journal, &held[1], 1, "refused", &says("refused", "query", Then::Ends { settled: false })));
    assert!(journal.ended(0, 9).unwrap()[1].ending.needs_person);
}

#[test]
fn a_last_word_that_is_said_twice_is_said() {
    let place = Place::new("twice");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add(vec![order(1)]).unwrap();
    let first = claim(&journal, 10_000);
    assert!(begin(&journal, &first[0], 1, 10_000).is_some());
    let ends = says("closed", "done", Then::Ends { settled: true });
    assert!(finish(&journal, &first[0], 1, "closed", &ends));
    std::thread::sleep(Duration::from_millis(5));
    assert!(finish(&journal, &first[0], 1, "closed", &ends), "said again after a commit that was cut off");
    assert!(!finish(&journal, &first[0], 2, "closed", &ends), "another attempt ended nothing");
    assert!(!finish(&journal, &first[0], 1, "paid", &says("paid", "fulfil_or_refund", Then::Ends { settled: true })));
}

#[test]
fn a_fact_stands_and_that_nobody_heard_of_it_is_none() {
    let place = Place::new("fact");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=2).map(order).collect()).unwrap();
    let late = claim(&journal, 10_000);
    late.iter().for_each(|taken| assert!(begin(&journal, taken, 1, 10_000).is_some()));
    let held = claim(&journal, 20_000);
    let goes_on = says("unknown", "query", Then::GoesOn { ask: Verb::Query, lease_ms: LEASE });
    let lost = |taken: &Taken| {
        let (held, made) = (taken.held, goes_on.clone());
        let heard = Heard { word: "unknown".into(), reason: Some("lost".into()), ..Heard::default() };
        assert!(journal.wait(move |book| book.finish(held, 1, &heard, &made)).unwrap());
    };
    assert!(!finish(&journal, &late[0], 1, "closed", &goes_on));
    lost(&held[0]);
    lost(&held[1]);
    assert!(!finish(&journal, &late[1], 1, "refused", &goes_on));
    let words = journal.wait(|book| {
        let rows = book.database.rows("SELECT word FROM attempts ORDER BY order_id", &[])?;
        Ok(rows.into_iter().filter_map(|mut row| row.text()).collect::<Vec<_>>())
    });
    assert_eq!(words.unwrap(), ["closed", "refused"]);
}

#[test]
fn a_lease_of_hours_is_a_lease_and_none_is_longer_than_a_day() {
    let place = Place::new("hours");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=2).map(order).collect()).unwrap();
    let (hour, now) = (3_600_000, 1_000_000);
    let claims = |now, limit, lease| {
        let claim = move |book: &mut Book<'_>| {
            book.now = now;
            book.claim("a", limit, lease, false)
        };
        journal.wait(claim).unwrap().len()
    };
    assert_eq!(claims(now, 1, 2 * hour), 1);
    assert_eq!(claims(now, 1, i64::MAX), 1);
    assert_eq!(claims(now + 1, 9, hour), 0, "both are held");
    assert_eq!(claims(now + 2 * hour, 9, hour), 1);
    assert_eq!(claims(now + 24 * hour, 9, hour), 2);
}

#[test]
fn a_clock_that_was_set_back_keeps_nobody_waiting_for_long() {
    let place = Place::new("clock");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add(vec![order(1)]).unwrap();
    let day = 86_400_000;
    assert_eq!(claim(&journal, 10 * day).len(), 1);
    assert!(claim(&journal, 10 * day - 1000).is_empty(), "the lease of somebody who may be alive");
    std::thread::sleep(Duration::from_millis(LEASE.unsigned_abs()));
    assert_eq!(claim(&journal, 7 * day).len(), 1);
}

#[test]
fn what_waits_for_its_next_step_comes_before_what_is_new() {
    let place = Place::new("turns");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=30).map(order).collect()).unwrap();
    let first = claim(&journal, 1_000);
    assert!(begin(&journal, &first[0], 1, 1_000).is_some());
    let (held, made) = (first[0].held, says("unknown", "query", Then::Waits { ask: Verb::Query, delay_ms: 10 }));
    journal
        .wait(move |book| {
            book.now = 1_000;
            book.finish(held, 1, &Heard::default(), &made)
        })
        .unwrap();
    let due = journal.wait(|book| {
        book.now = 1_000;
        book.next_due_in("a", LEASE)
    });
    assert_eq!(due.unwrap(), Some(0));
    let lines: Vec<u64> = claim(&journal, 1_010).iter().map(|taken| taken.line).collect();
    assert_eq!(lines, [1, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
}

#[test]
fn an_older_journal_becomes_one_of_today_and_a_newer_one_is_left_alone() {
    let place = Place::new("schema");
    {
        let mut old = Sqlite::open(&place.file(), Written::ToDisk).unwrap();
        schema::migrate_to(&mut old, 1).unwrap();
        let sql = "INSERT INTO orders (account, line, members, due_at, word, next, why, ended_at)
            VALUES ('a', 7, '{}', 0, 'closed', 'done', 'w', 1600000000000)";
        old.run(sql, &[]).unwrap();
        assert!(old.rows("SELECT * FROM results", &[]).is_err(), "it had no views");
    }
    let journal = Journal::sqlite(place.file()).unwrap();
    assert_eq!(journal.ended(0, 9).unwrap()[0].line, 7);
    drop(journal);
    let mut now = Sqlite::open(&place.file(), Written::ToDisk).unwrap();
    let mut seen = now.rows("SELECT word, ended FROM results", &[]).unwrap();
    assert_eq!((seen[0].text().as_deref(), seen[0].text().as_deref()), (Some("closed"), Some("2020-09-13T12:26:40Z")));
    assert!(now.rows("SELECT version FROM schema_version", &[]).unwrap()[0].int() >= 3);
    now.run("UPDATE schema_version SET version = 99", &[]).unwrap();
    let Err(refused) = Journal::sqlite(place.file()) else { panic!("it is of a newer version") };
    assert!(refused.to_string().contains("99"), "{refused}");
}

#[test]
fn a_word_that_somebody_wrote_by_hand_is_refused() {
    let place = Place::new("hand");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add(vec![order(1)]).unwrap();
    journal.wait(|book| book.database.run("UPDATE orders SET ask = 'refund'", &[])).unwrap();
    let Err(refused) = journal.wait(|book| book.claim("a", 1, LEASE, false)) else { panic!("a refund is no step") };
    assert!(refused.to_string().contains("refund"), "{refused}");
}

#[test]
fn all_that_is_told_at_once_is_on_the_disk_when_each_hears_so() {
    let place = Place::new("group");
    let journal = Journal::sqlite(place.file()).unwrap();
    let told: Vec<_> = (1..=2000).map(|line| journal.told(move |book| book.add(&[order(line)]))).collect();
    for one in told {
        assert_eq!(one.blocking_recv().unwrap(), Ok(1));
    }
    let mut other = Sqlite::open(&place.file(), Written::ToDisk).unwrap();
    assert_eq!(other.rows("SELECT count(*) FROM orders", &[]).unwrap()[0].int(), 2000);
}

#[test]
fn one_that_cannot_be_written_takes_no_other_with_it() {
    let place = Place::new("alone");
    let journal = Journal::sqlite(place.file()).unwrap();
    let (goes, waits) = channel::<()>();
    let first = journal.told(move |_| Ok(waits.recv().is_ok()));
    let before = journal.told(|book| book.add(&[order(1)]));
    let wrong = journal.told(|book| book.database.run("UPDATE nowhere SET line = 1", &[]));
    let after = journal.told(|book| book.add(&[order(2)]));
    drop(goes);
    assert_eq!((first.blocking_recv().unwrap(), before.blocking_recv().unwrap()), (Ok(false), Ok(1)));
    assert!(wrong.blocking_recv().unwrap().is_err_and(|failure| failure.to_string().contains("nowhere")));
    assert_eq!(after.blocking_recv().unwrap(), Ok(1));
}

#[test]
fn an_input_that_is_read_again_repeats_only_what_it_repeats() {
    let place = Place::new("again");
    let journal = Journal::sqlite(place.file()).unwrap();
    let order = |line, number: &str| Order::new("a", line, format!(r#"{{"out_trade_no":"{number}"}}"#)).unwrap();
    let reads = |input: &str, orders: &[(u64, &str)]| {
        // A reading is known by when it began.
        std::thread::sleep(Duration::from_millis(2));
        journal.begins_input(input).unwrap();
        orders.iter().for_each(|(line, number)| _ = journal.add(vec![order(*line, number)]).unwrap());
        journal.ends_input(input).unwrap();
        journal.repeats().unwrap().into_iter().map(|(_, line, first)| (line, first)).collect::<Vec<_>>()
    };
    assert_eq!(reads("a.csv", &[(2, "A"), (3, "B"), (4, "A")]), [(4, 2)]);
    assert_eq!(reads("b.csv", &[(2, "B"), (3, "C")]), [(2, 3), (4, 2)], "both inputs name B");
    assert_eq!(reads("a.csv", &[(3, "A"), (4, "B"), (5, "A")]), [(2, 4), (5, 3)], "a line was put before them");
    assert_eq!(reads("b.csv", &[(7, "C")]), [(5, 3)], "B was taken out");
    assert_eq!(reads("a.csv", &[(3, "A"), (4, "B")]), []);
    assert_eq!(reads("b.csv", &[(5, "B"), (7, "C")]), [(5, 4)]);
    assert_eq!(reads("c.csv", &[(5, "B")]), [(5, 4), (5, 4)], "each of the inputs repeats it at its line 5");
    assert_eq!(reads("b.csv", &[(7, "C")]), [(5, 4)], "and one of them still does");
    let mut other = Sqlite::open(&place.file(), Written::ToDisk).unwrap();
    assert_eq!(other.rows("SELECT line FROM orders ORDER BY id", &[]).unwrap().iter_mut().map(Row::int).collect::<Vec<_>>(), [3, 4, 7]);
}

#[test]
fn whoever_looks_does_not_wait_for_who_writes() {
    let place = Place::new("looks");
    let journal = Journal::sqlite(place.file()).unwrap();
    journal.add((1..=2).map(order).collect()).unwrap();
    journal.marks("m", Duration::from_secs(60)).unwrap();
    let other = rusqlite::Connection::open(place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (begun, counts) = (Instant::now(), journal.counts().unwrap());
    assert_eq!((counts.len(), counts[0].orders, journal.last_id().unwrap()), (1, 2, 2));
    assert!(journal.is_marked("m").unwrap() && journal.repeats().unwrap().is_empty() && journal.ended(0, 10).unwrap().is_empty());
    assert!(journal.unfinished_inputs().unwrap().is_empty() && journal.unreadable_lines().unwrap() == 0);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    journal.add(vec![order(3)]).unwrap();
    assert_eq!(journal.last_id().unwrap(), 3, "what was written before it looks is seen");
}

/// In a process of its own, whose directory it changes.
#[test]
fn a_relative_path_is_of_where_it_was_opened() {
    const CHILD: &str = "CHEXIAO_JOURNAL_MOVES";
    let place = Place::new("moves");
    if std::env::var_os(CHILD).is_none() {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["journal::tests::a_relative_path_is_of_where_it_was_opened", "--exact"]).env(CHILD, "1");
        let done = child.current_dir(&place.0).output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let journal = Journal::sqlite("journal.db").unwrap();
    journal.add(vec![order(1)]).unwrap();
    std::env::set_current_dir(&place.0).unwrap();
    assert_eq!(journal.last_id().unwrap(), 1);
    let pace = journal.for_pace().unwrap();
    pace.add(vec![order(2)]).unwrap();
    assert_eq!(journal.last_id().unwrap(), 2);
    assert!(!place.file().exists(), "another one was made");
}

#[cfg(unix)]
#[test]
fn whoever_looks_makes_no_journal() {
    let place = Place::new("gone");
    let journal = Journal::sqlite(place.file()).unwrap();
    std::fs::remove_file(place.file()).unwrap();
    let Err(failure) = journal.last_id() else { panic!("there is none") };
    assert!(failure.to_string().contains("unable to open"), "{failure}");
    assert!(!place.file().exists() && journal.for_pace().is_err() && !place.file().exists());
}
