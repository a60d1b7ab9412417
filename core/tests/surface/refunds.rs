//! Refunds: what is sent once for one number, what comes of it at the sandbox whatever happens on the way, and what the book says then.

use chexiao::{Client, Code, Evidence, Kind, Next, Outcome, Result};
use chexiao_kit::KEYS;
use chexiao_sandbox::{Call, Injection, MovementKind, Options, RefundState, Sandbox};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The gateways that refund, ChinaUMS in two ways: orders, and bills.
const REFUNDING: [&str; 4] = ["wechat", "edgeros", "chinaums", "chinaums:bill"];
/// Those of them whose query has words for what has become of a refund; that of EdgerOS only points to it.
const TELLING: [&str; 2] = ["wechat", "chinaums"];

/// Without the way.
fn gateway_of(way: &str) -> &str {
    way.split(':').next().unwrap()
}

/// A sandbox of one test, whose faults are its own, and whom it issued a certificate.
struct Shop {
    sandbox: Sandbox,
    authority: PathBuf,
}

impl Shop {
    fn open() -> Self {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
        let port = sandbox.https_url().rsplit(':').next().unwrap().to_string();
        let authority = std::env::temp_dir().join(format!("chexiao-refunds-{}-{port}.pem", std::process::id()));
        std::fs::write(&authority, sandbox.ca_pem()).unwrap();
        Self { sandbox, authority }
    }

    /// A client that shows the merchant's certificate, which some want to see.
    fn client(&self, gateway: &str) -> Client {
        let mut config = self.sandbox.config(gateway_of(gateway), self.sandbox.https_url()).unwrap();
        let own = self.sandbox.merchant_certificate();
        config["ca_file"] = self.authority.to_str().unwrap().into();
        config["client_certificate"] = json!({"pem": own.certificate_pem, "key": {"pem": own.key_pem}});
        config["deadline_ms"] = 3000.into();
        Client::new(&config.to_string()).unwrap()
    }

    /// A client that has none.
    fn bare_client(&self, gateway: &str) -> Client {
        Client::new(&self.sandbox.config(gateway, self.sandbox.http_url()).unwrap().to_string()).unwrap()
    }

    fn inject(&self, gateway: &str, fault: &str) {
        self.sandbox.inject(gateway_of(gateway), Injection::parse(fault).unwrap(), 1);
    }

    /// How often money went back for this number, which each gateway has of its own.
    fn given_back(&self, number: &str) -> usize {
        self.sandbox.movements().iter().filter(|movement| movement.kind == MovementKind::Refunded(number.into())).count()
    }

    fn is_in_book(&self, number: &str) -> bool {
        self.sandbox.refunds().iter().any(|refund| refund.number == number && refund.state != RefundState::Failed)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.authority);
    }
}

/// 24 characters, which EdgerOS wants at least, of those that all take.
fn number(name: &str) -> String {
    format!("{:R<24}", name.replace(':', "_"))
}

/// A refund of 40 fen of the 100 that the order cost.
fn refund(gateway: &str, order: &str, number: &str) -> Value {
    match gateway {
        "wechat" => json!({"out_trade_no": order, "out_refund_no": number, "total_fee": "100", "refund_fee": "40"}),
        "edgeros" => json!({"mch_trade_no": order, "mch_refund_no": number, "refund_amount": "0.40", "refund_reason": "退货"}),
        "chinaums" => json!({"merOrderId": order, "instMid": "H5DEFAULT", "refundOrderId": number, "refundAmount": 40}),
        "chinaums:bill" => json!({"billNo": order, "billDate": "2026-01-01", "refundOrderId": number, "refundAmount": "40"}),
        other => panic!("{other}"),
    }
}

fn send(client: &Client, operation: &str, order: &Value) -> Result<Outcome> {
    client.send(&json!({"operation": operation, "order": order}).to_string())
}

#[test]
fn a_refund_is_taken_up_and_its_query_says_when_it_is_done() {
    let shop = Shop::open();
    for gateway in REFUNDING {
        let (client, slow) = (shop.client(gateway), number(&format!("PROCESSING-A-{gateway}")));
        let order = refund(gateway, "PAID-A", &slow);
        let unknown = send(&client, "refund_query", &order).unwrap();
        assert_ne!(unknown.code(), Code::Refunded, "{gateway}");
        assert_eq!(unknown.next(), Next::RefundQuery, "{gateway}: it may not have heard of the refund yet");
        assert!(gateway != "wechat" || unknown.code() == Code::NotFound, "{unknown:?}");
        let taken = send(&client, "refund", &order).unwrap();
        let slowly = if TELLING.contains(&gateway_of(gateway)) { Code::Processing } else { Code::Unknown };
        assert_eq!((taken.code(), taken.next()), (slowly, Next::RefundQuery), "{gateway} {taken:?}");
        assert!(taken.evidence() >= Evidence::TlsOnly && taken.explanation().en.contains("`refund_query`"), "{gateway}");
        assert_eq!(send(&client, "refund_query", &order).unwrap().code(), slowly, "{gateway}");
        shop.sandbox.settle_refund(gateway_of(gateway), &slow, true).unwrap();
        let done = send(&client, "refund_query", &order).unwrap();
        says_done(gateway, &done);
        assert_eq!(shop.given_back(&slow), 1, "{gateway}");
    }
}

#[test]
fn what_was_never_refunded_is_asked_about_and_what_was_never_ordered_is_looked_at() {
    let shop = Shop::open();
    let client = shop.client("wechat");
    let unpaid = refund("wechat", "OPEN-N", &number("N-wechat"));
    assert_eq!(send(&client, "refund", &unpaid).unwrap().next(), Next::RefundQuery);
    let none = send(&client, "refund_query", &unpaid).unwrap();
    assert_eq!((none.code(), none.next()), (Code::NotFound, Next::RefundQuery), "{none:?}");
    assert!(none.explanation().en.contains("Ask again later"), "{none:?}");
    let missing = send(&client, "refund", &refund("wechat", "NOTFOUND-N", &number("M-wechat"))).unwrap();
    assert_eq!((missing.code(), missing.next()), (Code::NotFound, Next::CheckOrder), "{missing:?}");
}

/// Where the gateway has no word for it, at least as a hint.
fn says_done(case: &str, outcome: &Outcome) {
    if TELLING.iter().any(|gateway| case.starts_with(gateway)) {
        assert_eq!((outcome.code(), outcome.next()), (Code::Refunded, Next::Reconcile), "{case} {outcome:?}");
        assert!(outcome.explanation().en.contains("do not refund again") && outcome.explanation().zh.contains("勿再次退款"), "{case}");
    } else {
        assert_eq!((outcome.code(), outcome.hint()), (Code::Unknown, Some(Code::Refunded)), "{case} {outcome:?}");
    }
}

#[test]
fn a_refund_that_failed_is_refused_and_keeps_its_number() {
    let shop = Shop::open();
    for gateway in REFUNDING {
        let (client, slow) = (shop.client(gateway), number(&format!("PROCESSING-B-{gateway}")));
        let order = refund(gateway, "PAID-B", &slow);
        send(&client, "refund", &order).unwrap();
        shop.sandbox.settle_refund(gateway_of(gateway), &slow, false).unwrap();
        let failed = send(&client, "refund_query", &order).unwrap();
        assert!(matches!(failed.code(), Code::Refused | Code::Unknown), "{gateway} {failed:?}");
        assert_eq!(failed.next(), Next::RefundQuery, "{gateway}");
        assert_eq!(shop.given_back(&slow), 0, "{gateway}");
    }
}

/// One of each kind of fault; those that take their time are left out.
pub(crate) const FAULTS: &[&str] = &[
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
    let shop = Shop::open();
    for gateway in REFUNDING {
        for (at, fault) in FAULTS.iter().enumerate() {
            let case = format!("{gateway} {fault}");
            let (client, number) = (shop.client(gateway), number(&format!("F{at}X-{gateway}")));
            let order = refund(gateway, &format!("PAID-F{at}"), &number);
            let inject = |call: &str| shop.inject(gateway, &format!("{call}:{fault}"));
            inject("refund");
            let first = send(&client, "refund", &order);
            check(&shop, &case, &first, &number);
            let second = send(&client, "refund", &order).unwrap();
            assert!(matches!(second.code(), Code::Processing | Code::Refunded), "{case}: {second:?}");
            assert_eq!(shop.given_back(&number), 1, "{case}");
            inject("refundquery");
            check(&shop, &case, &send(&client, "refund_query", &order), &number);
            says_done(&case, &send(&client, "refund_query", &order).unwrap());
            assert_eq!(shop.given_back(&number), 1, "{case}");
        }
    }
}

fn check(shop: &Shop, case: &str, said: &Result<Outcome>, number: &str) {
    let Ok(outcome) = said else {
        assert!(!shop.is_in_book(number), "{case}: not sent, it says, and it is in the book");
        return;
    };
    match outcome.code() {
        Code::Processing => assert!(shop.is_in_book(number), "{case}: taken up, it says"),
        Code::Refunded => assert_eq!(shop.given_back(number), 1, "{case}: given back, it says"),
        Code::Unknown => assert_eq!(outcome.next(), Next::RefundQuery, "{case}"),
        code => assert!(!shop.is_in_book(number), "{case}: {code}, it says, and it is in the book"),
    }
}

/// One reply too many answers no other refund: a refusal names nothing.
#[test]
fn a_refund_has_a_connection_that_has_carried_no_reply() {
    let shop = Shop::open();
    for gateway in REFUNDING {
        let client = shop.client(gateway);
        for at in 0..2 {
            shop.inject(gateway, "refund:again");
            let number = number(&format!("AGAIN-{at}-{gateway}"));
            send(&client, "refund", &refund(gateway, &format!("PAID-G{at}"), &number)).unwrap();
            assert_eq!(shop.given_back(&number), 1, "{gateway}");
        }
        // Of a bill an open one is the completion of a pre-authorisation, which was paid.
        if gateway == "chinaums:bill" {
            continue;
        }
        let unpaid = send(&client, "refund", &refund(gateway, "OPEN-G", &number(&format!("NEVER-{gateway}")))).unwrap();
        assert!(!matches!(unpaid.code(), Code::Processing | Code::Refunded), "{gateway}: {unpaid:?}");
        assert_eq!(shop.given_back(&number(&format!("NEVER-{gateway}"))), 0, "{gateway}");
    }
}

#[test]
fn without_the_certificate_nothing_is_sent() {
    let shop = Shop::open();
    let bare = shop.bare_client("wechat");
    let (order, number) = (refund("wechat", "PAID-C", &number("BARE")), number("BARE"));
    let error = send(&bare, "refund", &order).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Kind::Config, Some("client_certificate")), "{error}");
    assert!(error.hint().contains("apiclient_cert.p12"), "{}", error.hint());
    assert_eq!((shop.sandbox.calls("wechat", Call::Refund, &number), shop.given_back(&number)), (0, 0));
    // Whoever sends it himself shows a certificate of his own, and the query wants none.
    assert!(bare.sign(&json!({"operation": "refund", "order": order}).to_string()).is_ok());
    assert_eq!(send(&bare, "refund_query", &order).unwrap().code(), Code::NotFound);
}

/// What was scanned goes back, or is closed; the reply names no order, so that a query settles it. Whatever happens on the way, it is undone once.
#[test]
fn a_reversal_undoes_what_was_paid_once() {
    let shop = Shop::open();
    let client = shop.client("wechat");
    let undone = |order: &str| {
        let undone = |movement: &&chexiao_sandbox::Movement| movement.order == order && movement.kind == MovementKind::Undone;
        shop.sandbox.movements().iter().filter(undone).count()
    };
    for (at, fault) in FAULTS.iter().enumerate() {
        let number = format!("PAID-R{at}");
        let order = json!({"out_trade_no": number});
        shop.inject("wechat", &format!("reverse:{fault}"));
        if let Ok(first) = send(&client, "reverse", &order) {
            // No reply names its order: that to another reversal is to be confirmed as its own is.
            assert!(first.code() == Code::Unknown || undone(&number) == 1 || *fault == "other", "{fault}: {first:?}");
            assert!(matches!(first.next(), Next::Query | Next::Confirm), "{fault}: never done");
        } else {
            assert_eq!(undone(&number), 0, "{fault}: not sent, it says");
        }
        let second = send(&client, "reverse", &order).unwrap();
        assert_eq!((second.code(), second.next(), undone(&number)), (Code::Closed, Next::Confirm, 1), "{fault} {second:?}");
        assert_eq!(send(&client, "query", &order).unwrap().code(), Code::Closed, "{fault}");
    }
    let bare = shop.bare_client("wechat");
    assert_eq!(send(&bare, "reverse", &json!({"out_trade_no": "A1"})).unwrap_err().field(), Some("client_certificate"));
    let again = send(&client, "reverse", &json!({"out_trade_no": "REFUSED-R"})).unwrap();
    assert_eq!((again.code(), again.retry()), (Code::Unknown, chexiao::Retry::SameRequest), "recall Y: {again:?}");
    assert!(again.explanation().en.contains("reversal may have happened") && again.explanation().zh.contains("撤销"));
}

/// Where nothing is documented to rely on, the way out is the call.
#[test]
fn a_gateway_that_has_none_says_how_else() {
    let shop = Shop::open();
    for (gateway, operation, api) in [
        ("icbc", "refund", " \"POST /api/mybank/pay/cpay/cppayapply/V2\""),
        ("icbc", "refund_query", ""),
        ("icbc", "reverse", ""),
        ("ysepay", "query", " \"ysepay.trusteeship.fastPay.queryProtocol\""),
        ("ysepay", "refund", " \"ysepay.online.trade.refund\""),
        ("ysepay", "refund_query", " \"ysepay.online.trade.refund.query\""),
        ("ysepay", "reverse", ""),
        ("edgeros", "reverse", ""),
        ("chinaums", "reverse", ""),
    ] {
        let error = send(&shop.bare_client(gateway), operation, &json!({})).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Unsupported, Some("operation")), "{error}");
        for advice in [format!("`call` with `api`{api}"), format!("`call` 并给出 `api`{api} ")] {
            assert!(error.hint().contains(&advice), "{operation}: {}", error.hint());
        }
        assert_eq!(error.message().contains("`ensure_closed`"), operation == "query", "{error}");
    }
}
