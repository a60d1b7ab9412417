//! The counter where orders are closed and asked for: opens a door, calls, and gathers what the client says and what the sandbox knows.

use crate::canaries;
use crate::oracle;
use crate::row::Cell;
use chexiao::Client;
use chexiao::face::json;
use chexiao::face::queue::Queue;
use chexiao::face::verbs::SEND;
use chexiao_kit::lateness;
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::{Call as Api, Carried, Connection, GATEWAYS, Keys, Options, Overheard, Sandbox, State, overhear, sample_order};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a door that stalls is waited for, its client having left.
const SETTLED: Duration = Duration::from_millis(250);
/// How long a queue is waited for: longer than any deadline here.
const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Counter {
    pub(crate) sandbox: Sandbox,
    pub(crate) ca_file: PathBuf,
    log: &'static Overheard,
    /// Bytes of log that were searched for secrets.
    pub(crate) logged: AtomicUsize,
    secrets: Vec<String>,
    next: AtomicUsize,
    /// Every call through a queue (`make faults`), instead of `send` and `call`.
    by_queue: bool,
}

/// How one call ended.
pub(crate) struct End {
    pub(crate) operation: String,
    /// The result or error JSON.
    pub(crate) document: Value,
    /// The order as the gateway knows it.
    pub(crate) book: Option<State>,
    /// Whether a secret stands in the result, the error, their Debug form or the log.
    pub(crate) secret: bool,
    pub(crate) took: Duration,
    pub(crate) number: String,
    /// When the caller had its answer.
    pub(crate) told: Instant,
}

/// One run: its calls, and what the sandbox knows afterwards.
pub(crate) struct Run {
    pub(crate) ends: Vec<End>,
    pub(crate) deadline: Duration,
    pub(crate) facts: Facts,
    /// How late the machine was to wake whom something had come for.
    pub(crate) lateness: Duration,
}

#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) book: Option<State>,
    pub(crate) connections: usize,
    pub(crate) received: usize,
    /// How many of them asked for a token, after which there may be no time left.
    pub(crate) of_tokens: usize,
    pub(crate) written: usize,
    pub(crate) posts: usize,
    pub(crate) handled: usize,
    pub(crate) queries: usize,
    pub(crate) elsewhere: usize,
    /// The length of the reply, had nothing gone wrong.
    pub(crate) reply: usize,
    pub(crate) carried: Vec<Connection>,
}

impl Counter {
    pub(crate) fn open() -> Counter {
        lateness::watch();
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
        let ca_file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}.pem", std::process::id()));
        std::fs::write(&ca_file, sandbox.ca_pem()).unwrap();
        Counter {
            secrets: canaries::secrets(&sandbox),
            sandbox,
            ca_file,
            log: overhear().unwrap(),
            logged: AtomicUsize::new(0),
            next: AtomicUsize::new(1000),
            by_queue: std::env::var_os("CHEXIAO_FAULTS_BY").is_some_and(|by| by == "queue"),
        }
    }

    /// What is made once per process, or once per key, is made now.
    pub(crate) fn warm_up(&self) {
        for gateway in GATEWAYS {
            let config = self.sandbox.config(gateway, self.sandbox.http_url()).unwrap();
            let call = json!({"operation": "close", "order": sample_order(gateway, "A1").unwrap()}).to_string();
            assert!(Client::new(&config.to_string()).unwrap().send(&call).unwrap().is_closed());
        }
    }

    pub(crate) fn judge(&self, scenario: &Scenario, gateway: &'static str, cell: &mut Cell) -> Run {
        let run = self.run(scenario, gateway);
        cell.runs += run.ends.len();
        let fault = fault(scenario);
        for why in oracle::broken(&run).into_iter().chain(oracle::unexpected(&run, &scenario.expected(gateway))) {
            match scenario.is_known_limit_at(gateway) && oracle::is_unbound(&run) && why.starts_with("O1") {
                true => cell.known_limits += 1,
                false => cell.wrong.push(format!("{} at {gateway}: {why} ({fault})", scenario.id)),
            }
        }
        run
    }

    fn run(&self, scenario: &Scenario, gateway: &'static str) -> Run {
        let numbers: Vec<String> = scenario.numbers().iter().map(|number| self.new_number(number)).collect();
        let operations = scenario.operations();
        let calls_to =
            |number: &String| operations.iter().map(|operation| Call::new(scenario, gateway, number, operation)).collect::<Vec<_>>();
        let calls: Vec<Call> = numbers.iter().flat_map(calls_to).collect();
        self.run_calls(scenario, gateway, &calls)
    }

    /// Through a door of its own.
    pub(crate) fn run_calls(&self, scenario: &Scenario, gateway: &'static str, calls: &[Call]) -> Run {
        let door = self.sandbox.door(scenario.injection()).unwrap();
        let config = self.config(scenario, gateway, if is_in_clear(scenario) { door.http_url() } else { door.https_url() });
        let deadline = Duration::from_millis(config["deadline_ms"].as_u64().unwrap_or_default());
        let started = Instant::now();
        let ends = self.calls(scenario, &config, calls);
        std::thread::sleep(scenario.time("linger_ms"));
        door.settle(SETTLED);
        let connections = door.connections();
        let sum = |of: fn(&Connection) -> usize| connections.iter().map(of).sum();
        let facts = Facts {
            book: calls.last().and_then(|call| self.sandbox.state(gateway, &call.number)),
            connections: connections.len(),
            received: sum(|connection| connection.received),
            of_tokens: if config["account"]["authentication"] == "access_token" { sum(of_token) } else { 0 },
            written: sum(|connection| connection.written),
            posts: scenario.api.map_or_else(|| sum(|connection| connection.posts), |api| arrivals(&connections, api)),
            handled: sum(|connection| connection.handled),
            queries: if scenario.api == Some(Api::Query) { 0 } else { sum(|connection| connection.queries) },
            elsewhere: door.connections_elsewhere(),
            reply: connections.iter().map(|connection| connection.reply).max().unwrap_or_default(),
            carried: connections,
        };
        Run { ends, deadline, facts, lateness: lateness::since(started) }
    }

    /// With a new number for its `#`.
    pub(crate) fn new_number(&self, number: &str) -> String {
        number.replace('#', &self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }

    pub(crate) fn config(&self, scenario: &Scenario, gateway: &str, base_url: &str) -> Value {
        let account = scenario.member("account").as_str().unwrap_or(gateway);
        let mut config = self.sandbox.config(account, base_url).unwrap();
        config["deadline_ms"] = json!(8000);
        if !is_in_clear(scenario) {
            config["ca_file"] = json!(self.ca_file);
        }
        if scenario.api.is_some() && gateway == "wechat" {
            let issued = self.sandbox.merchant_certificate();
            config["client_certificate"] = json!({"pem": issued.certificate_pem, "key": {"pem": issued.key_pem}});
        }
        scenario.put_over(&mut config, gateway, "config");
        config
    }

    /// One client; its calls one after the other, or together.
    fn calls(&self, scenario: &Scenario, config: &Value, calls: &[Call]) -> Vec<End> {
        let started = Instant::now();
        let client = match Client::new(&config.to_string()) {
            Ok(client) => Arc::new(client),
            Err(error) => {
                return vec![self.end(calls.last().unwrap(), &json::error(&error), format!("{error:?} {error}"), started, Instant::now())];
            }
        };
        let only_sign = scenario.member("sign") == &json!(true);
        let pause = scenario.time("pause_ms");
        let make = |call: &Call| {
            std::thread::sleep(pause);
            let started = Instant::now();
            let done = match only_sign {
                true => json::sign(&client, &call.text).map(|request| (request, String::new())),
                false if self.by_queue => Ok((through_a_queue(&client, &call.text), String::new())),
                false if call.operation == "call" => {
                    client.call(&call.text).map(|answer| (json::answer_json(&answer), format!("{answer:?}")))
                }
                false => client.send(&call.text).map(|outcome| (json::result(&outcome), format!("{outcome:?}"))),
            };
            let told = Instant::now();
            let (document, debug) = done.unwrap_or_else(|error| (json::error(&error), format!("{error:?} {error}")));
            self.end(call, &document, format!("{debug} {client:?}"), started, told)
        };
        let times = usize::try_from(scenario.member("calls").as_u64().unwrap_or(1)).unwrap();
        if scenario.member("together") == &json!(true) {
            return std::thread::scope(|scope| {
                let calls: Vec<_> = (0..times).map(|_| scope.spawn(|| make(&calls[0]))).collect();
                calls.into_iter().map(|call| call.join().unwrap()).collect()
            });
        }
        calls.iter().flat_map(|call| std::iter::repeat_n(call, times)).map(make).collect()
    }

    fn end(&self, call: &Call, document: &str, debug: String, started: Instant, told: Instant) -> End {
        let secret = self.shows_a_secret(&format!("{document}\n{debug}\n{}", self.log()));
        End {
            operation: call.operation.clone(),
            document: serde_json::from_str(document).unwrap(),
            book: self.sandbox.state(call.gateway, &call.number),
            secret,
            took: told - started,
            number: call.number.clone(),
            told,
        }
    }

    /// What the library has logged since.
    pub(crate) fn log(&self) -> String {
        let log = self.log.take();
        self.logged.fetch_add(log.len(), Ordering::Relaxed);
        log
    }

    pub(crate) fn shows_a_secret(&self, shown: &str) -> bool {
        self.secrets.iter().any(|secret| shown.contains(secret))
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.ca_file);
    }
}

/// The result or error JSON of a call that is submitted and taken.
fn through_a_queue(client: &Arc<Client>, call: &str) -> String {
    let queue = Queue::new(1).unwrap();
    queue.submit(client.clone(), &SEND, call.into(), 1).unwrap();
    let finished = queue.take(LONG).unwrap().expect("every call comes back");
    finished.answer.1
}

/// What strikes, as a message names it.
pub(crate) fn fault(scenario: &Scenario) -> String {
    scenario.injection().map(|injection| format!("{injection:?}")).unwrap_or_default()
}

fn is_in_clear(scenario: &Scenario) -> bool {
    scenario.member("via") == "http"
}

fn of_token(connection: &Connection) -> usize {
    let asks = |request: &Carried| request.call.is_none() && request.number.is_none();
    if !connection.requests.is_empty() && connection.requests.iter().all(asks) { connection.received } else { 0 }
}

fn arrivals(connections: &[Connection], api: Api) -> usize {
    connections.iter().flat_map(|connection| &connection.requests).filter(|request| request.call == Some(api)).count()
}

/// A call and the order it is about, or the refund.
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) text: String,
    pub(crate) gateway: &'static str,
    pub(crate) number: String,
}

impl Call {
    fn new(scenario: &Scenario, gateway: &'static str, number: &str, operation: &str) -> Call {
        let mut order = sample_order(gateway, number).unwrap();
        scenario.put_over(&mut order, gateway, "order");
        let mut call = json!({"operation": operation, "order": order});
        scenario.put_over(&mut call, gateway, "call");
        Call { operation: operation.into(), text: call.to_string(), gateway, number: number.into() }
    }
}
