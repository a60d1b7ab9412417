//! The processor time of a close at WeChat Pay by other SDKs, each as it comes, beside ours in the same language.

use crate::bindings::{BEFORE, java, python, told};
use crate::cases;
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::pairs::{Turns, processor_time};
use crate::partner::Partner;
use crate::server::Server;
use std::fs;
use std::path::Path;
use std::process::Command;

/// How many at a time.
const CLOSES: usize = 300;

/// Every line. `ready`: how each is run, a line each, as `tests/peers/run prepare` says.
pub fn all(library: &Library, root: &Path, folder: &Path, turns: Turns, ready: &Path) -> Vec<Row> {
    let (server, case) = (Server::start(folder, "wechat MD5", 0), cases::named(library, root, "wechat MD5"));
    let config = case.config_at(&server.http, &server.ca_file);
    let told = told(root, folder, "wechat MD5", &config, &case.call);
    fs::write(told.join("wechat.json"), &config).expect("written");
    let ready = fs::read_to_string(ready).expect("bench/run has made them ready");
    let peer = |name: &str| {
        let line = ready.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).expect("a peer");
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().expect("a program"));
        Partner::start(command.args(words).arg(&told).arg(&server.http))
    };
    let client = library.open(&config);
    let in_c = || {
        let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
        (0..CLOSES).for_each(|_| client.close(&case.call));
        (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64 / CLOSES as f64
    };
    let of = |name: &str, language: &str, least: f64, ours: &mut dyn FnMut() -> f64| {
        let mut peer = peer(name);
        let mut theirs = || peer.each("cost", CLOSES);
        (0..BEFORE * 2).for_each(|_| _ = (theirs(), ours()));
        let ratios = (0..turns.0).map(|_| theirs() / ours()).collect();
        Row::at_least(format!("a close by {name} / by chexiao in {language}"), Measured::of(ratios), least)
    };
    let (mut java, mut python) = (Partner::start(java(root).arg(&told)), Partner::start(python(root).arg(&told)));
    vec![
        of("wxjava", "Java", 8.0, &mut || java.each("send", CLOSES)),
        of("gopay", "C", 3.0, &mut || in_c()),
        of("wechatpy", "Python", 5.0, &mut || python.each("send", CLOSES)),
    ]
}
