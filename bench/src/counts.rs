//! Instructions, counted by callgrind: they do not depend on what else the machine does. The private and the public operation of RSA are
//! left out: they are AWS-LC's, and hide what is ours.

use crate::cases::{self, Case};
use crate::library::Library;
use crate::sends;
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is counted of a case, and how often it is done.
const OPERATIONS: &[(&str, u32)] = &[("new", 4), ("sign", 12), ("verify", 12), ("read", 6)];
/// So often it is done before: what is made at first use is not counted.
const BEFORE: u32 = 3;
/// Not counted.
pub const RSA: &[&str] = &["*rsa_private_transform_no_self_test", "*rsa_verify_raw_no_self_test"];
/// How far a count may be from the recorded one.
const TOLERANCE: f64 = 0.03;

/// Instructions of each operation of each case: `{"icbc RSA sign": 12345, …}`.
pub type Counts = Map<String, Value>;

/// Does everything, under callgrind: see [`all`].
pub fn act(library: &Library, root: &Path) {
    for case in cases::names().map(|name| cases::named(library, root, name)) {
        for (operation, times) in OPERATIONS {
            perform(library, &case, operation, BEFORE);
            perform(library, &case, operation, *times);
        }
    }
}

fn perform(library: &Library, case: &Case, operation: &str, times: u32) {
    let client = library.open(&case.config);
    let long = case.long();
    let mut act: Box<dyn FnMut()> = match operation {
        "new" => Box::new(|| drop(library.open(&case.config))),
        "sign" => Box::new(|| client.sign(&case.call)),
        "verify" => Box::new(|| assert_eq!(client.verify(&case.exchange), 1)),
        _ => Box::new(|| _ = client.verify(&long)),
    };
    // The first use of this very client.
    chexiao_bench_counted(&mut *act, 1);
    chexiao_bench_counted(&mut *act, times);
}

/// What callgrind counts, and after which it writes what it has counted; found by its name.
#[unsafe(no_mangle)]
#[inline(never)]
fn chexiao_bench_counted(act: &mut dyn FnMut(), times: u32) {
    for _ in 0..times {
        act();
    }
}

/// Counts everything; callgrind's files are written into `folder`.
pub fn all(library: &Path, root: &Path, folder: &Path) -> Counts {
    let folder = &folder.join("counts");
    fs::create_dir_all(folder).expect("a folder");
    let out = folder.join("counted");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--tool=callgrind", "--toggle-collect=chexiao_bench_counted", "--dump-after=chexiao_bench_counted"]);
    valgrind.args(RSA.iter().map(|function| format!("--toggle-collect={function}")));
    valgrind.arg(format!("--callgrind-out-file={}", out.display()));
    valgrind.arg(std::env::current_exe().expect("this program")).arg(library).arg("act");
    assert!(valgrind.status().expect("valgrind runs").success());
    let named = cases::names().flat_map(|case| OPERATIONS.iter().map(move |(operation, times)| (format!("{case} {operation}"), *times)));
    // Each is counted in four parts, of which the last one counts.
    let counted = named.zip(1..).map(|((name, times), at)| (name, (total(&part(&out, at * 4)) / u64::from(times)).into()));
    let counted = counted.chain(sends::counted(library, root, folder)).collect();
    fs::remove_dir_all(folder).expect("removed");
    counted
}

/// What callgrind has counted up to its `number`-th file since the one before.
fn part(out: &Path, number: usize) -> PathBuf {
    format!("{}.{number}", out.display()).into()
}

/// What one of callgrind's files says.
pub fn total(file: &Path) -> u64 {
    let said = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let total = said.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: "))?.trim().parse().ok());
    total.unwrap_or_else(|| panic!("no total in {}", file.display()))
}

/// Prints what differs from the recorded counts by more than they may; whether nothing does.
pub fn hold(counted: &Counts, recorded: &Counts) -> bool {
    let of = |counts: &Counts, name: &str| counts.get(name).and_then(Value::as_f64);
    let names: Vec<&String> = recorded.keys().chain(counted.keys().filter(|name| !recorded.contains_key(*name))).collect();
    let mut all_hold = true;
    for name in names {
        let (now, then) = (of(counted, name), of(recorded, name));
        let ratio = now.zip(then).map(|(now, then)| now / then);
        let holds = ratio.is_some_and(|ratio| (ratio - 1.0).abs() <= TOLERANCE);
        all_hold &= holds;
        let said = ratio.map_or("not on both sides".into(), |ratio| format!("{:+.1} %", (ratio - 1.0) * 100.0));
        println!("{} {name}: {} recorded, {} counted, {said}", if holds { "ok    " } else { "DIFFERS" }, shown(then), shown(now));
    }
    all_hold
}

fn shown(count: Option<f64>) -> String {
    count.map_or("none".into(), |count| format!("{count:.0}"))
}
