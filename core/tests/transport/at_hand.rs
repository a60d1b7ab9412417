//! Kept connections that the thread of the caller uses itself: the I/O thread sleeps, and all else is as it was.

use crate::certificates::AUTHORITY;
use crate::child;
use crate::relay::{naming, serve};
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, SHORT, assert_code, assert_unknown, assert_within, connections, sandbox};
use chexiao::face::queue::Queue;
use chexiao::face::verbs::Verb;
use chexiao::{Code, Stop};
use chexiao_sandbox::sample_order;
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

fn text(number: &str) -> String {
    json!({"operation": "close", "order": sample_order("icbc", number).unwrap()}).to_string()
}

/// How often the I/O thread of this process has slept.
fn sleeps_of_the_io_thread() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let io = tasks.into_iter().find(|task| std::fs::read_to_string(task.join("comm")).unwrap_or_default().trim() == "chexiao-io").unwrap();
    let status = std::fs::read_to_string(io.join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    line.trim().parse().unwrap()
}

fn sockets() -> usize {
    let links = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

/// Once some are closed, which is long before they would have been idle for too long.
#[track_caller]
fn wait_for_sockets(at_most: usize) {
    let late = Instant::now() + Duration::from_secs(4);
    while sockets() > at_most {
        assert!(Instant::now() < late, "{}, not {at_most}", sockets());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_call_over_a_kept_connection_wakes_nobody() {
    if child::argument().is_none() {
        return child::run("at_hand::a_call_over_a_kept_connection_wakes_nobody", "child", &[]);
    }
    let sandbox = sandbox();
    let authority = File::new("at-hand.pem", sandbox.ca_pem());
    for url in [sandbox.http_url(), sandbox.https_url()] {
        let merchant = Merchant::new(&sandbox.config("icbc", url).unwrap(), &json!({"ca_file": authority.0}));
        assert_code(&merchant.close(&format!("FIRST{}", url.len())), Code::Closed);
        let (before, started) = (sleeps_of_the_io_thread(), Instant::now());
        for n in 0..50 {
            assert_code(&merchant.close(&format!("A{}{n:03}", url.len())), Code::Closed);
        }
        // It looks after idle connections twice a second, and is woken to begin with that.
        let of_its_own = 4 + 4 * started.elapsed().as_secs();
        let slept = sleeps_of_the_io_thread() - before;
        assert!(slept <= of_its_own, "it slept {slept} times during 50 calls over {url}");
    }
}

/// Whoever calls in whatever way, one after the other.
#[test]
fn all_ways_to_call_use_the_same_connection() {
    let (server, merchant) = naming(serve);
    let client = Arc::new(merchant.client);
    let queue = Queue::new(1).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for round in 0..5 {
        let number = |way: &str| text(&format!("{way}{round}"));
        for way in ["S", "T"] {
            assert_code(&client.send(&number(way)), Code::Closed);
        }
        assert_code(&client.send_until(&number("U"), &Stop::new()), Code::Closed);
        queue.submit(client.clone(), Verb::of("send").unwrap(), number("Q"), 1).unwrap();
        assert_eq!(queue.take(Duration::from_secs(20)).unwrap().unwrap().answer.0, Code::Closed as i32);
        assert_code(&runtime.block_on(client.send_async(&number("F"))), Code::Closed);
        let ensured = json!({"operation": "ensure_closed", "order": sample_order("icbc", &format!("E{round}")).unwrap()});
        client.send(&ensured.to_string()).unwrap();
    }
    let seen = server.seen();
    assert_eq!(seen.connections, 1);
    assert!(seen.requests.len() >= 30, "{}", seen.requests.len());
}

/// Answers the first request, and then does this with the second.
fn second_request(then: fn(&mut Connection)) -> (Server, Merchant) {
    let (server, merchant) = naming(move |gateways, connection| {
        if connection.number > 0 {
            return serve(gateways, connection);
        }
        let request = connection.request().unwrap();
        connection.send(gateways.answer(&request));
        if connection.request().is_some() {
            then(connection);
        }
    });
    assert_code(&merchant.close("ONE"), Code::Closed);
    (server, merchant)
}

#[test]
fn its_deadline_is_kept_and_nothing_is_repeated() {
    let (server, merchant) = second_request(Connection::hold);
    let hurried = Merchant::new(&merchant.config, &json!({"deadline_ms": SHORT, "connect_timeout_ms": SHORT - 1}));
    let started = Instant::now();
    assert_unknown(&hurried.close("TWO"), "timeout");
    assert!(started.elapsed() >= Duration::from_millis(SHORT));
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests_with("%22TWO")), (1, 1));
    assert_code(&merchant.close("THREE"), Code::Closed);
}

#[test]
fn a_reply_that_is_cut_or_floods_is_unknown() {
    let (_server, merchant) = second_request(|connection| _ = connection.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"));
    assert_unknown(&merchant.close("TWO"), "truncated");
    let (_server, merchant) = second_request(|connection| while connection.send(vec![b'x'; 64 << 10]) {});
    assert!(merchant.close("TWO").unwrap().reason().is_some());
    assert_code(&merchant.close("THREE"), Code::Closed);
}

#[test]
fn a_call_that_may_be_stopped_still_is() {
    let (server, merchant) = second_request(Connection::hold);
    let stop = Stop::new();
    thread::scope(|scope| {
        let call = scope.spawn(|| merchant.client.send_until(&text("TWO"), &stop));
        server.until(|seen| seen.requests_with("%22TWO") == 1);
        let asked = Instant::now();
        assert!(stop.stop());
        assert_unknown(&call.join().unwrap(), "interrupted");
        assert_within(Duration::from_millis(250), asked);
    });
    assert_eq!(server.seen().requests_with("%22TWO"), 1);
}

/// The socket goes within a second, whoever ended it: the server, its idleness, or the last client.
#[test]
fn a_connection_at_hand_that_has_ended_is_closed() {
    if child::argument().is_none() {
        return child::run("at_hand::a_connection_at_hand_that_has_ended_is_closed", "child", &[]);
    }
    let with_none = sockets();
    let authority = File::new("at-hand-other.pem", AUTHORITY);
    let sandbox = sandbox();
    let config = sandbox.config("icbc", sandbox.http_url()).unwrap();
    let before = connections(&sandbox);
    let one = Merchant::new(&config, &json!({}));
    let two = Merchant::new(&config, &json!({"ca_file": authority.0}));
    assert_code(&one.close("A1"), Code::Closed);
    assert_code(&two.close("A2"), Code::Closed);
    assert_eq!(connections(&sandbox) - before - 1, 2);
    let with_both = sockets();
    drop(one);
    // Each has two ends in this process.
    wait_for_sockets(with_both - 2);
    assert_code(&two.close("A3"), Code::Closed);
    drop(sandbox);
    wait_for_sockets(with_none);
    drop(two);
}

static CHILD: AtomicI32 = AtomicI32::new(-1);

extern "C" fn fork_now(_: i32) {
    // SAFETY: what follows in the child is what a child of a process with one more thread may do: it waits for nobody.
    CHILD.store(unsafe { libc::fork() }, SeqCst);
}

/// The handler of a signal forks while the thread waits for the reply: the child knows that the parent goes on with the call.
#[test]
fn a_fork_in_the_midst_of_a_call_leaves_it_to_the_parent() {
    if child::argument().is_none() {
        return child::run("at_hand::a_fork_in_the_midst_of_a_call_leaves_it_to_the_parent", "child", &[]);
    }
    let (server, merchant) = naming(|gateways, connection| {
        while let Some(request) = connection.request() {
            connection.pause(Duration::from_millis(if request.contains("SLOW") { 1500 } else { 0 }));
            connection.send(gateways.answer(&request));
        }
    });
    assert_code(&merchant.close("ONE"), Code::Closed);
    // Only this thread takes the signal.
    let action = SigAction::new(SigHandler::Handler(fork_now), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler forks, which the library must bear.
    unsafe { sigaction(Signal::SIGALRM, &action) }.unwrap();
    // SAFETY: always there.
    let this = unsafe { libc::pthread_self() };
    let end = thread::scope(|scope| {
        scope.spawn(|| {
            server.until(|seen| seen.requests_with("SLOW") == 1);
            // SAFETY: it waits for its call.
            assert_eq!(unsafe { libc::pthread_kill(this, libc::SIGALRM) }, 0);
        });
        let end = merchant.close("SLOW");
        if CHILD.load(SeqCst) == 0 {
            let is_left = end.is_ok_and(|outcome| outcome.reason().is_some_and(|reason| reason.to_string() == "interrupted"));
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(i32::from(!is_left)) }
        }
        end
    });
    assert_code(&end, Code::Closed);
    let forked = Pid::from_raw(CHILD.load(SeqCst));
    assert_eq!(waitpid(forked, None), Ok(WaitStatus::Exited(forked, 0)));
    assert_code(&merchant.close("AFTER"), Code::Closed);
    let seen = server.seen();
    assert_eq!((seen.connections, seen.requests_with("SLOW")), (1, 1));
}
