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
    /// With their sizes, so that each is measured once.
    exchanges: VecDeque<(usize, Arc<Exchange>)>,
    /// The number of the last; the first of all was 1.
    last: u64,
    bytes: usize,
}

impl Record {
    /// Keeps it, and forgets the oldest where there are too many.
    // Apart, so that what it costs can be counted: scripts/inspector-cost.
    #[inline(never)]
    pub(crate) fn keep(&self, request: Request, answer: Answer) -> Arc<Exchange> {
        let exchange = Exchange::new(request, answer);
        let size = exchange.size();
        let exchange = Arc::new(exchange);
        let mut gone = Vec::new(); // dropped behind the lock
        let mut kept = lock(&self.0);
        kept.last += 1;
        kept.bytes += size;
        kept.exchanges.push_back((size, Arc::clone(&exchange)));
        while kept.exchanges.len() > MOST || kept.bytes > BYTES && kept.exchanges.len() > 1 {
            let Some((size, oldest)) = kept.exchanges.pop_front() else { break };
            kept.bytes -= size;
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
        (1..=kept.last).rev().zip(kept.exchanges.iter().rev().map(|(_, exchange)| Arc::clone(exchange))).collect()
    }

    /// The one of this number, if it is still kept.
    pub(crate) fn one(&self, number: u64) -> Option<Arc<Exchange>> {
        let kept = lock(&self.0);
        let back = usize::try_from(kept.last.checked_sub(number)?).ok()?;
        kept.exchanges.iter().rev().nth(back).map(|(_, exchange)| Arc::clone(exchange))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;
    use crate::{Keys, Options, Sandbox};

    fn keep(record: &Record, length: usize) {
        let reply = Reply { status: 200, headers: Vec::new(), body: vec![0; length], announced: None };
        record.keep(Request::default(), reply.into());
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
            keep(&record, length);
        }
        assert_eq!((numbers(&record), record.all().len()), ((11, 510), MOST));
        assert!(record.one(10).is_none() && record.one(511).is_none());
        assert_eq!(record.one(11).map(|found| found.answer.reply.body.len()), Some(10));
    }

    fn say(sandbox: &Sandbox, head: &str, body: &str) -> String {
        let address = sandbox.http_url().trim_start_matches("http://");
        let mut tcp = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(tcp, "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut said = String::new();
        tcp.read_to_string(&mut said).unwrap();
        said
    }

    /// Nothing is decoded, verified or compared for the inspector before somebody opens a page of it.
    #[test]
    fn nobody_looks_until_somebody_does() {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
        for number in 0..20 {
            say(&sandbox, "POST /pay/closeorder", &format!("<xml><out_trade_no>A{number}</out_trade_no><sign>0</sign></xml>"));
        }
        say(&sandbox, "GET /", "");
        let looked_at = || sandbox.shop.record.all().iter().filter(|(_, exchange)| exchange.sight.get().is_some()).count();
        assert_eq!((sandbox.shop.record.last(), looked_at()), (20, 0));
        assert!(say(&sandbox, "GET /inspector/exchange/20", "").starts_with("HTTP/1.1 200 "));
        assert!(looked_at() > 0);
    }

    #[test]
    fn few_large_ones_are_kept() {
        let record = Record::default();
        for _ in 0..40 {
            keep(&record, 1 << 20);
        }
        assert_eq!(numbers(&record), (37, 40));
        keep(&record, BYTES + 1);
        assert_eq!(numbers(&record), (41, 41));
    }
}
