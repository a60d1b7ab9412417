//! Every change of every reply.

use crate::change::Change;
use crate::golden::{self, Golden, Signed};
use chexiao::{Code, Evidence, Outcome};
use serde_json::Value;
use std::collections::BTreeMap;

/// At least this many runs are asked for; there are several times as many.
const RUNS: usize = 10_000;

/// Closed, AlreadyClosed and Paid, and after a query Open and Refunded.
pub(crate) fn is_final(code: Code) -> bool {
    matches!(code, Code::Closed | Code::AlreadyClosed | Code::Paid | Code::Open | Code::Refunded)
}

impl Signed {
    /// Whether what is signed is still what it was after this change.
    fn holds(&self, before: &[u8], after: &[u8], change: Change, at: usize) -> bool {
        match self {
            Self::Bytes(ranges) if matches!(change, Change::Cut) => ranges.iter().all(|range| range.end <= at),
            Self::Bytes(ranges) => !ranges.iter().any(|range| range.contains(&at)) || without_slashes(before) == without_slashes(after),
            Self::Members => matches!((members(before), members(after)), (Some(before), Some(after)) if before == after),
        }
    }
}

/// YSEPay may write `\/` for `/`.
fn without_slashes(body: &[u8]) -> String {
    body.iter().map(|byte| char::from(*byte)).collect::<String>().replace("\\/", "/")
}

fn members(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().map(without_nulls)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_nulls(value))).collect()
        }
        other => other,
    }
}

#[derive(Default)]
struct Count {
    runs: usize,
    signed: BTreeMap<Code, usize>,
    unsigned: BTreeMap<Code, usize>,
}

impl Count {
    fn check(&mut self, golden: &Golden, before: &Outcome) {
        for (at, change) in (0..golden.body.len()).flat_map(|at| Change::ALL.map(|change| (at, change))) {
            let body = change.apply(&golden.body, at);
            assert_ne!(body, golden.body);
            let after = golden.caller.judge(body.clone());
            let holds = golden.signed.holds(&golden.body, &body, change, at);
            let same = (after.code(), after.evidence(), after.confirm(), after.next())
                == (before.code(), before.evidence(), before.confirm(), before.next());
            let allowed = after.code() == Code::Unknown || holds && same;
            let text = String::from_utf8_lossy(&body);
            assert!(allowed, "{}: {} after {change:?} of byte {at}, signed content intact: {holds}\n{text}", golden.name, after.code());
            assert!(
                after.hint().is_none_or(|hint| !matches!(hint, Code::Closed | Code::AlreadyClosed)),
                "{}: a hint of closed",
                golden.name
            );
            let unproven = holds || (after.evidence() == Evidence::None && after.code() == Code::Unknown);
            assert!(unproven, "{}: evidence {} after {change:?} of byte {at}\n{text}", golden.name, after.evidence());
            self.runs += 1;
            *if holds { &mut self.unsigned } else { &mut self.signed }.entry(after.code()).or_default() += 1;
        }
    }
}

#[test]
fn no_changed_reply_says_more_than_unknown() {
    let goldens = golden::all();
    let total = std::thread::scope(|scope| {
        let (one, other) = goldens.split_at(goldens.len() / 2);
        let runs = [one, other].map(|part| scope.spawn(|| part.iter().map(run).sum::<usize>()));
        runs.into_iter().map(|part| part.join().unwrap()).sum::<usize>()
    });
    println!("flips: {total} runs over {} replies", goldens.len());
    assert!(goldens.len() >= 12 && total >= RUNS);
    assert_eq!(total, goldens.iter().map(|golden| golden.body.len() * Change::ALL.len()).sum::<usize>());
}

fn run(golden: &Golden) -> usize {
    let before = golden.caller.judge(golden.body.clone());
    assert_eq!(before.code(), golden.code, "{}: {:?}\n{}", golden.name, before, String::from_utf8_lossy(&golden.body));
    let mut count = Count::default();
    count.check(golden, &before);
    println!(
        "flips {}: {} runs; signed content changed: {}; intact: {}",
        golden.name,
        count.runs,
        show(&count.signed),
        show(&count.unsigned)
    );
    assert_eq!(
        count.signed.keys().copied().collect::<Vec<_>>(),
        [Code::Unknown],
        "{}: only Unknown from a changed signed byte",
        golden.name
    );
    let spaced = golden.name.ends_with("spaced");
    assert!(!spaced || count.unsigned.contains_key(&golden.code), "{}: blanks between the members change nothing", golden.name);
    count.runs
}

pub(crate) fn show(counts: &BTreeMap<Code, usize>) -> String {
    counts.iter().map(|(code, count)| format!("{code} {count}")).collect::<Vec<_>>().join(", ")
}
