//! What Python and Java add to a call, beside a C program.

use crate::cases;
use crate::figures::{Measured, Row};
use crate::library::Library;
use crate::pairs::{Turns, processor_time};
use crate::partner::Partner;
use crate::server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// So often in a turn.
const VERBS: [(&str, usize); 3] = [("sign", 500), ("verify", 500), ("send", 200)];
const CASES: [&str; 2] = ["wechat MD5", "edgeros"];
/// Virtual threads that close at once, and the milliseconds that the gateway takes.
const AT_ONCE: u32 = 1000;
const TAKES: u64 = 300;
/// Until a JVM has compiled what it runs.
pub const BEFORE: usize = 8;

/// Every line. `bench/run` has built the package and the classes.
pub fn all(library: &Library, root: &Path, folder: &Path, turns: Turns) -> Vec<Row> {
    let mut rows: Vec<_> = CASES.iter().flat_map(|name| of_case(library, root, folder, turns, name)).collect();
    rows.extend(virtual_threads(library, root, folder, turns));
    rows
}

/// `bench/run` names a JDK that has them.
fn virtual_threads(library: &Library, root: &Path, folder: &Path, turns: Turns) -> [Row; 2] {
    let (server, case) = (Server::that_takes(folder, "chinaums", TAKES), cases::named(library, root, "chinaums"));
    let told = told(root, folder, "chinaums", &case.config_at(&server.http, &server.ca_file), &case.call);
    let mut command = Command::new(std::env::var_os("JAVA_OF_VIRTUAL_THREADS").expect("a java of 21 or later"));
    command
        .args(["-Djdk.virtualThreadScheduler.parallelism=2", "--enable-native-access=ALL-UNNAMED", "-cp"])
        .arg(root.join("java/target/classes"));
    let mut partner = Partner::start(command.arg(root.join("bench/programs/VirtualThreads.java")).arg(told));
    let mut round = || {
        let said = partner.ask(&AT_ONCE.to_string());
        let (all, slowest) = said.split_once(' ').expect("two numbers");
        (all.parse::<f64>().expect("a number") / 1000.0, slowest.parse::<f64>().expect("a number"))
    };
    // Connections are made and what runs is compiled before.
    (0..BEFORE).for_each(|_| _ = round());
    let (all, slowest): (Vec<_>, Vec<_>) = (0..turns.0.div_ceil(4)).map(|_| round()).unzip();
    let figure = format!("chinaums: {AT_ONCE} closes at once on virtual threads of two carriers, {TAKES} ms for a reply");
    [
        Row::at_most(format!("{figure}: s"), Measured::of(all), 1.0),
        Row::at_most(format!("{figure}: the slowest page of the same JVM meanwhile, ms"), Measured::of(slowest), 50.0).digits(1),
    ]
}

fn of_case(library: &Library, root: &Path, folder: &Path, turns: Turns, name: &str) -> Vec<Row> {
    let (server, case) = (Server::start(folder, name, 0), cases::named(library, root, name));
    let config = case.config_at(&server.http, &server.ca_file);
    let client = library.open(&config);
    let ours = |verb: &str, times: usize| {
        let begun = processor_time(libc::CLOCK_PROCESS_CPUTIME_ID);
        for _ in 0..times {
            match verb {
                "sign" => client.sign(&case.call),
                "verify" => assert_eq!(client.verify(&case.exchange), 1),
                _ => client.close(&case.call),
            }
        }
        (processor_time(libc::CLOCK_PROCESS_CPUTIME_ID) - begun) as f64 / times as f64
    };
    let told = told(root, folder, name, &config, &case.call);
    let partners = [("Python", python(root)), ("Java", java(root))];
    let of = |(language, mut command): (&str, Command)| {
        let mut partner = Partner::start(command.arg(&told));
        let of = |(verb, times): (&str, usize)| {
            (0..BEFORE).for_each(|_| _ = partner.each(verb, times * 2));
            let ratios = (0..turns.0).map(|_| partner.each(verb, times) / ours(verb, times)).collect();
            Row::without_target(format!("{name}: {verb} in {language} / in C"), Measured::of(ratios))
        };
        VERBS.map(of)
    };
    partners.into_iter().flat_map(of).collect()
}

/// A folder with what such a program must know.
pub fn told(root: &Path, folder: &Path, name: &str, config: &str, call: &str) -> PathBuf {
    let (told, reply) = (folder.join("told"), cases::reply(root, name));
    fs::create_dir_all(&told).expect("a folder");
    let kind = reply.headers.iter().find(|(name, _)| name == "Content-Type").expect("a type");
    let files: [(&str, &[u8]); 4] =
        [("config.json", config.as_bytes()), ("call.json", call.as_bytes()), ("content-type", kind.1.as_bytes()), ("body", &reply.body)];
    files.into_iter().for_each(|(file, content)| fs::write(told.join(file), content).expect("written"));
    told
}

pub fn python(root: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg(root.join("bench/programs/partner.py")).env("PYTHONPATH", root.join("target/bench-python"));
    command
}

pub fn java(root: &Path) -> Command {
    let mut command = Command::new("java");
    let classes = format!("{}:{}", root.join("java/target/classes").display(), root.join("target/bench-java").display());
    command.args(["-cp", &classes, "Partner"]);
    command
}
