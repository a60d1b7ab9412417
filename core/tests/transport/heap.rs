//! O7: after calls that end well or badly, however many, the process holds what it held before: memory, threads, descriptors. In a
//! child, whose gateways are in the parent.

use crate::child;
use crate::counting::{EXACTLY, Held};
use crate::support::{End, File, sandbox, with};
use chexiao::Client;
use chexiao_sandbox::{Fault, GATEWAYS, sample_order};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Made before anything is measured: what is made once, and what grows to a limit.
const WARM_UP: usize = 24;
const CALLS: usize = 16;
/// glibc counts what is left over of a free block that was hardly larger than asked for.
const ROUNDING: isize = 1024;
/// For what ends a moment after its call, on the I/O thread.
const SETTLE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls through a door of this fault end in one of these words and leave nothing, with one client for all and with a new client for each.
#[track_caller]
fn leaves_nothing(test: &str, gateways: &[&str], fault: Option<&str>, settings: &Value, ends: &str) {
    if let Some(config) = child::argument() {
        let config = serde_json::from_str(&config).unwrap();
        leave_nothing(&config, ends, usize::MAX);
        return leave_nothing(&config, ends, 1);
    }
    let sandbox = sandbox();
    let authority = File::new(&format!("{}.pem", test.replace("::", "-")), sandbox.ca_pem());
    for gateway in gateways {
        let door = sandbox.door(fault.map(|name| Fault::parse(name).unwrap().into())).unwrap();
        // In clear where the deadline is so short that a handshake might not be done by then.
        let url = if settings["deadline_ms"].is_null() { door.https_url() } else { door.http_url() };
        let mut config = with(&sandbox.config(gateway, url).unwrap(), settings);
        config["ca_file"] = json!(authority.0);
        child::run(test, &config.to_string(), &EXACTLY);
        assert!(!door.connections().is_empty());
    }
}

/// Twice as many calls leave as little. Measured while there is no client.
fn leave_nothing(config: &Value, ends: &str, calls_of_a_client: usize) {
    make(WARM_UP, config, ends, calls_of_a_client);
    std::thread::sleep(SETTLE);
    let before = Held::now();
    for calls in [CALLS, 2 * CALLS] {
        make(calls, config, ends, calls_of_a_client);
        assert_held(&before, calls, PATIENCE);
    }
}

fn make(calls: usize, config: &Value, ends: &str, calls_of_a_client: usize) {
    static NUMBER: AtomicUsize = AtomicUsize::new(100_000);
    let mut made = 0;
    while made < calls {
        let client = Client::new(&config.to_string()).unwrap();
        for _ in 0..calls_of_a_client.min(calls - made) {
            let number = format!("A{}", NUMBER.fetch_add(1, Ordering::Relaxed));
            let order = sample_order(config["gateway"].as_str().unwrap(), &number).unwrap();
            let end = client.send(&json!({"operation": "close", "order": order}).to_string());
            assert!(ends.split(' ').any(|expected| word(&end) == expected), "{end:?}");
            made += 1;
        }
    }
}

fn word(end: &End) -> String {
    match end {
        Ok(outcome) => outcome.reason().map_or_else(|| outcome.code().to_string(), |reason| reason.to_string()),
        Err(error) => error.kind().to_string(),
    }
}

/// Nothing more is held than before, at the latest after a while.
#[track_caller]
fn assert_held(before: &Held, calls: usize, patience: Duration) {
    let late = Instant::now() + patience;
    loop {
        let held = Held::now();
        let is_heap_as_before = held.blocks <= before.blocks && held.bytes <= before.bytes && held.c_bytes <= before.c_bytes + ROUNDING;
        if is_heap_as_before && held.threads <= before.threads && held.descriptors <= before.descriptors {
            return;
        }
        assert!(Instant::now() < late, "{calls} calls: {before:?} before, {held:?} after");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A check that finds nothing proves nothing: each of these is one thing left.
#[test]
fn what_is_left_is_found() {
    if child::argument().is_none() {
        return child::run("heap::what_is_left_is_found", "child", &EXACTLY);
    }
    let descriptor = || std::mem::forget(std::fs::File::open("/").unwrap());
    let patience = Duration::from_secs(1);
    let thread = || drop(std::thread::spawn(|| std::thread::sleep(PATIENCE)));
    let byte = || std::mem::forget(Box::new(0_u8));
    // SAFETY: a block of the C library that nobody frees.
    let of_c = || _ = unsafe { nix::libc::malloc(4096) };
    for leave in [&descriptor as &dyn Fn(), &byte, &of_c, &thread] {
        let before = Held::now();
        assert_held(&before, 0, patience);
        leave();
        assert!(catch_unwind(AssertUnwindSafe(|| assert_held(&before, 1, patience))).is_err());
    }
}

#[test]
fn closes_leave_nothing() {
    leaves_nothing("heap::closes_leave_nothing", &GATEWAYS, None, &json!({}), "closed");
}

#[test]
fn lost_answers_leave_nothing() {
    leaves_nothing("heap::lost_answers_leave_nothing", &["icbc"], Some("cut"), &json!({}), "reset");
}

#[test]
fn resets_leave_nothing() {
    leaves_nothing("heap::resets_leave_nothing", &["icbc"], Some("reset"), &json!({}), "reset");
}

#[test]
fn half_answers_leave_nothing() {
    leaves_nothing("heap::half_answers_leave_nothing", &["icbc"], Some("half"), &json!({}), "truncated");
}

#[test]
fn timeouts_leave_nothing() {
    let settings = json!({"deadline_ms": 90, "connect_timeout_ms": 80});
    leaves_nothing("heap::timeouts_leave_nothing", &["icbc"], Some("sleep:1000"), &settings, "timeout not_sent connect");
}

#[test]
fn certificates_nobody_trusts_leave_nothing() {
    leaves_nothing("heap::certificates_nobody_trusts_leave_nothing", &["icbc"], Some("certificate:untrusted"), &json!({}), "tls");
}

#[test]
fn failed_handshakes_leave_nothing() {
    leaves_nothing("heap::failed_handshakes_leave_nothing", &["icbc"], Some("handshake:reset"), &json!({}), "tls");
}

#[test]
fn redirects_leave_nothing() {
    leaves_nothing("heap::redirects_leave_nothing", &["icbc"], Some("redirect:307"), &json!({}), "redirect");
}

#[test]
fn forged_replies_leave_nothing() {
    leaves_nothing("heap::forged_replies_leave_nothing", &["icbc", "wechat"], Some("wrongkey"), &json!({}), "signature");
}
