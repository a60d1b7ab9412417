//! What a call costs over the network: against a server that has the reply at hand, in a process of its own.

use crate::cases;
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::pairs::{Turns, processor_time};
use crate::probes::probed;
use crate::programs;
use crate::reqwests::Reqwests;
use crate::server::Server;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Threads that call at once.
const THREADS: usize = 8;
/// How long they do so in a turn.
const WHILE: Duration = Duration::from_millis(200);
/// What a round trip takes on the long line, in milliseconds.
const ROUND_TRIP: u64 = 30;

/// Every line.
pub fn all(path: &Path, library: &Library, root: &Path, folder: &Path, turns: Turns) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(["wechat MD5", "edgeros"].map(|name| cold_process(path, library, root, folder, turns, name)));
    rows.extend(["chinaums", "edgeros", "icbc RSA"].into_iter().flat_map(|name| clients_of_one_host(path, folder, turns, name)));
    rows.extend(requests_per_second(library, root, folder, turns));
    rows.extend(many_from_one_thread(library, root, folder, turns));
    rows.extend(round_trips(library, root, folder, turns));
    rows
}

/// From its start to its end, a C program that closes one order over TLS.
fn cold_process(path: &Path, library: &Library, root: &Path, folder: &Path, turns: Turns, name: &str) -> Row {
    let (server, case) = (Server::start(folder, name, 0), cases::named(library, root, name));
    let (program, config) = (programs::in_c(path, root, folder, "close"), folder.join("config.json"));
    fs::write(&config, case.config_at(&server.https, &server.ca_file)).expect("written");
    let one = || {
        let begun = Instant::now();
        let status = Command::new(&program).arg(&config).arg(&case.call).arg("1").status().expect("it runs");
        assert!(status.success(), "{status}");
        begun.elapsed().as_secs_f64() * 1000.0
    };
    one();
    let figure = format!("{name}: first close of a cold process over TLS, the whole process, ms");
    Row::at_most(figure, Measured::of((0..turns.0 * 2).map(|_| one()).collect()), 5.0)
}

/// 900 accounts of one host; one closes after the other.
fn clients_of_one_host(path: &Path, folder: &Path, turns: Turns, name: &str) -> Vec<Row> {
    let server = Server::start(folder, name, 0);
    let probes: Vec<_> = (0..turns.0.div_ceil(10)).map(|_| probed(path, "hosts", name, 900, &server.http)).collect();
    let of = |which: usize| Measured::of(probes.iter().map(|probe| probe[which]).collect());
    vec![
        Row::at_most(format!("{name}: first close of each of 900 clients of one host / a later one"), of(0), 1.2),
        Row::at_most(format!("{name}: sockets meanwhile, one call under way"), of(1), 2.0).digits(0),
    ]
}

fn requests_per_second(library: &Library, root: &Path, folder: &Path, turns: Turns) -> [Row; 2] {
    let (server, case) = (Server::start(folder, "chinaums", 0), cases::named(library, root, "chinaums"));
    [("HTTP", &server.http), ("HTTPS", &server.https)].map(|(scheme, url)| {
        let client = library.open(&case.config_at(url, &server.ca_file));
        let reqwests = Reqwests::new(&client.request(&case.call), &server.ca_file);
        let ours = || {
            let (done, begun) = (AtomicU64::new(0), Instant::now());
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        while begun.elapsed() < WHILE {
                            client.close(&case.call);
                            done.fetch_add(1, Relaxed);
                        }
                    });
                }
            });
            done.into_inner() as f64 / begun.elapsed().as_secs_f64()
        };
        _ = (ours(), reqwests.per_second(THREADS, WHILE));
        let ratios = (0..turns.0).map(|_| ours() / reqwests.per_second(THREADS, WHILE)).collect();
        let figure = format!("chinaums: closes per second of {THREADS} threads over {scheme} / those of {THREADS} tasks of bare reqwest");
        Row::at_least(figure, Measured::of(ratios), 0.9)
    })
}

/// Closes over the long line by one thread with a queue, and by as many threads as calls are under way: those of the library that `BASE` names,
/// an earlier build, or of this one.
fn many_from_one_thread(library: &Library, root: &Path, folder: &Path, turns: Turns) -> [Row; 2] {
    const AT_ONCE: usize = 128;
    let closes = AT_ONCE * if turns.0 > 20 { 80 } else { 16 };
    let (server, case) = (Server::start(folder, "chinaums", ROUND_TRIP), cases::named(library, root, "chinaums"));
    let config = case.config_at(&server.http, &server.ca_file);
    let base = std::env::var_os("BASE").map(|path| Library::load(Path::new(&path)));
    let (client, threads) = (library.open(&config), base.as_ref().unwrap_or(library).open(&config));
    let cost = |closing: &dyn Fn()| {
        let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
        let seconds = taken(closing);
        [seconds, (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64]
    };
    let by_queue = || client.close_by_queue(&case.call, closes, AT_ONCE);
    let by_threads = || {
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| (0..closes / AT_ONCE).for_each(|_| threads.close(&case.call)));
            }
        });
    };
    // Connections are made before.
    client.close_by_queue(&case.call, AT_ONCE, AT_ONCE);
    by_threads();
    let pairs: Vec<_> = (0..turns.0.div_ceil(10)).map(|_| (cost(&by_queue), cost(&by_threads))).collect();
    let of = |ratio: fn([f64; 2], [f64; 2]) -> f64| Measured::of(pairs.iter().map(|(queue, threads)| ratio(*queue, *threads)).collect());
    let whose = if base.is_some() { " of a build without queues" } else { "" };
    let figure = |what: &str| format!("chinaums: {what} of {closes} closes by one thread over the long line / by {AT_ONCE} threads{whose}");
    [
        Row::at_least(figure("closes per second"), of(|queue, threads| threads[0] / queue[0]), 1.0),
        Row::at_most(figure("processor time"), of(|queue, threads| queue[1] / threads[1]), 0.6),
    ]
}

/// The reply of WeChat Pay names nothing, so that each close has a connection of its own; beside it, reqwest keeps one.
fn round_trips(library: &Library, root: &Path, folder: &Path, turns: Turns) -> [Row; 2] {
    let (server, case) = (Server::start(folder, "wechat MD5", ROUND_TRIP), cases::named(library, root, "wechat MD5"));
    let client = library.open(&case.config_at(&server.https, &server.ca_file));
    let kept = Reqwests::new(&client.request(&case.call), &server.ca_file);
    // The first TLS session is no resumed one.
    client.close(&case.call);
    kept.one();
    let more = |ours: &dyn Fn() -> f64| {
        let one = |_| (ours() - taken(|| kept.one())) * 1000.0 / ROUND_TRIP as f64;
        Measured::of((0..turns.0).map(one).collect())
    };
    let fresh = more(&|| taken(|| client.close(&case.call)));
    let warmed = more(&|| {
        client.warm();
        taken(|| client.close(&case.call))
    });
    let figure = |which| format!("wechat MD5: close over TLS on a connection {which}, beside a kept one, round trips more");
    [Row::at_most(figure("of its own"), fresh, 2.0).digits(1), Row::at_most(figure("that was warmed"), warmed, 1.0).digits(1)]
}

fn taken(act: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    act();
    begun.elapsed().as_secs_f64()
}
