//! Completions and the pages for `man`: of every command, and such as their readers take.

use crate::counter::{Folder, run};
use std::process::{Command, Stdio};

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = run(&["--help"], "").out;
    let listed = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| line.starts_with("  "));
    listed.map(|line| line.split_whitespace().next().unwrap().to_string()).filter(|name| name != "help").collect()
}

#[test]
fn bash_reads_the_completions_and_completes_every_command() {
    let folder = Folder::new();
    let script = folder.write("chexiao.bash", &run(&["completions", "bash"], "").out);
    let asked =
        format!(". {script}; COMP_WORDS=(chexiao ''); COMP_CWORD=1; _chexiao chexiao '' chexiao; printf '%s\\n' \"${{COMPREPLY[@]}}\"");
    let completed = Command::new("bash").args(["-c", &asked]).stderr(Stdio::inherit()).output().unwrap();
    let completed = String::from_utf8(completed.stdout).unwrap();
    for name in commands() {
        assert!(completed.lines().any(|line| line == name), "{name} is not completed: {completed}");
    }
    for shell in ["zsh", "fish"] {
        let script = run(&["completions", shell], "").out;
        assert!(commands().iter().all(|name| script.contains(name)), "{shell}");
    }
}

#[test]
fn every_command_has_a_page() {
    let folder = Folder::new();
    let man = folder.0.join("man");
    assert_eq!(run(&["man", man.to_str().unwrap()], "").code, 0);
    let page = std::fs::read_to_string(man.join("chexiao.1")).unwrap();
    assert!(page.contains(".TH chexiao 1"), "{page}");
    for name in commands() {
        let page = std::fs::read_to_string(man.join(format!("chexiao-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
}
