//! Runs targets on files, without libFuzzer: the seeds, the checked-in corpus, and what was found before.
//!
//! ```text
//! replay                        every target on everything; fails at the first input that does not hold, and names it
//! replay unpack FOLDER          writes seeds and corpus to FOLDER/<target>, a file each
//! replay pack TARGET FILE…      adds these files to the target's corpus
//! replay TARGET FILE…           one target on these files
//! ```

use chexiao_fuzz::corpus;
use chexiao_fuzz::targets::{ALL, Target};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            println!("target · inputs · seconds");
            ALL.iter().for_each(replay);
        }
        ["unpack", folder] => ALL.iter().for_each(|target| unpack(target, &Path::new(folder).join(target.name))),
        ["pack", name, files @ ..] => match named(name) {
            Some(target) => pack(target, files),
            None => return ExitCode::FAILURE,
        },
        [name, files @ ..] => match named(name) {
            Some(target) => files.iter().for_each(|file| run(target, file, &std::fs::read(file).unwrap())),
            None => return ExitCode::FAILURE,
        },
    }
    ExitCode::SUCCESS
}

fn named(name: &str) -> Option<&'static Target> {
    let target = ALL.iter().find(|target| target.name == name);
    if target.is_none() {
        eprintln!("no such target: {name}");
    }
    target
}

fn replay(target: &Target) {
    let started = Instant::now();
    let inputs = [inputs(target), regressions(target)].concat();
    inputs.iter().for_each(|(name, input)| run(target, name, input));
    println!("{} · {} · {:.1}", target.name, inputs.len(), started.elapsed().as_secs_f32());
}

/// A panic ends the program; before it, it is said which input it was.
fn run(target: &Target, name: &str, input: &[u8]) {
    let outcome = std::panic::catch_unwind(|| (target.run)(input));
    if outcome.is_err() {
        eprintln!("{}: {name} does not hold", target.name);
        std::process::exit(1);
    }
}

/// Seeds and corpus, by the names that `unpack` gives them.
fn inputs(target: &Target) -> Vec<(String, Vec<u8>)> {
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty());
    let seeds = seeds.into_iter().enumerate().map(|(at, seed)| (format!("seed-{at:04}"), seed));
    let corpus = corpus::read(target.name).into_iter().enumerate().map(|(at, input)| (format!("corpus-{at:04}"), input));
    seeds.chain(corpus).collect()
}

fn regressions(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions").join(target.name);
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    files.map(|file| (file.display().to_string(), std::fs::read(&file).unwrap())).collect()
}

fn unpack(target: &Target, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    inputs(target).iter().for_each(|(name, input)| std::fs::write(folder.join(name), input).unwrap());
}

fn pack(target: &Target, files: &[&str]) {
    let mut inputs = corpus::read(target.name);
    inputs.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
    corpus::write(target.name, &inputs);
    println!("{} · {} inputs", target.name, inputs.len());
}
