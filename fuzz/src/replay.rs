//! Runs targets on files, without libFuzzer: the seeds, the checked-in corpus, and what was found before.
//!
//!     replay                every target on everything; fails at the first input that does not hold, and names it
//!     replay seeds FOLDER   writes the seeds to FOLDER/<target>
//!     replay TARGET FILE…   one target on these files

use chexiao_fuzz::targets::{ALL, Target};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            println!("target · inputs · seconds");
            ALL.iter().for_each(replay);
        }
        ["seeds", folder] => ALL.iter().for_each(|target| write_seeds(target, &Path::new(folder).join(target.name))),
        [name, files @ ..] => {
            let Some(target) = ALL.iter().find(|target| target.name == *name) else {
                eprintln!("no such target: {name}");
                return ExitCode::FAILURE;
            };
            files.iter().for_each(|file| run(target, file, &std::fs::read(file).unwrap()));
        }
    }
    ExitCode::SUCCESS
}

fn replay(target: &Target) {
    let started = Instant::now();
    let seeds = (target.seeds)();
    seeds.iter().enumerate().for_each(|(at, seed)| run(target, &format!("seed {at}"), seed));
    let files: Vec<PathBuf> = ["corpus", "regressions"]
        .into_iter()
        .flat_map(|folder| files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target.name)))
        .collect();
    files.iter().for_each(|file| run(target, &file.display().to_string(), &std::fs::read(file).unwrap()));
    assert!(!seeds.is_empty());
    println!("{} · {} · {:.1}", target.name, seeds.len() + files.len(), started.elapsed().as_secs_f32());
}

/// A panic ends the program; before it, it is said which input it was.
fn run(target: &Target, name: &str, input: &[u8]) {
    let outcome = std::panic::catch_unwind(|| (target.run)(input));
    if outcome.is_err() {
        eprintln!("{}: {name} does not hold", target.name);
        std::process::exit(1);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn write_seeds(target: &Target, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for (at, seed) in (target.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{at:04}")), seed).unwrap();
    }
}
