//! ChinaUMS: what nobody has paid is closed, by the code of a bill or by the number of any other order, and is never taken for a void.

use crate::refunds::FAULTS;
use chexiao::{Client, Code, Evidence, Next, Outcome};
use chexiao_kit::KEYS;
use chexiao_sandbox::{Call, Injection, Options, Sandbox, State};
use serde_json::{Value, json};

const CHINAUMS: &str = "chinaums";

struct Shop {
    sandbox: Sandbox,
    client: Client,
}

impl Shop {
    fn open() -> Self {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
        let mut config = sandbox.config(CHINAUMS, sandbox.http_url()).unwrap();
        config["deadline_ms"] = 3000.into();
        let client = Client::new(&config.to_string()).unwrap();
        Self { sandbox, client }
    }

    fn send(&self, operation: &str, order: &Value) -> Outcome {
        self.client.send(&json!({"operation": operation, "order": order}).to_string()).unwrap()
    }

    fn book(&self, number: &str) -> State {
        self.sandbox.state(CHINAUMS, number).unwrap()
    }

    /// An order of each kind that has just been made, by its number.
    fn made(&self, kind: &str, number: &str) -> Value {
        let (api, fields) = match kind {
            "bill" => (
                "POST /v1/netpay/bills/get-qrcode",
                json!({"instMid": "QRPAYDEFAULT", "billNo": number, "billDate": "2026-01-01", "totalAmount": 100}),
            ),
            _ => (
                "POST /v1/netpay/wx/unified-order",
                json!({"instMid": "H5DEFAULT", "merOrderId": number, "totalAmount": 100, "tradeType": "JSAPI"}),
            ),
        };
        let made = self.client.call(&json!({"operation": "call", "api": api, "fields": fields}).to_string()).unwrap();
        assert_eq!(made.field("errCode"), Some("SUCCESS"), "{kind}");
        match kind {
            "bill" => json!({"qrCodeId": made.field("qrCodeId").unwrap(), "billNo": number, "billDate": "2026-01-01"}),
            _ => json!({"merOrderId": number, "instMid": "H5DEFAULT"}),
        }
    }
}

const KINDS: [&str; 2] = ["bill", "order"];

#[test]
fn what_nobody_has_paid_is_open_and_then_closed() {
    let shop = Shop::open();
    for kind in KINDS {
        let number = format!("327M-{kind}-1");
        let order = shop.made(kind, &number);
        let open = shop.send("query", &order);
        assert_eq!((open.code(), open.next()), (Code::Open, Next::Close), "{kind}: {open:?}");
        let closed = shop.send("close", &order);
        // The reply to a bill's close has no word for its state.
        let (code, next) = if kind == "bill" { (Code::Unknown, Next::Query) } else { (Code::Closed, Next::Confirm) };
        assert_eq!((closed.code(), closed.evidence(), closed.next()), (code, Evidence::TlsOnly, next), "{kind}: {closed:?}");
        assert_eq!((shop.book(&number), shop.send("query", &order).code()), (State::Closed, Code::Closed), "{kind}");
        let other = shop.made(kind, &format!("327M-{kind}-2"));
        let settled = shop.send("ensure_closed", &other);
        let next = if kind == "bill" { Next::Confirm } else { Next::Done };
        assert_eq!((settled.code(), settled.next()), (Code::Closed, next), "{kind}: {settled:?}");
        assert!(shop.sandbox.movements().is_empty(), "{kind}: nothing was voided");
    }
}

#[test]
fn what_was_paid_is_not_closed() {
    let shop = Shop::open();
    for kind in KINDS {
        let number = format!("327M-{kind}-3");
        let order = shop.made(kind, &number);
        shop.sandbox.pay(CHINAUMS, &number);
        let refused = shop.send("close", &order);
        assert_eq!((refused.code(), refused.next()), (Code::Refused, Next::Query), "{kind}: {refused:?}");
        let paid = shop.send("query", &order);
        assert_eq!((paid.code(), paid.next()), (Code::Paid, Next::Confirm), "{kind}: {paid:?}");
        let ensured = shop.send("ensure_closed", &order);
        assert_eq!((ensured.code(), shop.book(&number)), (Code::Paid, State::Paid), "{kind}: {ensured:?}");
    }
}

/// Whatever happens to the reply: "closed" only where it is, and "not closed" only where it is not.
#[test]
fn no_fault_makes_a_false_word() {
    let shop = Shop::open();
    for kind in KINDS {
        for (at, fault) in FAULTS.iter().enumerate() {
            let (case, number) = (format!("{kind} {fault}"), format!("327M-{kind}-F{at}"));
            let order = shop.made(kind, &number);
            shop.sandbox.inject(CHINAUMS, Injection::parse(fault).unwrap(), 1);
            let said = shop.client.send(&json!({"operation": "close", "order": order}).to_string());
            match said.as_ref().map(Outcome::code) {
                Ok(Code::Closed | Code::AlreadyClosed) => assert_eq!(shop.book(&number), State::Closed, "{case}"),
                Ok(Code::Unknown) => assert!(matches!(said.unwrap().next(), Next::Query), "{case}"),
                _ => assert_ne!(shop.book(&number), State::Closed, "{case}"),
            }
            assert!(shop.sandbox.calls(CHINAUMS, Call::Close, &number) <= 1, "{case}");
        }
    }
}

/// Nobody can be asked about a code alone: who is to ensure that it is closed says so before anything is sent.
#[test]
fn a_code_alone_is_closed_and_not_asked_about() {
    let shop = Shop::open();
    let order = json!({"qrCodeId": shop.made("bill", "327M-ALONE")["qrCodeId"]});
    for operation in ["query", "ensure_closed"] {
        let error = shop.client.send(&json!({"operation": operation, "order": order}).to_string()).unwrap_err();
        assert_eq!((error.field(), error.hint().is_empty()), (Some("order.billNo"), false), "{error}");
    }
    assert_eq!(shop.book("327M-ALONE"), State::Open);
    let closed = shop.send("close", &order);
    assert_eq!((closed.code(), closed.next(), shop.book("327M-ALONE")), (Code::Unknown, Next::Query, State::Closed), "{closed:?}");
}
