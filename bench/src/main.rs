//! What the library costs. `bench/run` builds it and this, and calls: chexiao-bench LIBRARY record | check | pairs TURNS.

mod bare;
mod cases;
mod counts;
mod library;
mod pairs;
mod report;

use counts::Counts;
use library::Library;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder above");
    let [path, rest @ ..] = arguments.as_slice() else { panic!("which library?") };
    let path = Path::new(path);
    let recorded = root.join("bench/counts.json");
    let count = || counts::all(path, &root.join("target/bench"));
    match rest {
        ["act"] => counts::act(&Library::load(path), root),
        ["record"] => fs::write(recorded, format!("{:#}\n", serde_json::Value::from(count()))).expect("written"),
        ["check"] => exit(i32::from(!counts::hold(&count(), &read(recorded)))),
        ["pairs", turns] => {
            let turns = turns.parse().expect("a number");
            let rows = pairs::all(&Library::load(path), root, pairs::Turns(turns));
            let page = report::page(&rows, &read(recorded), turns);
            print!("{page}");
            fs::write(root.join("docs/benchmarks.md"), page).expect("written");
        }
        _ => panic!("what to do?"),
    }
}

fn read(recorded: PathBuf) -> Counts {
    serde_json::from_str(&fs::read_to_string(recorded).expect("recorded counts")).expect("JSON")
}
