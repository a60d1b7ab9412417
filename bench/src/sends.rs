//! Instructions of a close that a C program sends, in all its threads: what a long run has counted more than a short one.

use crate::cases;
use crate::counts::{self, Counts, RSA};
use crate::library::Library;
use crate::programs;
use crate::server::Server;
use std::fs;
use std::path::Path;
use std::process::Command;

const SHORT: u64 = 20;
const LONG: u64 = 80;

/// `{"icbc RSA send": 12345, …}`.
pub fn counted(path: &Path, root: &Path, folder: &Path) -> Counts {
    let (library, program) = (Library::load(path), programs::in_c(path, root, folder, "close"));
    let one = |name: &'static str| {
        let (server, case) = (Server::start(folder, name, 0), cases::named(&library, root, name));
        let config = folder.join("config.json");
        fs::write(&config, case.config_at(&server.http, &server.ca_file)).expect("written");
        let of = |times: u64| {
            let out = folder.join("sent");
            let mut valgrind = Command::new("valgrind");
            valgrind.args(["--quiet", "--tool=callgrind"]);
            valgrind.args(RSA.iter().map(|function| format!("--toggle-collect={function}")));
            // Behind those, which would turn it off.
            valgrind.arg("--collect-atstart=yes");
            valgrind.arg(format!("--callgrind-out-file={}", out.display()));
            valgrind.arg(&program).arg(&config).arg(&case.call).arg(times.to_string());
            assert!(valgrind.status().expect("valgrind runs").success());
            counts::total(&out)
        };
        let short = of(SHORT);
        (format!("{name} send"), ((of(LONG) - short) / (LONG - SHORT)).into())
    };
    cases::names().map(one).collect()
}
