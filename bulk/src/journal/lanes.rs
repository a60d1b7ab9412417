//! A pace that all processes with this journal share: for each account and each host, the next moment that is free, and who holds how many
//! of the requests that may be under way.

use super::Book;
use super::book::{FURTHEST, HORIZON};
use super::database::{Row, values};
use super::failure::{Failure, Result};
use crate::effort::Effort;
use crate::governor::Limits;
use crate::job::millis;
use std::time::Duration;

/// So far ahead moments are given away, in microseconds, beside those that are overdue; at the least one of them. A process that is killed
/// wastes no more than that.
const AHEAD: f64 = 50_000.0;
/// So long has a worker a place before others have it, in microseconds.
const TURN: i64 = 1_000_000;

/// What a lane is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Account,
    Host,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Host => "host",
        }
    }
}

/// What one process says to a lane, and asks of it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) limits: Limits,
    pub(crate) worker: String,
    /// Tickets that it has: requests under way, and those that it may begin.
    pub(crate) held: i64,
    /// So many more it could use.
    pub(crate) wanted: i64,
    /// For so many microseconds somebody has waited for them; none where no moment is to be given.
    pub(crate) waited: Option<i64>,
    /// How long its tickets count without a word from it.
    pub(crate) lease_ms: i64,
    pub(crate) answered: bool,
    /// When the ticket was given that was told last that there are too many requests.
    pub(crate) throttled: Option<i64>,
}

/// Tickets, each for one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Granted {
    pub(crate) tickets: i64,
    /// In so many microseconds the first may be used; they have passed where it is negative.
    pub(crate) first: i64,
    /// Between one and the next.
    pub(crate) interval: f64,
    /// By the lane's clock.
    pub(crate) now: i64,
    /// What the journal says now that this process holds or wants.
    pub(crate) shown: i64,
}

/// Another process at the same lane.
#[derive(Debug, Clone)]
struct Seats {
    worker: String,
    held: i64,
    /// Those that it holds included.
    wanted: i64,
    is_over: bool,
}

impl Book<'_> {
    /// Takes tickets of a lane, in its turn: nobody else's visit comes in between.
    pub(crate) fn visit(&mut self, visit: &Visit) -> Result<Granted> {
        let mut lane = match self.lane(visit)? {
            Some(lane) => lane,
            None => {
                let sql = "INSERT INTO lanes (kind, name, next_us, part_ppm, heard_us, slowed_us, seen_us)
                    VALUES (?1, ?2, 0, 1000000, 0, 0, 0) ON CONFLICT DO NOTHING";
                self.database.run(sql, values![visit.kind.word(), visit.name.as_str()])?;
                self.lane(visit)?.ok_or_else(|| Failure::new("its lanes are not kept"))?
            }
        };
        // Now that the row is held, so that the moments of those who come one after the other stand so too.
        let now = self.clock.reads(self.database)?;
        let jumped = lane.jumps_along(now, self.clock.gained_since(lane.seen));
        self.put_off(visit, jumped / 1000)?;
        let others = self.others(visit, now / 1000)?;
        let granted = lane.grants(visit, &others, now);
        self.writes(visit, &lane, &granted, now / 1000)?;
        Ok(granted)
    }

    fn lane(&mut self, visit: &Visit) -> Result<Option<Lane>> {
        let sql = format!(
            "SELECT next_us, part_ppm, heard_us, slowed_us, seen_us FROM lanes WHERE kind = ?1 AND name = ?2 {}",
            self.database.words().for_changing
        );
        let lane = |row: &mut Row| {
            let (next, part) = (row.int(), row.int() as f64 / 1e6);
            Lane { next, effort: Effort { part, heard: row.int(), slowed: row.int() }, seen: row.int() }
        };
        Ok(self.database.rows(&sql, values![visit.kind.word(), visit.name.as_str()])?.first_mut().map(lane))
    }

    /// The leases of all who have places.
    fn put_off(&mut self, visit: &Visit, by_ms: i64) -> Result<()> {
        if by_ms == 0 {
            return Ok(());
        }
        let sql = "UPDATE seats SET until_ms = until_ms + ?3 WHERE kind = ?1 AND name = ?2";
        self.database.run(sql, values![visit.kind.word(), visit.name.as_str(), by_ms]).map(drop)
    }

    fn others(&mut self, visit: &Visit, now_ms: i64) -> Result<Vec<Seats>> {
        let sql = "SELECT worker, held, wanted, until_ms FROM seats WHERE kind = ?1 AND name = ?2 AND worker <> ?3";
        let rows = self.database.rows(sql, values![visit.kind.word(), visit.name.as_str(), visit.worker.as_str()])?;
        // A lease that ends later than the horizon was made by another clock.
        let is_over = |until: i64| until <= now_ms || until > now_ms.saturating_add(millis(HORIZON));
        let seats = |mut row: Row| Seats {
            worker: row.text().unwrap_or_default(),
            held: row.int(),
            wanted: row.int(),
            is_over: is_over(row.int()),
        };
        let (over, others): (Vec<_>, Vec<_>) = rows.into_iter().map(seats).partition(|seats| seats.is_over);
        for dead in over {
            self.leaves(visit, &dead.worker)?;
        }
        Ok(others)
    }

    fn leaves(&mut self, visit: &Visit, worker: &str) -> Result<u64> {
        let sql = "DELETE FROM seats WHERE kind = ?1 AND name = ?2 AND worker = ?3";
        self.database.run(sql, values![visit.kind.word(), visit.name.as_str(), worker])
    }

    fn writes(&mut self, visit: &Visit, lane: &Lane, granted: &Granted, now_ms: i64) -> Result<()> {
        let (kind, name, Effort { part, heard, slowed }) = (visit.kind.word(), visit.name.as_str(), lane.effort);
        let sql = "UPDATE lanes SET next_us = ?3, part_ppm = ?4, heard_us = ?5, slowed_us = ?6, seen_us = ?7 WHERE kind = ?1 AND name = ?2";
        self.database.run(sql, values![kind, name, lane.next, (part * 1e6) as i64, heard, slowed, lane.seen])?;
        let (held, wanted) = (visit.held + granted.tickets, granted.shown);
        if wanted == 0 {
            return self.leaves(visit, &visit.worker).map(drop);
        }
        let sql = "INSERT INTO seats (kind, name, worker, held, wanted, until_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (kind, name, worker) DO UPDATE SET held = ?4, wanted = ?5, until_ms = ?6";
        self.database
            .run(sql, values![kind, name, visit.worker.as_str(), held, wanted, now_ms.saturating_add(visit.lease_ms.min(millis(FURTHEST)))])
            .map(drop)
    }
}

/// Times are microseconds since 1970.
struct Lane {
    next: i64,
    effort: Effort,
    /// When it was visited last.
    seen: i64,
}

impl Lane {
    /// Where the clock was set since the last visit, back as the row shows or ahead as the visitor has seen, moments are moved along: those
    /// that were given stay as far ahead. By how much.
    fn jumps_along(&mut self, now: i64, gained: i64) -> i64 {
        let jumped = gained.min(now.saturating_sub(self.seen));
        for moment in [&mut self.next, &mut self.effort.heard, &mut self.effort.slowed] {
            *moment = moment.saturating_add(jumped);
        }
        self.seen = now;
        jumped
    }

    fn grants(&mut self, visit: &Visit, others: &[Seats], now: i64) -> Granted {
        // What was given before the clock was set back tells nothing of the last slow-down.
        if let Some(left) = visit.throttled.filter(|left| *left <= now) {
            self.effort.throttled(left, now);
        }
        if visit.answered {
            self.effort.answered(now);
        }
        let interval = 1e6 / (visit.limits.rate * self.effort.part);
        // Another clock wrote it, and no visit since has shown by how much that was ahead: nobody waits as long as that.
        if self.next > now.saturating_add(micros(HORIZON)) {
            self.next = now;
        }
        let first = self.next.max(now - visit.waited.unwrap_or_default());
        // Those that are overdue as well: a visit may take longer than what is ahead lasts.
        let at_once = (((AHEAD + (now - first).max(0) as f64) / interval) as i64).max(1);
        let at_once = if visit.waited.is_some() && self.next <= now.saturating_add(micros(FURTHEST)) { at_once } else { 0 };
        let tickets = room(visit, others, now).min(visit.wanted).min(at_once).max(0);
        if tickets > 0 {
            self.next = first + (interval * tickets as f64).ceil() as i64;
        }
        Granted { tickets, first: first - now, interval, now, shown: visit.held + visit.wanted }
    }
}

fn micros(time: Duration) -> i64 {
    millis(time).saturating_mul(1000)
}

/// How many more requests of this process may be under way: what the others have left, and no more than its share.
fn room(visit: &Visit, others: &[Seats], now: i64) -> i64 {
    let all = i64::try_from(visit.limits.in_flight).unwrap_or(i64::MAX);
    let taken: i64 = others.iter().map(|seats| seats.held).sum();
    let share = if all > others.len() as i64 { share(all, visit, others) } else { turn(all, visit, others, now) };
    share.min(all - taken) - visit.held
}

/// Of more workers than places, each has one for a while, in turns.
fn turn(all: i64, visit: &Visit, others: &[Seats], now: i64) -> i64 {
    let workers = others.len() as i64 + 1;
    let before = others.iter().filter(|seats| seats.worker < visit.worker).count() as i64;
    i64::from((before + now / TURN).rem_euclid(workers) < all)
}

/// Each gets what it wants, as far as nobody gets less than an equal part for it.
fn share(all: i64, visit: &Visit, others: &[Seats]) -> i64 {
    let mut wants: Vec<(i64, &str)> = others.iter().map(|seats| (seats.wanted, seats.worker.as_str())).collect();
    wants.push((visit.held + visit.wanted, &visit.worker));
    wants.sort_unstable();
    let mut left = all;
    for (sharing, &(wanted, worker)) in (1..=wants.len() as i64).rev().zip(&wants) {
        let gets = wanted.min(left / sharing);
        if worker == visit.worker {
            return gets;
        }
        left -= gets;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn visit(worker: &str, held: i64, wanted: i64, rate: f64, in_flight: usize) -> Visit {
        Visit {
            kind: Kind::Account,
            name: "a".into(),
            limits: Limits::new(rate, in_flight).unwrap(),
            worker: worker.into(),
            held,
            wanted,
            waited: Some(0),
            lease_ms: 1000,
            answered: false,
            throttled: None,
        }
    }

    fn lane() -> Lane {
        Lane { next: 0, effort: Effort { part: 1.0, heard: 0, slowed: 0 }, seen: 0 }
    }

    #[test]
    fn moments_follow_each_other_whoever_takes_them() {
        let mut lane = lane();
        let first = lane.grants(&visit("x", 0, 9, 50.0, 99), &[], 1_000_000);
        assert_eq!((first.tickets, first.first, first.interval), (2, 0, 20_000.0), "no more than 50 ms");
        let second = lane.grants(&visit("y", 0, 9, 50.0, 99), &[], 1_005_000);
        assert_eq!((second.tickets, second.first), (2, 35_000));
        let slow = lane.grants(&visit("z", 0, 9, 0.5, 99), &[], 1_010_000);
        assert_eq!((slow.tickets, slow.first, lane.next), (1, 70_000, 3_080_000), "one at the least");
        // Idleness is not saved up, and what came late is made up for.
        let late = lane.grants(&Visit { waited: Some(30_000), ..visit("x", 0, 1, 50.0, 99) }, &[], 9_000_000);
        assert_eq!((late.tickets, late.first, lane.next), (1, -30_000, 8_990_000));
        let later = lane.grants(&Visit { waited: Some(100_000), ..visit("x", 0, 9, 50.0, 99) }, &[], 9_090_000);
        assert_eq!((later.tickets, later.first, lane.next), (7, -100_000, 9_130_000), "what is overdue, and 50 ms");
        // It was written by a clock that was three days ahead.
        assert_eq!(lane.grants(&visit("x", 0, 1, 50.0, 99), &[], 8_990_000 - 3 * 86_400_000_000).first, 0);
    }

    #[test]
    fn no_moment_is_given_that_is_more_than_a_day_ahead() {
        let mut lane = Lane { next: 0, effort: Effort { part: 1.0 / 64.0, heard: 0, slowed: 0 }, seen: 0 };
        let firsts: Vec<i64> = (0..99)
            .map(|_| lane.grants(&visit("x", 0, 1, 0.01, 99), &[], 1))
            .take_while(|one| one.tickets > 0)
            .map(|one| one.first)
            .collect();
        assert!(firsts.len() > 10 && firsts.is_sorted(), "{firsts:?}");
        assert!(firsts.iter().all(|first| *first <= micros(FURTHEST)), "{firsts:?}");
        assert!((micros(FURTHEST) + 1..micros(HORIZON)).contains(&lane.next), "{}", lane.next);
    }

    #[test]
    fn more_workers_than_places_take_turns() {
        let workers = ["x", "y", "z"];
        let mut turns = std::collections::BTreeMap::new();
        for now in (0..12).map(|at| at * TURN / 2) {
            // Whoever comes finds the place free, and the others wanting it, some more than others.
            for (at, worker) in workers.iter().enumerate() {
                let others = workers.iter().filter(|one| *one != worker);
                let others: Vec<Seats> = others.map(|one| Seats { worker: (*one).into(), held: 0, wanted: 5, is_over: false }).collect();
                *turns.entry(*worker).or_insert(0) += lane().grants(&visit(worker, 0, 1 + at as i64 * 9, 50.0, 1), &others, now).tickets;
            }
        }
        assert_eq!(turns.into_values().collect::<Vec<_>>(), [4, 4, 4]);
    }

    #[test]
    fn what_one_is_told_slows_all_and_once() {
        let mut lane = lane();
        let throttled = |left| Visit { throttled: Some(left), ..visit("x", 0, 0, 50.0, 99) };
        assert_eq!(lane.grants(&throttled(900_000), &[], 1_000_000).interval, 40_000.0);
        assert_eq!(lane.grants(&throttled(950_000), &[], 1_100_000).interval, 40_000.0, "it left before");
        assert_eq!(lane.grants(&throttled(1_050_000), &[], 1_200_000).interval, 80_000.0);
        assert_eq!(lane.grants(&throttled(9_000_000), &[], 1_300_000).interval, 80_000.0, "by a clock that was set back");
        let answered = Visit { answered: true, ..visit("y", 0, 0, 50.0, 99) };
        assert!((lane.grants(&answered, &[], 3_200_000).interval - 1e6 / 13.5).abs() < 1e-6, "2 % in a second");
    }

    #[test]
    fn what_slowed_it_down_before_a_jump_is_before_what_leaves_after_it() {
        let mut lane = Lane { next: 5_010_000, effort: Effort { part: 0.5, heard: 5_000_000, slowed: 5_000_000 }, seen: 5_000_000 };
        assert_eq!((lane.jumps_along(2_000_000, 0), lane.next, lane.seen), (-3_000_000, 2_010_000, 2_000_000));
        let throttled = Visit { throttled: Some(2_050_000), ..visit("x", 0, 0, 50.0, 99) };
        assert_eq!(lane.grants(&throttled, &[], 2_100_000).interval, 80_000.0);
        assert_eq!((lane.jumps_along(7_100_000, 5_000_000), lane.next), (5_000_000, 7_010_000));
        assert_eq!((lane.jumps_along(7_200_000, 0), lane.next), (0, 7_010_000));
    }

    proptest! {
        /// Workers come and go in any order: never more tickets than there are places, and none of them is left lying while somebody wants it.
        #[test]
        fn places_are_never_given_twice(in_flight in 1usize..20, steps in prop::collection::vec((0usize..4, 0i64..30, 0i64..8), 1..200)) {
            let names = ["w", "x", "y", "z"];
            let mut seats: Vec<Seats> =
                names.map(|worker| Seats { worker: worker.into(), held: 0, wanted: 0, is_over: false }).to_vec();
            for (at, wanted, ended) in steps {
                let held = (seats[at].held - ended).max(0);
                let visit = visit(names[at], held, wanted, 1e5, in_flight);
                let others: Vec<Seats> = seats.iter().filter(|one| one.worker != names[at] && one.wanted > 0).cloned().collect();
                let tickets = lane().grants(&visit, &others, 0).tickets;
                (seats[at].held, seats[at].wanted) = (held + tickets, held + wanted);
                let (all, wanted): (i64, i64) = seats.iter().fold((0, 0), |(held, wanted), one| (held + one.held, wanted + one.wanted));
                prop_assert!(all <= in_flight as i64, "{all} of {in_flight}: {seats:?}");
                prop_assert!(wanted > in_flight as i64 || seats[at].held == seats[at].wanted, "there was room: {seats:?}");
            }
        }
    }
}
