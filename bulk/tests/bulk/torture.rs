//! Every system call of one order's life that touches disk or network fails once (strace -e inject), then the job is run again.

use crate::book::{agrees, history};
use crate::child::{self, ATTEMPTS};
use crate::support::{Folder, accounts, configs, is_needed, open, options, order, run, sandbox};
use chexiao_bulk::End;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What SQLite and the network are spoken to with.
const CALLS: &str = "openat,pread64,pwrite64,fdatasync,fsync,ftruncate,unlink,fcntl,socket,connect,write,writev,sendto,read,recvfrom";
/// In the short form.
const CASES: usize = 36;
const GATEWAY: &str = "wechat";

fn traced(expressions: &[String], log: &str) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", log]);
    expressions.iter().for_each(|expression| _ = command.args(["-e", expression]));
    command.arg(std::env::current_exe().unwrap());
    command
}

/// How often any thread makes each call, once it has opened its journal or not.
fn counts(log: &str) -> BTreeMap<String, usize> {
    let mut of_threads: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in std::fs::read_to_string(log).unwrap().lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        *of_threads.entry((thread.into(), call.into())).or_default() += 1;
    }
    let mut most = BTreeMap::new();
    for ((_, call), count) in of_threads {
        let known: &mut usize = most.entry(call).or_default();
        *known = count.max(*known);
    }
    most
}

#[test]
fn every_system_call_of_an_order_fails_once_and_nothing_is_lost() {
    if !Command::new("strace").arg("true").output().is_ok_and(|probe| probe.status.success()) {
        assert!(!is_needed(), "strace is missing: scripts/with-bulk installs it");
        return eprintln!("left out, for want of strace: scripts/with-bulk installs it");
    }
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 1500);
    configs.retain(|name, _| name == GATEWAY);
    let begin = |at: usize| {
        let place = folder.of(at);
        open(&place).unwrap().add(vec![order(GATEWAY, 1, &format!("T{at}"))]).unwrap();
        place
    };
    let log = folder.path().join("calls").to_str().unwrap().to_string();
    let place = begin(0);
    let done = child::command(traced(&[format!("trace={CALLS}")], &log), &place, &configs, 2).status().unwrap();
    assert!(done.success(), "without injected errors");
    let mut cases: Vec<(String, usize)> =
        counts(&log).into_iter().flat_map(|(call, count)| (1..=count).map(move |at| (call.clone(), at))).collect();
    assert!(cases.len() > CASES, "{cases:?}");
    let all = cases.len();
    if std::env::var_os("CHEXIAO_LONG").is_none() {
        cases = (0..CASES).map(|at| cases[at * all / CASES].clone()).collect();
    }
    let fails = |at: usize, (call, when): &(String, usize)| {
        let place = begin(at);
        let inject = [format!("trace={call}"), format!("inject={call}:error=EIO:when={when}")];
        !child::command(traced(&inject, "/dev/null"), &place, &configs, 2).status().unwrap().success()
    };
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((at, case)) = Some(next.fetch_add(1, SeqCst)).and_then(|at| Some((at, cases.get(at)?))) {
                    *failed.lock().unwrap() += usize::from(fails(at + 1, case));
                }
            });
        }
    });
    std::thread::sleep(Duration::from_millis(3600));
    // How many closes were lost; and what was done, if the order is not closed by that.
    let ends = |at: usize, case: &(String, usize)| {
        let place = folder.of(at);
        let journal = Arc::new(open(&place).unwrap());
        assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete), "{case:?}");
        let tally = agrees(&journal, &place, &sandbox, &[(GATEWAY.to_string(), 1, format!("T{at}"))]);
        let is_done = tally.words.keys().all(|(_, word)| word == "closed done");
        (tally.lost, (!is_done).then(|| format!("{case:?}, {:?}: {:#?}", tally.words, history(&place))))
    };
    let (mut lost, mut left) = (0, Vec::new());
    for (at, case) in cases.iter().enumerate() {
        let (closes, other) = ends(at + 1, case);
        lost += closes;
        left.extend(other.map(|told| (case, told)));
    }
    // On a machine that is busy the attempts of one may be used up before any is in time. By itself it must come to its end.
    for (at, (case, told)) in (cases.len() + 1..).zip(&left) {
        println!("once more: {told}");
        fails(at, case);
        assert_eq!(ends(at, case).1, None);
    }
    println!("{} of {all} calls failed once: {} runs ended by that, {lost} closes lost", cases.len(), failed.lock().unwrap());
}
