//! `chexiao demo`: closes orders at the five sandboxed gateways over HTTPS, hears what they post, and compares every outcome with what it
//! must be and every "closed" with the gateway's own order book.

mod life;
mod merchant;

use crate::configs::{CA_FILE, CLIENT_CERTIFICATE, PrivateFolder, set, write_configs};
use crate::output::line;
use chexiao::Code::{self, AlreadyClosed, Closed, Misconfigured, Paid, Processing, Refused, Unknown};
use chexiao::Evidence::{self, None as Unproven, SignedBound, SignedUnbound, TlsOnly};
use chexiao::gateways::ALL;
use chexiao::{Client, Next, Outcome, Verb};
use chexiao_sandbox::{Call, GATEWAYS, Keys, MovementKind, NoticeFault, Options, Sandbox, sample_call, sample_order};
use life::{Says, Step};
use merchant::Merchant;
use serde_json::{Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// One thing that happens at a counter, and what each gateway's client must say, in the order of [`GATEWAYS`].
struct Case {
    name: &'static str,
    /// The sandbox reads state and faults from the order number's prefix.
    number: &'static str,
    setting: Setting,
    /// `ensure_closed` where the gateway can be queried, so that the row ends in what is acted on.
    ensure_closed: bool,
    expected: [(Code, Evidence); 5],
}

#[derive(Clone, Copy)]
enum Setting {
    Normal,
    ShortDeadline,
    WrongMerchantKey,
}

const CASES: [Case; 7] = [
    Case {
        name: "open → closed",
        number: "A1001",
        setting: Setting::Normal,
        ensure_closed: false,
        expected: [(Closed, SignedBound), (Closed, SignedUnbound), (Closed, SignedUnbound), (Closed, SignedBound), (Closed, TlsOnly)],
    },
    Case {
        name: "closed again",
        number: "A1001",
        setting: Setting::Normal,
        ensure_closed: false,
        expected: [
            (Closed, SignedBound),
            (Refused, SignedUnbound),
            (AlreadyClosed, SignedUnbound),
            (Refused, SignedBound),
            (AlreadyClosed, TlsOnly),
        ],
    },
    Case {
        name: "already paid",
        number: "PAID1001",
        setting: Setting::Normal,
        ensure_closed: false,
        expected: [(Paid, SignedBound), (Refused, SignedUnbound), (Paid, SignedUnbound), (Refused, SignedBound), (Refused, TlsOnly)],
    },
    Case {
        name: "unsigned reply",
        number: "UNSIGNED1001",
        setting: Setting::Normal,
        ensure_closed: false,
        expected: [(Unknown, Unproven); 5],
    },
    Case {
        name: "reply of another order",
        number: "OTHER1001",
        setting: Setting::Normal,
        ensure_closed: true,
        expected: [(Processing, SignedBound), (Closed, SignedUnbound), (Unknown, SignedBound), (Unknown, Unproven), (Unknown, Unproven)],
    },
    Case {
        name: "timeout after send",
        number: "SLEEP1001",
        setting: Setting::ShortDeadline,
        ensure_closed: false,
        expected: [(Unknown, Unproven); 5],
    },
    Case {
        name: "wrong merchant key",
        number: "A1002",
        setting: Setting::WrongMerchantKey,
        ensure_closed: false,
        expected: [
            (Misconfigured, SignedUnbound),
            (Misconfigured, SignedUnbound),
            (Misconfigured, Unproven),
            (Unknown, Unproven),
            (Misconfigured, TlsOnly),
        ],
    },
];

/// Something that the gateway posts about [`CLOSED_AND_PAID`], what it must be heard as, and how it is answered.
struct Posted {
    name: &'static str,
    fault: Option<NoticeFault>,
    expected: (Code, Evidence),
    answer: &'static str,
}

const POSTED: [Posted; 2] = [
    Posted { name: "paid after the close", fault: None, expected: (Paid, SignedBound), answer: ACKNOWLEDGE },
    Posted { name: "forged notification", fault: Some(NoticeFault::Changed), expected: (Unknown, Unproven), answer: "refuse" },
];

/// The order that the first of the [`CASES`] closes.
const CLOSED_AND_PAID: &str = "A1001";
const ACKNOWLEDGE: &str = "acknowledge";

const NOTES: &str = "\
unsigned reply          ChinaUMS signs no reply at all: there, the reply lacks the message id instead.
reply of another order  Here ensure_closed has the last word: the query finds the order as it is (ICBC calls an unpaid one
                        processing). Replies of WeChat Pay and YSEPay name no order, so that another's would do: they say
                        closed, and confirm. YSEPay has no query: there, the close alone. EdgerOS Pay's says no state.
closed again, paid      YSEPay and EdgerOS Pay have no word for either, ChinaUMS none for paid: refused.
wrong merchant key      EdgerOS Pay answers unsigned: nothing in it can be believed.
made, given back, …     An order's life; what is no operation here is a call, answered in the gateway's words. The same refund,
                        asked for twice, happens once. EdgerOS Pay's orders are made by the front end alone, and what
                        became of its refunds is told by its notifications alone.
paid after the close    What the gateway posts to the merchant, and what that is answered; forged: one digit was changed.";

pub(crate) fn run() -> Result<ExitCode, Box<dyn Error>> {
    let folder = PrivateFolder::new()?;
    show(folder.path())
}

fn show(folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let counter = Counter::open(folder)?;
    line(format_args!("Five sandboxed gateways at {}: throw-away keys, real TLS, real signatures.\n", counter.sandbox.https_url()))?;
    line(format_args!("{:<10}{:<24}{:<22}{:<16}{:<18}{:<12}{:>5}", "gateway", "case", "outcome", "evidence", "next", "order book", "ms"))?;
    let (mut all, mut wrong) = (0, 0);
    for column in counter.all_gateways() {
        for row in column? {
            line(&row.text)?;
            all += 1;
            wrong += usize::from(!row.right);
        }
        line("")?;
    }
    line(format_args!("{NOTES}\n"))?;
    if wrong > 0 {
        line(format_args!("{wrong} of {all} outcomes are not what they must be."))?;
        return Ok(ExitCode::FAILURE);
    }
    line(format_args!("All {all} outcomes are what they must be. At the real gateway: put your keys into a configuration (README), then"))?;
    line(format_args!("  chexiao close --config wechat.json --order '{{\"out_trade_no\":\"1217752501201407033233368018\"}}'"))?;
    Ok(ExitCode::SUCCESS)
}

/// The sandbox, and keys that it does not know.
struct Counter {
    sandbox: Sandbox,
    ca_file: PathBuf,
    strange_keys: Keys,
}

struct Row {
    text: String,
    right: bool,
}

impl Counter {
    fn open(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let (keys, strange_keys) = std::thread::scope(|scope| {
            let other = scope.spawn(Keys::generate);
            (Keys::generate(), other.join())
        });
        let sandbox = Sandbox::start(Options { http: None, https: None, keys })?;
        write_configs(&sandbox, sandbox.https_url(), folder)?;
        let strange_keys = strange_keys.map_err(|_| "making keys failed")?;
        Ok(Self { sandbox, ca_file: folder.join(CA_FILE), strange_keys })
    }

    /// The rows of each gateway; the gateways side by side, since most of the time is spent waiting for time-outs.
    fn all_gateways(&self) -> Vec<Result<Vec<Row>, String>> {
        std::thread::scope(|scope| {
            let running: Vec<_> =
                GATEWAYS.into_iter().enumerate().map(|(at, gateway)| scope.spawn(move || self.one_gateway(at, gateway))).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a thread of the demo panicked".into()))).collect()
        })
    }

    fn one_gateway(&self, at: usize, gateway: &str) -> Result<Vec<Row>, String> {
        let case = |case: &Case| self.one_case(case, at, gateway).map_err(|error| format!("{gateway}, {}: {error}", case.name));
        let mut rows: Vec<_> = CASES.iter().map(case).collect::<Result<_, _>>()?;
        rows.extend(self.posted(gateway).map_err(|error| format!("{gateway}, notifications: {error}"))?);
        rows.extend(self.life(gateway).map_err(|error| format!("{gateway}, life of an order: {error}"))?);
        Ok(rows)
    }

    /// Another order, from its making to the refund, which happens once though it is asked for twice.
    fn life(&self, gateway: &str) -> Result<Vec<Row>, Box<dyn Error>> {
        let mut config = self.config(gateway, Setting::Normal)?;
        // WeChat Pay gives money back to nobody else.
        let certificate = self.ca_file.with_file_name(CLIENT_CERTIFICATE);
        let password = self.sandbox.merchant_certificate().password;
        set(&mut config, "", "client_certificate", json!({ "file": certificate, "password": password }));
        let client = Client::new(&config.to_string())?;
        let step = |step: &Step| self.step(step, gateway, &client);
        let mut rows: Vec<_> = life::making(gateway).iter().map(step).collect::<Result<_, _>>()?;
        self.sandbox.pay(gateway, life::NUMBER);
        rows.extend(life::ending(gateway).iter().map(step).collect::<Result<Vec<_>, _>>()?);
        Ok(rows)
    }

    fn step(&self, step: &Step, gateway: &str, client: &Client) -> Result<Row, Box<dyn Error>> {
        let sample = |call| sample_call(gateway, call, life::NUMBER, life::REFUND).ok_or("no such call");
        let (cells, ms, is_said) = match step.says {
            Says::Field(field, word) => {
                let answer = client.call(&sample(step.call)?.to_string())?;
                let said = answer.field(field).unwrap_or_default();
                let is_number = said.bytes().all(|byte| byte.is_ascii_digit());
                let shown = if is_number { format!("{field} {said}") } else { said.into() };
                ([shown, answer.evidence().word().into(), String::new()], answer.elapsed_ms(), said == word && answer.is_authentic())
            }
            Says::Outcome(code) => {
                let (operation, call) = match step.call {
                    Call::RefundQuery => (Verb::RefundQuery, Call::Refund), // one order serves both
                    Call::Refund => (Verb::Refund, Call::Refund),
                    call => (Verb::Close, call),
                };
                let order = sample(call)?.get("fields").cloned();
                let said = client.send(&json!({"operation": operation.word(), "order": order}).to_string())?;
                let shown = [said.code().word(), said.evidence().word(), said.next().word()].map(String::from);
                (shown, said.elapsed_ms(), said.code() == code && said.evidence() != Unproven)
            }
        };
        let is_refund = |kind: &MovementKind| matches!(kind, MovementKind::Refunded(number) if number == life::REFUND);
        let moved = self.sandbox.movements();
        let refunds = moved.iter().filter(|movement| movement.gateway == gateway && is_refund(&movement.kind)).count();
        let was_given_back = matches!(step.call, Call::Refund | Call::RefundQuery);
        let right = is_said && refunds == usize::from(was_given_back);
        let [said, evidence, next] = &cells;
        Ok(self.row(gateway, [step.name, said, evidence, next], life::NUMBER, u128::from(ms), right))
    }

    /// A buyer pays what is closed: the merchant hears of it, and then of something that the gateway has never said.
    fn posted(&self, gateway: &str) -> Result<Vec<Row>, Box<dyn Error>> {
        let merchant = Merchant::open(Client::new(&self.config(gateway, Setting::Normal)?.to_string())?)?;
        self.sandbox.pay(gateway, CLOSED_AND_PAID);
        let case = |(at, posted): (usize, &Posted)| {
            let begun = Instant::now();
            self.sandbox.post_notice(gateway, CLOSED_AND_PAID, posted.fault, &merchant.url)?;
            let notice = merchant.hear()?;
            let answer = if self.is_acknowledged(gateway, at) { ACKNOWLEDGE } else { "refuse" };
            let right = posted.expected == (notice.event(), notice.evidence()) && posted.answer == answer;
            let cells = [posted.name, notice.event().word(), notice.evidence().word(), answer];
            Ok(self.row(gateway, cells, CLOSED_AND_PAID, begun.elapsed().as_millis(), right))
        };
        POSTED.iter().enumerate().map(case).collect()
    }

    /// What the gateway makes of the answer to its posting of this number, once it has one.
    fn is_acknowledged(&self, gateway: &str, at: usize) -> bool {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let deliveries = self.sandbox.deliveries();
            match deliveries.iter().filter(|delivery| delivery.config == gateway).nth(at) {
                Some(delivery) if delivery.answers.is_empty() && Instant::now() < until => thread::sleep(Duration::from_millis(1)),
                delivery => return delivery.is_some_and(|delivery| delivery.is_acknowledged()),
            }
        }
    }

    fn one_case(&self, case: &Case, at: usize, gateway: &str) -> Result<Row, Box<dyn Error>> {
        let client = Client::new(&self.config(gateway, case.setting)?.to_string())?;
        let order = sample_order(gateway, case.number).ok_or("no sample order")?;
        let can_query = ALL.iter().any(|entry| entry.id == gateway && !entry.tables(Verb::Query).is_empty());
        let operation = if case.ensure_closed && can_query { "ensure_closed" } else { "close" };
        let outcome = client.send(&json!({"operation": operation, "order": order}).to_string())?;
        let book = self.book(gateway, case.number);
        // The one case where a close is not in the book: a reply that names no order would do for any.
        let unsettled = case.ensure_closed && outcome.next() == Next::Confirm;
        let right = case.expected.get(at) == Some(&(outcome.code(), outcome.evidence())) && (unsettled || honest(&outcome, &book));
        let cells = [case.name, outcome.code().word(), outcome.evidence().word(), outcome.next().word()];
        Ok(self.row(gateway, cells, case.number, u128::from(outcome.elapsed_ms()), right))
    }

    /// Case, outcome, evidence and next; what the gateway's book says of the order; milliseconds.
    fn row(&self, gateway: &str, [case, outcome, evidence, next]: [&str; 4], number: &str, ms: u128, right: bool) -> Row {
        let book = self.book(gateway, number);
        let mark = if right { "" } else { "   <-- wrong" };
        let text = format!("{gateway:<10}{case:<24}{outcome:<22}{evidence:<16}{next:<18}{book:<12}{ms:>5}{mark}");
        Row { text, right }
    }

    fn book(&self, gateway: &str, number: &str) -> String {
        self.sandbox.state(gateway, number).map_or("", |state| state.name()).to_lowercase()
    }

    fn config(&self, gateway: &str, setting: Setting) -> Result<Value, Box<dyn Error>> {
        let mut config = self.sandbox.config(gateway, self.sandbox.https_url()).ok_or("no such gateway")?;
        set(&mut config, "", "ca_file", json!(self.ca_file));
        match setting {
            Setting::Normal => {}
            Setting::ShortDeadline => {
                set(&mut config, "", "deadline_ms", json!(1000));
                set(&mut config, "", "connect_timeout_ms", json!(900));
            }
            Setting::WrongMerchantKey => {
                let stranger = chexiao_sandbox::config(gateway, "", &self.strange_keys).ok_or("no such gateway")?;
                for secret in ["private_key", "api_key", "app_key"] {
                    if let Some(key) = stranger.pointer(&format!("/account/{secret}")) {
                        set(&mut config, "/account", secret, key.clone());
                    }
                }
            }
        }
        Ok(config)
    }
}

/// What the client says against what the gateway knows.
fn honest(outcome: &Outcome, book: &str) -> bool {
    match outcome.code() {
        Closed | AlreadyClosed => book == "closed",
        Paid => book == "paid",
        _ => outcome.next() != Next::Done,
    }
}
