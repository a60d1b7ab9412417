//! A test in a process of its own: this binary again, with one test alone.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ARGUMENT: &str = "CHEXIAO_TEST_CHILD";
/// For one that hangs: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);
/// For tests in their long form.
const LONG_PATIENCE: Duration = Duration::from_secs(600);

/// In the child: what the parent has to say.
pub(crate) fn argument() -> Option<String> {
    std::env::var(ARGUMENT).ok()
}

/// Runs the test of this name in a child, where [`argument`] is `argument`; fails unless it passes there in time.
#[track_caller]
pub(crate) fn run(test: &str, argument: &str, variables: &[(&str, &str)]) {
    run_with(Command::new(std::env::current_exe().unwrap()), test, argument, variables);
}

/// The same with so many file descriptors at most.
#[track_caller]
pub(crate) fn run_with_descriptors(limit: usize, test: &str, argument: &str) {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("ulimit -n {limit} && exec \"$0\" \"$@\"")).arg(std::env::current_exe().unwrap());
    run_with(shell, test, argument, &[]);
}

/// The same as the last argument of this command.
#[track_caller]
pub(crate) fn run_under(mut command: Command, test: &str, argument: &str) {
    command.arg(std::env::current_exe().unwrap());
    run_with(command, test, argument, &[]);
}

/// The child itself, for whoever ends it.
pub(crate) fn spawn(test: &str, argument: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    ask(&mut command, test, argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn ask<'a>(command: &'a mut Command, test: &str, argument: &str) -> &'a mut Command {
    command.args([test, "--exact", "--test-threads=1", "--nocapture"]).env(ARGUMENT, argument);
    for spared in ["NO_PROXY", "no_proxy"] {
        command.env_remove(spared);
    }
    command
}

#[track_caller]
fn run_with(mut command: Command, test: &str, argument: &str, variables: &[(&str, &str)]) {
    let command = ask(&mut command, test, argument).envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let late = Instant::now() + if std::env::var_os("CHEXIAO_LONG").is_some() { LONG_PATIENCE } else { PATIENCE };
    while child.try_wait().unwrap().is_none() && Instant::now() < late {
        std::thread::sleep(Duration::from_millis(5));
    }
    _ = child.kill();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{test} in a child ended with {}:\n{said}", output.status);
}
