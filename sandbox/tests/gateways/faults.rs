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
    assert!(begun.elapsed() < support::SOON);
}

fn through(sandbox: &Sandbox, door: &chexiao_sandbox::Door, number: &str) -> Vec<u8> {
    let (head, body) = correct(sandbox, number);
    support::exchange_at(door.http_url(), &head, body.as_bytes())
}

#[test]
fn a_door_logs_and_spoils_what_comes_through_it_and_nothing_else() {
    let sandbox = support::sandbox();
    let door = sandbox.door(Fault::parse("status:503:signed").map(Into::into)).unwrap();
    let answer = support::parse(&through(&sandbox, &door, "A1"));
    assert!(answer.status == 503 && answer.json()["data"]["code"] == "SUCCESS");
    assert_eq!(sandbox.state("edgeros", "A1"), Some(State::Closed));
    assert_eq!(support::parse(&exchange(&sandbox, "A2")).status, 200);
    let [ref connection] = door.connections()[..] else { panic!("{door:?}") };
    assert_eq!((connection.posts, connection.handled), (1, 1));
    assert!(connection.received > 300 && connection.written == connection.reply);
}

#[test]
fn doors_of_every_phase() {
    let sandbox = support::sandbox();
    let open = |fault: &str| sandbox.door(Some(Fault::parse(fault).unwrap().into())).unwrap();
    let (reset, cut, replay) = (open("reset-after:half"), open("cut-at:10:fin"), open("replay"));
    let (head, body) = correct(&sandbox, "B1");
    let mut tcp = support::connect_to(reset.http_url());
    tcp.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    assert_eq!(tcp.read(&mut [0; 16]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(reset.connections()[0].posts == 0 && sandbox.state("edgeros", "B1").is_none());
    assert_eq!(through(&sandbox, &cut, "B2"), b"HTTP/1.1 2");
    let first = support::parse(&through(&sandbox, &replay, "B3")).body;
    assert_eq!(support::parse(&through(&sandbox, &replay, "B4")).body, first);
    assert!(sandbox.state("edgeros", "B3") == Some(State::Closed) && sandbox.state("edgeros", "B4") == Some(State::Open));
    let refused = open("refused");
    assert!(std::net::TcpStream::connect(refused.http_url().trim_start_matches("http://")).is_err());
}

#[test]
fn a_redirect_points_to_a_listener_that_counts() {
    let sandbox = support::sandbox();
    let door = sandbox.door(Some(Fault::parse("redirect:307").unwrap().into())).unwrap();
    let answer = support::parse(&through(&sandbox, &door, "C1"));
    let location = answer.head.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap();
    let address = location.split('/').nth(2).unwrap();
    assert!(answer.status == 307 && door.connections_elsewhere() == 0);
    std::net::TcpStream::connect(address).unwrap();
    assert_eq!((door.connections_elsewhere(), door.connections_elsewhere()), (1, 1));
}

#[test]
fn pages_list_faults_order_them_and_open_doors() {
    let sandbox = support::sandbox();
    let post = |page: &str, body: &str| support::send(&sandbox, &format!("POST /_sandbox/{page} HTTP/1.1\r\n"), body.as_bytes());
    let get = |page: &str| support::send(&sandbox, &format!("GET /_sandbox/{page} HTTP/1.1\r\n"), b"").json();
    assert_eq!(get("faults")["faults"].as_array().unwrap().len(), chexiao_sandbox::fault::CATALOGUE.len());
    assert_eq!(post("faults", r#"{"gateway":"edgeros","fault":"status:429:empty"}"#).status, 200);
    assert_eq!(support::parse(&exchange(&sandbox, "D1")).status, 429);
    assert_eq!(post("faults", r#"{"gateway":"edgeros","fault":"handshake:hang"}"#).status, 400, "needs a door");
    let door = post("doors", r#"{"phase":"body","fault":"cut-at","parameters":[5,"fin"],"gateway":"edgeros","seed":3}"#).json();
    let (head, body) = correct(&sandbox, "D2");
    assert_eq!(support::exchange_at(door["http_url"].as_str().unwrap(), &head, body.as_bytes()), b"HTTP/");
    assert_eq!(get("doors")["doors"][0]["connections"][0]["handled"], 1);
    for bad in [
        r#"{"fault":"cut-at"}"#,
        r#"{"fault":"cut","phase":"head"}"#,
        r#"{"fault":"cut","gateway":"x"}"#,
        r#"{"fault":"cut","seed":-1}"#,
        r#"{"fault":"cut","x":1}"#,
    ] {
        assert_eq!(post("doors", bad).status, 400, "{bad}");
    }
    assert_eq!(post("doors", "{}").status, 200, "a door without a fault only notes what comes");
}
