//! `chexiao bulk`: whole jobs at the sandbox.

mod reading;
mod running;
mod telling;

use crate::counter::{Counter, Done, chexiao};
use chexiao_sandbox::State;
use serde_json::Value;
use std::fs;
use std::process::{Child, Command, Stdio};

/// A sandbox, a folder of its configurations, and a journal that is not there yet.
struct Shop {
    counter: Counter,
    accounts: String,
    journal: String,
}

impl Shop {
    fn open() -> Self {
        let counter = Counter::open();
        let folder = counter.folder.0.join("accounts");
        fs::create_dir(&folder).unwrap();
        for name in ["icbc", "ysepay", "wechat", "edgeros", "chinaums"] {
            fs::write(folder.join(format!("{name}.json")), counter.config(name).to_string()).unwrap();
        }
        let path = |name: &str| counter.folder.0.join(name).to_str().unwrap().to_string();
        let (accounts, journal) = (path("accounts"), path("journal"));
        Self { counter, accounts, journal }
    }

    fn path(&self, name: &str) -> String {
        self.counter.folder.0.join(name).to_str().unwrap().into()
    }

    fn input(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        self.counter.folder.write_bytes(name, text.as_ref())
    }

    fn command(&self, input: Option<&str>, options: &[&str]) -> Command {
        let mut command = chexiao();
        command.args(["bulk", "run", "--journal", &self.journal, "--accounts", &self.accounts]);
        for default in [["--rate", "1000"], ["--host-rate", "2000"], ["--delay", "0.05"], ["--longest-delay", "0.2"]] {
            if !options.contains(&default[0]) {
                command.args(default);
            }
        }
        command.args(input.into_iter().flat_map(|input| ["--input", input])).args(options);
        command
    }

    fn run(&self, input: Option<&str>, options: &[&str]) -> Done {
        Done::of(self.command(input, options).output().unwrap())
    }

    fn state(&self, number: &str) -> Option<State> {
        self.counter.sandbox.state("wechat", number)
    }

    fn posts(&self, number: &str) -> u32 {
        self.counter.sandbox.posts("wechat", number) as u32
    }
}

/// The documents, one a line.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn end(done: &Done) -> Value {
    lines(&done.out).into_iter().find(|line| line["event"] == "end").unwrap_or_else(|| panic!("{}{}", done.out, done.err))
}

fn wechat(numbers: impl IntoIterator<Item = String>) -> String {
    numbers.into_iter().fold("account,out_trade_no\n".into(), |text, number| format!("{text}wechat,{number}\n"))
}

fn numbers(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|at| format!("A{at}"))
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}
