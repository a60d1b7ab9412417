//! How many closes a second a core makes that never waits: the processor time of a close, turned round.

use crate::cases;
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::one_core::OneCore;
use crate::pairs::{Turns, processor_time};
use crate::server::Server;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long each turn closes.
const WHILE: Duration = Duration::from_millis(200);

/// Every line.
pub fn all(library: &Library, root: &Path, folder: &Path, turns: Turns) -> Vec<Row> {
    let _one_core = OneCore::keep();
    cases::names().map(|name| of_case(library, root, folder, turns, name)).collect()
}

fn of_case(library: &Library, root: &Path, folder: &Path, turns: Turns, name: &str) -> Row {
    let (server, case) = (Server::start(folder, name, 0), cases::named(library, root, name));
    let client = library.open(&case.config_at(&server.https, &server.ca_file));
    let per_second = || {
        let (mut closes, begun, spent) = (0u32, Instant::now(), processor_time(libc::CLOCK_PROCESS_CPUTIME_ID));
        while begun.elapsed() < WHILE {
            client.close(&case.call);
            closes += 1;
        }
        f64::from(closes) * 1e9 / (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - spent) as f64
    };
    // The first one connects, and makes what is kept beside a key.
    per_second();
    let figure = format!("{name}: closes per second of a core");
    Row::without_target(figure, Measured::of((0..turns.0).map(|_| per_second()).collect())).digits(0)
}
