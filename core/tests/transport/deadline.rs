//! F31 and O10: nothing of a call is written after the caller was told, and a call that was never begun is not sent. Under strace, which
//! keeps the I/O thread asleep until about the time the caller gives up.
//!
//! With `CHEXIAO_LONG` set, 1,000 deadlines.

use crate::child;
use crate::server::Server;
use crate::support::{Merchant, assert_unknown, closed, http};
use chexiao::Kind;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

const NAME: &str = "deadline::nothing_is_written_after_the_caller_was_told";
const SHORT: usize = 64;
const LONG: usize = 1000;
const THREADS: usize = 8;
/// The I/O thread sleeps so long each time it has waited for something: once for the call, once for its connection. Then it writes.
const ASLEEP: &str = "inject=epoll_wait,epoll_pwait:delay_exit=104000";

#[test]
fn nothing_is_written_after_the_caller_was_told() {
    if let Some(url) = child::argument() {
        return call_with_short_deadlines(&url);
    }
    let calls = if std::env::var_os("CHEXIAO_LONG").is_some() { LONG } else { SHORT };
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let trace = traced.is_ok_and(|status| status.success()).then(|| trace(&format!("{} {calls}", server.url())));
    if trace.is_none() {
        println!("strace may not trace here: only what arrives at the gateway was looked at");
        child::run(NAME, &format!("{} {calls}", server.url()), &[]);
    }
    let seen = server.seen();
    let arrived = |number: &str| seen.requests_with(number);
    let Some(trace) = trace else { return assert!((0..calls).all(|n| arrived(&number(n)) <= 1)) };
    let told = Told::read(&trace);
    println!("{} deadlines: {} not sent, {} unknown", calls, told.not_sent.len(), told.unknown.len());
    assert_eq!(told.not_sent.len() + told.unknown.len() + told.answered.len(), calls);
    assert_eq!(told.written_late, BTreeSet::new(), "written after the caller was told");
    assert!(told.not_sent.iter().all(|number| arrived(number) == 0 && !told.written.contains(number)), "sent all the same");
    assert!(told.not_sent.len() > calls / 50 && told.written.len() > calls / 50, "this test proves nothing");
}

/// Callers wait until 100 ms after their deadline. Of the deadlines, one half falls so that they give up as the thread connects, and long
/// before it would write; the other half itself falls as the thread is about to write.
fn deadline_ms(n: usize) -> usize {
    if n.is_multiple_of(2) { 3 + n % 13 } else { 200 + n % 25 }
}

fn number(n: usize) -> String {
    format!("X{n:05}Y")
}

/// What the system calls say, in their order.
#[derive(Default)]
struct Told {
    not_sent: BTreeSet<String>,
    unknown: BTreeSet<String>,
    answered: BTreeSet<String>,
    written: BTreeSet<String>,
    written_late: BTreeSet<String>,
}

impl Told {
    fn read(trace: &str) -> Self {
        let mut told = Self::default();
        for line in trace.lines() {
            let Some(at) = line.match_indices('X').map(|(at, _)| at).find(|&at| line.as_bytes().get(at + 6) == Some(&b'Y')) else {
                continue;
            };
            let number = line[at..at + 7].to_string();
            if line.contains("/told/not_sent/") {
                told.not_sent.insert(number);
            } else if line.contains("/told/unknown/") {
                told.unknown.insert(number);
            } else if line.contains("/told/answered/") {
                told.answered.insert(number);
            } else if line.contains("send") || line.contains("write") {
                let is_over = [&told.not_sent, &told.unknown, &told.answered].iter().any(|over| over.contains(&number));
                if is_over {
                    told.written_late.insert(number.clone());
                }
                told.written.insert(number);
            }
        }
        told
    }
}

/// What a child under strace did, system call by system call.
fn trace(argument: &str) -> String {
    let file = crate::support::File::new("deadline.strace", "");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-s", "1000", "-o"]).arg(&file.0);
    strace.args(["-e", "trace=sendto,sendmsg,write,writev,epoll_wait,epoll_pwait,statx", "-e", ASLEEP]);
    child::run_under(strace, NAME, argument);
    std::fs::read_to_string(&file.0).unwrap()
}

/// Each call says at once what it was told, in a system call.
fn call_with_short_deadlines(argument: &str) {
    let (url, calls) = argument.split_once(' ').unwrap();
    let calls: usize = calls.parse().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for n in (thread..calls).step_by(THREADS) {
                    let merchant = Merchant::at(url, &json!({"deadline_ms": deadline_ms(n), "connect_timeout_ms": deadline_ms(n) - 1}));
                    let end = merchant.client.send(&json!({"operation": "close", "order": {"out_trade_no": number(n)}}).to_string());
                    let word = match &end {
                        Err(_) => "not_sent",
                        Ok(outcome) if outcome.answered() => "answered",
                        Ok(_) => "unknown",
                    };
                    _ = std::fs::metadata(format!("/told/{word}/{}", number(n)));
                    match &end {
                        Err(error) => assert!(matches!(error.kind(), Kind::NotSent | Kind::Connect | Kind::Dns), "{error}"),
                        Ok(outcome) if outcome.answered() => {}
                        Ok(_) => assert_unknown(&end, "timeout"),
                    }
                }
            });
        }
    });
    // What was still to come has come.
    std::thread::sleep(Duration::from_millis(500));
}
