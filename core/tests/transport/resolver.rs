//! Host names that do not resolve, or too late: the error `dns` by the connect_timeout, and nothing reaches anybody. In a child
//! whose resolver is the one of resolver.c.

use crate::child;
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, SHORT, assert_code, assert_error, assert_within, closed, http};
use chexiao::Kind;
use serde_json::json;
use std::process::Command;
use std::time::{Duration, Instant};

/// In milliseconds; a look-up has nine tenths of it.
const CONNECT: u64 = 300;
const LEAST: Duration = Duration::from_millis(CONNECT * 9 / 10);
/// After this, resolver.c answers for `late`.
const LATE: Duration = Duration::from_millis(700);
/// For a child to be built for, start, make a call or a few, and end: what stalls does so for ever.
const AT_ONCE: Duration = Duration::from_secs(60);

/// Runs the test of this name in a child with the resolver of resolver.c, which is let go as soon as it ends.
#[track_caller]
fn with_resolver(test: &str, argument: &str) {
    let library = File::new(&format!("{}.so", test.replace("::", "-")), "");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transport/resolver.c");
    let flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror"];
    let built = Command::new("cc").args(flags).arg(source).arg("-o").arg(&library.0).arg("-ldl").output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    child::run(test, argument, &[("LD_PRELOAD", library.0.to_str().unwrap())]);
}

/// A call to a host of this name ends with the error `dns`, by this time; after so long.
#[track_caller]
fn unresolved(merchant: &Merchant, within_ms: u64) -> Duration {
    let started = Instant::now();
    assert_error(&merchant.close("A100"), Kind::Dns);
    assert_within(Duration::from_millis(within_ms), started);
    started.elapsed()
}

/// Answers every request that it was closed.
fn gateway() -> Server {
    Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    })
}

/// The name goes on being looked up when the process has done its work: it ends all the same.
#[test]
fn a_resolver_that_stalls_is_a_dns_error_within_the_connect_timeout_and_holds_up_no_exit() {
    if let Some(port) = child::argument() {
        let url = format!("https://stalls.test:{port}");
        let took = unresolved(&Merchant::at(&url, &json!({"connect_timeout_ms": CONNECT})), CONNECT);
        assert!(took >= LEAST, "{took:?}");
        unresolved(&Merchant::at(&url, &json!({"deadline_ms": SHORT})), SHORT);
        unresolved(&Merchant::at(&url, &json!({"deadline_ms": SHORT, "connect_timeout_ms": SHORT - 1})), SHORT);
        return;
    }
    let server = Server::start(Connection::hold);
    let started = Instant::now();
    let name = "resolver::a_resolver_that_stalls_is_a_dns_error_within_the_connect_timeout_and_holds_up_no_exit";
    with_resolver(name, &server.port().to_string());
    assert!(started.elapsed() < AT_ONCE, "the process took {:?} to end", started.elapsed());
    assert_eq!(server.seen().connections, 0);
}

#[test]
fn what_a_resolver_says_too_late_connects_nobody() {
    if let Some(port) = child::argument() {
        let url = format!("https://late.test:{port}");
        let took = unresolved(&Merchant::at(&url, &json!({"connect_timeout_ms": CONNECT})), CONNECT);
        assert!(took >= LEAST, "{took:?}");
        return std::thread::sleep(LATE);
    }
    let server = Server::start(Connection::hold);
    with_resolver("resolver::what_a_resolver_says_too_late_connects_nobody", &server.port().to_string());
    assert_eq!(server.seen().connections, 0);
}

/// Or else the tests above would pass without the resolver of resolver.c.
#[test]
fn what_a_resolver_says_in_time_connects() {
    if let Some(port) = child::argument() {
        let merchant = Merchant::at(&format!("https://late.test:{port}"), &json!({"connect_timeout_ms": 7000}));
        let started = Instant::now();
        assert_error(&merchant.close("A100"), Kind::Tls);
        return assert!(started.elapsed() >= LATE);
    }
    let server = Server::start(|connection| {
        connection.read(8192);
    });
    with_resolver("resolver::what_a_resolver_says_in_time_connects", &server.port().to_string());
    assert_eq!(server.seen().connections, 1);
}

#[test]
fn every_error_of_a_resolver_is_a_dns_error() {
    if child::argument().is_none() {
        return with_resolver("resolver::every_error_of_a_resolver_is_a_dns_error", "child");
    }
    for error in ["unknown", "again", "fails", "memory", "system"] {
        unresolved(&Merchant::at(&format!("https://{error}.test"), &json!({})), 500);
    }
}

/// More look-ups than there are threads for them.
#[test]
fn names_that_stall_leave_other_hosts_alone() {
    if let Some(url) = child::argument() {
        let lost = Merchant::at("https://stalls.test", &json!({"connect_timeout_ms": CONNECT}));
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..24).map(|_| scope.spawn(|| unresolved(&lost, CONNECT))).collect();
            let other = Merchant::at(&url, &json!({}));
            for n in 0..20 {
                assert_code(&other.close(&format!("A{n}")), chexiao::Code::Closed);
            }
            for call in calls {
                let took = call.join().unwrap();
                assert!(took >= LEAST, "{took:?}");
            }
        });
        drop(lost);
        return assert_code(&Merchant::at(&url, &json!({})).close("A20"), chexiao::Code::Closed);
    }
    let server = gateway();
    with_resolver("resolver::names_that_stall_leave_other_hosts_alone", &server.url());
    assert_eq!(server.seen().requests.len(), 21);
}
