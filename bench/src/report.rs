//! `docs/benchmarks.md`: what was measured, where, when, and whether it is as it should be.

use crate::counts::Counts;
use crate::pairs::{Ratio, Row};
use std::fs;
use std::process::Command;

/// The whole page.
pub fn page(rows: &[Row], counts: &Counts, turns: usize) -> String {
    let mut page = format!("{HEAD}\n{}, {}, `make bench` ({turns} turns).\n\n", today(), machine());
    page += "| figure | measured (spread) | target | holds |\n| --- | --- | --- | --- |\n";
    rows.iter().map(line).for_each(|line| page += &line);
    page += MISSED;
    page += COUNTS;
    counts.iter().for_each(|(name, count)| page += &format!("| {name} | {count} |\n"));
    page
}

fn line(Row { figure, ratio: Ratio { median, least, most }, at_most }: &Row) -> String {
    format!("| {figure} | {median:.2} ({least:.2}–{most:.2}) | ≤ {at_most} | {} |\n", verdict(*median, *at_most))
}

/// As far as the figure is shown.
fn verdict(measured: f64, at_most: f64) -> &'static str {
    if (measured * 100.0).round() <= at_most * 100.0 { "yes" } else { "**no**" }
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1.to_string()));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores", model.unwrap_or_else(|| std::env::consts::ARCH.into()))
}

fn today() -> String {
    let output = Command::new("date").arg("+%Y-%m-%d").output().expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().into()
}

const HEAD: &str = "\
# What a call costs

Written by `make bench`.
The library is done when the cryptography and the network are all that a call costs.
So every figure is a ratio: the shared library as a C program calls it, against the bare primitives of AWS-LC.
The two take turns in one run, on the processor time of one thread; the spread leaves out the outermost tenths.
A request and a reply of each account are those of the test vectors.
WeChat Pay and ChinaUMS are compared with the MAC of a text as long as the request and of one as long as the reply.
";

const MISSED: &str = "
## Where a target is missed

Before 2026-11-29 sign and verify took 15.9 (ChinaUMS) to 18.8 times the two MACs.
Verify took 2.6 to 3.2 times the bare one with 1024 bits, and 1.78 times with 2048.
Opening a client took 2.1 to 2.3 checks of its key, and a first signature three times a later one.
What remains lies in no single place.
Of a WeChat Pay verification the exchange's JSON is a sixth, the reply's XML a fifth, the result a tenth.
The MAC is a fiftieth, and the allocator, in all of them together, a seventh.
Opening a client reads two key files and its configuration beside the check.
";

const COUNTS: &str = "
## Instructions

Counted by callgrind on x86-64 with AVX2, without the private and the public operation of RSA.
They do not depend on what else the machine does.
`make bench-check` counts again and fails where one differs by more than 3 % from `bench/counts.json`.
`bench/run record` records.
`new` opens and frees a client, `read` judges a reply of 64 KiB that proves nothing.

| account and operation | instructions |
| --- | --- |
";
