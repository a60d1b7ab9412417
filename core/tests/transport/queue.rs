//! Many calls from one thread: each comes back once, whatever becomes of the queue, the client or the network meanwhile.

use crate::queue_tokens::{order_of_chinaums, token_server};
use crate::server::Server;
use crate::support::{SHORT, assert_within, closed, http, sandbox, wechat, with};
use crate::token::{BUSINESS_PATH, chinaums};
use chexiao::face::border::Answer;
use chexiao::face::queue::{Finished, Queue};
use chexiao::face::verbs::Verb;
use chexiao::{Client, Code, Kind};
use chexiao_sandbox::{GATEWAYS, sample_order};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Long before any deadline.
const SOON: Duration = Duration::from_millis(500);
pub(crate) const LONG: Duration = Duration::from_secs(20);

fn client(config: &Value, settings: &Value) -> Arc<Client> {
    Arc::new(Client::new(&with(config, settings).to_string()).unwrap())
}

fn merchant(server: &Server) -> Arc<Client> {
    client(&wechat(&server.url()), &json!({}))
}

fn call(operation: &str, number: &str) -> String {
    json!({"operation": operation, "order": {"out_trade_no": number}}).to_string()
}

pub(crate) fn submit(queue: &Queue, client: &Arc<Client>, call: &str, tag: u64) -> Result<(), Kind> {
    queue.submit(client.clone(), Verb::of("send").unwrap(), call.into(), tag).map_err(|error| error.kind())
}

fn document(answer: &Answer) -> Value {
    serde_json::from_str(&answer.1).unwrap()
}

#[track_caller]
pub(crate) fn taken(queue: &Queue) -> Finished {
    queue.take(LONG).unwrap().expect("one that has finished")
}

#[track_caller]
pub(crate) fn assert_is(answer: &Answer, status: i32, reason: Option<&str>) {
    let document = document(answer);
    assert_eq!((answer.0, document["reason"].as_str()), (status, reason), "{document}");
}

/// Each closes after a while.
fn slow(wait: Duration) -> Server {
    Server::start(move |connection| {
        while connection.request().is_some() {
            connection.pause(wait);
            connection.send(http(200, "", &closed()));
        }
    })
}

/// As soon as they are let, closes.
fn gated(is_open: &Arc<AtomicBool>) -> Server {
    let is_open = is_open.clone();
    Server::start(move |connection| {
        while connection.request().is_some() {
            connection.wait_for(&is_open);
            connection.send(http(200, "", &closed()));
        }
    })
}

fn silent() -> Server {
    Server::start(|connection| {
        connection.request();
        connection.hold();
    })
}

#[test]
fn many_calls_are_under_way_at_once_and_each_comes_back_with_its_tag() {
    let is_open = Arc::<AtomicBool>::default();
    let server = gated(&is_open);
    let (queue, client) = (Queue::new(100).unwrap(), merchant(&server));
    for tag in 0..100 {
        submit(&queue, &client, &call("close", &format!("MANY{tag}E")), u64::MAX - tag).unwrap();
    }
    assert!(queue.take(Duration::ZERO).unwrap().is_none());
    server.until(|seen| seen.requests.len() == 100);
    is_open.store(true, SeqCst);
    let mut tags = BTreeMap::new();
    while tags.len() < 100 {
        let Finished { tag, answer } = taken(&queue);
        assert_is(&answer, Code::Closed as i32, None);
        assert!(tags.insert(tag, answer).is_none(), "{tag} twice");
    }
    assert!(queue.take(Duration::ZERO).unwrap().is_none() && queue.end().is_empty());
    assert_eq!(server.seen().requests.len(), 100);
}

#[test]
fn every_operation_of_every_gateway_goes_through() {
    let sandbox = sandbox();
    let queue = Queue::new(100).unwrap();
    let mut expected = BTreeMap::new();
    for (tag, gateway) in (0..).step_by(10).zip(GATEWAYS) {
        let client = client(&sandbox.config(gateway, sandbox.http_url()).unwrap(), &json!({}));
        let order = |number: &str| sample_order(gateway, number).unwrap();
        let close = json!({"operation": "close", "order": order("Q1")}).to_string();
        submit(&queue, &client, &close, tag).unwrap();
        expected.insert(tag, Code::Closed as i32);
        for (verb, at) in [("warm", 1), ("sign", 2)] {
            queue.submit(client.clone(), Verb::of(verb).unwrap(), close.clone(), tag + at).unwrap();
            expected.insert(tag + at, 0);
        }
        let asks = gateway != "ysepay";
        submit(&queue, &client, &json!({"operation": "ensure_closed", "order": order("Q2")}).to_string(), tag + 3).unwrap();
        expected.insert(tag + 3, if asks { Code::Closed as i32 } else { Kind::Unsupported as i32 });
    }
    let mut found = BTreeMap::new();
    while found.len() < expected.len() {
        let Finished { tag, answer } = taken(&queue);
        assert!(found.insert(tag, answer.0).is_none(), "{tag} twice");
    }
    assert_eq!(found, expected);
}

#[test]
fn what_is_wrong_with_a_call_comes_back_like_any_answer() {
    let server = silent();
    let (queue, client) = (Queue::new(10).unwrap(), merchant(&server));
    for (tag, (text, kind)) in (0..).zip([
        ("", Kind::Call),
        ("{}", Kind::Call),
        (r#"{"operation":"pay","order":{}}"#, Kind::Unsupported),
        (r#"{"operation":"close","order":{"out_trade_no":"&"}}"#, Kind::Call),
    ]) {
        submit(&queue, &client, text, tag).unwrap();
        let finished = queue.take(Duration::ZERO).unwrap().expect("it is known at once");
        assert_eq!((finished.tag, finished.answer.0), (tag, kind as i32), "{text}: {}", finished.answer.1);
    }
    assert_eq!(server.seen().connections, 0);
}

#[test]
fn what_has_no_room_is_not_sent_and_has_no_tag() {
    for capacity in [0, (1 << 20) + 1, usize::MAX] {
        assert_eq!(Queue::new(capacity).err().map(|error| (error.kind(), error.field() == Some("capacity"))), Some((Kind::Config, true)));
    }
    assert!(Queue::new(1 << 20).is_ok());
    let is_open = Arc::<AtomicBool>::default();
    let server = gated(&is_open);
    let (queue, client) = (Queue::new(2).unwrap(), merchant(&server));
    submit(&queue, &client, &call("close", "ROOM1"), 1).unwrap();
    submit(&queue, &client, "no call", 2).unwrap();
    assert_eq!(submit(&queue, &client, &call("close", "NONE3"), 3), Err(Kind::NotSent));
    let Finished { tag, .. } = taken(&queue);
    assert_eq!(tag, 2);
    submit(&queue, &client, &call("close", "ROOM4"), 4).unwrap();
    assert_eq!(submit(&queue, &client, &call("close", "NONE5"), 5), Err(Kind::NotSent));
    is_open.store(true, SeqCst);
    let mut tags = [taken(&queue).tag, taken(&queue).tag];
    tags.sort_unstable();
    assert_eq!(tags, [1, 4]);
    let seen = server.seen();
    assert_eq!((seen.requests.len(), seen.requests_with("ROOM"), seen.requests_with("NONE")), (2, 2, 0));
}

#[test]
fn a_take_waits_as_long_as_it_may_and_no_longer() {
    let is_open = Arc::<AtomicBool>::default();
    let server = gated(&is_open);
    let (queue, client) = (Queue::new(2).unwrap(), merchant(&server));
    for wait in [0, 100].map(Duration::from_millis) {
        let started = Instant::now();
        assert!(queue.take(wait).unwrap().is_none() && started.elapsed() >= wait);
        assert_within(wait, started);
    }
    submit(&queue, &client, &call("close", "WAIT1"), 7).unwrap();
    assert!(queue.take(Duration::from_millis(50)).unwrap().is_none());
    is_open.store(true, SeqCst);
    let finished = queue.take(Duration::MAX).unwrap().map(|finished| (finished.tag, finished.answer.0));
    assert_eq!(finished, Some((7, Code::Closed as i32)), "and not at its deadline");
}

#[test]
fn the_end_gives_each_call_once_and_says_what_became_of_it() {
    // Accepted by the system, answered by nobody: a handshake without end.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let unheard = client(&wechat(&format!("https://{}", deaf.local_addr().unwrap())), &json!({}));
    let (quick, silent) = (slow(Duration::ZERO), silent());
    let (done, begun) = (merchant(&quick), merchant(&silent));
    let queue = Queue::new(10).unwrap();
    submit(&queue, &done, &call("close", "END0"), 0).unwrap();
    submit(&queue, &begun, &call("close", "END1"), 1).unwrap();
    submit(&queue, &begun, &call("ensure_closed", "END2"), 2).unwrap();
    submit(&queue, &unheard, &call("close", "END3"), 3).unwrap();
    submit(&queue, &unheard, "no call", 4).unwrap();
    submit(&queue, &client(&wechat("http://127.0.0.1:9"), &json!({})), &call("close", "END5"), 5).unwrap();
    silent.until(|seen| seen.requests.len() == 2);
    quick.until(|seen| seen.written > 0);
    thread::sleep(SOON);
    let started = Instant::now();
    let ended: BTreeMap<u64, Answer> = queue.end().into_iter().map(|finished| (finished.tag, finished.answer)).collect();
    assert_within(SOON, started);
    assert_eq!(ended.len(), 6);
    assert_is(&ended[&0], Code::Closed as i32, None);
    assert_is(&ended[&1], Code::Unknown as i32, Some("interrupted"));
    assert_is(&ended[&2], Code::Unknown as i32, Some("interrupted"));
    assert_is(&ended[&3], Kind::NotSent as i32, None);
    assert_is(&ended[&4], Kind::Call as i32, None);
    // It had ended by itself.
    assert_is(&ended[&5], Kind::Connect as i32, None);
    assert!(queue.end().is_empty());
    for after in [queue.take(LONG).err(), submit_error(&queue, &done), queue.fd().err()] {
        assert_eq!(after.map(|error| error.kind()), Some(Kind::Handle));
    }
    let seen = silent.seen();
    assert_eq!((seen.requests_with("END1"), seen.requests_with("END2"), seen.requests.len()), (1, 1, 2), "no query follows");
}

fn submit_error(queue: &Queue, client: &Arc<Client>) -> Option<chexiao::Error> {
    queue.submit(client.clone(), Verb::of("send").unwrap(), call("close", "LATE"), 9).err()
}

#[test]
fn one_call_is_stopped_by_its_tag_and_comes_back() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let unheard = client(&wechat(&format!("https://{}", deaf.local_addr().unwrap())), &json!({}));
    let (quick, silent) = (slow(Duration::ZERO), silent());
    let queue = Queue::new(10).unwrap();
    submit(&queue, &merchant(&quick), &call("close", "STOP0"), 0).unwrap();
    for (tag, operation) in [(1, "close"), (2, "ensure_closed"), (3, "close")] {
        submit(&queue, &merchant(&silent), &call(operation, &format!("STOP{tag}")), tag).unwrap();
    }
    submit(&queue, &unheard, &call("close", "STOP4"), 4).unwrap();
    silent.until(|seen| seen.requests.len() == 3);
    quick.until(|seen| seen.written > 0);
    thread::sleep(SOON);
    let started = Instant::now();
    for tag in [0, 1, 2, 4, 4, 99] {
        queue.stop(tag);
    }
    let mut back: BTreeMap<u64, Answer> = BTreeMap::new();
    while back.len() < 4 {
        let Finished { tag, answer } = taken(&queue);
        assert!(back.insert(tag, answer).is_none(), "{tag} twice");
    }
    assert_within(SOON, started);
    assert!(queue.take(Duration::ZERO).unwrap().is_none());
    assert_is(&back[&0], Code::Closed as i32, None);
    assert_is(&back[&1], Code::Unknown as i32, Some("interrupted"));
    assert_is(&back[&2], Code::Unknown as i32, Some("interrupted"));
    assert_is(&back[&4], Kind::NotSent as i32, None);
    assert_eq!(silent.seen().requests.len(), 3, "no query follows");
    assert_eq!(queue.end().len(), 1, "the one that nobody stopped");
}

#[test]
fn a_call_that_is_withdrawn_is_not_sent_or_goes_on_and_nothing_follows_it() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let unheard = client(&wechat(&format!("https://{}", deaf.local_addr().unwrap())), &json!({}));
    let is_open = Arc::<AtomicBool>::default();
    let (slow, tokens) = (gated(&is_open), token_server(&is_open));
    let (begun, waiting) = (merchant(&slow), chinaums(&tokens.url(), 8000));
    let queue = Queue::new(10).unwrap();
    submit(&queue, &unheard, &call("close", "BACK1"), 1).unwrap();
    submit(&queue, &waiting, &order_of_chinaums("BACK2"), 2).unwrap();
    submit(&queue, &begun, &call("close", "BACK3"), 3).unwrap();
    submit(&queue, &begun, &call("ensure_closed", "BACK4"), 4).unwrap();
    slow.until(|seen| seen.requests.len() == 2);
    tokens.until(|seen| seen.requests.len() == 1);
    for tag in 0..6 {
        queue.withdraw(tag);
    }
    let (first, second) = (taken(&queue), taken(&queue));
    is_open.store(true, SeqCst);
    for one in [&first, &second] {
        assert!(one.tag < 3);
        assert_is(&one.answer, Kind::NotSent as i32, None);
    }
    for one in [taken(&queue), taken(&queue)] {
        assert!(one.tag > 2);
        assert_is(&one.answer, Code::Closed as i32, None);
    }
    assert!(queue.end().is_empty());
    let (seen, asked) = (slow.seen(), tokens.seen());
    assert_eq!((seen.requests.len(), asked.requests_with(BUSINESS_PATH)), (2, 0), "no query follows the close");
}

#[test]
fn connections_of_calls_that_were_given_up_are_closed() {
    let server = silent();
    let (queue, client) = (Queue::new(20).unwrap(), merchant(&server));
    for tag in 0..20 {
        submit(&queue, &client, &call("close", "GONE"), tag).unwrap();
    }
    server.until(|seen| seen.requests.len() == 20);
    assert_eq!(queue.end().len(), 20);
    // Long before the deadline.
    server.until_within(Duration::from_secs(4), |seen| seen.ended == 20);
}

#[test]
fn a_deadline_holds_though_nobody_takes() {
    let (server, deaf) = (silent(), TcpListener::bind("127.0.0.1:0").unwrap());
    let settings = json!({"deadline_ms": SHORT});
    let (begun, unheard) =
        (client(&wechat(&server.url()), &settings), client(&wechat(&format!("https://{}", deaf.local_addr().unwrap())), &settings));
    let queue = Queue::new(4).unwrap();
    submit(&queue, &begun, &call("close", "DEAD1"), 1).unwrap();
    submit(&queue, &unheard, &call("close", "DEAD2"), 2).unwrap();
    thread::sleep(Duration::from_millis(4 * SHORT));
    let first = queue.take(Duration::ZERO).unwrap().unwrap();
    let second = queue.take(Duration::ZERO).unwrap().unwrap();
    let (begun, unheard) = if first.tag == 1 { (first, second) } else { (second, first) };
    assert_is(&begun.answer, Code::Unknown as i32, Some("timeout"));
    assert!([Kind::NotSent, Kind::Connect].iter().any(|kind| *kind as i32 == unheard.answer.0), "{}", unheard.answer.1);
    assert_eq!(server.seen().requests.len(), 1);
}

/// Three threads submit, three take, and the queue ends in their midst: each tag that was accepted comes back once.
#[test]
fn threads_share_a_queue_to_its_end() {
    let server = slow(Duration::from_millis(2));
    let client = merchant(&server);
    for _ in 0..5 {
        let queue = Queue::new(16).unwrap();
        let (accepted, came_back, tags) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), AtomicU64::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    loop {
                        let tag = tags.fetch_add(1, SeqCst);
                        match submit(&queue, &client, &call("close", &format!("SHARED{tag}")), tag) {
                            Ok(()) => accepted.lock().unwrap().push(tag),
                            Err(Kind::NotSent) => thread::yield_now(),
                            Err(kind) => return assert_eq!(kind, Kind::Handle),
                        }
                    }
                });
                scope.spawn(|| {
                    loop {
                        match queue.take(LONG) {
                            Ok(finished) => came_back.lock().unwrap().push(finished.expect("one").tag),
                            Err(error) => return assert_eq!(error.kind(), Kind::Handle),
                        }
                    }
                });
            }
            while came_back.lock().unwrap().len() < 50 {
                thread::sleep(Duration::from_millis(5));
            }
            let ended = queue.end();
            came_back.lock().unwrap().extend(ended.iter().map(|finished| finished.tag));
        });
        let (mut accepted, mut came_back) = (accepted.into_inner().unwrap(), came_back.into_inner().unwrap());
        accepted.sort_unstable();
        came_back.sort_unstable();
        assert!(accepted.len() >= 50 && accepted == came_back, "{} accepted, {} came back", accepted.len(), came_back.len());
    }
}

#[test]
fn whoever_waits_hears_of_the_end_at_once() {
    let (server, queue) = (silent(), Queue::new(4).unwrap());
    submit(&queue, &merchant(&server), &call("close", "HEARS"), 1).unwrap();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| (queue.take(LONG).err().map(|error| error.kind()), Instant::now()))).collect();
        thread::sleep(Duration::from_millis(100));
        let (ending, ended) = (Instant::now(), queue.end());
        for waiting in waiting {
            let (kind, heard) = waiting.join().unwrap();
            assert!(kind == Some(Kind::Handle) && heard < ending + LONG / 4);
        }
        assert_eq!(ended.len(), 1);
    });
}

#[test]
fn a_client_lives_until_its_last_call_has_ended() {
    let is_open = Arc::<AtomicBool>::default();
    let server = gated(&is_open);
    let (queue, client) = (Queue::new(4).unwrap(), merchant(&server));
    submit(&queue, &client, &call("close", "LIVES"), 1).unwrap();
    let weak = Arc::downgrade(&client);
    drop(client);
    assert!(weak.upgrade().is_some());
    is_open.store(true, SeqCst);
    assert_is(&taken(&queue).answer, Code::Closed as i32, None);
    assert!(weak.upgrade().is_none());
}
