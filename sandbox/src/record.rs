//! The last exchanges with the gateways, kept as they came: whoever looks at one decodes it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

use time::OffsetDateTime;

use crate::clock;
use crate::http::{Reply, Request};
use crate::inspector::Sight;
use crate::lock::lock;
use crate::server::Answer;

/// So many are kept at most.
const MOST: usize = 500;
/// So many bytes are kept at most, but always the last exchange.
const BYTES: usize = 4 << 20;

/// A request and its answer.
pub(crate) struct Exchange {
    /// When the request was answered, in Beijing.
    pub(crate) at: OffsetDateTime,
    pub(crate) request: Request,
    pub(crate) answer: Answer,
    /// What was made of it, once somebody has looked.
    pub(crate) sight: OnceLock<Sight>,
}

impl Exchange {
    pub(crate) fn new(request: Request, answer: Answer) -> Exchange {
        Exchange { at: clock::now(), request, answer, sight: OnceLock::new() }
    }

    fn size(&self) -> usize {
        let Reply { headers, body, .. } = &self.answer.reply;
        let of_heads = headers.iter().chain(self.request.headers()).map(|(name, value)| name.len() + value.len()).sum::<usize>();
        of_heads + self.request.target.len() + self.request.query.len() + self.request.body.len() + body.len()
    }
}

/// The ring of them.
#[derive(Default)]
pub(crate) struct Record(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    exchanges: VecDeque<Arc<Exchange>>,
    /// The number of the last; the first of all was 1.
    last: u64,
    bytes: usize,
}

impl Record {
    /// Keeps it, and forgets the oldest where there are too many.
    pub(crate) fn keep(&self, exchange: Exchange) -> Arc<Exchange> {
        let size = exchange.size();
        let exchange = Arc::new(exchange);
        let mut gone = Vec::new(); // dropped behind the lock
        let mut kept = lock(&self.0);
        kept.last += 1;
        kept.bytes += size;
        kept.exchanges.push_back(Arc::clone(&exchange));
        while kept.exchanges.len() > MOST || kept.bytes > BYTES && kept.exchanges.len() > 1 {
            let Some(oldest) = kept.exchanges.pop_front() else { break };
            kept.bytes -= oldest.size();
            gone.push(oldest);
        }
        drop(kept);
        exchange
    }

    /// The number of the last exchange; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        lock(&self.0).last
    }

    /// With their numbers, the newest first.
    pub(crate) fn all(&self) -> Vec<(u64, Arc<Exchange>)> {
        let kept = lock(&self.0);
        (1..=kept.last).rev().zip(kept.exchanges.iter().rev().cloned()).collect()
    }

    /// The one of this number, if it is still kept.
    pub(crate) fn one(&self, number: u64) -> Option<Arc<Exchange>> {
        let kept = lock(&self.0);
        let back = usize::try_from(kept.last.checked_sub(number)?).ok()?;
        kept.exchanges.iter().rev().nth(back).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(length: usize) -> Exchange {
        Exchange::new(Request::default(), Reply { status: 200, headers: Vec::new(), body: vec![0; length], announced: None }.into())
    }

    fn numbers(record: &Record) -> (u64, u64) {
        let all = record.all();
        (all.last().map_or(0, |(number, _)| *number), all.first().map_or(0, |(number, _)| *number))
    }

    #[test]
    fn the_last_ones_are_kept() {
        let record = Record::default();
        assert!((numbers(&record), record.one(0).is_none(), record.one(1).is_none()) == ((0, 0), true, true));
        for length in 0..MOST + 10 {
            record.keep(exchange(length));
        }
        assert_eq!((numbers(&record), record.all().len()), ((11, 510), MOST));
        assert!(record.one(10).is_none() && record.one(511).is_none());
        assert_eq!(record.one(11).map(|found| found.answer.reply.body.len()), Some(10));
    }

    #[test]
    fn few_large_ones_are_kept() {
        let record = Record::default();
        for _ in 0..40 {
            record.keep(exchange(1 << 20));
        }
        assert_eq!(numbers(&record), (37, 40));
        record.keep(exchange(BYTES + 1));
        assert_eq!(numbers(&record), (41, 41));
    }
}
