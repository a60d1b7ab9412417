//! How often a close ends unknown, because the server has ended its connection at the wrong moment.

use crate::cases::{self, Case};
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::reqwests::Reqwests;
use crate::server::Server;
use std::path::Path;
use std::thread::yield_now;
use std::time::{Duration, Instant};

/// How long a client waits between two closes: one time after the other, up to this.
const LONGEST: u64 = 1000;
/// Microseconds from one to the next; of no common measure with those of the server.
const STEP: u64 = 13;
const UNKNOWN: i32 = 9;
/// So many closes of ours, then as many posts of reqwest.
const BLOCK: u64 = 500;

/// Every line: of so many closes.
pub fn all(library: &Library, root: &Path, folder: &Path, closes: u64) -> Vec<Row> {
    let case = cases::named(library, root, "chinaums");
    [1, 10].map(|clients| of_clients(library, &case, folder, closes, clients)).into()
}

fn of_clients(library: &Library, case: &Case, folder: &Path, closes: u64, clients: usize) -> Row {
    let start = || Server::that_ends(folder, "chinaums");
    let (mut server, mut beside) = (start(), start());
    let open = |server: &Server| library.open(&case.config_at(&server.http, &server.ca_file));
    let ours: Vec<_> = (0..clients).map(|_| open(&server)).collect();
    let theirs: Vec<_> = (0..clients).map(|_| Reqwests::attentive(&open(&beside).request(&case.call), &beside.ca_file)).collect();
    let mut is_unknown = |number: usize| match ours[number % clients].send(&case.call) {
        1 => false,
        UNKNOWN => true,
        other => panic!("close {number}: {other}"),
    };
    let mut is_lost = |number: usize| !theirs[number % clients].is_answered();
    let (mut unknown, mut lost) = (0, 0);
    for from in (0..closes).step_by(BLOCK as usize) {
        unknown += at_every_moment(from, &mut is_unknown);
        lost += at_every_moment(from, &mut is_lost);
    }
    let counts = format!("{unknown} / {lost} of {closes}; {} / {} endings", server.connections().1, beside.connections().1);
    if clients == 1 {
        let ratio = unknown as f64 / f64::max(lost as f64, 1.0);
        return Row::at_most(
            format!("chinaums: unknown closes / posts that reqwest loses, one client ({counts})"),
            Measured::of(vec![ratio]),
            1.0,
        );
    }
    let of_a_thousand = Measured::of(vec![unknown as f64 * 1000.0 / closes as f64]);
    Row::without_target(format!("chinaums: unknown of a thousand closes, {clients} clients in turn ({counts})"), of_a_thousand)
}

/// How many of a block it is true of.
fn at_every_moment(from: u64, act: &mut dyn FnMut(usize) -> bool) -> u64 {
    let mut count = 0;
    for number in from..from + BLOCK {
        count += u64::from(act(number as usize));
        let next = Instant::now() + Duration::from_micros(number * STEP % LONGEST);
        while Instant::now() < next {
            yield_now();
        }
    }
    count
}
