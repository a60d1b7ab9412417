//! What the library costs. `bench/run` builds it and this, and calls:
//! chexiao-bench LIBRARY record | check | bench TURNS, or one of its sections, TURNS. The rest it calls itself.

mod bare;
mod bindings;
mod bulk;
mod cases;
mod counts;
mod figures;
mod library;
mod memory;
mod network;
mod one_core;
mod pairs;
mod partner;
mod peers;
mod picture;
mod probes;
mod programs;
mod rates;
mod report;
mod reqwests;
mod resets;
mod sends;
mod server;

use counts::Counts;
use library::Library;
use pairs::Turns;
use report::{SECTIONS, Section};
use server::How;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::Duration;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder above");
    let folder = root.join("target/bench");
    let [path, rest @ ..] = arguments.as_slice() else { panic!("which library?") };
    let path = Path::new(path);
    let recorded = root.join("bench/counts.json");
    let count = || counts::all(path, root, &folder);
    match rest {
        ["act"] => counts::act(&Library::load(path), root),
        ["serve", name, round_trip, takes, folder] => {
            let [round_trip, takes] = [round_trip, takes].map(|time| Duration::from_millis(number(time) as u64));
            server::serve(root, name, How { round_trip, takes, ..How::default() }, Path::new(folder));
        }
        ["serve-ending", name, folder] => server::serve(root, name, How { ends: true, ..How::default() }, Path::new(folder)),
        ["serve-signing", name, folder] => server::serve(root, name, How { signs: true, ..How::default() }, Path::new(folder)),
        ["probe", kind, name, times, url] => probes::probe(&Library::load(path), root, kind, name, number(times), url),
        ["record"] => fs::write(recorded, format!("{:#}\n", serde_json::Value::from(count()))).expect("written"),
        ["check"] => exit(i32::from(!counts::hold(&count(), &read(recorded)))),
        ["bench", turns] => {
            let has_peers = std::env::var_os("PEERS").is_some();
            let names = SECTIONS.map(|(name, ..)| name).into_iter().filter(|name| has_peers || *name != "peers");
            write(&names.map(|name| section(name, path, root, &folder, number(turns))).collect::<Vec<_>>(), root);
        }
        [name, turns] => write(&[section(name, path, root, &folder, number(turns))], root),
        _ => panic!("what to do?"),
    }
}

/// Measures one, and prints it.
fn section(name: &str, path: &Path, root: &Path, folder: &Path, turns: usize) -> Section {
    let (name, title, how) = SECTIONS.into_iter().find(|section| section.0 == name).expect("a section");
    let (library, load) = (Library::load(path), report::load());
    let rows = match name {
        "rates" => rates::all(&library, root, folder, Turns(turns)),
        "pairs" => pairs::all(&library, root, Turns(turns)),
        "network" => network::all(path, &library, root, folder, Turns(turns)),
        "memory" => memory::all(path, folder, Turns(turns)),
        "resets" => resets::all(&library, root, folder, if turns > 20 { 10_000 } else { 2_000 }),
        "bulk" => bulk::all(path, &library, root, folder, Turns(turns)),
        "bindings" => bindings::all(&library, root, folder, Turns(turns)),
        _ => peers::all(&library, root, folder, Turns(turns), &root.join("target/bench-peers")),
    };
    let section = Section { name, title, how, rows, turns, load };
    print!("{}", report::table(&section));
    section
}

/// The page and its picture.
fn write(measured: &[Section], root: &Path) {
    let (file, counts) = (root.join("docs/benchmarks.md"), read(root.join("bench/counts.json")));
    let page = report::page(measured, &fs::read_to_string(&file).expect("a page"), &counts);
    fs::write(root.join("docs/benchmarks.svg"), picture::drawn(&page)).expect("written");
    fs::write(file, page).expect("written");
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn read(recorded: PathBuf) -> Counts {
    serde_json::from_str(&fs::read_to_string(recorded).expect("recorded counts")).expect("JSON")
}
