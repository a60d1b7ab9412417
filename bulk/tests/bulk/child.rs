//! A job in a process of its own, that can be killed: this binary again, with one test alone.

use crate::support::{accounts, options, run_at};
use chexiao_bulk::{End, Limits, Pace, SharedGovernor, Unpaced};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

const ARGUMENT: &str = "CHEXIAO_BULK_CHILD";
const PACE: &str = "CHEXIAO_BULK_CHILD_PACE";
/// Of every order in these tests.
pub(crate) const ATTEMPTS: u32 = 8;

/// What it says when it begins to work.
const OPEN: &str = "journal is open";

/// Of an account; its host is wide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paced {
    pub(crate) rate: f64,
    pub(crate) in_flight: usize,
}

pub(crate) fn spawn_paced(journal: &str, configs: &BTreeMap<String, Value>, in_flight: usize, pace: Paced) -> Child {
    let mut command = command(Command::new(std::env::current_exe().unwrap()), journal, configs, in_flight);
    command.env(PACE, json!([pace.rate, pace.in_flight]).to_string()).spawn().unwrap()
}

pub(crate) fn spawn(journal: &str, configs: &BTreeMap<String, Value>, in_flight: usize) -> Child {
    command(Command::new(std::env::current_exe().unwrap()), journal, configs, in_flight).spawn().unwrap()
}

/// Reads what it says until it works; false if it ended before.
pub(crate) fn works_now(child: &mut Child) -> bool {
    let said = BufReader::new(child.stdout.as_mut().unwrap());
    said.lines().map_while(Result::ok).any(|line| line.contains(OPEN))
}

/// The same as the last argument of another command.
pub(crate) fn command(mut command: Command, journal: &str, configs: &BTreeMap<String, Value>, in_flight: usize) -> Command {
    command.args(["child::works", "--exact", "--test-threads=1", "--nocapture"]);
    command.env(ARGUMENT, json!({ "journal": journal, "configs": configs, "in_flight": in_flight }).to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
fn works() {
    let Ok(argument) = std::env::var(ARGUMENT) else { return };
    let argument: Value = serde_json::from_str(&argument).unwrap();
    let configs: BTreeMap<String, Value> = serde_json::from_value(argument["configs"].clone()).unwrap();
    let accounts = accounts(&configs);
    let journal = Arc::new(crate::support::open(argument["journal"].as_str().unwrap()).unwrap());
    let in_flight = usize::try_from(argument["in_flight"].as_u64().unwrap()).unwrap();
    let options = chexiao_bulk::Options { in_flight, ..options(ATTEMPTS) };
    let pace: Arc<dyn Pace> = match std::env::var(PACE) {
        Ok(pace) => {
            let (rate, places): (f64, usize) = serde_json::from_str(&pace).unwrap();
            let (account, host) = (Limits::new(rate, places).unwrap(), Limits::new(2000.0, 1000).unwrap());
            Arc::new(SharedGovernor::new(&journal, account, host, options.lease(&accounts)).unwrap())
        }
        Err(_) => Arc::new(Unpaced),
    };
    println!("{OPEN}");
    let (end, _) = run_at(pace, &journal, accounts, options);
    assert_eq!(end, Ok(End::Complete));
}
