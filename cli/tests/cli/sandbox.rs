//! `chexiao sandbox`

use crate::counter::{Folder, chexiao, keys, run};
use chexiao_sandbox::{GATEWAYS, sample_order};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

/// A running `chexiao sandbox`; killed and reaped when dropped.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = chexiao();
        command.arg("sandbox").args(arguments).env("TMPDIR", &folder.0);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "the sandbox has ended");
        line
    }

    /// Ends it; what it had printed since.
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that `stop` has done both.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn json_is_one_line_and_a_close_works_with_the_files_it_names() {
    let folder = Folder::new();
    let mut running = Running::start(&folder, &["--port", "0", "--https-port", "0", "--json"]);
    let said: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(keys(&said), ["dir", "http_url", "https_url"]);
    for (name, scheme) in [("http_url", "http://127.0.0.1:"), ("https_url", "https://127.0.0.1:")] {
        let port = said[name].as_str().unwrap().strip_prefix(scheme).unwrap();
        assert_ne!(port.parse::<u16>().unwrap(), 0, "the port it really has");
    }
    let dir = PathBuf::from(said["dir"].as_str().unwrap());
    assert!(dir.starts_with(&folder.0), "in the system's folder for temporary files");
    for gateway in GATEWAYS {
        let config = dir.join(format!("{gateway}.json"));
        let order = sample_order(gateway, "A1001").unwrap().to_string();
        let done = run(&["close", "--config", config.to_str().unwrap(), "--order", &order, "--json"], "");
        assert_eq!(done.json()["outcome"], "closed", "{gateway}");
    }
    assert_eq!(running.stop(), "", "nothing after the one line");
}

#[test]
fn the_files_are_for_this_user_alone() {
    let folder = Folder::new();
    let chosen = folder.0.join("chosen/deeper");
    for arguments in [&["--json"][..], &["--json", "--dir", chosen.to_str().unwrap()]] {
        let mut running = Running::start(&folder, arguments);
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let dir = PathBuf::from(said["dir"].as_str().unwrap());
        assert_eq!(names(&dir), ["ca.pem", "chinaums.json", "edgeros.json", "icbc.json", "wechat.json", "ysepay-sm.json", "ysepay.json"]);
        assert_eq!(mode(&dir), 0o700);
        for name in names(&dir) {
            assert_eq!(mode(&dir.join(&name)), 0o600, "{name}");
        }
    }
    assert!(chosen.is_dir());
}

/// A file that others may read is not where keys are written, whoever made it.
#[test]
fn keys_are_never_written_where_others_may_read_them() {
    let folder = Folder::new();
    let existing = folder.write("icbc.json", "old");
    std::fs::set_permissions(&existing, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut running = Running::start(&folder, &["--json", "--dir", folder.0.to_str().unwrap()]);
    running.line();
    assert_eq!(mode(Path::new(&existing)), 0o600);
}

#[test]
fn people_read_addresses_and_a_command_for_every_gateway() {
    let folder = Folder::new();
    let mut running = Running::start(&folder, &[]);
    let lines: Vec<String> = std::iter::repeat_with(|| running.line()).take_while(|line| !line.contains("Ctrl-C stops")).collect();
    let text = lines.concat();
    assert!(lines[0].contains("https://127.0.0.1:") && lines[0].contains("http://127.0.0.1:"), "{text}");
    for gateway in GATEWAYS {
        let order = sample_order(gateway, "A1001").unwrap();
        let shown =
            |line: &String| line.starts_with("chexiao close --config ") && line.contains(&format!("/{gateway}.json --order '{order}'"));
        assert!(lines.iter().any(shown), "{gateway}: {text}");
    }
}

#[test]
fn a_port_that_is_taken_is_exit_code_2() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = Folder::new();
    let output = chexiao().args(["sandbox", "--port", &port]).env("TMPDIR", &folder.0).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(names(&folder.0).is_empty(), "no keys are left behind");
}

#[test]
fn a_fault_has_ports_and_configurations_of_its_own() {
    let folder = Folder::new();
    let mut running =
        Running::start(&folder, &["--json", "--fault", "status:503:signed", "--fault", "certificate:expired", "--fault", "query:cut"]);
    let said: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(keys(&said), ["dir", "faults", "http_url", "https_url"]);
    let call = |operation: &str, dir: &Value| {
        let config = Path::new(dir.as_str().unwrap()).join("wechat.json");
        let order = sample_order("wechat", "A1001").unwrap().to_string();
        run(&[operation, "--config", config.to_str().unwrap(), "--order", &order, "--json"], "").json()
    };
    let close = |dir: &Value| call("close", dir);
    assert_eq!(close(&said["faults"][0]["dir"])["reason"], "http_503");
    assert_eq!(close(&said["faults"][1]["dir"])["error"], "tls");
    assert_eq!(close(&said["dir"])["outcome"], "already_closed", "handled behind the first fault");
    assert_eq!(close(&said["faults"][2]["dir"])["outcome"], "already_closed", "only queries are cut");
    assert_eq!(call("query", &said["faults"][2]["dir"])["reason"], "reset");
    assert_eq!(call("query", &said["dir"])["outcome"], "closed");
    assert_eq!(mode(Path::new(said["faults"][0]["dir"].as_str().unwrap())), 0o700);
}

#[test]
fn a_fault_nobody_knows_is_exit_code_2_and_help_lists_them() {
    for name in ["nothing", "status", "cut:1", "", "query:", "query:certificate:expired"] {
        let output = chexiao().args(["sandbox", "--fault", name]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{name}");
    }
    let help = String::from_utf8(chexiao().args(["sandbox", "--help"]).output().unwrap().stdout).unwrap();
    assert!(chexiao_sandbox::fault::CATALOGUE.iter().all(|row| help.contains(row.name) && help.contains(row.does)), "{help}");
}
