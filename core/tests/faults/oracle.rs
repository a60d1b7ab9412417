//! What must hold after every run, whatever was injected, and what the scenario expects besides.

use crate::counter::{End, Facts, Run};
use chexiao_sandbox::{Call, Carried, Connection, State};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// How much later than its deadline a call may return.
const SLACK: Duration = Duration::from_millis(250);

/// How much later than the caller's answer the sandbox may read what was written before it.
const IN_FLIGHT: Duration = Duration::from_millis(50);

/// The rules O1 to O6, O9 and O10 that the run breaks.
pub(crate) fn broken(run: &Run) -> Vec<String> {
    let is_of_order = |end: &&End| ["close", "query", "ensure_closed"].contains(&end.operation.as_str());
    let mut broken: Vec<String> = run.ends.iter().filter(is_of_order).filter_map(of_book).collect();
    let facts = &run.facts;
    if run.ends.iter().all(|end| end.is_error()) && facts.received > facts.of_tokens {
        broken.push(format!("O2 an error, and {} bytes of the request arrived", facts.received - facts.of_tokens));
    }
    if run.deadline > Duration::ZERO {
        let late = run.ends.iter().filter(|end| end.took > run.deadline + SLACK + 3 * run.lateness);
        broken.extend(late.map(|end| format!("O4 returned after {:?}, the deadline being {:?}", end.took, run.deadline)));
    }
    broken.extend(too_much(run));
    broken.extend(run.ends.iter().filter(|end| end.secret).map(|_| "O6 a secret is shown".to_string()));
    broken.extend(facts.carried.iter().filter_map(|connection| carried_too_much(connection, run.lateness)));
    broken.extend(written_too_late(run));
    broken
}

/// O9: a reply that named no call of its connection was the last, but for the query that follows its own close. What was sent before one too
/// many came may have been read late.
fn carried_too_much(connection: &Connection, lateness: Duration) -> Option<String> {
    let surplus = connection.requests.iter().skip(1).find(|request| {
        let late = |surplus: Instant| request.arrived.saturating_duration_since(surplus) > IN_FLIGHT + 3 * lateness;
        request.call == Some(Call::Close) && connection.surplus.is_some_and(late)
    });
    if let Some(request) = surplus {
        return Some(format!("O9 {:?} was sent where a reply too many had come", request.number));
    }
    let at = connection.requests.iter().position(|request| !request.named)?;
    let (before, after) = connection.requests.split_at(at + 1);
    let close = before.last()?;
    let is_its_query =
        |request: &Carried| close.call == Some(Call::Close) && request.call == Some(Call::Query) && request.number == close.number;
    match after {
        [] => None,
        [query] if is_its_query(query) => None,
        [next, ..] => Some(format!("O9 {:?} of {:?} follows a reply that did not name {:?}", next.call, next.number, close.number)),
    }
}

/// O10: nothing is written after the caller was told, neither of a request nor a whole one. Whoever accepts a connection, serves
/// it and reads may each have been woken late.
fn written_too_late(run: &Run) -> Option<String> {
    let connections = &run.facts.carried;
    let told = run.ends.iter().map(|end| end.told).max()?;
    let allowed = IN_FLIGHT + 3 * run.lateness;
    let late = |at: Instant, told: Instant| Some(at.saturating_duration_since(told)).filter(|late| *late > allowed);
    if let Some(late) = connections.iter().filter_map(|connection| late(connection.heard?, told)).max() {
        return Some(format!("O10 bytes arrived {late:?} after the caller was told"));
    }
    let of_number = |number: &str| run.ends.iter().filter(|end| end.number == number).map(|end| end.told).max();
    let requests = connections.iter().flat_map(|connection| &connection.requests);
    let late = requests.filter_map(|request| late(request.arrived, of_number(request.number.as_deref()?)?)).max()?;
    Some(format!("O10 a request arrived {late:?} after the caller was told"))
}

/// O5: a close posts once, a query once, and what does both, both once.
fn too_much(run: &Run) -> Option<String> {
    let Facts { posts, queries, connections, .. } = run.facts;
    let calls_but = |other: &str| run.ends.iter().filter(|end| end.operation != other).count();
    let (closes, asks) = (calls_but("query"), calls_but("close"));
    // A token names no order: its connection may be one of its own.
    let tokens = run.facts.carried.iter().flat_map(|connection| &connection.requests).filter(|request| request.call.is_none()).count();
    let too_much = posts > closes || queries > asks || connections > closes + asks + tokens;
    too_much.then(|| format!("O5 {posts} posts, {queries} queries and {connections} connections; {closes} and {asks} were called for"))
}

/// O1 and O3: what is said of the order is what the gateway knows of it.
fn of_book(end: &End) -> Option<String> {
    let outcome = end.outcome();
    match (outcome, end.book) {
        ("closed" | "already_closed", book) if book != Some(State::Closed) => Some(format!("O1 {outcome}, and the book says {book:?}")),
        ("paid" | "refunded" | "processing" | "not_found" | "misconfigured" | "throttled" | "open", Some(State::Closed)) => {
            Some(format!("O3 {outcome}, and the book says closed"))
        }
        ("paid", book) if !is_paid(end, book) => Some(format!("O3 paid, and the book says {book:?}")),
        ("refunded", book) if book != Some(State::Refunded) => Some(format!("O3 refunded, and the book says {book:?}")),
        _ => None,
    }
}

/// Paid; or a close that says so and asks for a query, of money that was reserved, released or given back.
fn is_paid(end: &End, book: Option<State>) -> bool {
    let asks = end.document["next"] == "confirm";
    book == Some(State::Paid) || asks && matches!(book, Some(State::Reserved | State::Released | State::Refunded))
}

/// The members of the last result, or of the facts, that are not what the scenario expects. A list: any of these.
pub(crate) fn unexpected(run: &Run, expected: &Map<String, Value>) -> Vec<String> {
    let end = run.ends.last().unwrap();
    let wrong = expected.iter().filter_map(|(name, wanted)| {
        let found = found(run, end, name);
        let fits = wanted.as_array().map_or(found == *wanted, |any| any.contains(&found));
        (!fits).then(|| format!("{name} is {found}, not {wanted}"))
    });
    wrong.collect()
}

fn found(run: &Run, end: &End, name: &str) -> Value {
    let facts = &run.facts;
    match name {
        "book" => json!(facts.book.map(|state| state.name().to_lowercase())),
        "connections" => json!(facts.connections),
        "posts" => json!(facts.posts),
        "handled" => json!(facts.handled),
        "queries" => json!(facts.queries),
        "received" => json!(facts.received > 0),
        "elsewhere" => json!(facts.elsewhere),
        "written_mib_at_most_32" => json!(facts.written <= 32 << 20),
        name => end.document[name].clone(),
    }
}

/// Closed by a reply that names no order or not this call alone, and so said: with a query recommended or required.
pub(crate) fn is_unbound(run: &Run) -> bool {
    run.ends.iter().all(|end| {
        let unsure = end.document["evidence"] == "signed_unbound" || end.document["confirm"] == "required";
        !end.claims_closed() || unsure && end.document["next"] == "confirm"
    })
}

impl End {
    fn is_error(&self) -> bool {
        self.document.get("error").is_some()
    }

    fn outcome(&self) -> &str {
        self.document["outcome"].as_str().unwrap_or_default()
    }

    fn claims_closed(&self) -> bool {
        matches!(self.outcome(), "closed" | "already_closed")
    }
}

/// A rule that catches no lie proves nothing: each of these is one.
pub(crate) fn check_itself() {
    let honest = || Lie {
        operation: "close",
        outcome: "closed",
        book: State::Closed,
        received: 9,
        posts: 1,
        queries: 0,
        took_ms: 1,
        secret: false,
        carried: Vec::new(),
        surplus: false,
        late_ms: 0,
        heard_late_ms: 0,
    };
    let both = || Lie { operation: "ensure_closed", queries: 1, ..honest() };
    assert_eq!((honest().broken(), both().broken()), (String::new(), String::new()));
    for (rule, lie) in [
        ("O1", Lie { book: State::Open, ..honest() }),
        ("O1", Lie { outcome: "already_closed", book: State::Paid, ..honest() }),
        ("O2", Lie { outcome: "", ..honest() }),
        ("O3", Lie { outcome: "paid", ..honest() }),
        ("O3", Lie { outcome: "throttled", ..honest() }),
        ("O3", Lie { outcome: "paid", book: State::Refunded, ..honest() }),
        ("O3", Lie { outcome: "refunded", book: State::Paid, ..honest() }),
        ("O4", Lie { took_ms: 1300, ..honest() }),
        ("O5", Lie { posts: 2, ..honest() }),
        ("O5", Lie { queries: 1, ..honest() }),
        ("O5", Lie { queries: 2, ..both() }),
        ("O5", Lie { operation: "query", ..both() }),
        ("O6", Lie { secret: true, ..honest() }),
        ("O9", Lie { carried: vec![post("A", true), post("A", false), post("B", true)], ..honest() }),
        ("O9", Lie { carried: vec![post("A", false), query("B", true)], ..honest() }),
        ("O9", Lie { carried: vec![post("A", false), query("A", true), post("A", true)], ..honest() }),
        ("O9", Lie { carried: vec![token(), post("A", true)], ..honest() }),
        ("O9", Lie { carried: vec![post("A", true), post("A", true)], surplus: true, ..honest() }),
        ("O10", Lie { late_ms: 60, carried: vec![post("A", true)], ..honest() }),
        ("O10", Lie { heard_late_ms: 60, ..honest() }),
    ] {
        assert_eq!(lie.broken(), rule);
    }
    for honest in [
        Lie { carried: vec![post("A", true), post("B", true), post("A", false)], ..honest() },
        Lie { carried: vec![post("A", true), post("A", false), query("A", true)], ..honest() },
        Lie { late_ms: 40, heard_late_ms: 40, carried: vec![post("A", true)], ..honest() },
    ] {
        assert_eq!(honest.broken(), "");
    }
}

/// Call, order, and whether the reply named it.
type Sent = (Option<Call>, &'static str, bool);

fn post(number: &'static str, named: bool) -> Sent {
    (Some(Call::Close), number, named)
}

fn query(number: &'static str, named: bool) -> Sent {
    (Some(Call::Query), number, named)
}

fn token() -> Sent {
    (None, "", false)
}

/// How a call to a deadline of one second could end.
struct Lie {
    operation: &'static str,
    outcome: &'static str,
    book: State,
    received: usize,
    posts: usize,
    queries: usize,
    took_ms: u64,
    secret: bool,
    /// What one connection carried, 100 ms after a reply too many, if there was one.
    carried: Vec<Sent>,
    surplus: bool,
    /// How late after the answer the last of it arrived.
    late_ms: u64,
    /// How late the last byte was heard.
    heard_late_ms: u64,
}

impl Lie {
    /// The rules it breaks.
    fn broken(self) -> String {
        let document = if self.outcome.is_empty() { json!({"error": "tls"}) } else { json!({"outcome": self.outcome}) };
        let took = Duration::from_millis(self.took_ms);
        let told = Instant::now();
        let end =
            End { operation: self.operation.into(), document, book: Some(self.book), secret: self.secret, took, number: "A".into(), told };
        let Lie { received, posts, queries, .. } = self;
        let arrived = told + Duration::from_millis(self.late_ms);
        let request = |(call, number, named): Sent| Carried { call, number: Some(number.into()), arrived, named };
        let connection = Connection {
            heard: Some(told + Duration::from_millis(self.heard_late_ms)),
            surplus: self.surplus.then(|| arrived - Duration::from_millis(100)),
            requests: self.carried.into_iter().map(request).collect(),
            ..Connection::default()
        };
        let facts =
            Facts { book: Some(self.book), received, posts, queries, connections: 1, carried: vec![connection], ..Facts::default() };
        let broken = broken(&Run { ends: vec![end], deadline: Duration::from_secs(1), facts, lateness: Duration::ZERO });
        broken.iter().map(|why| why.split(' ').next().unwrap()).collect()
    }
}
