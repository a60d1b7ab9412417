//! What `ensure_closed` makes of a close and the query that follows: every state of the order that the one may tell, by every
//! state that the other may, through the whole client. The tables are worked out from ADR 9's sentences.

use chexiao::Client;
use chexiao::face::json;
use chexiao_sandbox::{Injection, Keys, Options, Sandbox, State, sample_order};
use serde_json::Value;
use std::sync::LazyLock;

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

/// A row for each state that the close tells, a column for each that the query does. A cell: the outcome, `!` being unknown by
/// contradiction; with `?`, a hint; with `…`, something to confirm; `-` if no query was sent.
struct Table {
    gateway: &'static str,
    queries: &'static str,
    rows: &'static [(&'static str, &'static str)],
}

const TABLES: [Table; 4] = [
    Table {
        gateway: "wechat",
        queries: "closed paid refunded accepted open notfound refused",
        rows: &[
            ("open", "closed !paid !refunded !processing !open !not_found closed…"),
            ("closed", "already_closed !paid !refunded !processing !open !not_found already_closed…"),
            ("paid", "!paid paid refunded !paid !paid !paid unknown?paid"),
            ("processing", "closed paid refunded processing processing?open processing?not_found processing"),
            ("refused", "closed paid refunded processing unknown?open unknown?not_found unknown"),
            ("notfound", "not_found- not_found- not_found- not_found- not_found- not_found- not_found-"),
        ],
    },
    // Its query never says closed: what is not settled by the close stays as it is, with what the query points to.
    Table {
        gateway: "edgeros",
        queries: "closed paid refunded processing open notfound limited",
        rows: &[
            ("open", "closed- closed- closed- closed- closed- closed- closed-"),
            ("closed", "refused refused?paid refused refused refused refused?not_found refused"),
            ("paid", "refused refused?paid refused refused refused refused?not_found refused"),
            ("processing", "refused refused?paid refused refused refused refused?not_found refused"),
            ("notfound", "not_found- not_found- not_found- not_found- not_found- not_found- not_found-"),
        ],
    },
    Table {
        gateway: "chinaums",
        queries: "closed paid refunded processing notfound limited",
        rows: &[
            ("open", "closed !open closed… closed… !not_found closed…"),
            ("closed", "already_closed !open already_closed… already_closed… !not_found already_closed…"),
            ("paid", "closed… refused?open refunded refused?processing refused?not_found refused"),
            ("processing", "closed… processing?open refunded processing?processing processing?not_found processing"),
            ("limited", "closed… unknown?open refunded unknown?processing unknown?not_found unknown"),
        ],
    },
    Table {
        gateway: "icbc",
        queries: "closed paid reserved released processing refused limited",
        rows: &[
            ("open", "closed- closed- closed- closed- closed- closed- closed-"),
            ("paid", "!paid paid unknown?paid unknown?paid !paid unknown?paid paid…"),
            ("reserved", "!paid paid unknown?paid unknown?paid !paid unknown?paid paid…"),
            ("processing", "closed paid processing?paid processing processing processing processing"),
            ("notfound", "closed paid unknown?paid unknown processing unknown unknown"),
        ],
    },
];

#[test]
fn every_state_of_a_close_by_every_state_of_a_query() {
    let mut cells = 0;
    let mut wrong = Vec::new();
    for Table { gateway, queries, rows } in TABLES {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
        for (close, row) in rows {
            for (query, expected) in queries.split(' ').zip(row.split(' ')) {
                cells += 1;
                let found = settled(&sandbox, gateway, &format!("N{cells}"), close, query);
                wrong.extend((found != expected).then(|| format!("{gateway}: {close} by {query} is {found}, not {expected}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cells, 6 * 7 + 5 * 7 + 5 * 6 + 5 * 7);
}

/// The cell, after what must hold in all: nothing is done that a query has not agreed to.
fn settled(sandbox: &Sandbox, gateway: &str, number: &str, close: &str, query: &str) -> String {
    sandbox.inject(gateway, Injection::parse("cut").unwrap(), 0);
    for says in [format!("says:{close}"), format!("query:says:{query}")] {
        sandbox.inject(gateway, Injection::parse(&says).unwrap(), 1);
    }
    let result = ensure_closed(sandbox, gateway, number);
    let text = |name: &str| result[name].as_str().unwrap_or_default().to_string();
    let (outcome, hint, next) = (text("outcome"), text("hint"), text("next"));
    let confirms = result["confirm"] != "not_needed";
    let expected = match outcome.as_str() {
        "closed" | "already_closed" | "paid" if confirms => "confirm",
        "closed" | "already_closed" => "done",
        "paid" => "fulfil_or_refund",
        "refunded" => "reconcile",
        "not_found" => "check_order",
        _ => "query",
    };
    assert_eq!(next, expected, "{result}");
    let queries = sandbox.queries(gateway, number);
    let bound = if gateway == "chinaums" { "tls_only" } else { "signed_bound" };
    assert!(!["done", "fulfil_or_refund", "reconcile"].contains(&next.as_str()) || text("evidence") == bound, "{result}");
    assert_eq!(sandbox.posts(gateway, number), 1);
    match (result["contradiction"] == true, confirms && outcome != "not_found", queries) {
        (_, _, 0) => format!("{outcome}-"),
        (true, _, _) if outcome == "unknown" => format!("!{hint}"),
        (_, true, _) => format!("{outcome}…"),
        _ if hint.is_empty() => outcome,
        _ => format!("{outcome}?{hint}"),
    }
}

fn ensure_closed(sandbox: &Sandbox, gateway: &str, number: &str) -> Value {
    let client = Client::new(&sandbox.config(gateway, sandbox.http_url()).unwrap().to_string()).unwrap();
    let call = json::call("ensure_closed", &sample_order(gateway, number).unwrap().to_string()).unwrap();
    serde_json::from_str(&json::send(&client, &call).unwrap().1).unwrap()
}

/// What a merchant attached comes back as it was; only a name that is read, or stands in the reply too, could be read in two ways.
#[test]
fn text_that_a_merchant_attached_hides_no_payment() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
    let harmless =
        ["uid=1&order=2", "&=", "a&b=c&b=d", "x&y", "https://a.example/?x=1&y=2", "a=b", "&trade_states=CLOSED", "&x&trade_state"];
    for (at, text) in harmless.into_iter().enumerate() {
        for (state, outcome) in [(State::Open, "closed"), (State::Paid, "paid"), (State::Refunded, "refunded")] {
            let number = format!("H{at}-{}", state.name());
            sandbox.set_state("wechat", &number, state);
            sandbox.attach("wechat", &number, text);
            let result = ensure_closed(&sandbox, "wechat", &number);
            assert_eq!((&result["outcome"], &result["evidence"]), (&outcome.into(), &"signed_bound".into()), "{text} {result}");
        }
    }
    let dangerous = ["a&trade_state=CLOSED", "a&out_trade_no=N1", "a&sign=0", "a&nonce_str=0", "a&trade_state_desc=x", "a&key=0&x=1"];
    for (at, text) in dangerous.into_iter().enumerate() {
        let number = format!("D{at}");
        sandbox.attach("wechat", &number, text);
        sandbox.set_state("wechat", &number, State::Paid);
        sandbox.inject("wechat", Injection::parse("says:open").unwrap(), 1);
        let result = ensure_closed(&sandbox, "wechat", &number);
        assert_ne!(result["next"], "done", "a paid order, {text}: {result}");
        assert_eq!((sandbox.posts("wechat", &number), sandbox.queries("wechat", &number)), (1, 1));
    }
}
