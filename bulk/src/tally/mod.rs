//! [`Tally`]: what a run has done so far, in memory that does not grow with the orders.

mod histogram;
mod timeline;

pub use histogram::Histogram;
pub use timeline::Timeline;

use crate::event::{Event, Watch};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Counts what happens in one run of a job.
#[derive(Debug)]
pub struct Tally {
    begun: Instant,
    sums: Mutex<Sums>,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// Since the run began.
    pub elapsed: Duration,
    /// Orders of the job, those that had ended before among them.
    pub orders: u64,
    /// Of them, before this run.
    pub ended_before: u64,
    /// Orders that ended in this run, by account, word, and whether a person must look.
    pub ended: BTreeMap<(String, String, bool), u64>,
    /// Requests by account, verb and the word of what came of them: that of an outcome, or of an error.
    pub requests: BTreeMap<(String, &'static str, &'static str), u64>,
    /// How long they took, by account and verb, where an answer came or was waited for.
    pub took: BTreeMap<(String, &'static str), Histogram>,
    /// Requests that are out.
    pub under_way: u64,
    /// Accounts that were stopped, and why.
    pub stopped: BTreeMap<String, String>,
    /// Which words orders ended with, and when.
    pub timeline: Timeline,
}

impl Tally {
    /// Of a job of so many orders, so many of which had ended before.
    pub fn new(orders: u64, ended_before: u64) -> Self {
        Self { begun: Instant::now(), sums: Mutex::new(Sums { orders, ended_before, ..Sums::default() }) }
    }

    /// As they are now.
    pub fn sums(&self) -> Sums {
        Sums { elapsed: self.begun.elapsed(), ..self.locked().clone() }
    }

    fn locked(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sums {
    /// Orders that have ended, in this run or before. Another process may have ended others.
    pub fn ended(&self) -> u64 {
        self.ended_before + self.ended_now()
    }

    /// In this run.
    pub fn ended_now(&self) -> u64 {
        self.ended.values().sum()
    }

    /// Those that a person must look at, of this run.
    pub fn for_people(&self) -> u64 {
        self.ended.iter().filter(|((.., needs_person), _)| *needs_person).map(|(_, count)| count).sum()
    }

    /// How often each word ended an order in this run, over all accounts.
    pub fn words(&self) -> BTreeMap<&str, u64> {
        let mut words = BTreeMap::new();
        for ((_, word, _), count) in &self.ended {
            *words.entry(word.as_str()).or_default() += count;
        }
        words
    }
}

impl Watch for Tally {
    fn hear(&self, event: &Event<'_>) {
        let mut sums = self.locked();
        match *event {
            Event::Taken { .. } => {}
            Event::Asking { .. } => sums.under_way += 1,
            Event::Heard { account, verb, outcome, took, .. } => {
                sums.under_way = sums.under_way.saturating_sub(1);
                let word = match outcome {
                    Ok(outcome) => outcome.code().word(),
                    Err(error) => error.kind().word(),
                };
                *sums.requests.entry((account.into(), verb.word(), word)).or_default() += 1;
                if outcome.is_ok() {
                    sums.took.entry((account.into(), verb.word())).or_default().add(took);
                }
            }
            Event::Ended { account, ending, .. } => {
                *sums.ended.entry((account.into(), ending.word.clone(), ending.needs_person)).or_default() += 1;
                let elapsed = self.begun.elapsed();
                sums.timeline.add(elapsed, &ending.word);
            }
            Event::Stopped { account, why } => _ = sums.stopped.insert(account.into(), why.into()),
        }
    }
}
