//! What is written and read, in one transaction of many.

use super::clock::Clock;
use super::database::{Database, Row, values};
use super::failure::{Failure, Result};
use crate::job::millis;
use crate::order::Order;
use crate::settle::Reported;
use crate::steps::Standing;
use chexiao::{Next, Retry, Verb};
use std::time::Duration;

/// A journal within a transaction.
pub(crate) struct Book<'d> {
    pub(super) database: &'d mut dyn Database,
    /// Of this transaction.
    pub(super) now: i64,
    pub(super) clock: &'d mut Clock,
    pub(super) tag: &'d str,
    pub(super) worker: &'d str,
    pub(super) reading: &'d mut Option<Reading>,
}

/// An input that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(super) input: String,
    pub(super) begun_at: i64,
}

/// Nothing is put off further than this: no lease, no wait, no moment of a lane.
pub(crate) const FURTHEST: Duration = Duration::from_secs(86_400);
/// What is due later than this was written by another clock.
pub(super) const HORIZON: Duration = FURTHEST.saturating_mul(2);

/// An order that this worker holds until its lease is over.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) held: Held,
    pub(crate) line: u64,
    pub(crate) members: String,
    pub(crate) ask: Verb,
    pub(crate) attempts: u32,
    pub(crate) standing: Standing,
    /// So many of the attempts do not count: they never left, for a reason of our own, or the order was taken up again after them.
    pub(crate) uncounted: u32,
    /// And so many of those that count by themselves: the journal took too long.
    pub(crate) late: u32,
    /// What was begun and never heard of: it may have left.
    pub(crate) open: Option<Verb>,
    /// The id of its first attempt, which was begun as it was taken.
    pub(crate) begun: Option<String>,
    /// Milliseconds since it was first taken.
    pub(crate) since_ms: i64,
}

/// Which order, and which claim to it: whoever claims it later has a greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) id: i64,
    pub(crate) claim: i64,
}

/// In the column of reasons: of an attempt that nobody heard of; of one that never left because its run was stopped or its order lost; and of
/// one that never left because the journal took too long.
pub(crate) const LOST: &str = "lost";
pub(crate) const HELD_BACK: &str = "held_back";
pub(crate) const LATE: &str = "late";

/// What came of an attempt.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard {
    pub(crate) word: String,
    pub(crate) next: Option<String>,
    pub(crate) evidence: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) http_status: Option<i64>,
    pub(crate) said: Option<String>,
    pub(crate) elapsed_ms: i64,
}

/// What becomes of the order by that.
#[derive(Debug, Clone)]
pub(crate) struct Move {
    pub(crate) standing: Standing,
    pub(crate) then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The same worker goes on, with so many milliseconds of lease.
    GoesOn { ask: Verb, lease_ms: i64 },
    /// Anyone may take it, in so many milliseconds.
    Waits { ask: Verb, delay_ms: i64 },
    /// It has its last word; `settled`: whoever says so may have lost the claim.
    Ends { settled: bool },
}

impl Book<'_> {
    /// So many milliseconds from now.
    pub(super) fn ahead(&self, ms: i64) -> i64 {
        self.now.saturating_add(ms.min(millis(FURTHEST)))
    }

    /// How many of them are new; the others are in it already, by one of their names.
    pub(crate) fn add(&mut self, orders: &[Order]) -> Result<u64> {
        let mut new = 0;
        for order in orders {
            new += u64::from(self.add_one(order)?);
        }
        Ok(new)
    }

    fn add_one(&mut self, order: &Order) -> Result<bool> {
        let line = i64::try_from(order.line()).unwrap_or(i64::MAX);
        let (input, begun_at) = self.reading.as_ref().map(|reading| (reading.input.clone(), reading.begun_at)).unzip();
        for name in order.names() {
            let sql = "SELECT n.order_id, o.line, o.read_at, o.input FROM names n JOIN orders o ON o.id = n.order_id
                WHERE n.account = ?1 AND n.name = ?2";
            if let Some(known) = self.database.rows(sql, values![order.account(), name.as_str()])?.first_mut() {
                let (id, known_line, read_at, known_input) = (known.int(), known.int(), known.int(), known.text());
                let is_elsewhere = input.is_some() && known_input.is_some() && known_input != input;
                if !is_elsewhere && begun_at.is_some_and(|begun_at| read_at < begun_at) {
                    // Its first line in this reading, wherever that stands by now.
                    let sql = "UPDATE orders SET line = ?2, input = ?3, read_at = ?4 WHERE id = ?1";
                    self.database.run(sql, values![id, line, input, begun_at])?;
                } else if is_elsewhere || known_line != line {
                    let sql = "INSERT INTO repeats (order_id, line, input) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
                    self.database.run(sql, values![id, line, input.unwrap_or_default()])?;
                }
                return Ok(false);
            }
        }
        // What is due last is taken first: those that wait for their next step, then the new ones, as they stand in the input.
        let sql = "INSERT INTO orders (account, line, members, due_at, input, read_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
        let values = values![order.account(), line, order.json(), -line, input, begun_at];
        let id = self.database.rows(sql, values)?.first_mut().map_or(0, Row::int);
        for name in order.names() {
            let sql = "INSERT INTO names (account, name, order_id) VALUES (?1, ?2, ?3)";
            self.database.run(sql, values![order.account(), name.as_str(), id])?;
        }
        Ok(true)
    }

    /// At most so many orders of the account that are due and that nobody holds. `begins`: those that are taken for the first time are begun
    /// with that, and their close may leave once this is committed.
    pub(crate) fn claim(&mut self, account: &str, limit: i64, lease_ms: i64, begins: bool) -> Result<Vec<Taken>> {
        let mut rows = self.claim_where("due_at <= ?2", account, self.passed(lease_ms), (limit, lease_ms, begins))?;
        if rows.is_empty() && self.clock.is_steady_for(lease_ms) {
            // The clock was set back: nobody waits as long as that, and whoever held one of these has had its time.
            rows = self.claim_where("due_at > ?2", account, self.now.saturating_add(millis(HORIZON)), (limit, lease_ms, begins))?;
        }
        let mut taken: Vec<Taken> = rows.into_iter().map(taken).collect::<Result<_>>()?;
        for order in taken.iter_mut().filter(|order| order.attempts > 0) {
            if begins && order.held.claim == 1 {
                order.begun = Some(self.attempt(order.held, order.attempts, order.ask)?);
                continue;
            }
            let sql = "SELECT count(*) FILTER (WHERE a.reason IN (?3, ?4) OR a.attempt <= o.reopened_after),
                count(*) FILTER (WHERE a.reason = ?4 AND a.attempt > o.reopened_after),
                max(CASE WHEN a.attempt = ?2 AND a.ended_at IS NULL THEN a.verb END)
                FROM attempts a JOIN orders o ON o.id = a.order_id WHERE o.id = ?1";
            if let Some(row) = self.database.rows(sql, values![order.held.id, i64::from(order.attempts), HELD_BACK, LATE])?.first_mut() {
                [order.uncounted, order.late] = [row.int(), row.int()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
                order.open = row.text().map(|word| verb(&word)).transpose()?;
            }
        }
        taken.sort_by_key(|order| order.line);
        Ok(taken)
    }

    fn claim_where(&mut self, due: &str, account: &str, when: i64, (limit, lease_ms, begins): (i64, i64, bool)) -> Result<Vec<Row>> {
        let sql = format!(
            "WITH picked AS MATERIALIZED (SELECT id FROM orders WHERE account = ?1 AND ended_at IS NULL AND {due}
                ORDER BY due_at DESC LIMIT ?3 {})
            UPDATE orders SET claim = claim + 1, due_at = ?4, worker = ?5, taken_at = coalesce(taken_at, ?6){}
            WHERE id IN (SELECT id FROM picked)
            RETURNING id, claim, line, members, ask, attempts, ?6 - taken_at, reported, repeat, word, next, why",
            self.database.words().for_taking,
            if begins { ", attempts = CASE WHEN claim = 0 THEN 1 ELSE attempts END" } else { "" }
        );
        self.database.rows(&sql, values![account, when, limit, self.ahead(lease_ms), self.worker, self.now])
    }

    /// The id of an attempt that may leave once this is committed; none if the order was lost to another worker. Said twice it is the same.
    pub(crate) fn begin(&mut self, held: Held, attempt: u32, verb: Verb, lease_ms: i64) -> Result<Option<String>> {
        let until = self.ahead(lease_ms);
        let values = values![held.id, held.claim, until, i64::from(attempt)];
        // Where what is left of the lease is enough, the index of what is due stays as it is.
        let sql = "UPDATE orders SET attempts = ?4 WHERE id = ?1 AND claim = ?2 AND ended_at IS NULL AND due_at >= ?3";
        let renewing = "UPDATE orders SET attempts = ?4, due_at = ?3 WHERE id = ?1 AND claim = ?2 AND ended_at IS NULL";
        if self.database.run(sql, values)? == 0 && self.database.run(renewing, values)? == 0 {
            return Ok(None);
        }
        self.attempt(held, attempt, verb).map(Some)
    }

    /// What came of the last attempt, and the beginning of the next one, by [`finish`](Self::finish) and [`begin`](Self::begin) in one.
    pub(crate) fn goes_on(
        &mut self,
        held: Held,
        (last, heard): (u32, &Heard),
        standing: &Standing,
        verb: Verb,
        lease_ms: i64,
    ) -> Result<Option<String>> {
        self.heard(held, last, heard)?;
        let Standing { reported, repeat, word, next, why } = standing;
        let values = values![
            held.id,
            held.claim,
            self.ahead(lease_ms),
            i64::from(last + 1),
            verb.word(),
            reported.map(Reported::word),
            repeat.map(Retry::word),
            word.as_ref(),
            next.as_ref(),
            why.as_ref(),
            i64::from(standing.needs_person()),
        ];
        let sql =
            "UPDATE orders SET attempts = ?4, ask = ?5, reported = ?6, repeat = ?7, word = ?8, next = ?9, why = ?10, needs_person = ?11
            WHERE id = ?1 AND claim = ?2 AND ended_at IS NULL AND due_at >= ?3";
        let renewing = "UPDATE orders SET attempts = ?4, ask = ?5, reported = ?6, repeat = ?7, word = ?8, next = ?9, why = ?10,
            needs_person = ?11, due_at = ?3 WHERE id = ?1 AND claim = ?2 AND ended_at IS NULL";
        if self.database.run(sql, values)? == 0 && self.database.run(renewing, values)? == 0 {
            return Ok(None);
        }
        self.attempt(held, last + 1, verb).map(Some)
    }

    fn attempt(&mut self, held: Held, attempt: u32, verb: Verb) -> Result<String> {
        let msg_id = format!("{}{:010x}{attempt:06x}", self.tag, held.id);
        let sql = "INSERT INTO attempts (order_id, attempt, verb, msg_id, claim, worker, begun_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO NOTHING";
        let attempt = i64::from(attempt);
        self.database.run(sql, values![held.id, attempt, verb.word(), msg_id.as_str(), held.claim, self.worker, self.now])?;
        Ok(msg_id)
    }

    /// What came of an attempt, and what becomes of its order. The attempt is written whoever holds the order by now; the order only by its
    /// holder, or where it is settled and has no last word yet. Whether the order was written.
    pub(crate) fn finish(&mut self, held: Held, attempt: u32, heard: &Heard, made: &Move) -> Result<bool> {
        self.heard(held, attempt, heard)?;
        Ok(self.moves(held, made)? || self.has_ended_by(held, attempt, made)?)
    }

    /// The first fact stands; that an attempt was lost is none.
    fn heard(&mut self, held: Held, attempt: u32, heard: &Heard) -> Result<()> {
        let sql = "UPDATE attempts SET ended_at = ?3, word = ?4, next = ?5, evidence = ?6, reason = ?7, http_status = ?8, said = ?9,
            elapsed_ms = ?10 WHERE order_id = ?1 AND attempt = ?2
            AND (ended_at IS NULL OR (reason = 'lost' AND coalesce(?7, '') <> 'lost'))";
        let Heard { word, next, evidence, reason, http_status, said, elapsed_ms } = heard;
        let (attempt, now) = (i64::from(attempt), self.now);
        let facts = values![
            held.id,
            attempt,
            now,
            word,
            next.as_ref(),
            evidence.as_ref(),
            reason.as_ref(),
            *http_status,
            said.as_ref(),
            *elapsed_ms
        ];
        self.database.run(sql, facts).map(drop)
    }

    /// Whether it has its last word by this attempt already: it is said again after a commit that was cut off.
    fn has_ended_by(&mut self, held: Held, attempt: u32, Move { standing, then }: &Move) -> Result<bool> {
        let Then::Ends { .. } = then else { return Ok(false) };
        let sql = "SELECT 1 FROM orders o JOIN attempts a ON a.order_id = o.id AND a.ended_at = o.ended_at
            WHERE o.id = ?1 AND a.attempt = ?2 AND o.word = ?3";
        let ended = self.database.rows(sql, values![held.id, i64::from(attempt), standing.word.as_ref()])?;
        Ok(!ended.is_empty())
    }

    /// What becomes of an order that was held and not asked about.
    pub(crate) fn gives_back(&mut self, held: Held, made: &Move) -> Result<bool> {
        self.moves(held, made)
    }

    fn moves(&mut self, held: Held, Move { standing, then }: &Move) -> Result<bool> {
        let (ask, due, ended, anyone) = match *then {
            Then::GoesOn { ask, lease_ms } => (ask, self.ahead(lease_ms), None, false),
            Then::Waits { ask, delay_ms } => (ask, self.ahead(delay_ms), None, false),
            Then::Ends { settled } => (Verb::Query, self.now, Some(self.now), settled),
        };
        let Standing { reported, repeat, word, next, why } = standing;
        let sql = "UPDATE orders SET ask = ?3, due_at = ?4, reported = ?5, repeat = ?6, word = ?7, next = ?8, why = ?9, needs_person = ?10,
            ended_at = ?11 WHERE id = ?1 AND (claim = ?2 OR ?12 = 1) AND ended_at IS NULL";
        let changed = self.database.run(
            sql,
            values![
                held.id,
                held.claim,
                ask.word(),
                due,
                reported.map(Reported::word),
                repeat.map(Retry::word),
                word.as_ref(),
                next.as_ref(),
                why.as_ref(),
                i64::from(standing.needs_person()),
                ended,
                i64::from(anyone)
            ],
        )?;
        Ok(changed > 0)
    }

    /// Holds an order on, from now; false if it was lost.
    pub(crate) fn renew(&mut self, held: Held, lease_ms: i64) -> Result<bool> {
        let sql = "UPDATE orders SET due_at = ?3 WHERE id = ?1 AND claim = ?2 AND ended_at IS NULL";
        Ok(self.database.run(sql, values![held.id, held.claim, self.ahead(lease_ms)])? > 0)
    }

    /// As if it were new. Closes nothing twice: the last close of such an order was not executed, and one before it had been shown not to be.
    pub(crate) fn reopen(&mut self, account: &str) -> Result<u64> {
        let sql =
            "UPDATE orders SET ask = 'close', due_at = -line, claim = claim + 1, reported = NULL, repeat = NULL, word = NULL, next = NULL,
            why = NULL, needs_person = 0, ended_at = NULL, reopened_after = attempts WHERE account = ?1 AND ended_at IS NOT NULL AND next = ?2";
        self.database.run(sql, values![account, Next::Fix.word()])
    }

    /// In how many milliseconds the next order of the account is due; none if all have their last word. `lease_ms` as it will be claimed.
    pub(crate) fn next_due_in(&mut self, account: &str, lease_ms: i64) -> Result<Option<i64>> {
        let sql = "SELECT due_at FROM orders WHERE account = ?1 AND ended_at IS NULL ORDER BY due_at LIMIT 1";
        let due = self.database.rows(sql, values![account])?.first_mut().map(Row::int);
        Ok(due.map(|due| due.saturating_sub(self.passed(lease_ms)).max(0)))
    }

    /// Up to when time has passed for sure: not that by which the clock was set ahead while a lease from before may last.
    fn passed(&self, lease_ms: i64) -> i64 {
        self.now.saturating_sub(self.clock.gained_within(lease_ms))
    }
}

fn taken(mut row: Row) -> Result<Taken> {
    let held = Held { id: row.int(), claim: row.int() };
    let (line, members) = (u64::try_from(row.int()).unwrap_or_default(), row.text().unwrap_or_default());
    let (ask, attempts, since_ms) = (verb(&row.text().unwrap_or_default())?, u32::try_from(row.int()).unwrap_or(u32::MAX), row.int());
    let standing = Standing {
        reported: row.text().map(|word| known("reported", &word, &Reported::ALL, Reported::word)).transpose()?,
        repeat: row.text().map(|word| known("repeat", &word, Retry::ALL, Retry::word)).transpose()?,
        word: row.text(),
        next: row.text(),
        why: row.text(),
    };
    Ok(Taken { held, line, members, ask, attempts, standing, uncounted: 0, late: 0, open: None, begun: None, since_ms })
}

fn verb(word: &str) -> Result<Verb> {
    known("verb", word, &[Verb::Close, Verb::Query], Verb::word)
}

/// Somebody may have written into it by hand.
fn known<T: Copy>(column: &str, word: &str, all: &[T], spelt: fn(T) -> &'static str) -> Result<T> {
    let unknown = || Failure::new(format!("{column} \"{word}\" is no word of it"));
    all.iter().copied().find(|&one| spelt(one) == word).ok_or_else(unknown)
}
