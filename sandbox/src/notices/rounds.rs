//! The rounds: every notice that is due is posted, and again after a while, until the merchant has acknowledged it.

use std::collections::{BTreeMap, HashMap};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::post::post;
use super::{Letter, Untold, Url};
use crate::clock;
use crate::lock::lock;
use crate::server::Shop;

/// So many notices travel at once.
const THREADS: usize = 8;
/// So many are kept, acknowledged or not.
const CAP: usize = 10_000;

/// One notice on its way, or there.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The name of the configuration whose merchant is told.
    pub config: &'static str,
    /// The order.
    pub number: String,
    /// Where it is posted to.
    pub to: String,
    /// What the merchant answered, each time; `None`: nothing, or not in time.
    pub answers: Vec<Option<Answer>>,
    /// Whether it will be posted once more.
    pub waiting: bool,
    pub(crate) decided: OffsetDateTime,
}

impl Delivery {
    /// Whether the merchant has given the answer that ends the repeats.
    pub fn is_acknowledged(&self) -> bool {
        self.answers.iter().flatten().any(|answer| answer.as_expected)
    }
}

/// An answer of the merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether it is the acknowledgement that this gateway expects.
    pub as_expected: bool,
}

/// What is to be posted, and when.
#[derive(Default)]
pub(crate) struct Rounds {
    /// Where a merchant is told without being asked, by the name of the configuration.
    urls: Mutex<BTreeMap<&'static str, Url>>,
    table: Mutex<Table>,
    changed: Condvar,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Table {
    deliveries: Vec<Delivery>,
    due: Vec<Due>,
    /// Connections that are open, by the delivery and the round.
    open: HashMap<(usize, usize), TcpStream>,
    /// Real seconds go by so many times as fast.
    speed: u32,
    stopped: bool,
}

struct Due {
    at: Instant,
    delivery: usize,
    letter: Arc<Letter>,
    to: Url,
    /// How often it was posted before.
    round: usize,
    /// What follows as soon as this is answered.
    then: Option<Box<Due>>,
}

impl Rounds {
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.table).deliveries.clone()
    }

    /// Another number whenever something has happened.
    pub(crate) fn news(&self) -> usize {
        lock(&self.table).deliveries.iter().map(|delivery| 1 + delivery.answers.len()).sum()
    }

    pub(crate) fn url(&self, account: &str) -> Option<Url> {
        lock(&self.urls).get(account).cloned()
    }

    /// `None`: nowhere any more.
    pub(crate) fn set_url(&self, account: &'static str, to: Option<Url>) {
        match to {
            Some(to) => lock(&self.urls).insert(account, to),
            None => lock(&self.urls).remove(account),
        };
    }

    /// From now on a real second of a schedule takes a `speed`th of one.
    pub(crate) fn set_speed(&self, speed: u32) {
        lock(&self.table).speed = speed;
    }

    /// Posts the letters, the next as soon as the one before is answered, so many times at once each.
    pub(crate) fn post(&self, shop: &Arc<Shop>, letters: Vec<Letter>, to: &Url, at_once: usize) -> Result<(), Untold> {
        {
            let mut table = lock(&self.table);
            if table.deliveries.len() + letters.len() > CAP {
                return Err("too many notices");
            }
            let (first, at) = (table.deliveries.len(), Instant::now());
            table.deliveries.extend(letters.iter().map(|letter| Delivery {
                config: letter.account,
                number: letter.number.clone(),
                to: to.to_string(),
                answers: Vec::new(),
                waiting: true,
                decided: clock::now(),
            }));
            let chain = letters.into_iter().enumerate().rev().fold(None, |then, (index, letter)| {
                let (letter, to) = (Arc::new(letter), to.clone());
                Some(Box::new(Due { at, delivery: first + index, letter, to, round: 0, then }))
            });
            if let Some(due) = chain {
                for _ in 1..at_once {
                    let (letter, to) = (Arc::clone(&due.letter), to.clone());
                    // Beyond the end of every schedule: it is not repeated by itself.
                    table.due.push(Due { at, delivery: due.delivery, letter, to, round: usize::MAX, then: None });
                }
                table.due.push(*due);
            }
        }
        self.changed.notify_all();
        self.hire(shop)
    }

    fn hire(&self, shop: &Arc<Shop>) -> Result<(), Untold> {
        let mut threads = lock(&self.threads);
        while threads.len() < THREADS && !lock(&self.table).stopped {
            let shop = Arc::clone(shop);
            let thread = std::thread::Builder::new().name("sandbox notices".to_string()).spawn(move || shop.rounds.walk(&shop));
            threads.push(thread.map_err(|_| "no more threads")?);
        }
        Ok(())
    }

    /// Ends every thread, also those that wait for an answer.
    pub(crate) fn stop(&self) {
        {
            let mut table = lock(&self.table);
            table.stopped = true;
            for connection in table.open.values() {
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
        self.changed.notify_all();
        let threads = std::mem::take(&mut *lock(&self.threads));
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn walk(&self, shop: &Shop) {
        while let Some(due) = self.next() {
            let connected = |tcp: &TcpStream| self.connected(&due, tcp);
            let posted = due.letter.written(shop);
            let heard = posted.as_ref().and_then(|posted| post(&due.to, posted, connected).ok());
            let answer = heard
                .zip(posted)
                .map(|(heard, posted)| Answer { status: heard.status, as_expected: due.letter.is_acknowledged_by(&heard, &posted, shop) });
            self.answered(due, answer);
        }
    }

    /// The next that is due, once it is; nothing at the end.
    fn next(&self) -> Option<Due> {
        let mut table = lock(&self.table);
        while !table.stopped {
            let now = Instant::now();
            let first = table.due.iter().enumerate().min_by_key(|(_, due)| due.at).map(|(index, due)| (index, due.at));
            table = match first {
                Some((index, at)) if at <= now => return Some(table.due.swap_remove(index)),
                Some((_, at)) => self.changed.wait_timeout(table, at - now).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(table).unwrap_or_else(PoisonError::into_inner),
            };
        }
        None
    }

    fn connected(&self, due: &Due, tcp: &TcpStream) {
        let mut table = lock(&self.table);
        if table.stopped {
            let _ = tcp.shutdown(Shutdown::Both);
        }
        if let Ok(tcp) = tcp.try_clone() {
            table.open.insert((due.delivery, due.round), tcp);
        }
    }

    fn answered(&self, due: Due, answer: Option<Answer>) {
        let mut table = lock(&self.table);
        table.open.remove(&(due.delivery, due.round));
        let Due { at: _, delivery, letter, to, round, then } = due;
        let (now, speed) = (Instant::now(), table.speed.max(1));
        let Some(record) = table.deliveries.get_mut(delivery) else {
            return;
        };
        record.answers.push(answer);
        let pause = letter.schedule().get(round).filter(|_| !record.is_acknowledged());
        let again = pause.map(|seconds| now + Duration::from_secs(u64::from(*seconds)) / speed);
        if round != usize::MAX {
            record.waiting = again.is_some();
        }
        if let Some(then) = then {
            table.due.push(Due { at: now, ..*then });
        }
        if let Some(at) = again {
            table.due.push(Due { at, delivery, letter, to, round: round + 1, then: None });
        }
        drop(table);
        self.changed.notify_all();
    }
}
