//! Refunds: what is sent once for one number, what comes of it at the sandbox whatever happens on the way, and what the book says then.

use chexiao::{Client, Code, Evidence, Kind, Next, Outcome, Result};
use chexiao_sandbox::{Call, Injection, Keys, MovementKind, Options, RefundState, Sandbox};
use serde_json::{Value, json};
use std::sync::LazyLock;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap());

/// The gateways that refund.
const REFUNDING: [&str; 1] = ["wechat"];

/// A client that shows the merchant's certificate, which some want to see.
fn client(gateway: &str) -> Client {
    let mut config = SANDBOX.config(gateway, SANDBOX.https_url()).unwrap();
    static AUTHORITY: LazyLock<String> = LazyLock::new(|| {
        let file = std::env::temp_dir().join(format!("chexiao-refunds-{}.pem", std::process::id()));
        std::fs::write(&file, SANDBOX.ca_pem()).unwrap();
        file.to_str().unwrap().into()
    });
    let own = SANDBOX.merchant_certificate();
    config["ca_file"] = AUTHORITY.as_str().into();
    config["client_certificate"] = json!({"pem": own.certificate_pem, "key": {"pem": own.key_pem}});
    config["deadline_ms"] = 3000.into();
    Client::new(&config.to_string()).unwrap()
}

/// 24 characters, which EdgerOS wants at least.
fn number(name: &str) -> String {
    format!("{name:R<24}")
}

/// A refund of 40 fen of the 100 that the order cost.
fn refund(gateway: &str, order: &str, number: &str) -> Value {
    match gateway {
        "wechat" => json!({"out_trade_no": order, "out_refund_no": number, "total_fee": "100", "refund_fee": "40"}),
        other => panic!("{other}"),
    }
}

fn send(client: &Client, operation: &str, order: &Value) -> Result<Outcome> {
    client.send(&json!({"operation": operation, "order": order}).to_string())
}

/// How often money went back for this number.
fn given_back(number: &str) -> usize {
    SANDBOX.movements().iter().filter(|movement| movement.kind == MovementKind::Refunded(number.into())).count()
}

fn is_in_book(number: &str) -> bool {
    SANDBOX.refunds().iter().any(|refund| refund.number == number && refund.state != RefundState::Failed)
}

#[test]
fn a_refund_is_taken_up_and_its_query_says_when_it_is_done() {
    for gateway in REFUNDING {
        let (client, slow) = (client(gateway), number("PROCESSING-A"));
        let order = refund(gateway, "PAID-A", &slow);
        let unknown = send(&client, "refund_query", &order).unwrap();
        assert_ne!(unknown.code(), Code::Refunded, "{gateway}");
        let taken = send(&client, "refund", &order).unwrap();
        assert_eq!((taken.code(), taken.next()), (Code::Processing, Next::RefundQuery), "{gateway} {taken:?}");
        assert!(taken.evidence() >= Evidence::TlsOnly && taken.explanation().en.contains("`refund_query`"), "{gateway}");
        assert_eq!(send(&client, "refund_query", &order).unwrap().code(), Code::Processing, "{gateway}");
        SANDBOX.settle_refund(gateway, &slow, true).unwrap();
        let done = send(&client, "refund_query", &order).unwrap();
        assert_eq!((done.code(), done.next()), (Code::Refunded, Next::Reconcile), "{gateway} {done:?}");
        assert!(done.explanation().en.contains("do not refund again") && done.explanation().zh.contains("勿再次退款"), "{gateway}");
        assert_eq!(given_back(&slow), 1, "{gateway}");
    }
}

#[test]
fn a_refund_that_failed_is_refused_and_keeps_its_number() {
    for gateway in REFUNDING {
        let (client, slow) = (client(gateway), number("PROCESSING-B"));
        let order = refund(gateway, "PAID-B", &slow);
        send(&client, "refund", &order).unwrap();
        SANDBOX.settle_refund(gateway, &slow, false).unwrap();
        let failed = send(&client, "refund_query", &order).unwrap();
        assert!(matches!(failed.code(), Code::Refused | Code::Unknown), "{gateway} {failed:?}");
        assert_eq!(failed.next(), Next::RefundQuery, "{gateway}");
        assert_eq!(given_back(&slow), 0, "{gateway}");
    }
}

/// One of each kind of fault; those that take their time are left out.
const FAULTS: &[&str] = &[
    "reset",
    "reset-handled",
    "cut",
    "half",
    "garbage-head",
    "redirect:307",
    "status:503",
    "status:200:empty",
    "status:500:signed",
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
    "signed-with:hash",
    "other",
    "other-merchant",
    "other-method",
    "again",
];

/// Never "no" or "not sent" of a refund that is in the book, never "given back" of one that is not; and who asks again with the same
/// number is given back once, whatever happened to the first reply.
#[test]
fn no_fault_gives_back_twice_or_hides_a_refund() {
    for gateway in REFUNDING {
        for (at, fault) in FAULTS.iter().enumerate() {
            let case = format!("{gateway} {fault}");
            let (client, number) = (client(gateway), number(&format!("F{at}X")));
            let order = refund(gateway, &format!("PAID-F{at}"), &number);
            let inject = |call: &str| SANDBOX.inject(gateway, Injection::parse(&format!("{call}:{fault}")).unwrap(), 1);
            inject("refund");
            let first = send(&client, "refund", &order);
            check(&case, &first, &number);
            let second = send(&client, "refund", &order).unwrap();
            assert!(matches!(second.code(), Code::Processing | Code::Refunded), "{case}: {second:?}");
            assert_eq!(given_back(&number), 1, "{case}");
            inject("refundquery");
            check(&case, &send(&client, "refund_query", &order), &number);
            let said = send(&client, "refund_query", &order).unwrap();
            assert_eq!((said.code(), given_back(&number)), (Code::Refunded, 1), "{case}: {said:?}");
        }
    }
}

fn check(case: &str, said: &Result<Outcome>, number: &str) {
    let Ok(outcome) = said else {
        assert!(!is_in_book(number), "{case}: not sent, it says, and it is in the book");
        return;
    };
    match outcome.code() {
        Code::Processing => assert!(is_in_book(number), "{case}: taken up, it says"),
        Code::Refunded => assert_eq!(given_back(number), 1, "{case}: given back, it says"),
        Code::Unknown => assert_eq!(outcome.next(), Next::RefundQuery, "{case}"),
        code => assert!(!is_in_book(number), "{case}: {code}, it says, and it is in the book"),
    }
}

/// One reply too many answers no other refund: a refusal names nothing.
#[test]
fn a_refund_has_a_connection_that_has_carried_no_reply() {
    for gateway in REFUNDING {
        let client = client(gateway);
        for at in 0..2 {
            SANDBOX.inject(gateway, Injection::parse("refund:again").unwrap(), 1);
            let number = number(&format!("AGAIN-{at}"));
            send(&client, "refund", &refund(gateway, &format!("PAID-G{at}"), &number)).unwrap();
            assert_eq!(given_back(&number), 1, "{gateway}");
        }
        let unpaid = send(&client, "refund", &refund(gateway, "OPEN-G", &number("NEVER-G"))).unwrap();
        assert!(!matches!(unpaid.code(), Code::Processing | Code::Refunded), "{gateway}: {unpaid:?}");
        assert_eq!(given_back(&number("NEVER-G")), 0, "{gateway}");
    }
}

#[test]
fn without_the_certificate_nothing_is_sent() {
    let bare = Client::new(&SANDBOX.config("wechat", SANDBOX.http_url()).unwrap().to_string()).unwrap();
    let (order, number) = (refund("wechat", "PAID-C", &number("BARE")), number("BARE"));
    let error = send(&bare, "refund", &order).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Kind::Config, Some("client_certificate")), "{error}");
    assert!(error.hint().contains("apiclient_cert.p12"), "{}", error.hint());
    assert_eq!((SANDBOX.calls("wechat", Call::Refund, &number), given_back(&number)), (0, 0));
    // Whoever sends it himself shows a certificate of his own, and the query wants none.
    assert!(bare.sign(&json!({"operation": "refund", "order": order}).to_string()).is_ok());
    assert_eq!(send(&bare, "refund_query", &order).unwrap().code(), Code::NotFound);
}

/// Where nothing is documented to rely on, the way out is the call.
#[test]
fn a_gateway_that_has_none_says_how_else() {
    for gateway in ["icbc", "ysepay"] {
        for operation in ["refund", "refund_query", "reverse"] {
            let client = Client::new(&SANDBOX.config(gateway, SANDBOX.http_url()).unwrap().to_string()).unwrap();
            let error = send(&client, operation, &json!({})).unwrap_err();
            assert_eq!((error.kind(), error.field()), (Kind::Unsupported, Some("operation")), "{error}");
            assert!(error.hint().contains("`call`"), "{}", error.hint());
        }
    }
}
