//! What a connection carries: replies that come twice, too early, or to other calls, and the log of it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use chexiao_sandbox::fault::CALLS;
use chexiao_sandbox::{Call, Door, Fault, GATEWAYS, Injection, Sandbox, State};

use super::{every, support};

const PATIENCE: Duration = Duration::from_secs(20);
const A_WHILE: Duration = Duration::from_millis(400);

fn open(sandbox: &Sandbox, fault: &str) -> Door {
    sandbox.door(Some(Injection::parse(fault).unwrap())).unwrap()
}

/// Writes a close and leaves the connection open.
fn post(tcp: &mut TcpStream, sandbox: &Sandbox, gateway: &str, number: &str) {
    let (head, body) = every::correct(sandbox, gateway, number);
    tcp.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
}

/// So many replies come, and for a while no more.
#[track_caller]
fn expect_replies(tcp: &mut TcpStream, expected: usize) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let replies = |bytes: &[u8]| bytes.windows(13).filter(|window| window == b"HTTP/1.1 200 ").count();
    loop {
        let patience = if replies(&bytes) < expected { PATIENCE } else { A_WHILE };
        tcp.set_read_timeout(Some(patience)).unwrap();
        match tcp.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return assert_eq!(replies(&bytes), expected, "{}", String::from_utf8_lossy(&bytes)),
        }
    }
}

#[test]
fn a_reply_comes_once_more() {
    let sandbox = support::sandbox();
    for (fault, first, second) in [("again", 2, 2), ("again:40", 2, 2), ("again:next", 1, 2)] {
        let door = open(&sandbox, fault);
        let mut tcp = support::connect_to(door.http_url());
        post(&mut tcp, &sandbox, "edgeros", "A1");
        expect_replies(&mut tcp, first);
        assert_eq!(door.connections()[0].surplus.is_some(), first == 2, "{fault}");
        post(&mut tcp, &sandbox, "edgeros", "A2");
        expect_replies(&mut tcp, second);
    }
    let mut tcp = support::connect(&sandbox);
    post(&mut tcp, &sandbox, "wechat", "again1");
    expect_replies(&mut tcp, 2);
}

#[test]
fn a_reply_comes_before_its_request() {
    let sandbox = support::sandbox();
    let door = open(&sandbox, "early");
    for (number, first) in [("A1", 0), ("A2", 1)] {
        let mut tcp = support::connect_to(door.http_url());
        expect_replies(&mut tcp, first);
        post(&mut tcp, &sandbox, "icbc", number);
        expect_replies(&mut tcp, 1);
        assert_eq!(sandbox.state("icbc", number), Some(State::Closed));
    }
}

#[test]
fn a_connection_knows_what_it_has_carried() {
    let sandbox = support::sandbox();
    for gateway in GATEWAYS {
        let door = sandbox.door(None).unwrap();
        let mut tcp = support::connect_to(door.http_url());
        for number in ["N-1001", "NOTFOUND1"] {
            post(&mut tcp, &sandbox, gateway, number);
            expect_replies(&mut tcp, 1);
        }
        let connection = &door.connections()[0];
        let carried: Vec<_> = connection.requests.iter().map(|it| (it.call, it.number.as_deref(), it.named)).collect();
        let [first, second] = match gateway {
            "wechat" | "ysepay" => [false, false],
            "edgeros" => [true, false],
            _ => [true, true],
        };
        let close = Some(Call::Close);
        assert_eq!(carried, [(close, Some("N-1001"), first), (close, Some("NOTFOUND1"), second)], "{gateway}");
        assert!(connection.heard.unwrap() <= connection.requests[1].arrived && connection.surplus.is_none());
    }
}

/// Each gateway has some of the calls, and none of them touches the order.
#[test]
fn replies_of_other_calls() {
    let sandbox = support::sandbox();
    let mut known = Vec::new();
    for gateway in GATEWAYS {
        let answered = CALLS.iter().filter(|kind| {
            let number = format!("CALL{kind}1");
            let (head, body) = every::correct(&sandbox, gateway, &number);
            let answer = support::send(&sandbox, &head, body.as_bytes());
            let is_other = sandbox.state(gateway, &number) == Some(State::Open);
            assert!(is_other, "{gateway} {kind}");
            assert!(answer.status == 200 || answer.status == 404, "{gateway} {kind}");
            answer.status == 200
        });
        known.push((gateway, answered.count()));
    }
    assert_eq!(known, [("icbc", 8), ("ysepay", 9), ("wechat", 12), ("edgeros", 8), ("chinaums", 8)]);
    assert_eq!(Fault::parse("call:nothing"), None);
}

#[test]
fn a_slow_door_lets_all_pass() {
    let sandbox = support::sandbox();
    let door = open(&sandbox, "handshake:60");
    let begun = std::time::Instant::now();
    let mut tcp = support::connect_to(door.http_url());
    post(&mut tcp, &sandbox, "icbc", "A1");
    expect_replies(&mut tcp, 1);
    assert!(begun.elapsed() > Duration::from_millis(60) && sandbox.state("icbc", "A1") == Some(State::Closed));
}
