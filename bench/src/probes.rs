//! What is measured in a process of its own: memory, descriptors, and what grows.

use crate::bulk;
use crate::cases::{self, Case};
use crate::library::{Client, Library};
use crate::pairs::{each, processor_time};
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write, stdin};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

/// Asks a new process of this program. `url`: the server, where one is needed.
pub fn probed(library: &Path, kind: &str, name: &str, times: usize, url: &str) -> Vec<f64> {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.arg(library).args(["probe", kind, name, &times.to_string(), url]);
    let output = command.stderr(std::process::Stdio::inherit()).output().expect("it runs");
    assert!(output.status.success(), "{kind} of {name}: {}", output.status);
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(|number| number.parse().expect("a number")).collect()
}

/// Is that process.
pub fn probe(library: &Library, root: &Path, kind: &str, name: &str, times: usize, url: &str) {
    let case = cases::named(library, root, name);
    let numbers = match kind {
        "hosts" => hosts(library, &case, times, url),
        "idle" => idle(library, &case, times),
        "many" => many(library, &case, times),
        "cycles" => cycles(library, &case, times),
        "orders" => return orders(library, &case, url),
        "bulk" => bulk::cost(&case, times, url, &root.join("target/bench")),
        _ => panic!("no such probe: {kind}"),
    };
    println!("{}", numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
}

/// The first close of each client in relation to its second, of blocks of clients that take turns; and the most sockets there were.
fn hosts(library: &Library, case: &Case, clients: usize, url: &str) -> Vec<f64> {
    let config = case.config_at(url, Path::new(""));
    let clients: Vec<_> = (0..=clients).map(|_| library.open(&config)).collect();
    // What a process does once.
    clients[0].close(&case.call);
    let (mut ratios, mut most) = (Vec::new(), 0);
    for block in clients[1..].chunks(50) {
        let closes = || {
            let begun = Instant::now();
            block.iter().for_each(|client| client.close(&case.call));
            begun.elapsed().as_secs_f64()
        };
        ratios.push(closes() / closes());
        most = most.max(sockets());
    }
    ratios.sort_by(f64::total_cmp);
    vec![ratios[ratios.len() / 2], most as f64]
}

fn sockets() -> usize {
    let links = fs::read_dir("/proc/self/fd").expect("Linux").filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

/// KiB of each client that is open.
fn idle(library: &Library, case: &Case, times: usize) -> Vec<f64> {
    let mut clients = Vec::with_capacity(times + 100);
    clients.extend((0..100).map(|_| library.open(&case.config)));
    let before = trimmed();
    clients.extend((0..times).map(|_| library.open(&case.config)));
    vec![(resident() - before) / times as f64]
}

/// MB with so many clients open; and a signature with a client among so many in relation to one among a hundred.
fn many(library: &Library, case: &Case, times: usize) -> Vec<f64> {
    let mut clients: Vec<Client<'_>> = Vec::with_capacity(times);
    let (mut ratios, mut megabytes) = (Vec::new(), 0f64);
    for _ in 0..5 {
        let mut among = |count: usize| {
            clients.truncate(count);
            clients.extend((clients.len()..count).map(|_| library.open(&case.config)));
            let last = clients.last().expect("some");
            each(2000, &mut || last.sign(&case.call));
            let best = (0..9).map(|_| each(2000, &mut || last.sign(&case.call))).fold(f64::MAX, f64::min);
            megabytes = megabytes.max(resident() * 1024.0 / 1e6);
            best
        };
        let few = among(100);
        ratios.push(among(times) / few);
    }
    ratios.sort_by(f64::total_cmp);
    vec![megabytes, ratios[ratios.len() / 2]]
}

/// MiB that so many rounds of open, sign, verify and free add to those of a hundredth of them.
fn cycles(library: &Library, case: &Case, times: usize) -> Vec<f64> {
    let rounds = |times: usize| {
        for _ in 0..times {
            let client = library.open(&case.config);
            client.sign(&case.call);
            assert_eq!(client.verify(&case.exchange), 1);
        }
        trimmed()
    };
    let before = rounds(times / 100);
    vec![(rounds(times) - before) / 1024.0]
}

/// Closes as many orders as each line of the input says: the nanoseconds of processor time of each, and the KiB that are resident then.
fn orders(library: &Library, case: &Case, url: &str) {
    let client = library.open(&case.config_at(url, Path::new("")));
    let call = case.calls("close");
    let mut number = 0;
    for line in stdin().lines() {
        let times: usize = line.expect("a line").parse().expect("a number");
        let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
        for _ in 0..times {
            number += 1;
            client.close(&call(number));
        }
        let cost = (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64 / times as f64;
        println!("{cost} {}", trimmed());
    }
}

/// A process that closes orders: [`orders`].
pub struct Closer {
    process: Child,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Closer {
    pub fn start(library: &Path, name: &str, url: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(library).args(["probe", "orders", name, "0", url]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it runs");
        let answers = BufReader::new(process.stdout.take().expect("piped")).lines();
        Self { process, answers }
    }

    /// The processor time of each, and the KiB that are resident afterwards.
    pub fn close(&mut self, times: usize) -> [f64; 2] {
        writeln!(self.process.stdin.as_mut().expect("piped"), "{times}").expect("it listens");
        let answer = self.answers.next().expect("it answers").expect("a line");
        let (cost, resident) = answer.split_once(' ').expect("two numbers");
        [cost, resident].map(|number| number.parse().expect("a number"))
    }
}

impl Drop for Closer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        _ = self.process.wait();
    }
}

/// [`resident`], once what was freed has gone back to the system, so that nothing new hides in it.
fn trimmed() -> f64 {
    // SAFETY: touches only what is free.
    unsafe { libc::malloc_trim(0) };
    resident()
}

/// KiB.
pub fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
