//! The processor time of a close by other SDKs, each as it comes, beside ours in the same language.

use crate::bindings::{BEFORE, java, python, told};
use crate::cases::{self, Case};
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::pairs::{Turns, processor_time};
use crate::partner::Partner;
use crate::server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many at a time.
const CLOSES: usize = 300;

/// Every line. `ready`: how each is run, a line each, as `tests/peers/run prepare` says. EdgerOS's SDK is among them where its sources are.
pub fn all(library: &Library, root: &Path, folder: &Path, turns: Turns, ready: &Path) -> Vec<Row> {
    let ready = fs::read_to_string(ready).expect("bench/run has made them ready");
    let mut rows = Vec::from(at_wechat(library, root, folder, turns, &ready));
    if ready.lines().any(|line| line.starts_with("acopay=")) {
        rows.push(at_edgeros(library, root, folder, turns, &ready));
    } else {
        println!("acopay is not measured: ACOPAY_SDK names no sources");
    }
    rows
}

fn at_wechat(library: &Library, root: &Path, folder: &Path, turns: Turns, ready: &str) -> [Row; 3] {
    let (place, case) = Place::of(library, root, folder, "wechat MD5");
    let peer = |name| place.peer(ready, name);
    let client = library.open(&place.config);
    let in_c = || {
        let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
        (0..CLOSES).for_each(|_| client.close(&case.call));
        (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64 / CLOSES as f64
    };
    let (mut java, mut python) = (Partner::start(java(root).arg(&place.told)), Partner::start(python(root).arg(&place.told)));
    [
        row("wxjava", "Java", 8.0, turns, peer("wxjava"), &mut || java.each("send", CLOSES)),
        row("gopay", "C", 3.0, turns, peer("gopay"), &mut || in_c()),
        row("wechatpy", "Python", 5.0, turns, peer("wechatpy"), &mut || python.each("send", CLOSES)),
    ]
}

fn at_edgeros(library: &Library, root: &Path, folder: &Path, turns: Turns, ready: &str) -> Row {
    let (place, _) = Place::of(library, root, folder, "edgeros");
    let mut ours = Partner::start(java(root).arg(&place.told));
    row("acopay", "Java", 5.0, turns, place.peer(ready, "acopay"), &mut || ours.each("send", CLOSES))
}

fn row(name: &str, language: &str, least: f64, turns: Turns, mut peer: Partner, ours: &mut dyn FnMut() -> f64) -> Row {
    let mut theirs = || peer.each("cost", CLOSES);
    (0..BEFORE * 2).for_each(|_| _ = (theirs(), ours()));
    let ratios = (0..turns.0).map(|_| theirs() / ours()).collect();
    Row::at_least(format!("a close by {name} / by chexiao in {language}"), Measured::of(ratios), least)
}

/// A gateway's server, and a folder with what programs must know of it.
struct Place {
    server: Server,
    config: String,
    told: PathBuf,
}

impl Place {
    fn of(library: &Library, root: &Path, folder: &Path, name: &str) -> (Self, Case) {
        let (server, case) = (Server::start(folder, name, 0), cases::named(library, root, name));
        let config = case.config_at(&server.http, &server.ca_file);
        let told = told(root, folder, name, &config, &case.call);
        let gateway = name.split(' ').next().expect("its gateway");
        fs::write(told.join(format!("{gateway}.json")), &config).expect("written");
        (Self { server, config, told }, case)
    }

    fn peer(&self, ready: &str, name: &str) -> Partner {
        let line = ready.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).expect("a peer");
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().expect("a program"));
        Partner::start(command.args(words).arg(&self.told).arg(&self.server.http))
    }
}
