//! The same questions to all five gateways.

use std::io::{Read as _, Write as _};

use chexiao_sandbox::{GATEWAYS, Sandbox, State};

use super::{chinaums, edgeros, icbc, support, wechat, ysepay};

pub(crate) fn correct(sandbox: &Sandbox, gateway: &str, number: &str) -> (String, String) {
    match gateway {
        "icbc" => icbc::correct(sandbox, number),
        "ysepay" => ysepay::correct(sandbox, number),
        "wechat" => wechat::correct(sandbox, number),
        "edgeros" => edgeros::correct(sandbox, number),
        _ => chinaums::correct(sandbox, number),
    }
}

/// What a correct request is answered, and the state of the order after it.
fn exchange(sandbox: &Sandbox, gateway: &str, number: &str) -> (String, Option<State>) {
    let (head, body) = correct(sandbox, gateway, number);
    let answer = support::exchange(sandbox, &head, body.as_bytes());
    (String::from_utf8(answer).unwrap(), sandbox.state(gateway, number))
}

#[test]
fn faults() {
    let sandbox = support::sandbox();
    for gateway in GATEWAYS {
        let seal = if gateway == "chinaums" { "msgId" } else { "sign\"" };
        let has_seal = |answer: &str| answer.contains(seal) || answer.contains("<sign>");
        let closed = Some(State::Closed);

        let (normal, state) = exchange(&sandbox, gateway, "A1");
        assert!(has_seal(&normal) && state == closed, "{gateway} {normal}");
        let (unsigned, state) = exchange(&sandbox, gateway, "UNSIGNED-1");
        assert!(!has_seal(&unsigned) && unsigned.contains("200 OK") && state == closed, "{gateway} {unsigned}");
        let (other, state) = exchange(&sandbox, gateway, "OTHER-1");
        assert!(has_seal(&other) && !other.contains("OTHER-1") && state == Some(State::Open), "{gateway} {other}");
        let (wrong, state) = exchange(&sandbox, gateway, "WRONGKEY-1");
        assert!(has_seal(&wrong) && !wrong.contains("\"m-1\"") && state == closed, "{gateway} {wrong}");
        assert_eq!(exchange(&sandbox, gateway, "CUT-1"), (String::new(), closed), "{gateway}");
        assert_eq!(sandbox.posts(gateway, "CUT-1"), 1);
    }
}

#[test]
fn no_other_byte_closes() {
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        let (head, body) = correct(&sandbox, gateway, "B1");
        for at in 0..body.len() {
            let mut forged = body.clone().into_bytes();
            forged[at] ^= 1;
            support::send(&sandbox, &head, &forged);
        }
        let orders = support::send(&sandbox, "GET /_sandbox/orders HTTP/1.1\r\n", b"");
        assert!(!orders.text().contains("CLOSED"), "{gateway} {}", orders.text());
        support::send(&sandbox, &head, body.as_bytes());
        assert_eq!(sandbox.state(gateway, "B1"), Some(State::Closed), "{gateway}");
    }
}

#[test]
fn an_incomplete_request_is_no_request() {
    let sandbox = support::sandbox();
    for gateway in GATEWAYS {
        let (head, body) = correct(&sandbox, gateway, "C1");
        let mut tcp = support::connect(&sandbox);
        let bytes = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        tcp.write_all(&bytes.as_bytes()[..bytes.len() - 1]).unwrap();
        tcp.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(tcp.read_to_end(&mut Vec::new()).unwrap(), 0);
        assert_eq!((sandbox.state(gateway, "C1"), sandbox.posts(gateway, "C1")), (None, 0), "{gateway}");
    }
}
