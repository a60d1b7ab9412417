//! A sandbox in this process, configurations for it, and the program under test.

use chexiao_sandbox::{Keys, Options, Sandbox, sample_order};
use nix::sys::signal::{SigHandler, Signal, signal};
use serde_json::Value;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// One set of throw-away keys for all tests.
static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

/// Five gateways, and a folder for one test, both gone at its end.
pub(crate) struct Counter {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: Folder,
}

impl Counter {
    pub(crate) fn open() -> Self {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
        Self { sandbox, folder: Folder::new() }
    }

    /// The configuration for a gateway, over plain HTTP.
    pub(crate) fn config(&self, gateway: &str) -> Value {
        self.sandbox.config(gateway, self.sandbox.http_url()).unwrap()
    }

    /// `chexiao close` of this order number, with the options of a test.
    pub(crate) fn close(&self, gateway: &str, number: &str, options: &[&str]) -> Done {
        self.ask("close", gateway, number, options)
    }

    /// The same of another operation.
    pub(crate) fn ask(&self, operation: &str, gateway: &str, number: &str, options: &[&str]) -> Done {
        self.ask_with(operation, &self.config(gateway), &sample_order(gateway, number).unwrap().to_string(), options)
    }

    /// `chexiao close` with a configuration and an order text.
    pub(crate) fn close_with(&self, config: &Value, order: &str, options: &[&str]) -> Done {
        self.ask_with("close", config, order, options)
    }

    fn ask_with(&self, operation: &str, config: &Value, order: &str, options: &[&str]) -> Done {
        let path = self.folder.write("config.json", &config.to_string());
        run(&[&[operation, "--config", &path, "--order", order], options].concat(), "")
    }
}

/// A folder for one test, removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file; its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        self.write_bytes(name, text.as_bytes())
    }

    /// The same for what is no UTF-8.
    pub(crate) fn write_bytes(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How a run ended.
pub(crate) struct Done {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().expect("ended by itself"), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The one JSON document, on one line, that is all the program printed.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.err, "");
        assert!(self.out.ends_with('\n') && self.out.lines().count() == 1, "{}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// The keys of an object, sorted.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// The program under test.
pub(crate) fn chexiao() -> Command {
    program(env!("CARGO_BIN_EXE_chexiao"))
}

/// One that signals end, though the tests may run under nohup (no SIGHUP) or behind a script's `&` (no SIGINT).
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let heed = || {
        for it in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            // SAFETY: no handler of ours is replaced or set.
            unsafe { signal(it, SigHandler::SigDfl)? };
        }
        Ok(())
    };
    // SAFETY: sigaction is all that it calls, which a fork allows.
    unsafe { command.pre_exec(heed) };
    command
}

/// Waits for what must come.
#[track_caller]
pub(crate) fn wait_for(has_come: impl Fn() -> bool) {
    let late = Instant::now() + Duration::from_secs(60);
    while !has_come() {
        assert!(Instant::now() < late, "it does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a signal is in this set of a running program: `SigBlk`, what its first thread holds back, or `ShdPnd`, what nobody has taken yet.
pub(crate) fn is_in(set: &str, signal: Signal, child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix(set)?.strip_prefix(':')).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal as u32 - 1) & 1 == 1
}

/// Runs it to its end without input, with these variables in the environment.
pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Done {
    Done::of(chexiao().args(arguments).envs(variables.iter().copied()).output().unwrap())
}

/// Runs it to its end with this standard input.
pub(crate) fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Done {
    let pipes = || Stdio::piped();
    let mut child = chexiao().args(arguments).stdin(pipes()).stdout(pipes()).stderr(pipes()).spawn().unwrap();
    // A run that does not read its input may have ended already.
    _ = child.stdin.take().unwrap().write_all(input.as_ref());
    Done::of(child.wait_with_output().unwrap())
}
