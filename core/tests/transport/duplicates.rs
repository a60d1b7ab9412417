//! F29 and O9: one reply too many, at every moment around the next request, at every gateway, in clear and over TLS: no call gets the
//! word of another, and a connection that has carried a reply which named nothing carries no further close.
//!
//! With `CHEXIAO_LONG` set, 10,000 calls each.

use crate::certificates::{AUTHORITY, GOOD, server_with};
use crate::relay::Gateways;
use crate::server::{Connection, Server};
use crate::support::{End, File, Merchant};
use chexiao::{Code, Evidence, Outcome};
use chexiao_sandbox::{GATEWAYS, State};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SHORT: usize = 30;
const LONG: usize = 10_000;
/// Gateways whose authentic replies to a close name their call; at the others each close has a connection of its own.
const NAMING: [&str; 3] = ["icbc", "edgeros", "chinaums"];

/// Neighbours have different words.
const STATES: [State; 5] = [State::Open, State::Paid, State::Processing, State::NotFound, State::Closed];

/// When the reply comes once more.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Never,
    /// In the same bytes.
    Together,
    /// Directly after it.
    Next,
    /// While the connection lies idle, or just as the next request comes.
    Late,
    /// Once the next request has come: the answers are one behind from there on.
    Instead,
    /// Before the first request of the next connection.
    Early,
    /// Half of it at once, the rest with the next request.
    InHalves,
}

const MOMENTS: [Moment; 7] =
    [Moment::Never, Moment::Together, Moment::Next, Moment::Late, Moment::Instead, Moment::Early, Moment::InHalves];

/// What each connection has carried.
type Carried = Arc<Mutex<BTreeMap<usize, Vec<Asked>>>>;

#[derive(Debug, Clone, PartialEq)]
struct Asked {
    is_query: bool,
    number: String,
}

impl Asked {
    fn of(request: &str) -> Self {
        Self { is_query: request.split(' ').nth(1).unwrap().contains("query"), number: number_in(request) }
    }
}

struct Front {
    gateways: Gateways,
    /// Of each reply in turn.
    turn: AtomicUsize,
    early: Mutex<Option<Vec<u8>>>,
    /// The orders whose replies name their call.
    named: Arc<Mutex<BTreeSet<String>>>,
    carried: Carried,
}

impl Front {
    fn serve(&self, connection: &mut Connection) {
        let early = self.early.lock().unwrap().take();
        if let Some(reply) = early {
            connection.send(reply);
        }
        let mut due: Vec<u8> = Vec::new();
        while let Some(request) = connection.request() {
            self.carried.lock().unwrap().entry(connection.number).or_default().push(Asked::of(&request));
            let reply = self.gateways.answer(&request);
            let moment = MOMENTS[self.turn.fetch_add(1, Relaxed) * 3 % MOMENTS.len()];
            let names = self.named.lock().unwrap().contains(&number_in(&request));
            connection.send(std::mem::take(&mut due));
            match moment {
                Moment::Together => drop(connection.send([reply.clone(), reply].concat())),
                Moment::Next => _ = connection.send(&reply) && connection.send(&reply),
                Moment::Late => {
                    connection.send(&reply);
                    connection.pause(Duration::from_micros(self.turn.load(Relaxed) as u64 * 137 % 3000));
                    connection.send(&reply);
                }
                Moment::Instead => {
                    connection.send(&reply);
                    due = reply;
                }
                Moment::Early => {
                    connection.send(&reply);
                    // Where it names nothing, nothing tells it from a quick answer to the only request of its connection.
                    *self.early.lock().unwrap() = names.then_some(reply);
                }
                Moment::InHalves => {
                    let (start, end) = reply.split_at(reply.len() / 2);
                    connection.send([&reply, start].concat());
                    due = end.to_vec();
                }
                Moment::Never => drop(connection.send(&reply)),
            }
        }
    }
}

/// The order that a request is about: `X`, five digits and `Y`.
fn number_in(request: &str) -> String {
    let at =
        |start: usize| request.get(start..start + 7).filter(|text| text.ends_with('Y') && text[1..6].bytes().all(|b| b.is_ascii_digit()));
    request.match_indices('X').find_map(|(start, _)| at(start)).expect("an order number").into()
}

fn calls() -> usize {
    if std::env::var_os("CHEXIAO_LONG").is_some() { LONG } else { SHORT }
}

/// Calls to this gateway about orders in one state after the other; each ends in its own word, which is what it is without duplicates,
/// or in none.
fn no_call_gets_the_word_of_another(gateway: &str, over_tls: bool) {
    let gateways = Gateways::start();
    let names = NAMING.contains(&gateway);
    let operations: &[&str] = if chexiao_kit::ASKED.contains(&gateway) { &["close", "ensure_closed", "query"] } else { &["close"] };
    let authority = File::new(&format!("duplicates-{gateway}-{over_tls}.pem"), AUTHORITY);
    let (sandbox, carried, named) = (gateways.0.clone(), Carried::default(), Arc::<Mutex<BTreeSet<String>>>::default());
    let front = Front { gateways, turn: AtomicUsize::new(0), early: Mutex::default(), named: named.clone(), carried: carried.clone() };
    let script = move |connection: &mut Connection| front.serve(connection);
    let server = if over_tls { server_with(GOOD, script) } else { Server::start(script) };
    let config = sandbox.config(gateway, &server.url()).unwrap();
    let merchant = Merchant::new(&config, &json!({"ca_file": authority.0, "deadline_ms": 8000}));
    let direct = Merchant::new(&sandbox.config(gateway, sandbox.http_url()).unwrap(), &json!({}));
    let (mut own_words, mut own_words_of) = (0, BTreeMap::new());
    for n in 0..calls() {
        let (operation, state) = (operations[n / STATES.len() % operations.len()], STATES[n % STATES.len()]);
        let say = |merchant: &Merchant, number: &str| {
            sandbox.set_state(gateway, number, state);
            merchant.call(operation, number)
        };
        let own = own_words_of.entry((operation, n % STATES.len())).or_insert_with(|| say(&direct, &format!("D{n:05}Y")).unwrap());
        let own_word = own.code();
        let number = format!("X{n:05}Y");
        if names && matches!(own.evidence(), Evidence::SignedBound | Evidence::TlsOnly) {
            named.lock().unwrap().insert(number.clone());
        }
        let end = say(&merchant, &number);
        // Where the close of `ensure_closed` proves nothing, the query does not know when it was closed.
        let is_closed_too = |outcome: &Outcome| operation == "ensure_closed" && own.is_closed() && outcome.is_closed();
        let is_own_word = end.as_ref().is_ok_and(|outcome| outcome.code() == own_word || is_closed_too(outcome));
        own_words += usize::from(is_own_word);
        assert!(is_own_word || tells_nothing(&end), "{gateway}, {operation} {number}, {state:?}, {own_word}: {end:?}");
    }
    assert!(own_words * 3 > calls(), "{own_words} of {} calls had an answer", calls());
    println!("{gateway}, {}: {} calls, {own_words} with an answer", server.url(), calls());
    let (carried, mut shared) = (carried.lock().unwrap(), 0);
    for asked in carried.values() {
        let closes = asked.iter().position(|asked| !asked.is_query);
        let after_a_close = closes.map_or(&[][..], |first| &asked[first + 1..]);
        let own_query = |next: &Asked| closes.is_some_and(|close| *next == Asked { is_query: true, ..asked[close].clone() });
        assert!(names || (after_a_close.len() <= 1 && after_a_close.iter().all(own_query)), "{gateway}: {asked:?}");
        shared += usize::from(asked.iter().any(|other| other.number != asked[0].number));
    }
    assert!(!names || shared > 0, "no connection was used twice: this test proves nothing");
}

fn tells_nothing(end: &End) -> bool {
    end.as_ref().map_or_else(|error| error.kind() == chexiao::Kind::NotSent, |outcome| outcome.code() == Code::Unknown)
}

#[test]
fn no_call_gets_the_word_of_another_in_clear() {
    GATEWAYS.into_iter().for_each(|gateway| no_call_gets_the_word_of_another(gateway, false));
}

#[test]
fn no_call_gets_the_word_of_another_over_tls() {
    GATEWAYS.into_iter().for_each(|gateway| no_call_gets_the_word_of_another(gateway, true));
}
