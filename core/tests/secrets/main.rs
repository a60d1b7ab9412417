//! O6 once more, for signatures and for what is written past every result: each scenario of the fault matrix in a process of its own,
//! with logs and backtraces at their fullest, whose every output is searched for the account's secrets and the request's signature.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod scenario;
mod spelling;

use chexiao_sandbox::{GATEWAYS, overhear};
use scenario::{Cell, Counter};
use std::process::{Command, Stdio};

const CHILD: &str = "CHEXIAO_TEST_CHILD";
/// Written by the child alone, to standard output.
const SUM: &str = "searched:";

#[test]
fn no_scenario_shows_a_secret_or_a_signature() {
    if std::env::var_os(CHILD).is_some() {
        return search_every_scenario();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["no_scenario_shows_a_secret_or_a_signature", "--exact", "--test-threads=1", "--nocapture"]);
    child.env(CHILD, "child").env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").stdin(Stdio::null());
    let output = child.output().unwrap();
    let [said, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success() && said.contains("1 passed"), "{said}{errors}");
    assert_eq!(errors, "", "on standard error");
    let of_the_library: Vec<&str> = said.lines().filter(|line| !is_of_the_test(line)).collect();
    assert!(of_the_library.is_empty(), "on standard output: {of_the_library:?}");
    said.lines().filter_map(|line| line.split_once(SUM)).for_each(|(_, sum)| println!("{sum}"));
}

/// Of libtest or [`search_every_scenario`]. With `--nocapture`, what is printed first stands behind the name of the test.
fn is_of_the_test(line: &str) -> bool {
    let of_libtest = ["", "running 1 test", "test no_scenario_shows_a_secret_or_a_signature ...", "ok"];
    of_libtest.contains(&line.trim_end()) || line.starts_with("test result: ok.") || line.starts_with(SUM)
}

/// All rows and gateways side by side: how a call ends is the matrix's own business.
fn search_every_scenario() {
    spelling::check_itself();
    let log = overhear().unwrap();
    let matrix = chexiao_kit::matrix::read();
    let counter = Counter::open();
    let counter = &counter;
    let cells: Vec<Cell> = std::thread::scope(|scope| {
        let pairs = matrix.rows.values().flat_map(|scenarios| GATEWAYS.map(|gateway| (scenarios, gateway)));
        let cells: Vec<_> = pairs.map(|(scenarios, gateway)| scope.spawn(move || counter.run(scenarios, gateway))).collect();
        cells.into_iter().map(|cell| cell.join().unwrap()).collect()
    });
    let log = log.take();
    let calls: usize = cells.iter().map(|cell| cell.calls).sum();
    let signatures: Vec<&String> = cells.iter().flat_map(|cell| &cell.signatures).collect();
    let spellings = signatures.iter().flat_map(|signature| spelling::of_signature(signature));
    let in_log = spelling::first_shown(&log, spellings.chain(counter.secrets.clone())).map(|what| format!("the log shows {what}"));
    let wrong: Vec<String> = cells.iter().flat_map(|cell| cell.wrong.clone()).chain(in_log).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let pairs: usize = cells.iter().map(|cell| cell.pairs).sum();
    assert_eq!(pairs, matrix.runs, "pairs of scenario and gateway in the matrix");
    assert!(calls > 3_400 && signatures.len() > calls / 2, "{calls} calls, {} signatures", signatures.len());
    assert_eq!(log, "", "nothing of the library logs");
    let (signatures, secrets) = (signatures.len(), counter.secrets.len());
    println!("\n{SUM} {calls} calls searched for {signatures} signatures and {secrets} spellings of secrets");
}
