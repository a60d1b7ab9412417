//! Runs a property over a gateway's replies, counts the outcomes, and fails if an expected kind of outcome never came.

use crate::gateway::{Gateway, name};
use chexiao::{Code, Outcome};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// What a property says about one case: its outcome, or why it does not hold.
pub(crate) type Checked = Result<Outcome, TestCaseError>;

/// At least this many cases per property and gateway; `PROPTEST_CASES` asks for more.
pub(crate) const CASES: u32 = 1024;

/// How many of which outcome.
#[derive(Debug, Default)]
pub(crate) struct Tally(RefCell<BTreeMap<Code, usize>>);

impl Tally {
    pub(crate) fn count(&self, code: Code) {
        *self.0.borrow_mut().entry(code).or_default() += 1;
    }

    /// Prints the counts; fails if one of `expected` is missing.
    pub(crate) fn report(&self, title: &str, expected: &[Code]) {
        let counts = self.0.borrow();
        let total: usize = counts.values().sum();
        let words: Vec<String> = counts.iter().map(|(code, count)| format!("{code} {count}")).collect();
        println!("{title}: {total} cases: {}", words.join(", "));
        for code in expected {
            assert!(counts.contains_key(code), "{title}: no case was {code}; the generator is blind: {}", words.join(", "));
        }
    }
}

/// Runs `property` over cases of `strategy`; each outcome in `expected` must come up.
pub(crate) fn check<S: Strategy>(
    title: &str,
    gateway: &dyn Gateway,
    strategy: &S,
    expected: &[Code],
    property: impl Fn(&S::Value) -> Checked,
) {
    let title = format!("{title} {}", name(gateway));
    let tally = Tally::default();
    run(&title, CASES, strategy, |case| property(case).map(|outcome| tally.count(outcome.code())));
    tally.report(&title, expected);
}

/// At least `cases` cases.
pub(crate) fn run<S: Strategy>(title: &str, cases: u32, strategy: &S, property: impl Fn(&S::Value) -> Result<(), TestCaseError>) {
    let default = Config::default();
    let cases = if cases < CASES { cases } else { cases.max(default.cases) };
    let ran = Cell::new(0);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..default };
    let result = TestRunner::new(config).run(strategy, |case| {
        ran.set(ran.get() + 1);
        property(&case)
    });
    if let Err(error) = result {
        panic!("{title}: {error}");
    }
    assert!(ran.get() >= cases, "{title}: {} cases", ran.get());
}
