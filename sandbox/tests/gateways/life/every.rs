//! Money moves the same way at every gateway that gives it back.

use std::io::{Read as _, Write as _};

use chexiao_sandbox::{Call, GATEWAYS, Injection, MovementKind, RefundState, Sandbox, State};

use super::super::merchant::{Merchant, http};
use super::super::support;
use super::{chinaums, edgeros, icbc, wechat, ysepay};

/// A correct request to give so many fen of the order back, ready to write.
fn refund(sandbox: &Sandbox, gateway: &str, order: &str, number: &str, fen: u64) -> (String, String) {
    match gateway {
        "icbc" => icbc::refund(sandbox, order, number, fen),
        "ysepay" => ysepay::refund(sandbox, order, number, fen),
        "wechat" => wechat::refund(sandbox, order, number, fen),
        "edgeros" => edgeros::refund(sandbox, order, number, fen),
        _ => chinaums::refund(sandbox, order, number, fen),
    }
}

fn refund_query(sandbox: &Sandbox, gateway: &str, number: &str) -> (String, String) {
    match gateway {
        "icbc" => super::super::icbc::query(sandbox, number),
        "ysepay" => ysepay::refund_query(sandbox, "PAID1", number),
        "wechat" => wechat::refund_query(sandbox, number),
        "edgeros" => edgeros::refund_query(sandbox, number),
        _ => chinaums::refund_query(sandbox, "PAID1", number),
    }
}

/// At ICBC a refund is a payment with a number of its own, and is asked for like any.
fn asking(gateway: &str) -> Call {
    if gateway == "icbc" { Call::Query } else { Call::RefundQuery }
}

/// A number that all gateways take.
fn number(name: &str) -> String {
    format!("{name:0<24}")
}

fn exchange(sandbox: &Sandbox, (head, body): &(String, String)) -> String {
    String::from_utf8(support::exchange(sandbox, head, body.as_bytes())).unwrap()
}

/// What went back by refunds, in the order in which it did.
fn refunded(sandbox: &Sandbox) -> Vec<(String, u64)> {
    let number = |kind: &MovementKind| if let MovementKind::Refunded(number) = kind { Some(number.clone()) } else { None };
    sandbox.movements().iter().filter_map(|movement| Some((number(&movement.kind)?, movement.fen))).collect()
}

#[test]
fn once_for_a_number() {
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        let (a, b) = (number("A"), number("B"));
        let ask = |order: &str, number: &str, fen| exchange(&sandbox, &refund(&sandbox, gateway, order, number, fen));
        let first = ask("PAID1", &a, 40);
        let seal = if gateway == "chinaums" { "msgId" } else { "sign" };
        assert!(first.contains(&a) && first.contains(seal), "{gateway} {first}");
        assert!(ask("PAID1", &a, 40).contains(&a), "{gateway}: the same again is the same refund");
        assert_eq!(refunded(&sandbox), [(a.clone(), 40)], "{gateway}");
        for (order, number, fen) in [("PAID1", &a, 41), ("PAID2", &a, 40), ("PAID1", &b, 61), ("A1", &b, 1), ("CLOSED1", &b, 1)] {
            ask(order, number, fen);
            assert_eq!(refunded(&sandbox).len(), 1, "{gateway} {order} {number} {fen}");
        }
        ask("PAID1", &b, 60);
        ask("PAID1", &number("C"), 1);
        assert_eq!((refunded(&sandbox), sandbox.state(gateway, "PAID1")), (vec![(a.clone(), 40), (b, 60)], Some(State::Refunded)));
        assert_eq!((sandbox.calls(gateway, Call::Refund, &a), sandbox.refunds().len()), (4, 2), "{gateway}");
        let paid = sandbox.movements().iter().filter(|movement| movement.kind == MovementKind::Paid && movement.order == "PAID1").count();
        assert_eq!(paid, 1, "{gateway}");
    }
}

#[test]
fn no_other_byte_moves_money() {
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        let (head, body) = refund(&sandbox, gateway, "PAID1", &number("A"), 40);
        for at in 0..body.len() {
            let mut forged = body.clone().into_bytes();
            forged[at] ^= 1;
            support::send(&sandbox, &head, &forged);
        }
        assert_eq!((sandbox.movements(), sandbox.refunds()), (vec![], vec![]), "{gateway}");
        support::send(&sandbox, &head, body.as_bytes());
        assert_eq!(refunded(&sandbox).len(), 1, "{gateway}");
    }
}

#[test]
fn a_refund_that_takes_its_time() {
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        let slow = number("PROCESSING");
        let ask = || exchange(&sandbox, &refund_query(&sandbox, gateway, &slow));
        let unknown = ask();
        exchange(&sandbox, &refund(&sandbox, gateway, "PAID1", &slow, 40));
        assert_eq!((refunded(&sandbox), sandbox.refunds()[0].state), (vec![], RefundState::Processing), "{gateway}");
        let processing = ask();
        assert_eq!(sandbox.settle_refund(gateway, &slow, true), Some(()), "{gateway}");
        let done = ask();
        assert!(unknown != processing && processing != done && done.contains(&slow), "{gateway} {unknown} {processing} {done}");
        assert_eq!((refunded(&sandbox), sandbox.settle_refund(gateway, &slow, true)), (vec![(slow.clone(), 40)], None), "{gateway}");
        assert_eq!(sandbox.calls(gateway, asking(gateway), &slow), 3, "{gateway}");
    }
}

#[test]
fn faults_are_for_one_call() {
    let read = |text: &str| Injection::parse(text).unwrap();
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        let (cut, other) = (number("CUT"), number("OTHER"));
        assert!(exchange(&sandbox, &refund(&sandbox, gateway, "PAID1", &cut, 40)).is_empty(), "{gateway}");
        assert_eq!(refunded(&sandbox), [(cut.clone(), 40)], "{gateway}: handled all the same");
        assert!(!exchange(&sandbox, &refund(&sandbox, gateway, "PAID1", &other, 1)).contains(&other), "{gateway}");
        assert_eq!(refunded(&sandbox).len(), 1, "{gateway}");
        sandbox.inject(gateway, read("refund:reset"), 1);
        sandbox.inject(gateway, read(&format!("{}:status:503", asking(gateway).name())), 1);
        assert!(exchange(&sandbox, &refund_query(&sandbox, gateway, &cut)).contains("503"), "{gateway}");
        let door = sandbox.door(Some(read("refund:says:processing"))).unwrap();
        let (head, body) = refund(&sandbox, gateway, "PAID1", &number("D"), 1);
        assert!(!support::exchange_at(door.http_url(), &head, body.as_bytes()).is_empty(), "{gateway}");
        assert_eq!((door.connections()[0].requests[0].call, refunded(&sandbox).len()), (Some(Call::Refund), 1), "{gateway}");
        let raced = sandbox.door(Some(read("refund:meanwhile:closed"))).unwrap();
        let (head, body) = refund(&sandbox, gateway, "PAID2", &number("E"), 1);
        support::exchange_at(raced.http_url(), &head, body.as_bytes());
        assert_eq!((sandbox.state(gateway, "PAID2"), refunded(&sandbox).len()), (Some(State::Closed), 1), "{gateway}");
    }
}

#[test]
fn the_page_shows_money_and_ends_refunds() {
    let sandbox = support::sandbox();
    let slow = number("PROCESSING");
    exchange(&sandbox, &refund(&sandbox, "wechat", "PAID1", &slow, 40));
    let post = |body: &str| support::send(&sandbox, "POST /_sandbox/money HTTP/1.1\r\n", body.as_bytes()).status;
    let command = |state: &str| format!(r#"{{"gateway":"wechat","refund":"{slow}","state":"{state}"}}"#);
    assert_eq!((post(&command("PAID")), post(&command("DONE")), post(&command("DONE"))), (400, 200, 400));
    let money = support::send(&sandbox, "GET /_sandbox/money HTTP/1.1\r\n", b"").json();
    let refund = serde_json::json!({"gateway": "wechat", "refund": slow, "order": "PAID1", "fen": 40, "state": "DONE"});
    assert_eq!(money["refunds"], serde_json::json!([refund]));
    let kinds: Vec<_> = money["movements"].as_array().unwrap().iter().map(|movement| movement["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds, &money["movements"][1]["refund"]), (vec!["PAID", "REFUNDED"], &serde_json::json!(slow)));
}

/// One of each kind; those that take their time are left out.
const FAULTS: [&str; 30] = [
    "reset",
    "reset-handled",
    "cut",
    "half",
    "redirect:307",
    "status:503",
    "status:200:empty",
    "status:500:signed",
    "content-type:none",
    "encoding:gzip",
    "two-lengths",
    "length-and-chunks",
    "cut-at:40:rst",
    "body-size:100",
    "flip:signed",
    "charset:bom",
    "charset:nul",
    "document:duplicate",
    "document:trailing",
    "unsigned",
    "wrongkey",
    "sign:empty",
    "sign:odd",
    "signed-with:hash",
    "signed-with:pss",
    "other",
    "other-merchant",
    "other-method",
    "says:paid",
    "again",
];

/// Whatever happens to a reply, who asks again with the same number is given back once.
#[test]
fn no_fault_gives_back_twice() {
    for gateway in GATEWAYS {
        let sandbox = support::sandbox();
        for (at, fault) in FAULTS.iter().enumerate() {
            let (order, number) = (format!("PAID-{at}"), number(&format!("N{at}X")));
            let ask = || {
                let (head, body) = refund(&sandbox, gateway, &order, &number, 40);
                let mut tcp = support::connect(&sandbox);
                let bytes = format!("{head}Host: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                tcp.write_all(bytes.as_bytes()).unwrap();
                let mut answer = Vec::new();
                _ = tcp.read_to_end(&mut answer); // some end in a reset
                answer
            };
            sandbox.inject(gateway, Injection::parse(&format!("refund:{fault}")).unwrap(), 1);
            let (first, second) = (ask(), ask());
            let right = ask();
            let of_this: Vec<_> = refunded(&sandbox).into_iter().filter(|(of, _)| *of == number).collect();
            assert_eq!(of_this, [(number.clone(), 40)], "{gateway} {fault}");
            assert!(!second.is_empty() && second.len().abs_diff(right.len()) < 9, "{gateway} {fault}: it is for the first alone");
            assert_eq!(first.is_empty(), ["reset", "reset-handled", "cut"].contains(fault), "{gateway} {fault}: it is for that one");
        }
    }
}

/// ICBC tells nothing of refunds, and WeChat Pay's is encrypted.
#[test]
fn what_is_told_is_the_refund_that_was_made() {
    let sandbox = support::sandbox();
    for (gateway, amount) in [("ysepay", "refund_amount=0.40"), ("edgeros", "\"refund_amount\":\"0.40\""), ("chinaums", "refundAmount=40")]
    {
        let merchant = Merchant::start(move |_, _| http("text/plain", "no"));
        sandbox.set_notify_url(gateway, Some(&merchant.url)).unwrap();
        let (a, b) = (number("A"), number("B"));
        for (number, fen) in [(&a, 60), (&b, 40)] {
            exchange(&sandbox, &refund(&sandbox, gateway, "PAID1", number, fen));
        }
        let notice = sandbox.notice(gateway, "PAID1", None).unwrap();
        let body = String::from_utf8(notice.body).unwrap();
        assert!(body.contains(amount) && (gateway == "chinaums" || body.contains(&b)), "{gateway} {body}");
        assert_eq!(sandbox.deliveries().iter().filter(|delivery| delivery.config == gateway).count(), 2, "{gateway}: each is told");
    }
}
