//! Calls as futures: on any executor or none, and over as soon as they are dropped.

use crate::server::Server;
use crate::support::{Merchant, assert_code, assert_error, assert_within, closed, http, wechat, with};
use crate::token::{TOKEN_PATH, chinaums, token_reply};
use chexiao::face::queue::Queue;
use chexiao::face::verbs::Verb;
use chexiao::{Client, Code, Kind};
use chexiao_sandbox::sample_order;
use serde_json::json;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The least of executors: all that are given, polled together on this thread.
fn together<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut slots: Vec<_> = futures.into_iter().map(|future| (Some(future), None)).collect();
    while slots.iter().any(|(future, _)| future.is_some()) {
        for (future, given) in &mut slots {
            if let Some(Poll::Ready(value)) = future.as_mut().map(|future| future.as_mut().poll(&mut Context::from_waker(&waker))) {
                (*future, *given) = (None, Some(value));
            }
        }
        thread::park_timeout(Duration::from_millis(20));
    }
    slots.into_iter().map(|(_, given)| given.unwrap()).collect()
}

fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn call(number: &str) -> String {
    json!({"operation": "close", "order": {"out_trade_no": number}}).to_string()
}

#[test]
fn one_thread_without_a_runtime_has_many_calls_under_way() {
    let (asked, all_have) = (AtomicUsize::new(0), AtomicBool::new(false));
    let server = Server::start(move |connection| {
        while connection.request().is_some() {
            all_have.fetch_or(asked.fetch_add(1, SeqCst) == 29, SeqCst);
            connection.wait_for(&all_have);
            connection.send(http(200, "", &closed()));
        }
    });
    let client = Merchant::at(&server.url(), &json!({})).client;
    let calls: Vec<String> = (0..30).map(|n| call(&format!("ASYNC{n}E"))).collect();
    for end in together(calls.iter().map(|call| Box::pin(client.send_async(call)) as _).collect()) {
        assert_code(&end, Code::Closed);
    }
    assert_eq!(server.seen().requests.len(), 30);
    let warm: Pin<Box<dyn Future<Output = _>>> = Box::pin(client.warm_async());
    assert!(together(vec![warm])[0].is_ok());
}

#[test]
fn a_call_moves_between_the_threads_of_a_runtime() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let client = Arc::new(Merchant::at(&server.url(), &json!({})).client);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let client = client.clone();
            runtime.spawn(async move { client.send_async(&call(&format!("MOVES{n}E"))).await })
        })
        .collect();
    for end in calls {
        assert_code(&runtime.block_on(end).unwrap(), Code::Closed);
    }
}

#[test]
fn a_call_that_is_dropped_is_over() {
    let server = Server::start(|connection| {
        connection.request();
        connection.hold();
    });
    let client = Merchant::at(&server.url(), &json!({})).client;
    let never_polled = call("DROP0");
    drop(client.send_async(&never_polled));
    assert_eq!(server.seen().connections, 0);
    // Whenever it is dropped, it is either not there or whole, and nothing follows.
    for round in 0..100 {
        let number = format!("DROP{round}E");
        let text = call(&number);
        let mut dropped = Box::pin(client.send_async(&text));
        assert!(poll_once(dropped.as_mut()).is_pending());
        thread::sleep(Duration::from_micros(round * 10));
        drop(dropped);
    }
    let before = server.seen().bytes.len();
    thread::sleep(Duration::from_millis(200));
    let seen = server.seen();
    assert_eq!(seen.bytes.len(), before, "written after the call was dropped");
    println!("{} of 100 were written", seen.requests.len());
}

#[test]
fn a_deadline_wakes_whoever_awaits_the_call() {
    let server = Server::start(|connection| {
        connection.request();
        connection.hold();
    });
    let config = with(&wechat(&server.url()), &json!({"deadline_ms": 400}));
    let client = Client::new(&config.to_string()).unwrap();
    let text = call("LATE1");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let started = Instant::now();
    let end = runtime.block_on(client.send_async(&text));
    let took = started.elapsed();
    assert_eq!(end.unwrap().reason().unwrap().to_string(), "timeout");
    assert!(took >= Duration::from_millis(400), "{took:?}");
    assert_within(Duration::from_millis(400), started);
}

/// A call has asked for a token and is never polled again: who waits with it goes on without it, and neither waits beyond its deadline.
#[test]
fn a_call_that_is_left_alone_holds_up_no_other() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.request() {
            connection.pause(Duration::from_millis(100));
            connection.send(if request.starts_with(TOKEN_PATH) { token_reply() } else { http(200, "", "{}") });
        }
    });
    let client = chinaums(&server.url(), 8000);
    let text = json!({"operation": "close", "order": sample_order("chinaums", "ALONE").unwrap()}).to_string();
    let mut alone = pin!(client.send_async(&text));
    assert!(poll_once(alone.as_mut()).is_pending());
    let started = Instant::now();
    let ends = together((0..5).map(|_| Box::pin(client.send_async(&text)) as _).collect());
    assert!(ends.iter().all(Result::is_ok) && started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!(server.seen().requests_with(TOKEN_PATH), 1);
}

#[test]
fn who_waits_for_a_token_is_woken_at_its_own_deadline() {
    let server = Server::start(|connection| {
        connection.request();
        connection.hold();
    });
    let client = chinaums(&server.url(), 600);
    let text = json!({"operation": "close", "order": sample_order("chinaums", "WOKEN").unwrap()}).to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut first = pin!(client.send_async(&text));
    assert!(poll_once(first.as_mut()).is_pending());
    let started = Instant::now();
    assert_error(&runtime.block_on(client.send_async(&text)), Kind::NotSent);
    assert_within(Duration::from_millis(600), started);
    assert_error(&runtime.block_on(first), Kind::NotSent);
}

/// A task of tokio's may do so much before it has to pause, and one that blocks never pauses.
#[test]
fn a_task_may_block_on_as_many_calls_as_it_likes() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let client = Arc::new(Merchant::at(&server.url(), &json!({"deadline_ms": 5_000})).client);
    let many = move || {
        let queue = Queue::new(1).unwrap();
        for n in 0..150 {
            assert_code(&client.send(&call(&format!("TASK{n}E"))), Code::Closed);
            queue.submit(client.clone(), Verb::of("send").unwrap(), call(&format!("QUEUED{n}E")), n).unwrap();
            let taken = queue.take(Duration::from_secs(20)).unwrap().unwrap();
            assert_eq!((taken.tag, taken.answer.0), (n, Code::Closed as i32));
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let started = Instant::now();
    runtime.block_on(runtime.spawn(async move { many() })).unwrap();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}: they waited for their deadlines", started.elapsed());
}
