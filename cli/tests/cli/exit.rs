//! Exit codes: 0 where nothing is left to do, and nowhere else.

use crate::counter::{Counter, Done, chexiao, run};
use chexiao_sandbox::{GATEWAYS, State, sample_order};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};

const OPERATIONS: [&str; 3] = ["close", "query", "ensure-closed"];
const NOT_SENT: i32 = 2;
const UNTOLD: i32 = 3;

/// What the README says of the exit code, read from the result.
fn told(done: &Done) -> i32 {
    let result = done.json();
    if result["error"].is_string() {
        return NOT_SENT;
    }
    match result["next"].as_str().unwrap() {
        "done" => 0,
        _ => 10 + i32::try_from(result["code"].as_i64().unwrap()).unwrap(),
    }
}

#[test]
fn at_every_gateway_zero_is_done_and_every_other_outcome_has_its_number() {
    let counter = Counter::open();
    let states = State::ALL.map(|state| format!("{}1", state.name()));
    let faults = ["UNSIGNED1", "OTHER1", "RESET1", "QUERYPAID1", "QUERYUNSIGNED1"].map(String::from);
    let mut seen = BTreeSet::new();
    for gateway in GATEWAYS {
        for operation in OPERATIONS {
            for number in states.iter().chain(&faults) {
                let done = counter.ask(operation, gateway, number, &["--json"]);
                assert_eq!(done.code, told(&done), "{operation} {gateway} {number}: {}", done.out);
                let people = counter.ask(operation, gateway, number, &[]);
                assert_eq!(people.code == 0, people.out.contains("next done"), "{operation} {gateway} {number}: {}", people.out);
                if done.code == 0 {
                    assert_eq!(counter.sandbox.state(gateway, number), Some(State::Closed), "{operation} {gateway} {number}");
                }
                seen.insert(done.code);
            }
        }
    }
    for code in [0, NOT_SENT, 11, 12, 13, 14, 15, 16, 18, 19, 20] {
        assert!(seen.contains(&code), "{code} never came: {seen:?}");
    }
    assert_eq!(seen.contains(&21), State::named("REFUNDED").is_some(), "{seen:?}");
}

/// YSEPay's reply names no order and nothing can be asked: its close is never settled.
#[test]
fn a_close_that_only_its_own_unbound_reply_tells_of_is_never_0() {
    let counter = Counter::open();
    for gateway in ["ysepay", "wechat", "chinaums"] {
        let done = counter.close(gateway, "A1", &["--json"]);
        assert_eq!((done.code, done.json()["next"].as_str()), (11, Some("confirm")), "{gateway}");
    }
    for gateway in ["icbc", "edgeros"] {
        assert_eq!(counter.close(gateway, "A1", &["--json"]).code, 0, "{gateway}");
    }
}

#[test]
fn help_in_place_of_an_outcome_is_printed_and_is_no_success() {
    for operation in OPERATIONS {
        for arguments in [
            &[operation, "-h"][..],
            &[operation, "--help"],
            &["help", operation],
            &[operation, "--config", "wechat.json", "--order", "{}", "-h"],
            &["--help", operation],
        ] {
            let done = run(arguments, "");
            assert_eq!((done.code, done.out.contains("Exit codes"), done.err.as_str()), (NOT_SENT, true, ""), "{arguments:?}");
        }
        for arguments in [
            &[operation, "--version"][..],
            &[operation, "--config", "wechat.json", "--order", "-h"],
            &[operation, "--config", "wechat.json", "--order", "{}", "--msg-id", "-h1"],
            &[operation, "--config", "-h", "--order", "{}"],
        ] {
            let done = run(arguments, "");
            assert_eq!((done.code, done.out.as_str()), (NOT_SENT, ""), "{arguments:?}");
        }
    }
    for arguments in [&["--help"][..], &["-h"], &["help"], &["--version"], &["-V"], &["gateways", "--help"], &["sandbox", "-h"]] {
        let done = run(arguments, "");
        assert!(done.code == 0 && !done.out.is_empty(), "{arguments:?}: {}", done.err);
    }
}

type Stream = fn() -> Stdio;

/// Standard output that takes nothing.
fn unwritable() -> [(&'static str, Stream); 3] {
    let full: Stream = || OpenOptions::new().write(true).open("/dev/full").unwrap().into();
    let read_only: Stream = || File::open("/dev/null").unwrap().into();
    let nobody_reads: Stream = || std::io::pipe().unwrap().1.into();
    [("/dev/full", full), ("read only", read_only), ("closed pipe", nobody_reads)]
}

fn code_of(command: &mut Command) -> Option<i32> {
    command.stdin(Stdio::null()).status().unwrap().code()
}

#[test]
fn what_cannot_be_told_is_never_0_and_an_outcome_keeps_its_number() {
    let counter = Counter::open();
    let mut numbers = 0..;
    for (name, stream) in unwritable() {
        for options in [&[][..], &["--json"]] {
            for (gateway, state, operation, code) in [
                ("icbc", "A", "close", UNTOLD),
                ("edgeros", "A", "close", UNTOLD),
                ("wechat", "A", "ensure-closed", UNTOLD),
                ("wechat", "CLOSED", "query", UNTOLD),
                ("ysepay", "A", "close", 11),
                ("wechat", "PAID", "query", 13),
                ("wechat", "UNSIGNED", "close", 19),
                ("ysepay", "A", "query", NOT_SENT),
            ] {
                let config = counter.folder.write("config.json", &counter.config(gateway).to_string());
                let heard = if code == UNTOLD { 0 } else { code };
                for (out, err, code) in [(stream(), Stdio::null(), code), (stream(), stream(), code), (Stdio::null(), stream(), heard)] {
                    let order = sample_order(gateway, &format!("{state}{}", numbers.next().unwrap())).unwrap().to_string();
                    let mut call = chexiao();
                    call.args([operation, "--config", &config, "--order", &order]).args(options).stdout(out).stderr(err);
                    assert_eq!(code_of(&mut call), Some(code), "{operation} {gateway} {order} {options:?}: {name}");
                }
            }
        }
    }
}

#[test]
fn an_outcome_that_nobody_was_told_of_happened_all_the_same() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    let order = json!({"out_trade_no": "A1"}).to_string();
    let (_, full) = unwritable()[0];
    code_of(chexiao().args(["close", "--config", &config, "--order", &order]).stdout(full()).stderr(full()));
    assert_eq!(counter.sandbox.state("wechat", "A1"), Some(State::Closed));
}

#[test]
fn errors_usage_and_lists_that_cannot_be_told_have_defined_codes_too() {
    let missing = ["key", "inspect", "/nonexistent"];
    for (name, stream) in unwritable() {
        for (arguments, code) in [
            (&["--help"][..], UNTOLD),
            (&["--version"], UNTOLD),
            (&["gateways"], UNTOLD),
            (&["gateways", "--json"], UNTOLD),
            (&["sandbox", "--json"], UNTOLD),
            (&["sandbox"], UNTOLD),
            (&["demo"], UNTOLD),
            (&["close", "-h"], NOT_SENT),
            (&["close"], NOT_SENT),
            (&[], NOT_SENT),
            (&missing, NOT_SENT),
            (&["close", "--config", "/nonexistent", "--order", "{}"], NOT_SENT),
        ] {
            let folder = crate::counter::Folder::new();
            let mut call = chexiao();
            call.args(arguments).env("TMPDIR", &folder.0);
            assert_eq!(code_of(call.stdout(stream()).stderr(stream())), Some(code), "{arguments:?}: {name}");
            assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "keys left behind");
        }
    }
}
