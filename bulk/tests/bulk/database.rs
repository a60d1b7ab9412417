//! A journal in PostgreSQL, on a server of its own: begun, killed, restarted and ended by the test.

use crate::book::agrees;
use crate::child::{self, ATTEMPTS};
use crate::kills::{killed, kills, shared};
use crate::pace;
use crate::support::{Folder, accounts, configs, ended, is_needed, open, options, order, run, sandbox};
use chexiao_bulk::{End, Order};
use chexiao_sandbox::GATEWAYS;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

struct Server {
    programs: PathBuf,
    folder: Folder,
}

impl Server {
    /// None where PostgreSQL is not installed and need not be.
    fn start() -> Option<Server> {
        let Some(programs) = programs() else {
            assert!(!is_needed(), "PostgreSQL is missing: scripts/with-bulk installs it");
            eprintln!("left out, for want of PostgreSQL: scripts/with-bulk installs it");
            return None;
        };
        let server = Server { programs, folder: Folder::new() };
        if let Some((user, group)) = of_postgres() {
            std::fs::set_permissions(server.folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
            chown(server.folder.path(), Some(user), Some(group)).unwrap();
        }
        server.runs("initdb", &["--auth=trust", "--username=postgres", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]);
        server.starts();
        Some(server)
    }

    fn starts(&self) {
        // Connections by a socket in its folder alone. A crash of the machine is not tried here.
        let settings = format!("-c listen_addresses= -c fsync=off -c unix_socket_directories={}", self.folder.path().display());
        self.runs("pg_ctl", &["--wait", "--silent", "--log", self.log().to_str().unwrap(), "-o", &settings, "start"]);
    }

    /// As a crash of the server does, or `fast`, as a restart of the machine.
    fn stops(&self, mode: &str) {
        self.runs("pg_ctl", &["--wait", "--silent", "-m", mode, "stop"]);
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn runs(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).env("PGDATA", self.folder.path().join("data")).current_dir(self.folder.path());
        // It runs as anybody but root.
        if let Some((user, group)) = of_postgres() {
            command.uid(user).gid(group);
        }
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}\n{}", std::fs::read_to_string(self.log()).unwrap_or_default());
    }

    fn schema(&self, name: &str) -> String {
        format!("host={} user=postgres dbname=postgres|{name}", self.folder.path().display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stops("immediate");
    }
}

fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    installed.filter(|bin| bin.join("initdb").exists()).max()
}

/// The user that Debian's package makes, where we are root.
fn of_postgres() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut fields = users.lines().find(|line| line.starts_with("postgres:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// One server for all: to start one takes seconds.
#[test]
fn a_job_in_a_database() {
    let Some(server) = Server::start() else { return };
    the_same_as_in_a_file(&server.schema("job"));
    shared(&server.schema("shared"));
    killed(36, 2, kills() / 3, &|job| server.schema(&format!("killed_{job}")));
    restarted(&server);
    pace::rate(&server.schema("rate"));
    pace::places(&server.schema("places"));
    pace::news(&server.schema("news"));
    assert!(open(&server.schema("Job; DROP")).is_err());
    let Err(failure) = open("host=/nonexistent user=postgres password=secret|job") else { panic!("nobody is there") };
    assert!(!failure.to_string().contains("secret"), "{failure}");
}

fn the_same_as_in_a_file(place: &str) {
    let sandbox = sandbox();
    let journal = Arc::new(open(place).unwrap());
    let orders = vec![order("wechat", 1, "A1"), order("wechat", 2, "PAID1"), order("wechat", 3, "A1"), order("icbc", 4, "NUL\u{4e2d}")];
    assert_eq!((journal.add(orders.clone()).unwrap(), journal.add(orders).unwrap()), (3, 0));
    assert_eq!(journal.repeats().unwrap(), [("wechat".to_string(), 3, 1)]);
    assert_eq!(run(&journal, accounts(&configs(&sandbox, 2000)), options(4)).0, Ok(End::Complete));
    let words: Vec<String> =
        ended(&journal).into_values().map(|one| format!("{} {} {}", one.line, one.ending.word, one.ending.next)).collect();
    assert_eq!(words, ["4 closed done", "1 closed done", "2 paid fulfil_or_refund"]);
    assert_eq!(journal.counts().unwrap().iter().map(|count| count.orders).sum::<u64>(), 3);
    drop(open(place).unwrap());
}

/// The server crashes and comes back, twice, under two workers: they wait for it, and nothing is lost.
fn restarted(server: &Server) {
    let sandbox = sandbox();
    let place = server.schema("restarted");
    let configs = configs(&sandbox, 2000);
    let journal = open(&place).unwrap();
    let orders: Vec<(String, u64, String)> = GATEWAYS
        .iter()
        .flat_map(|gateway| (1..=150).map(move |line| (gateway.to_string(), line, format!("R{line}{}", &gateway[..1]))))
        .collect();
    journal.add(orders.iter().map(|(gateway, line, number)| order(gateway, *line, number)).collect::<Vec<Order>>()).unwrap();
    let children: Vec<_> = (0..2).map(|_| child::spawn(&place, &configs, 4)).collect();
    for mode in ["immediate", "fast"] {
        std::thread::sleep(Duration::from_millis(400));
        server.stops(mode);
        std::thread::sleep(Duration::from_millis(200));
        server.starts();
    }
    for child in children {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stdout), log(&server.log()));
    }
    // Who was cut off between the two halves of a claim has left it to whoever comes after its lease.
    let journal = Arc::new(journal);
    assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete));
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!(tally.words.get(&("wechat".into(), "closed done".into())), Some(&150), "{tally:?}");
}

fn log(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
