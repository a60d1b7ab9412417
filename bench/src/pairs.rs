//! Times, as ratios: what is measured and what it is compared with take turns, in one run, on one thread's processor time, so that whatever
//! else the machine does meets both.

use crate::bare;
use crate::cases::{self, Case};
use crate::figures::{Measured, Row};
use crate::library::Library;
use std::path::Path;

/// What an SM2 signature took before multiples of the generator were kept, in bare signatures of RSA with 2048 bits.
const SM2_SIGN_BEFORE: f64 = 0.64;

/// How often the two take turns.
#[derive(Clone, Copy)]
pub struct Turns(pub usize);

impl Turns {
    /// `ours` so many times in each turn, then `bare` so many times.
    fn ratio(self, (times, ours): (usize, &mut dyn FnMut()), (bare_times, bare): (usize, &mut dyn FnMut())) -> Measured {
        each(times, ours);
        each(bare_times, bare);
        Measured::of((0..self.0).map(|_| each(times, ours) / each(bare_times, bare)).collect())
    }
}

/// Nanoseconds of this thread's processor time.
pub fn each(times: usize, act: &mut dyn FnMut()) -> f64 {
    let begun = processor_time(libc::CLOCK_THREAD_CPUTIME_ID);
    for _ in 0..times {
        act();
    }
    (processor_time(libc::CLOCK_THREAD_CPUTIME_ID) - begun) as f64 / times as f64
}

/// Nanoseconds.
pub fn processor_time(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a place for the time.
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Every line.
pub fn all(library: &Library, root: &Path, turns: Turns) -> Vec<Row> {
    cases::names().map(|name| cases::named(library, root, name)).flat_map(|case| of_case(library, &case, turns)).collect()
}

fn of_case(library: &Library, case: &Case, turns: Turns) -> Vec<Row> {
    let client = library.open(&case.config);
    let (mut sign, mut verify) = (|| client.sign(&case.call), || assert_eq!(client.verify(&case.exchange), 1));
    let row = |figure: &str, ratio, at_most| Row::at_most(format!("{}: {figure}", case.name), ratio, at_most);
    match (case.key.as_slice(), case.bits) {
        (_, 0) if case.name.ends_with("SM") => {
            let ratio = turns.ratio((200, &mut sign), (20, &mut bare::rsa_2048()));
            vec![row("sign / that of the build before its tables", ratio.divided_by(SM2_SIGN_BEFORE), 0.42)]
        }
        ([], _) => {
            let mut both = || (sign(), verify()).1;
            let ratio = turns.ratio((1000, &mut both), (4000, &mut bare::macs(case)));
            vec![row("sign and verify / the two MACs", ratio, 10.0)]
        }
        (_, bits) => {
            let (mut bare_sign, mut bare_verify) = bare::rsa(case);
            let (most_sign, most_verify) = (if case.name == "icbc CA" { 1.05 } else { 1.04 }, if bits < 2048 { 2.0 } else { 1.4 });
            let verify_figure = format!("verify / RSA_verify, {bits} bits");
            vec![
                row("sign / RSA_sign, 2048 bits", turns.ratio((40, &mut sign), (40, &mut bare_sign)), most_sign),
                row(&verify_figure, turns.ratio((800, &mut verify), (800, &mut bare_verify)), most_verify),
                row("opening a client / one check of the key", opening(library, case, turns), 1.1),
                row("first signature / a later one", first_signature(library, case, turns), 2.0),
            ]
        }
    }
}

fn opening(library: &Library, case: &Case, turns: Turns) -> Measured {
    turns.ratio((20, &mut || drop(library.open(&case.config))), (20, &mut bare::key_check(case)))
}

fn first_signature(library: &Library, case: &Case, turns: Turns) -> Measured {
    let one = || {
        let client = library.open(&case.config);
        let first = each(1, &mut || client.sign(&case.call));
        first / each(4, &mut || client.sign(&case.call))
    };
    Measured::of((0..turns.0 * 2).map(|_| one()).collect())
}
