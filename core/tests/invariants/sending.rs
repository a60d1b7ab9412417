//! I6: an error is returned only while nothing of the request can have left; afterwards there is an outcome.

use crate::gateway::name;
use crate::lab::{Lab, SANDBOX};
use crate::refusals::{self, Mistake};
use crate::tally::{CASES, Tally, run};
use chexiao::{Client, Kind, Result};
use chexiao_kit::Away;
use chexiao_sandbox::{Fault, Options, Sandbox, State, sample_order};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A sandbox that nobody else asks.
fn sandbox() -> Sandbox {
    Sandbox::start(Options { http: None, https: None, keys: SANDBOX.keys().clone() }).unwrap()
}

fn call(gateway: &str, number: &str) -> Value {
    json!({ "operation": "close", "order": sample_order(gateway, number).unwrap() })
}

/// The lab's own operation.
fn call_of(lab: &Lab, number: &str) -> Value {
    let mut call = call(lab.gateway.id(), number);
    call["operation"] = json!(lab.gateway.operation());
    call
}

fn send(config: &str, call: &str) -> Result<chexiao::Outcome> {
    Client::new(config)?.send(call)
}

/// What came to the sandbox: `{"connections","requests","posts":{…}}`, this question included.
fn counts(sandbox: &Sandbox) -> Value {
    let mut tcp = TcpStream::connect(sandbox.http_url().strip_prefix("http://").unwrap()).unwrap();
    tcp.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    tcp.read_to_string(&mut text).unwrap();
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Nobody connected but who asks.
fn assert_untouched(sandbox: &Sandbox, what: &str) {
    let counts = counts(sandbox);
    assert_eq!((&counts["connections"], &counts["requests"]), (&json!(1), &json!(1)), "{what}: {counts}");
}

/// Errors by kind.
#[derive(Default)]
struct Errors(RefCell<BTreeMap<String, usize>>);

impl Errors {
    fn demand(&self, result: Result<chexiao::Outcome>, kinds: &[Kind], what: &str) -> std::result::Result<(), TestCaseError> {
        match result {
            Err(error) if kinds.contains(&error.kind()) => {
                *self.0.borrow_mut().entry(format!("{:?}", error.kind())).or_default() += 1;
                Ok(())
            }
            Err(error) => Err(TestCaseError::fail(format!("{error} for {what}"))),
            Ok(outcome) => Err(TestCaseError::fail(format!("{outcome:?} for {what}"))),
        }
    }

    fn report(&self, title: &str, gateway: &str) {
        println!("{title} {gateway}: {:?}", self.0.borrow());
    }
}

pub(crate) fn bad_calls(lab: &Lab) {
    let (gateway, sandbox, errors) = (lab.gateway.id(), sandbox(), Errors::default());
    let client = Client::new(&sandbox.config(gateway, sandbox.http_url()).unwrap().to_string()).unwrap();
    let good = call_of(lab, "A1");
    assert!(client.sign(&good.to_string()).is_ok());
    run(&format!("i6_bad_calls {}", name(lab.gateway)), CASES, &refusals::in_a_call(), |mistake: &Mistake| {
        let bad = mistake.make(&good);
        errors.demand(client.send(&bad), &[Kind::Call, Kind::Unsupported], &bad)
    });
    errors.report("i6_bad_calls", &name(lab.gateway));
    assert_untouched(&sandbox, gateway);
}

pub(crate) fn bad_configs(lab: &Lab) {
    let (gateway, sandbox, errors) = (lab.gateway.id(), sandbox(), Errors::default());
    let mut good = sandbox.config(gateway, sandbox.http_url()).unwrap();
    let may_be_left_out = ["sign_type", "notify_url", "notify_key", "notify_sign_type"];
    good["account"].as_object_mut().unwrap().retain(|setting, _| !may_be_left_out.contains(&setting.as_str()));
    let call = call(gateway, "A1").to_string();
    assert!(Client::new(&good.to_string()).is_ok());
    run(&format!("i6_bad_configs {gateway}"), CASES, &refusals::in_a_config(), |mistake: &Mistake| {
        let bad = mistake.make(&good);
        errors.demand(send(&bad, &call), &[Kind::Config, Kind::Call, Kind::Unsupported], &bad)
    });
    errors.report("i6_bad_configs", gateway);
    assert_untouched(&sandbox, gateway);
}

/// Where no request can arrive: a closed port, a name that is none, a certificate that is not trusted, no TLS at all.
pub(crate) fn unreachable(lab: &Lab) {
    let (gateway, sandbox, errors) = (lab.gateway.id(), sandbox(), Errors::default());
    let away = Away::hold();
    let closed = format!("127.0.0.1:{}", away.port);
    let places: Vec<(String, &[Kind])> = vec![
        (format!("http://{closed}"), &[Kind::Connect]),
        (format!("https://{closed}"), &[Kind::Connect]),
        ("https://chexiao.invalid".to_string(), &[Kind::Dns, Kind::Connect]), // Connect: the resolver did not answer in time
        (sandbox.https_url().to_string(), &[Kind::Tls]),
        (sandbox.http_url().replace("http:", "https:"), &[Kind::Tls]),
    ];
    run(&format!("i6_unreachable {gateway}"), 40, &(select(places), 0..1000u32), |((url, kinds), number)| {
        let mut config = sandbox.config(gateway, url).unwrap();
        config["connect_timeout_ms"] = json!(500);
        errors.demand(send(&config.to_string(), &call(gateway, &format!("A{number}")).to_string()), kinds, url)
    });
    errors.report("i6_unreachable", gateway);
    let counts = counts(&sandbox);
    assert!(counts["posts"].as_object().unwrap().values().all(|posts| posts == 0), "{counts}");
    assert!(["Connect", "Tls"].iter().all(|kind| errors.0.borrow().contains_key(*kind)), "connect and tls");
}

/// Once the gateway has the request there is an outcome, whatever becomes of the answer; and it is asked once.
pub(crate) fn after_the_post(lab: &Lab) {
    let (gateway, sandbox, tally) = (lab.gateway.id(), sandbox(), Tally::default());
    let ca_file = format!("{}/i6-{gateway}-{}.pem", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    std::fs::write(&ca_file, sandbox.ca_pem()).unwrap();
    let client = |url: &str, deadline: u32| {
        let mut config = sandbox.config(gateway, url).unwrap();
        config["ca_file"] = json!(ca_file);
        config["deadline_ms"] = json!(deadline);
        Client::new(&config.to_string()).unwrap()
    };
    let clients = [client(sandbox.http_url(), 10_000), client(sandbox.https_url(), 10_000)];
    let hasty = [client(sandbox.http_url(), 300), client(sandbox.https_url(), 300)];
    std::fs::remove_file(&ca_file).unwrap();
    let faults = prop_oneof![
        Just(None),
        Just(Some(Fault::Cut)),
        Just(Some(Fault::Half)),
        Just(Some(Fault::Reset)),
        Just(Some(Fault::Unsigned)),
        Just(Some(Fault::WrongKey)),
        Just(Some(Fault::Other)),
        Just(Some(Fault::Delay(Duration::from_millis(20)))),
        Just(Some(Fault::Sleep(Duration::from_millis(600)))),
    ];
    let numbers = Cell::new(0);
    run(
        &format!("i6_after_the_post {gateway}"),
        96,
        &(faults, prop_oneof![Just(State::Open), select(&State::ALL[..])], 0..2usize),
        |(fault, state, way)| {
            numbers.set(numbers.get() + 1);
            let number = format!("A{}", numbers.get());
            sandbox.set_state(gateway, &number, *state);
            sandbox.inject(gateway, Fault::Cut, 0);
            if let Some(fault) = fault {
                sandbox.inject(gateway, *fault, 1);
            }
            let client = if matches!(fault, Some(Fault::Sleep(_))) { &hasty[*way] } else { &clients[*way] };
            let result = client.send(&call(gateway, &number).to_string());
            let posts = sandbox.posts(gateway, &number);
            prop_assert!(posts <= 1, "{} posts", posts);
            let outcome = match result {
                Ok(outcome) => outcome,
                Err(error) if posts == 0 => return Err(TestCaseError::reject(format!("{error}: the machine is busy"))),
                Err(error) => return Err(TestCaseError::fail(format!("{error}, though the gateway has the request"))),
            };
            let closed = sandbox.state(gateway, &number) == Some(State::Closed);
            prop_assert!(!outcome.is_closed() || closed || *fault == Some(Fault::Other), "{:?} of an order that is not closed", outcome);
            tally.count(outcome.code());
            Ok(())
        },
    );
    tally.report(&format!("i6_after_the_post {gateway}"), &[chexiao::Code::Closed, chexiao::Code::Unknown]);
}

/// The token call of ChinaUMS is no business call: when it fails, that is an error.
#[test]
fn i6_no_token_no_post() {
    let sandbox = sandbox();
    let mut config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
    config["account"]["authentication"] = json!("access_token");
    let good = Client::new(&config.to_string()).unwrap();
    config["account"]["app_key"] = json!("not the key of this developer id");
    let bad = Client::new(&config.to_string()).unwrap();
    assert_eq!(bad.send(&call("chinaums", "A1").to_string()).unwrap_err().kind(), Kind::NotSent);
    assert_eq!((sandbox.posts("chinaums", "A1"), sandbox.tokens_issued()), (0, 0));
    assert!(good.send(&call("chinaums", "A1").to_string()).unwrap().is_closed());
    assert_eq!((sandbox.posts("chinaums", "A1"), sandbox.tokens_issued()), (1, 1));
}
