use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use chexiao_sandbox::{Fault, Sandbox, State};

use super::edgeros::correct;
use super::support;

fn exchange(sandbox: &Sandbox, number: &str) -> Vec<u8> {
    let (head, body) = correct(sandbox, number);
    support::exchange(sandbox, &head, body.as_bytes())
}

#[test]
fn by_prefix() {
    let sandbox = support::sandbox();
    let unsigned = support::parse(&exchange(&sandbox, "unsigned1")).json();
    assert!(unsigned["data"]["code"] == "SUCCESS" && unsigned["data"].get("sign").is_none());
    assert_eq!(sandbox.state("edgeros", "unsigned1"), Some(State::Closed));

    let other = support::parse(&exchange(&sandbox, "OTHER1")).json();
    assert!(other["data"]["code"] == "SUCCESS" && other["data"]["mch_trade_no"] == "OTHER0");
    assert_eq!(sandbox.state("edgeros", "OTHER1"), Some(State::Open));

    let wrong = support::parse(&exchange(&sandbox, "WRONGKEY1")).json();
    assert!(wrong["data"]["code"] == "SUCCESS" && wrong["data"]["sign"].is_string());

    assert!(exchange(&sandbox, "CUT1").is_empty());
    assert_eq!(sandbox.state("edgeros", "CUT1"), Some(State::Closed));

    let half = support::parse(&exchange(&sandbox, "HALF1"));
    let length: usize = half.head.split("Content-Length: ").nth(1).unwrap().split('\r').next().unwrap().parse().unwrap();
    assert_eq!(half.body.len(), length / 2);
    assert_eq!(sandbox.state("edgeros", "HALF1"), Some(State::Closed));

    let begun = Instant::now();
    assert_eq!(support::parse(&exchange(&sandbox, "DELAY1")).status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn reset_is_a_reset_and_touches_nothing() {
    let sandbox = support::sandbox();
    let (head, body) = correct(&sandbox, "RESET1");
    let mut tcp = support::connect(&sandbox);
    tcp.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    let error = tcp.read(&mut [0; 16]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(sandbox.state("edgeros", "RESET1"), Some(State::Open));
    assert_eq!(sandbox.posts("edgeros", "RESET1"), 1);
}

#[test]
fn ordered_for_the_next_requests() {
    let sandbox = support::sandbox();
    sandbox.inject("edgeros", Fault::Cut, 2);
    assert!(exchange(&sandbox, "A1").is_empty());
    assert!(exchange(&sandbox, "A2").is_empty());
    assert!(!exchange(&sandbox, "A3").is_empty());
    sandbox.inject("edgeros", Fault::Cut, 2);
    sandbox.inject("edgeros", Fault::Cut, 0);
    assert!(!exchange(&sandbox, "A4").is_empty());
    let page = br#"{"gateway":"edgeros","fault":"sleep","ms":200}"#;
    support::send(&sandbox, "POST /_sandbox/faults HTTP/1.1\r\n", page);
    let begun = Instant::now();
    assert!(exchange(&sandbox, "A5").is_empty());
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert_eq!(sandbox.state("edgeros", "A5"), Some(State::Closed));
}

#[test]
fn a_sleeper_does_not_keep_the_sandbox_alive() {
    let sandbox = support::sandbox();
    let (head, body) = correct(&sandbox, "SLEEP1");
    let mut tcp = support::connect(&sandbox);
    tcp.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    while sandbox.state("edgeros", "SLEEP1") != Some(State::Closed) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let begun = Instant::now();
    drop(sandbox);
    assert!(begun.elapsed() < Duration::from_secs(1));
}
