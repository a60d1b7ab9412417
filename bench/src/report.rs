//! `docs/benchmarks.md`: what was measured, where, when, and whether it is as it should be.

use crate::counts::Counts;
use crate::figures::{Measured, Row, Target};
use std::fs;
use std::process::Command;

/// Figures that are measured in one way.
pub struct Section {
    /// What `bench/run` calls it.
    pub name: &'static str,
    pub title: &'static str,
    pub how: &'static str,
    pub rows: Vec<Row>,
    pub turns: usize,
    /// Of the machine when it began: [`load`].
    pub load: String,
}

/// The page: with what was measured now, and the rest as it stands on the page before.
pub fn page(measured: &[Section], before: &str, counts: &Counts) -> String {
    let mut page = HEAD.to_string();
    for (name, title, _) in SECTIONS {
        match measured.iter().find(|section| section.name == name) {
            Some(section) => page += &table(section),
            None => page += kept(before, title),
        }
    }
    page += MISSED;
    page += COUNTS;
    counts.iter().for_each(|(name, count)| page += &format!("| {name} | {count} |\n"));
    page
}

fn kept<'p>(before: &'p str, title: &str) -> &'p str {
    let Some(at) = before.find(&format!("\n## {title}\n")) else { return "" };
    let end = before[at + 1..].find("\n## ").map_or(before.len(), |end| at + 1 + end);
    &before[at..end]
}

/// A section of it.
pub fn table(Section { name, title, how, rows, turns, load }: &Section) -> String {
    let when = format!("{}, {}, load {load}, `bench/run {name}` ({turns} turns).", today(), machine());
    let head = "| figure | measured (spread) | target | holds |\n| --- | --- | --- | --- |\n";
    rows.iter().map(line).fold(format!("\n## {title}\n\n{how}\n{when}\n\n{head}"), |page, line| page + &line)
}

fn line(row: &Row) -> String {
    let (Row { figure, measured: Measured { median, least, most }, .. }, digits) = (row, row.digits);
    let spread = if least == most { String::new() } else { format!(" ({least:.digits$}–{most:.digits$})") };
    let (target, holds) = match row.target {
        Target::AtMost(most) => (format!("≤ {most}"), if row.holds() { "yes" } else { "**no**" }),
        Target::AtLeast(least) => (format!("≥ {least}"), if row.holds() { "yes" } else { "**no**" }),
        Target::None => ("–".into(), "–"),
    };
    format!("| {figure} | {median:.digits$}{spread} | {target} | {holds} |\n")
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1.to_string()));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores", model.unwrap_or_else(|| std::env::consts::ARCH.into()))
}

/// How many processes want to run, of the last minute.
pub fn load() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    loads.split(' ').next().unwrap_or_default().into()
}

fn today() -> String {
    let output = Command::new("date").arg("+%Y-%m-%d").output().expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().into()
}

const HEAD: &str = "\
# What a call costs

Written by `make bench`, and section by section by `bench/run`.
The library is done when the cryptography and the network are all that a call costs.
So nearly every figure is a ratio, and what is compared takes turns in one run.
The spread leaves out the outermost tenths.
A request and a reply of each account are those of the test vectors.

![Every figure as a part of what its target allows](benchmarks.svg)
";

/// Name, title, and how it is measured.
pub const SECTIONS: [(&str, &str, &str); 8] = [
    ("rates", "Closes per second", RATES),
    ("pairs", "Beside the cryptography", PAIRS),
    ("network", "Over the network", NETWORK),
    ("memory", "Many clients and many orders", MEMORY),
    ("bulk", "Bulk jobs", BULK),
    ("resets", "Connections that the server ends", RESETS),
    ("bindings", "From Python and Java", BINDINGS),
    ("peers", "Beside other SDKs", PEERS),
];

const RATES: &str = "\
What one core makes where it never waits: a second, divided by the processor time of a close in all threads of its
process, by one thread over HTTPS, against the server of the section on the network.
At WeChat Pay and YSEPay, whose replies name no order, each has a connection of its own, and so a handshake in it.
`ensure_closed` is two such requests, and a gateway's own time comes on top.
Client and server share that core: where two cores of a virtual machine wake one another, that costs as much as a close,
and ChinaUMS makes 17,000.
";

const PAIRS: &str = "\
The shared library as a C program calls it, against the bare primitives of AWS-LC, which are built for speed, on the
processor time of one thread.
WeChat Pay and ChinaUMS are compared with the MAC of a text as long as the request and of one as long as the reply.
";

const NETWORK: &str = "\
Against a server of the bench's own that has the reply at hand, in a process of its own on this machine.
These are times of the clock, so that they want a machine that does nothing else.
reqwest posts the bytes of the signed request, asynchronously on one thread, and neither signs nor verifies.
On the long line every byte takes 15 ms each way, and a connection 30 ms to come about.
";

const MEMORY: &str = "\
Resident memory, and processor time of all threads, each in a process of its own; closes share one core with their
server.
";

const BULK: &str = "\
Orders of one account, with 32 requests under way, against the server of the section on the network, by a journal in a
SQLite file that is written with fsync.
Beside it, as many threads that do the same with each order by `Client::send` alone: at ChinaUMS, whose replies nothing
signs, a close and the query that confirms it, at YSEPay, which has no query, a close on a connection of its own, at
ICBC and EdgerOS, whose signed replies name the order, a close.
There the server signs each reply, with RSA of 1024 and 2048 bits: that takes its time of both sides alike, as a gateway
on a machine of its own would not.
The job keeps a pace, as the command does, that is wide enough to wait for nothing; one without shows what that costs.
Processor time is that of all threads, and of adding the orders too, without what a job of 32 orders takes: it begins
its threads and connections, and has the disk write for few.
";

const RESETS: &str = "\
A server that ends a connection, by FIN and by RST, 0 to 1,000 µs after its last reply, and clients that call
0 to 1,000 µs after theirs, so that it ends at every moment around the next request.
An order whose request was under way then is unknown, and rightly so.
reqwest, which the library stood on before its clients shared their connections, meets the same,
with a pool for each client.
There, several clients in turn leave each connection alone for so long that it has ended before it is used again;
here, they find one that has just been used.
";

const BINDINGS: &str = "\
The package for Python and the classes for Java as they ship, each in a process that stays,
against a C program's calls of the shared library, on the processor time of all threads.
A JVM has run each for a while before.
Those on virtual threads are times of the clock, with JDK 21 or later.
";

const PEERS: &str = "\
`make bench PEERS=1`: a close at WeChat Pay by SDKs from the registries, each as it comes and with its client kept,
on the processor time of all threads.
They keep their connections; chexiao makes one for every close, since a reply of WeChat Pay names no order.
`acopay` is EdgerOS's own SDK at EdgerOS, which no registry has: with `ACOPAY_SDK`, a folder with its sources.
The versions are those of `tests/peers`.
";

const MISSED: &str = "
## Where a target is missed

Before 2026-11-29 sign and verify took 15.9 (ChinaUMS) to 18.8 times the two MACs.
Verify took 2.6 to 3.2 times the bare one with 1024 bits, and 1.78 times with 2048.
Opening a client took 2.1 to 2.3 checks of its key, and a first signature three times a later one.
Where a verification is slower than its target, it is by less than two builds differ whose loops the linker puts
elsewhere: 1.38 to 1.44 were measured at EdgerOS, 10.25 and 10.75 at ChinaUMS, and 1.08 to 1.16 for opening a client.
What remains lies in no single place: of an EdgerOS verification without RSA an eighth looks for the ends of the strings
in the JSON, an eighth is SHA-256, a sixth the allocator, a fifteenth base64.
A first signature makes what AWS-LC keeps beside a key: the numbers for each modulus, and a blinding, with an inverse.
It would have to be made while the client is opened, which would cost the same there.
Until 2026-11-30 the primitives that are compared with were built for size, as the library's AWS-LC was.
Built for speed they make opening 1.6 checks of the key, and the MACs of ChinaUMS a tenth of sign and verify.
So the library's AWS-LC is built with `-O2` now, which opens a client in 0.6 of the time and is 93,000 bytes larger.
The first close of an account with an RSA key makes its first signature, which costs two.
Since a thread that waits does its own I/O, a close at ChinaUMS has 120,000 instructions where it had 243,000,
and closes per second of eight threads are 0.5 to 0.65 of bare reqwest's where they were 0.45.
Of the instructions the signed request is a third, the judgement a seventh, the result a tenth, and HTTP with all below
a quarter.
One thread closed in 20 µs of processor time where a task of reqwest, which neither signs nor judges, posted in 13:
that alone is 0.65.
Eight threads took 25 for each, since every close sleeps and is woken once (13 system calls, 6 of which ask for the
process), where reqwest's one thread finds the replies of several tasks at a time.
The calls of a queue are still the I/O thread's; the build without queues that it is compared with is that of 5af1b9d.
Of what a fresh TLS connection took beyond two round trips, most was the bench's own: its line was late by more than a
millisecond each way, a tick of tokio's clock, and a fresh connection crosses it four times more; it is late by 0.1 now.
Most of a close at EdgerOS is an RSA signature, in either SDK.
Of the 158 µs of processor time that an order of ChinaUMS took among 60,000, as perf sampled them, those that send have
half, the journal's thread a third, and adding and taking up orders an eighth.
A quarter of both cores stayed idle meanwhile, but that explains little: on one core alone, 11 turns, the job made 0.48
of the bare loop over HTTP, 0.46 over HTTPS and 0.74 at YSEPay, and without a pace 0.53, 0.58 and 0.85.
That was before a job with a pace began an order as it took it, as one without a pace did already, which took 5 % less
processor time and 10 % less time in eight turns.
Where the gateway signs, a job without a pace is above the target; a shared pace costs it a sixth or more, since its
moments are handed out by the journal too and run out while it writes.
Before an order was handed from thread to thread (ADR 34), it took 1.1 to 1.4 times as much, in three runs in turn.
Times that were taken under load (above each table) say more of the machine than of the library,
those of the processor in all threads too.
";

const COUNTS: &str = "
## Instructions

Counted by callgrind on x86-64 with AVX2, without the private and the public operation of RSA.
They do not depend on what else the machine does.
`make bench-check` counts again and fails where one differs by more than 3 % from `bench/counts.json`.
`bench/run record` records.
`new` opens and frees a client, `read` judges a reply of 64 KiB that proves nothing, `send` closes an order over HTTP,
counted in all threads.

| account and operation | instructions |
| --- | --- |
";
