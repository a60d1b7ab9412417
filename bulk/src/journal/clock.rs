//! [`Clock`]: the one that all who share a journal go by, as this process has seen it run beside its own, which nobody sets.
//!
//! A lease is over by the journal's clock. Where that was set ahead, the time until then has not passed, and who held the lease may be at work.

use super::book::HORIZON;
use super::database::Database;
use super::failure::Result;
use std::time::{Duration, Instant};

/// What is less may be an answer that took its time. Every lease outlasts its request by as much: half of the least grace.
const LEAST: i64 = 500_000;

#[derive(Debug, Default)]
pub(crate) struct Clock {
    last: Option<(Instant, i64)>,
    /// When it was first read, or set back last.
    steady: Option<Instant>,
    /// Those that matter still, the oldest first.
    jumps: Vec<Jump>,
}

#[derive(Debug)]
struct Jump {
    seen: Instant,
    /// What it would have said without.
    due: i64,
    /// Less than nothing where it was set back.
    micros: i64,
}

impl Clock {
    /// Microseconds since 1970.
    pub(super) fn reads(&mut self, database: &mut dyn Database) -> Result<i64> {
        let now = database.micros()?;
        self.says(now, Instant::now());
        Ok(now)
    }

    fn says(&mut self, now: i64, seen: Instant) {
        let (then, was) = self.last.replace((seen, now)).unwrap_or((seen, now));
        let due = was.saturating_add(i64::try_from((seen - then).as_micros()).unwrap_or(i64::MAX));
        let micros = now.saturating_sub(due);
        if micros.saturating_abs() > LEAST {
            self.jumps.retain(|jump| seen.saturating_duration_since(jump.seen) < HORIZON);
            self.jumps.push(Jump { seen, due, micros });
        }
        if micros < -LEAST || self.steady.is_none() {
            self.steady = Some(seen);
        }
    }

    /// Microseconds that it was set ahead after this moment, which another process may have read a little later than this one.
    pub(super) fn gained_since(&self, moment: i64) -> i64 {
        self.gained(|jump| jump.due >= moment.saturating_sub(LEAST / 2))
    }

    /// Milliseconds that it was set ahead within so many, by this process's clock.
    pub(super) fn gained_within(&self, ms: i64) -> i64 {
        self.gained(|jump| is_within(jump.seen, ms)) / 1000
    }

    /// What was set back makes up for what was set ahead before it, and not for what is set ahead later.
    fn gained(&self, which: impl Fn(&Jump) -> bool) -> i64 {
        self.jumps.iter().filter(|jump| which(jump)).fold(0, |all: i64, jump| all.saturating_add(jump.micros).max(0))
    }

    /// Whether it was watched for so many milliseconds, and not set back.
    pub(super) fn is_steady_for(&self, ms: i64) -> bool {
        self.steady.is_some_and(|since| !is_within(since, ms))
    }
}

fn is_within(seen: Instant, ms: i64) -> bool {
    seen.elapsed() < Duration::from_millis(ms.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governor::Limits;
    use crate::journal::database::{Row, Value, Words, Written};
    use crate::journal::sqlite::Sqlite;
    use crate::journal::{Granted, Journal, Kind, Place, Visit, schema};
    use crate::order::Order;
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 3_600_000_000;

    /// A file by a clock that is set: so many microseconds ahead.
    struct Set(Sqlite, Arc<AtomicI64>);

    impl Database for Set {
        fn words(&self) -> &'static Words {
            self.0.words()
        }

        fn begin(&mut self) -> Result<()> {
            self.0.begin()
        }

        fn commit(&mut self) -> Result<()> {
            self.0.commit()
        }

        fn roll_back(&mut self) {
            self.0.roll_back();
        }

        fn micros(&mut self) -> Result<i64> {
            Ok(self.0.micros()? + self.1.load(SeqCst))
        }

        fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
            self.0.run(sql, values)
        }

        fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
            self.0.rows(sql, values)
        }

        fn script(&mut self, sql: &str) -> Result<()> {
            self.0.script(sql)
        }

        fn again(&mut self) -> Result<()> {
            self.0.again()
        }
    }

    struct File(PathBuf);

    impl File {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("chexiao-clock-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder.join("journal.db"))
        }

        fn journal(&self) -> (Journal, Arc<AtomicI64>) {
            let ahead = Arc::new(AtomicI64::new(0));
            let database = Set(Sqlite::open(&self.0, Written::ToDisk).unwrap(), ahead.clone());
            (Journal::over(Box::new(database), Place::File(self.0.clone()), 1).unwrap(), ahead)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            _ = std::fs::remove_dir_all(self.0.parent().unwrap());
        }
    }

    fn claims(journal: &Journal, lease_ms: i64) -> usize {
        journal.wait(move |book| book.claim("a", 9, lease_ms, true)).unwrap().len()
    }

    /// One order, held for a minute by a worker that is alive.
    fn held(file: &File) -> Journal {
        let holder = Journal::sqlite(&file.0).unwrap();
        holder.add(vec![Order::new("a", 1, r#"{"out_trade_no":"A1"}"#).unwrap()]).unwrap();
        assert_eq!(claims(&holder, MINUTE), 1);
        holder
    }

    #[test]
    fn who_saw_it_set_ahead_takes_no_order_that_another_holds() {
        let file = File::new("ahead");
        let _holder = held(&file);
        let (journal, ahead) = file.journal();
        assert_eq!(claims(&journal, MINUTE), 0);
        ahead.store(HOUR, SeqCst);
        assert_eq!(claims(&journal, MINUTE), 0, "no minute has passed");
        assert!(journal.wait(|book| book.next_due_in("a", MINUTE)).unwrap().unwrap() > 0);
        assert_eq!(claims(&journal, 0), 1, "as if it had");
    }

    #[test]
    fn nobody_takes_what_seems_due_in_days_before_its_holder_had_its_time() {
        let file = File::new("back");
        let _holder = held(&file);
        let (journal, ahead) = file.journal();
        let (newcomer, behind) = file.journal();
        behind.store(-72 * HOUR, SeqCst);
        assert_eq!(claims(&newcomer, MINUTE), 0, "who has just come has watched for no minute");
        let watched = || std::thread::sleep(Duration::from_millis(350));
        assert_eq!(claims(&journal, 300), 0);
        watched();
        ahead.store(-72 * HOUR, SeqCst);
        assert_eq!(claims(&journal, 300), 0, "it was set back just now");
        watched();
        assert_eq!(claims(&journal, 300), 1);
    }

    fn visit(lane: &str, worker: &str, lease_ms: i64, held: i64) -> Visit {
        Visit {
            kind: Kind::Account,
            name: lane.into(),
            limits: Limits::new(0.01, 1).unwrap(),
            worker: worker.into(),
            held,
            wanted: 1,
            waited: Some(0),
            lease_ms,
            answered: false,
            throttled: None,
        }
    }

    fn grants(journal: &Journal, visit: Visit) -> Granted {
        journal.wait(move |book| book.visit(&visit)).unwrap()
    }

    #[test]
    fn places_are_neither_given_twice_nor_kept_for_longer() {
        let file = File::new("places");
        let (journal, ahead) = file.journal();
        let tickets = |lane, worker, lease_ms, held| grants(&journal, visit(lane, worker, lease_ms, held)).tickets;
        assert_eq!(tickets("long", "x", MINUTE, 0), 1);
        for set in [HOUR, -HOUR] {
            ahead.store(set, SeqCst);
            assert_eq!(tickets("long", "y", MINUTE, 0), 0, "{set}");
        }
        assert_eq!(tickets("short", "x", 300, 0), 1);
        ahead.store(-2 * HOUR, SeqCst);
        // It is set back before the lease is over, and nobody visits until it is.
        std::thread::sleep(Duration::from_millis(350));
        tickets("short", "y", 300, 0);
        std::thread::sleep(Duration::from_millis(350));
        assert_eq!(tickets("short", "y", 300, 0), 1, "x is dead");
    }

    #[test]
    fn moments_stay_as_far_ahead_as_they_were_given() {
        let file = File::new("moments");
        let (journal, ahead) = file.journal();
        let limits = Limits::new(0.01, 99).unwrap();
        let first = |held| grants(&journal, Visit { limits, ..visit("a", "x", MINUTE, held) }).first / 1_000_000;
        assert_eq!(first(0), 0);
        for (held, set) in (1..).zip([0, -HOUR, HOUR, 0, 80_000_000]) {
            ahead.store(set, SeqCst);
            let (first, due) = (first(held), held * 100);
            assert!((due - 50..=due).contains(&first), "{first} s, {due} s are due");
        }
    }

    /// A lane of an older journal, and who has its one place.
    fn older(file: &File, ahead: i64) {
        let mut old = Sqlite::open(&file.0, Written::ToDisk).unwrap();
        schema::migrate_to(&mut old, 8).unwrap();
        let until = old.micros().unwrap() + ahead;
        old.run("INSERT INTO lanes VALUES ('account', 'a', ?1, 1000000, 0, 0)", &[Value::Int(until)]).unwrap();
        old.run("INSERT INTO seats VALUES ('account', 'a', 'w', 1, 1, ?1)", &[Value::Int(until / 1000)]).unwrap();
    }

    #[test]
    fn what_an_older_journal_has_far_ahead_keeps_nobody_waiting() {
        let file = File::new("older");
        older(&file, 72 * HOUR);
        let granted = grants(&file.journal().0, visit("a", "x", MINUTE, 0));
        assert_eq!((granted.tickets, granted.first), (1, 0));
    }

    #[test]
    fn what_an_older_journal_gave_is_kept() {
        let file = File::new("backlog");
        older(&file, HOUR);
        let limits = Limits::new(0.01, 2).unwrap();
        let granted = grants(&file.journal().0, Visit { limits, wanted: 2, ..visit("a", "x", MINUTE, 0) });
        assert!(granted.tickets == 1 && granted.first > HOUR / 2, "{granted:?}");
        assert_eq!(grants(&file.journal().0, visit("a", "y", MINUTE, 0)).tickets, 0, "both places are held");
    }

    #[test]
    fn an_answer_that_took_its_time_is_no_jump() {
        let (mut clock, start) = (Clock::default(), Instant::now());
        let says = |clock: &mut Clock, now: i64, ms: u64| clock.says(now * 1000, start + Duration::from_millis(ms));
        for (now, ms) in [(1_000_000, 0), (1_001_000, 1000), (1_002_400, 2000), (1_003_000, 3000)] {
            says(&mut clock, now, ms);
        }
        assert_eq!((clock.gained_since(0), clock.gained_within(MINUTE)), (0, 0));
        says(&mut clock, 1_064_000, 4000);
        says(&mut clock, 1_065_000, 5000);
        assert_eq!((clock.gained_since(1_004_250_000), clock.gained_within(MINUTE)), (60_000_000, 60_000));
        assert_eq!((clock.gained_since(1_004_250_001), clock.gained_within(0)), (0, 0), "it was before, and long ago");
        says(&mut clock, 1_006_000, 6000);
        assert_eq!((clock.gained_since(1_001_000_000), clock.gained_within(MINUTE)), (0, 0), "it was set back again");
        // An answer that comes late, among others: what is made up for is not gained.
        for (now, ms) in [(1_007_000, 7000), (1_037_600, 8000), (1_038_000, 9000), (1_039_600, 10_000)] {
            says(&mut clock, now, ms);
        }
        assert_eq!((clock.gained_since(1_007_000_000), clock.gained_within(MINUTE)), (29_600_000, 29_600));
        assert_eq!(clock.gained_since(1_038_000_000), 600_000);
    }

    #[test]
    fn jumps_are_forgotten_after_two_days() {
        let (mut clock, start) = (Clock::default(), Instant::now());
        for (now, seconds) in [(0, 0), (60, 0), (172_859, 172_799), (172_919, 172_799), (172_980, 172_800)] {
            clock.says(now * 1_000_000, start + Duration::from_secs(seconds));
        }
        assert_eq!(clock.jumps.iter().map(|jump| jump.micros).collect::<Vec<_>>(), [60_000_000; 2]);
    }
}
