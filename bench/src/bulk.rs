//! What a bulk job costs: beside a bare loop over `Client::send`, and among few and many orders.

use crate::cases::{self, Case};
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::pairs::{Turns, processor_time};
use crate::probes::{probed, resident};
use crate::server::Server;
use chexiao::Client;
use chexiao_bulk::{Account, End, Event, Job, Journal, Limits, Options, Order, Pace, SharedGovernor, Stopper, Unpaced, Watch};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

const ACCOUNT: &str = "shop";
/// Requests under way at once.
const AT_ONCE: usize = 32;
/// Added to the journal at once.
const ADDED: usize = 1000;
/// Where a query confirms the close.
const NAME: &str = "chinaums";

/// What a bulk job does with each order, as the bare loop does it.
#[derive(Clone, Copy)]
struct Sends {
    name: &'static str,
    operation: &'static str,
}

/// A close and a query.
const BOTH: Sends = Sends { name: NAME, operation: "ensure_closed" };
/// One close: there is no query. Its replies name nothing, so that each has a connection of its own.
const UNNAMED: Sends = Sends { name: "ysepay RSA", operation: "close" };
/// One close, whose signed reply names the order.
const SIGNED: [Sends; 2] = [Sends { name: "icbc RSA", operation: "close" }, Sends { name: "edgeros", operation: "close" }];

/// Every line.
pub fn all(path: &Path, library: &Library, root: &Path, folder: &Path, turns: Turns) -> Vec<Row> {
    let server = Server::start(folder, NAME, 0);
    let [orders, most] = match turns.0 {
        0..=20 => [3_000, 10_000],
        21..=100 => [10_000, 100_000],
        _ => [10_000, 1_000_000],
    };
    let one_close = Server::start(folder, UNNAMED.name, 0);
    let signing = SIGNED.map(|sends| Server::that_signs(folder, sends.name));
    let mut figures = vec![
        ("HTTP", BOTH, &server, &server.http, orders),
        ("HTTPS", BOTH, &server, &server.https, orders),
        ("HTTP", UNNAMED, &one_close, &one_close.http, orders / 5),
    ];
    // A job opens its connections anew, which among so few orders would be a part of the cost over HTTPS.
    figures.extend(SIGNED.iter().zip(&signing).map(|(sends, server)| ("HTTP", *sends, server, &server.http, orders / 5)));
    let mut rows = Vec::new();
    for (scheme, sends, server, url, orders) in figures {
        let case = cases::named(library, root, sends.name);
        let config = case.config_with(url, &server.ca_file, &server.public_key);
        let Sends { name, operation } = sends;
        let of = |job: &str| {
            format!("{name}: orders per second of a bulk job{job} over {scheme} / {AT_ONCE} threads by Client::send of {operation}")
        };
        rows.push(Row::at_least(of(""), rates(&case, sends, &config, orders, folder, turns, true), 0.8));
        rows.push(Row::without_target(of(" without a pace"), rates(&case, sends, &config, orders, folder, turns, false)));
    }
    let costs = |orders| probed(path, "bulk", NAME, orders, &server.http);
    let single = |value| Measured::of(vec![value]);
    let [few, _, start] = costs(100)[..] else { panic!("three numbers") };
    rows.push(Row::without_target(format!("{NAME}: processor time of a job of {AT_ONCE} orders, ms"), single(start)));
    for orders in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|orders| *orders <= most) {
        let [cost, resident, _] = costs(orders)[..] else { panic!("three numbers") };
        rows.push(Row::at_most(format!("{NAME}: processor time of each further order of {orders} / of 100"), single(cost / few), 1.1));
        rows.push(Row::at_most(format!("{NAME}: a job of {orders} orders, MiB at its end"), single(resident), 64.0).digits(0));
    }
    rows
}

/// The two take turns.
fn rates(case: &Case, sends: Sends, config: &str, orders: usize, folder: &Path, turns: Turns, is_paced: bool) -> Measured {
    let client = Client::new(config).expect("a client");
    let ratio = || {
        let seconds = with_journal(folder, |journal| {
            add(&journal, case, orders);
            taken(|| run(&journal, config, is_paced))
        });
        taken(|| loops(&client, case, sends.operation, orders)) / seconds
    };
    ratio();
    Measured::of((0..turns.0.div_ceil(4)).map(|_| ratio()).collect())
}

fn loops(client: &Client, case: &Case, operation: &str, orders: usize) {
    let (next, call) = (AtomicUsize::new(0), case.calls(operation));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Relaxed)).filter(|number| *number < orders) {
                    assert!(client.send(&call(number)).expect("an outcome").is_closed());
                }
            });
        }
    });
}

/// A new one, on the disk where this was built, for as long as it is worked with.
fn with_journal<T>(folder: &Path, work: impl FnOnce(Arc<Journal>) -> T) -> T {
    // Each a path of its own: a journal's thread may close its file, and take the log away, after it was dropped.
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let folder = folder.join(format!("bulk-{}-{}", std::process::id(), MADE.fetch_add(1, Relaxed)));
    fs::create_dir_all(&folder).expect("a folder");
    let done = work(Arc::new(Journal::sqlite(folder.join("journal")).expect("a journal")));
    fs::remove_dir_all(&folder).expect("removed");
    done
}

fn add(journal: &Journal, case: &Case, orders: usize) {
    let json = case.orders();
    let order = |number| Order::new(ACCOUNT, number as u64 + 1, json(number)).expect("an order");
    for from in (0..orders).step_by(ADDED) {
        journal.add((from..orders.min(from + ADDED)).map(order).collect()).expect("added");
    }
}

/// With a pace that nothing has to wait for, or without one.
fn run(journal: &Arc<Journal>, config: &str, is_paced: bool) {
    let accounts = vec![Account::open(ACCOUNT, config).expect("an account")];
    let options = Options { in_flight: AT_ONCE, ..Options::default() };
    let pace: Arc<dyn Pace> = match is_paced {
        true => {
            let wide = Limits::new(100_000.0, 10_000).expect("limits");
            Arc::new(SharedGovernor::new(journal, wide, wide, options.lease(&accounts)).expect("a pace"))
        }
        false => Arc::new(Unpaced),
    };
    let job = Job::new(journal.clone(), accounts, pace, Arc::new(AllClosed), options, Stopper::new()).expect("a job");
    assert_eq!(job.run(), Ok(End::Complete));
}

/// A job that closes anything else is not measured.
struct AllClosed;

impl Watch for AllClosed {
    fn hear(&self, event: &Event<'_>) {
        if let Event::Ended { ending, .. } = event {
            // Where there is no query, a close that names nothing is all there is.
            assert!(ending.word == "closed" && ["done", "confirm"].contains(&ending.next.as_str()), "{}", ending.why);
        }
    }
}

fn taken(act: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    act();
    begun.elapsed().as_secs_f64()
}

/// Nanoseconds of the processor that each order takes, added and closed, besides those with which every place is taken once, in the best of several
/// jobs if it is one of few; MiB at the end; milliseconds of the processor that a job of those alone takes.
pub fn cost(case: &Case, orders: usize, url: &str, folder: &Path) -> Vec<f64> {
    let config = case.config_at(url, Path::new(""));
    let of = |orders: usize| {
        let one = |journal: Arc<Journal>| {
            let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
            add(&journal, case, orders);
            run(&journal, &config, true);
            (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64
        };
        let jobs = (2_000 / orders).clamp(1, 40);
        (0..jobs).map(|_| with_journal(folder, one)).fold(f64::MAX, f64::min)
    };
    let (all, first) = (of(orders), of(AT_ONCE));
    vec![(all - first) / (orders - AT_ONCE) as f64, resident() / 1024.0, first / 1e6]
}
