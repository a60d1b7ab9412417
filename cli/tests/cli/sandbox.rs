//! `chexiao sandbox`

use crate::counter::{Folder, chexiao, keys, run};
use chexiao::Client;
use chexiao_sandbox::{CONFIGS, GATEWAYS, sample_order};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `chexiao sandbox`; killed and reaped when dropped.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = chexiao();
        command.arg("sandbox").args(arguments);
        Self::of(folder, command)
    }

    fn of(folder: &Folder, mut command: Command) -> Self {
        command.env("TMPDIR", &folder.0);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "the sandbox has ended");
        line
    }

    fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// The signal that has ended it.
    fn ended_by(&mut self) -> Option<i32> {
        self.child.wait().unwrap().signal()
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
    for name in CONFIGS {
        let config = dir.join(format!("{name}.json"));
        let order = sample_order(name.split('-').next().unwrap(), &format!("{name}1001")).unwrap().to_string();
        let done = run(&["close", "--config", config.to_str().unwrap(), "--order", &order, "--json"], "");
        assert_eq!(done.json()["outcome"], "closed", "{name}");
    }
    let encrypted = dir.join("icbc-aes.json");
    assert!(std::fs::read_to_string(&encrypted).unwrap().contains("\"encrypt_key\""));
    for (number, outcome) in [("icbc-aes1001", "closed"), ("PAID1001", "paid")] {
        let order = sample_order("icbc", number).unwrap().to_string();
        let done = run(&["query", "--config", encrypted.to_str().unwrap(), "--order", &order, "--json"], "");
        assert_eq!(done.json()["outcome"], outcome, "encrypted");
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
        assert_eq!(
            names(&dir),
            [
                "apiclient_cert.p12",
                "apiclient_cert.pem",
                "apiclient_key.pem",
                "ca.pem",
                "chinaums.json",
                "edgeros.json",
                "icbc-aes.json",
                "icbc.json",
                "wechat.json",
                "ysepay-sm.json",
                "ysepay.json"
            ]
        );
        assert_eq!(mode(&dir), 0o700);
        for name in names(&dir) {
            assert_eq!(mode(&dir.join(&name)), 0o600, "{name}");
        }
    }
    assert!(chosen.is_dir());
}

/// A relative path in a configuration counts from the folder of the program that reads it.
#[test]
fn the_configurations_serve_from_every_folder() {
    let folder = Folder::new();
    let mut command = chexiao();
    command.args(["sandbox", "--json", "--dir", "keys"]).current_dir(&folder.0);
    Running::of(&folder, command).line();
    let config: Value = serde_json::from_slice(&std::fs::read(folder.0.join("keys/wechat.json")).unwrap()).unwrap();
    assert_eq!(config["ca_file"], folder.0.canonicalize().unwrap().join("keys/ca.pem").to_str().unwrap());
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

/// Whatever ends it but SIGKILL, the keys go first, and it dies of the signal as if nobody had caught it.
#[test]
fn the_keys_go_with_the_sandbox() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let folder = Folder::new();
        let mut running = Running::start(&folder, &["--json", "--fault", "cut"]);
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let http = said["http_url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let _waiting = TcpStream::connect(http).unwrap();
        assert!(Path::new(said["faults"][0]["dir"].as_str().unwrap()).join("icbc.json").is_file());
        running.send(signal);
        assert_eq!(running.ended_by(), Some(signal as i32));
        assert!(names(&folder.0).is_empty(), "{signal}");
    }
}

#[test]
fn a_signal_that_was_ignored_stays_so() {
    let folder = Folder::new();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP INT; exec \"$0\" sandbox --json", env!("CARGO_BIN_EXE_chexiao")]);
    let mut running = Running::of(&folder, shell);
    let said: Value = serde_json::from_str(&running.line()).unwrap();
    for signal in [Signal::SIGHUP, Signal::SIGINT] {
        running.send(signal);
    }
    std::thread::sleep(Duration::from_millis(300));
    assert!(running.child.try_wait().unwrap().is_none() && Path::new(said["dir"].as_str().unwrap()).is_dir());
    running.send(Signal::SIGTERM);
    assert_eq!(running.ended_by(), Some(Signal::SIGTERM as i32));
    assert!(names(&folder.0).is_empty());
}

#[test]
fn a_folder_of_ones_own_stays() {
    let folder = Folder::new();
    let chosen = folder.0.join("chosen");
    let mut running = Running::start(&folder, &["--json", "--dir", chosen.to_str().unwrap()]);
    running.line();
    running.send(Signal::SIGTERM);
    assert_eq!(running.ended_by(), Some(Signal::SIGTERM as i32));
    assert_eq!((names(&folder.0), chosen.join("icbc.json").is_file()), (vec!["chosen".to_string()], true));
}

#[test]
fn an_interrupted_demo_leaves_no_keys() {
    let folder = Folder::new();
    let mut command = chexiao();
    command.arg("demo");
    let mut running = Running::of(&folder, command);
    let begun = Instant::now();
    while names(&folder.0).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
    running.send(Signal::SIGINT);
    assert_eq!(running.ended_by(), Some(Signal::SIGINT as i32));
    assert!(names(&folder.0).is_empty());
}

#[test]
fn help_is_in_columns() {
    let help = String::from_utf8(chexiao().args(["sandbox", "--help"]).output().unwrap().stdout).unwrap();
    let lines: Vec<&str> = help.lines().collect();
    let column = |text: &str, what: &str| text.find(what).unwrap();
    let mut columns = Vec::new();
    for row in chexiao_sandbox::fault::CATALOGUE {
        let starts = format!("  {} ", row.phase);
        let is_of_row = |line: &&str| {
            let name = line.strip_prefix(&starts).map(str::trim_start);
            name.is_some_and(|name| {
                name.split(':').next() == Some(row.name) && name.strip_prefix(row.name).unwrap().trim_start_matches(':') == row.parameters
            })
        };
        let at = lines.iter().position(is_of_row).unwrap_or_else(|| panic!("{} {}", row.phase, row.name));
        let name = starts.len() + column(lines[at].split_at(starts.len()).1, row.name);
        columns.push((name, column(lines[at + 1], row.does)));
    }
    columns.sort_unstable();
    columns.dedup();
    assert_eq!(columns.len(), 1, "{columns:?}");
    let mentions = |name: &str| help.contains(&name.to_uppercase());
    assert!(chexiao_sandbox::fault::CATALOGUE.iter().filter(|row| row.in_numbers).all(|row| mentions(row.name)), "{help}");
}

/// Everything that the sandbox says to a request in clear.
fn exchange(http_url: &str, head: &str, body: &[u8]) -> String {
    let mut tcp = TcpStream::connect(http_url.strip_prefix("http://").unwrap()).unwrap();
    let head = format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    tcp.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).unwrap();
    answer
}

/// A close as our client signs it, sent as by a client that names no type of content; what the book says of the order then.
fn close_without_content_type(http_url: &str, dir: &Path, gateway: &str) -> Value {
    let client = Client::new(&std::fs::read_to_string(dir.join(format!("{gateway}.json"))).unwrap()).unwrap();
    let order = sample_order(gateway, "A1").unwrap();
    let sent = client.sign(&serde_json::json!({"operation": "close", "order": order}).to_string()).unwrap();
    let path = sent.url.splitn(4, '/').nth(3).unwrap();
    let headers = sent.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let headers: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    exchange(http_url, &format!("POST /{path} HTTP/1.1\r\n{headers}"), &sent.body);
    let answer = exchange(http_url, "GET /_sandbox/orders HTTP/1.1\r\n", b"");
    let book: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    book["orders"].as_array().unwrap().iter().find(|order| order["gateway"] == gateway).unwrap()["state"].clone()
}

#[test]
fn strict_is_a_switch() {
    for (switch, state) in [(None, "CLOSED"), (Some("--strict"), "OPEN")] {
        let folder = Folder::new();
        let dir = folder.0.join("dir");
        let arguments = ["--json", "--dir", dir.to_str().unwrap()];
        let mut running = Running::start(&folder, &arguments.into_iter().chain(switch).collect::<Vec<_>>());
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let http_url = said["http_url"].as_str().unwrap();
        for gateway in GATEWAYS {
            assert_eq!(close_without_content_type(http_url, &dir, gateway), state, "{gateway} {switch:?}");
        }
    }
}

/// What becomes of money is posted, and again until it is acknowledged.
#[test]
fn tells_a_merchant() {
    let folder = Folder::new();
    let merchant = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("ysepay=http://{}/hear", merchant.local_addr().unwrap());
    let mut sandbox = Running::start(&folder, &["--json", "--notify", &to, "--notify-speed", "1000"]);
    let said: Value = serde_json::from_str(&sandbox.line()).unwrap();
    let mut admin = TcpStream::connect(said["http_url"].as_str().unwrap().trim_start_matches("http://")).unwrap();
    let command = r#"{"gateway":"ysepay","order":"A1001","state":"PAID"}"#;
    write!(admin, "POST /_sandbox/orders HTTP/1.1\r\nContent-Length: {}\r\n\r\n{command}", command.len()).unwrap();
    for answer in ["no", "success"] {
        let (mut tcp, _) = merchant.accept().unwrap();
        let mut posted = [0; 8192];
        let count = tcp.read(&mut posted).unwrap();
        assert!(posted[..count].starts_with(b"POST /hear HTTP/1.1\r\n"));
        write!(tcp, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len()).unwrap();
    }
    let mut asked = String::new();
    for _ in 0..1000 {
        let mut admin = TcpStream::connect(said["http_url"].as_str().unwrap().trim_start_matches("http://")).unwrap();
        write!(admin, "GET /_sandbox/notices HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        asked.clear();
        admin.read_to_string(&mut asked).unwrap();
        if asked.contains(r#""posted":2,"acknowledged":true,"waiting":false"#) {
            sandbox.stop();
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("not acknowledged: {asked}");
}

#[test]
fn tells_nobody_else() {
    for (bad, why) in [
        ("alipay=http://127.0.0.1:1/", "alipay is none of"),
        ("wechat", "is not CONFIGURATION=URL"),
        ("wechat=http://192.0.2.1:80/", "127.0.0.1"),
    ] {
        let run = run(&["sandbox", "--notify", bad], "");
        assert!(run.code != 0 && run.err.contains(why), "{bad}: {}", run.err);
    }
}
