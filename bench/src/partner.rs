//! A process that is asked a line at a time and answers with one; it ends with its standard input.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Partner {
    process: Child,
    asked: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Partner {
    pub fn start(command: &mut Command) -> Self {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (asked, said) = (process.stdin.take().expect("a pipe"), BufReader::new(process.stdout.take().expect("a pipe")));
        Self { process, asked, said }
    }

    pub fn ask(&mut self, question: &str) -> String {
        self.asked.write_all(format!("{question}\n").as_bytes()).expect("it runs");
        self.line()
    }

    /// Nanoseconds of the processor that it says each of so many took.
    pub fn each(&mut self, verb: &str, times: usize) -> f64 {
        self.ask(&format!("{verb} {times}")).parse::<f64>().expect("a number") / times as f64
    }

    /// What it says unasked.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it speaks");
        line.trim().into()
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
