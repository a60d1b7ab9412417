//! What a terminal is shown, and what it is spared: a long wait, colours, and nothing that others wrote in order to steer it.

use crate::counter::{Counter, Done, chexiao, run, run_with};
use chexiao_sandbox::sample_order;
use nix::pty::openpty;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

/// Runs it with both streams, or with standard error alone, on a terminal; the exit code and what was shown.
pub(crate) fn on_terminal(command: &mut Command, both: bool) -> (Option<i32>, String) {
    let terminal = openpty(None, None).unwrap();
    let slave = || terminal.slave.try_clone().unwrap();
    command.stderr(slave());
    if both {
        command.stdout(slave());
    } else {
        command.stdout(std::process::Stdio::null());
    }
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        if !command.get_envs().any(|(name, _)| name == variable) {
            command.env_remove(variable);
        }
    }
    if !command.get_envs().any(|(name, _)| name == "TERM") {
        command.env("TERM", "xterm");
    }
    let mut child = command.spawn().unwrap();
    // What is still open on the other side ends with the child.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    drop(terminal.slave);
    let mut shown = Vec::new();
    // At its end, reading from a terminal is an error.
    _ = File::from(terminal.master).read_to_end(&mut shown);
    (child.wait().unwrap().code(), String::from_utf8(shown).unwrap())
}

fn close(counter: &Counter, number: &str, settings: &Value) -> Command {
    let mut config = counter.config("wechat");
    config.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let path = counter.folder.write(&format!("{number}.json"), &config.to_string());
    let mut command = chexiao();
    command.args(["close", "--config", &path, "--order", &sample_order("wechat", number).unwrap().to_string()]);
    command
}

#[test]
fn a_wait_of_more_than_two_seconds_is_shown_on_a_terminal_alone() {
    let counter = Counter::open();
    let slow = json!({"deadline_ms": 4000, "connect_timeout_ms": 3000});
    let (code, shown) = on_terminal(&mut close(&counter, "SLEEP1", &slow), false);
    assert_eq!((code, shown.matches("waiting for the gateway").count()), (Some(19), 1), "{shown}");
    let piped = Done::of(close(&counter, "SLEEP2", &slow).output().unwrap());
    assert_eq!((piped.code, piped.err.as_str()), (19, ""));
    let (code, shown) = on_terminal(&mut close(&counter, "A1", &json!({})), false);
    assert_eq!((code, shown.as_str()), (Some(11), ""));
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let counter = Counter::open();
    let mut numbers = 0..;
    let mut shown = |variables: &[(&str, &str)], options: &[&str]| {
        let mut command = close(&counter, &format!("A{}", numbers.next().unwrap()), &json!({}));
        on_terminal(command.args(options).envs(variables.iter().copied()), true).1
    };
    assert!(shown(&[], &[]).starts_with("\u{1b}[1;33mclosed\u{1b}[0m ("));
    assert!(shown(&[("NO_COLOR", "")], &[]).contains('\u{1b}'), "empty is the same as unset");
    for variables in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")], &[("CLICOLOR", "0")], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]] {
        let plain = shown(variables, &[]);
        assert!(plain.starts_with("closed (") && !plain.contains('\u{1b}'), "{variables:?}: {plain}");
    }
    for variables in [&[][..], &[("CLICOLOR_FORCE", "1")]] {
        assert!(serde_json::from_str::<Value>(&shown(variables, &["--json"])).is_ok(), "{variables:?}");
    }
    let (code, shown) = on_terminal(chexiao().args(["close", "--config", "/nonexistent", "--order", "{}"]), true);
    assert!(code == Some(2) && shown.starts_with("\u{1b}[1;31mchexiao:\u{1b}[0m config error"), "{shown}");
    for arguments in [&["--help"][..], &["close"], &["help", "close"]] {
        assert!(on_terminal(chexiao().args(arguments), true).1.contains('\u{1b}'), "{arguments:?}");
        assert!(!on_terminal(chexiao().args(arguments).env("NO_COLOR", "1"), true).1.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn a_pipe_gets_colours_only_by_force() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("icbc").to_string());
    let order = sample_order("icbc", "A1").unwrap().to_string();
    let arguments = ["close", "--config", &config, "--order", &order];
    for (variables, is_coloured) in
        [(&[("TERM", "xterm")][..], false), (&[("CLICOLOR", "1"), ("TERM", "xterm")], false), (&[("CLICOLOR_FORCE", "1")], true)]
    {
        let done = run_with(&arguments, variables);
        assert_eq!((done.code, done.out.starts_with("\u{1b}[1;32mclosed\u{1b}[0m (")), (0, is_coloured), "{variables:?}: {}", done.out);
        let usage = run_with(&["close", "--nothing"], variables);
        assert_eq!(usage.err.contains('\u{1b}'), is_coloured, "{variables:?}");
        let json = run_with(&[&arguments[..], &["--json"]].concat(), variables);
        assert!(serde_json::from_str::<Value>(&json.out).is_ok(), "{variables:?}");
    }
}

/// What begins a line, moves the cursor or turns the writing.
const WORDS: [&str; 6] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "no\nclosed (3 ms)",
    "a\r\nb\u{b}c\u{c}d",
    "a\u{85}b\u{2028}c\u{2029}d",
    "\u{9b}31m",
    "\u{202e}desolc\u{2066}",
];

fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c != '\n' && (c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')))
}

/// A gateway that signs nothing and answers one request with this.
fn gateway_that_says(word: &str) -> String {
    let body = json!({"errCode": word, "errMsg": word, "billPayment": {"status": word}}).to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        _ = stream.read(&mut [0; 8192]);
        _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        _ = stream.read(&mut [0; 1]);
    });
    url
}

#[test]
fn what_a_gateway_says_is_one_line_for_people_and_in_json() {
    let counter = Counter::open();
    let order = sample_order("chinaums", "A1").unwrap().to_string();
    let ask = |word: &str, options: &[&str]| {
        let mut config = counter.config("chinaums");
        config["base_url"] = gateway_that_says(word).into();
        counter.close_with(&config, &order, options)
    };
    let lines = ask("no", &[]).out.lines().count();
    for word in WORDS {
        let people = ask(word, &[]);
        assert_eq!((people.code, people.out.lines().count()), (19, lines), "{:?}", people.out);
        assert!(is_plain(&people.out) && people.err.is_empty(), "{:?}", people.out);
        let json = ask(word, &["--json"]);
        assert!(is_plain(&json.out) && json.json()["gateway"]["message"] == word, "{:?}", json.out);
    }
}

#[test]
fn what_an_argument_holds_begins_no_line_and_moves_no_cursor() {
    for word in WORDS {
        for arguments in [
            &[word][..],
            &[&format!("--{word}")],
            &["close", &format!("--{word}")],
            &["close", "--config", "x", "--order", "{}", word],
            &["sandbox", "--port", word],
            &["sandbox", &format!("--port={word}")],
            &["sandbox", "--fault", word],
            &["key", "inspect", word],
            &["key", "inspect", "x", "--password-env", word],
            &["close", "--config", word, "--order", "{}"],
            &["close", "--config", "x", "--order", word],
        ] {
            for force in [&[][..], &[("CLICOLOR_FORCE", "1")]] {
                let done = run_with(arguments, force);
                let painted = ["\u{1b}[1m", "\u{1b}[0m"].iter().chain(&COLOURS).fold(done.err.clone(), |text, code| text.replace(code, ""));
                assert!(done.code == 2 && is_plain(&painted), "{arguments:?}: {:?}", done.err);
                assert!(!done.err.lines().any(|line| line.starts_with("closed")), "{arguments:?}: {:?}", done.err);
            }
        }
    }
    assert!(run(&["--no\u{2028}such"], "").err.contains("--no\\u2028such"));
}

/// Ours and clap's.
const COLOURS: [&str; 6] = ["\u{1b}[1;31m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[4m", "\u{1b}[22m"];
