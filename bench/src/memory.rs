//! What many clients and many orders take.

use crate::figures::{Measured, Row};
use crate::one_core::OneCore;
use crate::pairs::Turns;
use crate::probes::{Closer, probed};
use crate::server::Server;
use std::path::Path;

/// Every line.
pub fn all(path: &Path, folder: &Path, turns: Turns) -> Vec<Row> {
    let many = if turns.0 > 20 { 100_000 } else { 10_000 };
    let thrice = |kind: &str, name: &str, times: usize, url: &str| {
        let probes: Vec<_> = (0..3).map(|_| probed(path, kind, name, times, url)).collect();
        let width = probes[0].len();
        (0..width).map(|at| Measured::of(probes.iter().map(|probe| probe[at]).collect())).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for (name, clients, most) in [("wechat MD5", 20_000, 1.2), ("edgeros", 1000, 6.0), ("icbc RSA", 1000, 6.0)] {
        let measured = thrice("idle", name, clients, "");
        rows.extend(measured.into_iter().map(|kib| Row::at_most(format!("{name}: an idle client, KiB"), kib, most)));
    }
    let probe = probed(path, "many", "wechat MD5", 100_000, "");
    let single = |value| Measured::of(vec![value]);
    rows.push(Row::at_most("wechat MD5: a process with 100,000 clients open, MB", single(probe[0]), 400.0).digits(0));
    rows.push(Row::at_most("wechat MD5: a signature with a client among 100,000 / among 100", single(probe[1]), 1.1));
    for name in ["wechat MD5", "chinaums"] {
        let grown = probed(path, "cycles", name, many, "")[0];
        rows.push(Row::at_most(format!("{name}: {many} rounds of open, sign, verify and free, MiB more"), single(grown), 1.0));
    }
    let _one_core = OneCore::keep();
    let server = Server::start(folder, "chinaums", 0);
    rows.extend(orders(path, &server.http, many * 10, turns));
    rows
}

/// A process that has closed so many orders, and one that has closed a hundred, in turns.
fn orders(path: &Path, url: &str, many: usize, turns: Turns) -> [Row; 2] {
    let [mut old, mut young] = [(); 2].map(|()| Closer::start(path, "chinaums", url));
    let [[_, before], _] = [old.close(100), young.close(100)];
    let [_, after] = old.close(many);
    let ratios = (0..turns.0).map(|_| old.close(1000)[0] / young.close(1000)[0]);
    [
        Row::at_most(format!("chinaums: processor time of a close after {many} orders / after 100"), Measured::of(ratios.collect()), 1.1),
        Row::at_most(format!("chinaums: {many} closes, MiB more"), Measured::of(vec![(after - before) / 1024.0]), 1.0),
    ]
}
