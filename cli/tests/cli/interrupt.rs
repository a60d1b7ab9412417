//! Ctrl-C and its kin: whether it may have happened, with the id, an exit code that says the same, and at once.

use crate::counter::{Counter, Done, chexiao, is_in, program, wait_for};
use chexiao_sandbox::sample_order;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Long before any deadline, which is after 30 s.
const SOON: Duration = Duration::from_secs(10);
const SIGNALS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// With standard input, output and error in pipes.
fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn call(counter: &Counter, operation: &str, number: &str) -> Command {
    call_at("wechat", counter, operation, number)
}

fn call_at(gateway: &str, counter: &Counter, operation: &str, number: &str) -> Command {
    let config = counter.folder.write("config.json", &counter.config(gateway).to_string());
    let mut command = chexiao();
    command.args([operation, "--config", &config, "--order", &sample_order(gateway, number).unwrap().to_string()]);
    command
}

fn send(signal: Signal, child: &Child) {
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
}

/// How it ended, soon after the signal.
fn ended_by(signal: Signal, mut child: Child) -> Done {
    // Whoever reads it goes on waiting.
    let _input = child.stdin.take();
    let sent = Instant::now();
    send(signal, &child);
    let done = Done::of(child.wait_with_output().unwrap());
    assert!(sent.elapsed() < SOON, "{:?}", sent.elapsed());
    done
}

/// The request has arrived.
#[track_caller]
fn wait_for_post(counter: &Counter, number: &str) {
    wait_for(|| counter.sandbox.posts("wechat", number) > 0);
}

/// It takes the signal itself, or each ends it again.
#[track_caller]
fn wait_until_it_takes(signal: Signal, child: &Child, takes: bool) {
    wait_for(|| is_in("SigBlk", signal, child) == takes);
}

#[test]
fn a_close_that_was_sent_may_have_happened() {
    let counter = Counter::open();
    for (at, operation) in ["close", "ensure-closed"].into_iter().enumerate() {
        for signal in SIGNALS {
            let number = format!("SLEEP{at}{}", signal as i32);
            let child = start(call(&counter, operation, &number).args(["--json", "--msg-id", "id-4711"]));
            wait_for_post(&counter, &number);
            let done = ended_by(signal, child);
            let result: Value = serde_json::from_str(&done.out).unwrap();
            assert_eq!(done.code, 19, "{}", done.err);
            assert_eq!([&result["outcome"], &result["reason"], &result["sent"]], ["unknown", "interrupted", "maybe"]);
            for said in [signal.as_str(), "may have happened", "可能已执行", "id-4711"] {
                assert!(done.err.contains(said), "{said}: {}", done.err);
            }
            assert_eq!(counter.sandbox.posts("wechat", &number), 1, "and no query");
        }
    }
}

#[test]
fn people_read_it_too_with_an_id_that_nobody_gave() {
    let counter = Counter::open();
    let child = start(&mut call(&counter, "close", "SLEEP1"));
    wait_for_post(&counter, "SLEEP1");
    let done = ended_by(Signal::SIGINT, child);
    let id = done.out.lines().last().unwrap().trim_start_matches("  msg_id   ");
    assert!(done.code == 19 && id.len() == 32 && done.err.contains(id), "{}{}", done.out, done.err);
    assert!(done.out.starts_with("unknown (") && done.out.contains("the close may have happened"), "{}", done.out);
}

#[test]
fn where_there_is_no_query_nobody_is_told_to_ask() {
    let counter = Counter::open();
    for (gateway, asks) in [("wechat", true), ("ysepay", false)] {
        let child = start(&mut call_at(gateway, &counter, "close", "SLEEP5"));
        wait_for(|| counter.sandbox.posts(gateway, "SLEEP5") > 0);
        let done = ended_by(Signal::SIGINT, child);
        for said in [&done.out, &done.err] {
            assert!(said.contains("the close may have happened"), "{gateway}: {said}");
            assert_eq!([said.contains("Query the order"), said.contains("请查询订单")], [asks; 2], "{gateway}: {said}");
            assert_eq!(said.contains("merchant console"), !asks, "{gateway}: {said}");
        }
    }
}

#[test]
fn a_query_changes_nothing() {
    let counter = Counter::open();
    let child = start(&mut call(&counter, "query", "QUERYSLEEP1"));
    wait_for(|| counter.sandbox.queries("wechat", "QUERYSLEEP1") > 0);
    let done = ended_by(Signal::SIGINT, child);
    assert!(done.code == 19 && done.err.contains("changes nothing") && !done.err.contains("may have happened"), "{}", done.err);
}

#[test]
fn before_anything_was_sent_nothing_was() {
    let counter = Counter::open();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = counter.config("wechat");
    config["base_url"] = format!("https://{}", silent.local_addr().unwrap()).into();
    let shaking_hands = counter.folder.write("silent.json", &config.to_string());
    let reading = counter.folder.write("reading.json", &counter.config("wechat").to_string());
    for signal in SIGNALS {
        for operation in ["close", "query", "ensure-closed"] {
            for (config, order) in [(&shaking_hands, r#"{"out_trade_no":"A1"}"#), (&reading, "-")] {
                let child = start(chexiao().args([operation, "--config", config, "--order", order]));
                wait_until_it_takes(signal, &child, true);
                let _held = (order != "-").then(|| silent.accept().unwrap());
                let done = ended_by(signal, child);
                assert_eq!((done.code, done.out.as_str()), (2, ""), "{}", done.err);
                assert!(done.err.contains(signal.as_str()) && done.err.contains("Nothing was sent. 未发送任何请求。"), "{}", done.err);
            }
        }
    }
    let child = start(chexiao().args(["close", "--config", &shaking_hands, "--order", r#"{"out_trade_no":"A1"}"#, "--json"]));
    let _held = silent.accept().unwrap();
    let done = ended_by(Signal::SIGINT, child);
    assert_eq!((done.code, done.json()["error"].as_str()), (2, Some("not_sent")));
    assert_eq!(counter.sandbox.posts("wechat", "A1"), 0);
}

/// The first one leaves it waiting for somebody who reads; the second ends it.
#[test]
fn a_second_one_ends_it_at_once() {
    let counter = Counter::open();
    for signal in SIGNALS {
        let number = format!("SLEEP2{}", signal as i32);
        let (reader, writer) = std::io::pipe().unwrap();
        fill(&writer);
        let mut child = call(&counter, "close", &number).stdout(writer.try_clone().unwrap()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for_post(&counter, &number);
        send(signal, &child);
        wait_until_it_takes(signal, &child, false);
        sleep(Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "it waits for standard output");
        send(signal, &child);
        let sent = Instant::now();
        assert_eq!(child.wait().unwrap().signal(), Some(signal as i32));
        assert!(sent.elapsed() < SOON);
        let mut err = String::new();
        child.stderr.unwrap().read_to_string(&mut err).unwrap();
        assert!(err.contains("may have happened") && err.contains("msg_id"), "{err}");
        drop(reader);
    }
}

/// It has its outcome, and nobody reads.
#[test]
fn what_cannot_be_told_is_ended_by_the_first() {
    let counter = Counter::open();
    for signal in SIGNALS {
        let number = format!("A{}", signal as i32);
        let (_reader, writer) = std::io::pipe().unwrap();
        fill(&writer);
        let mut child = call(&counter, "close", &number).stdout(writer.try_clone().unwrap()).spawn().unwrap();
        wait_for_post(&counter, &number);
        wait_until_it_takes(signal, &child, false);
        send(signal, &child);
        assert_eq!(child.wait().unwrap().signal(), Some(signal as i32));
    }
}

/// Until it takes no more.
fn fill(mut pipe: &std::io::PipeWriter) {
    fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    while pipe.write(&[b' '; 4096]).is_ok() {}
    fcntl(pipe, FcntlArg::F_SETFL(OFlag::empty())).unwrap();
}

#[test]
fn what_the_parent_ignores_is_ignored() {
    let counter = Counter::open();
    let order = call(&counter, "close", "SLEEP3");
    let mut shell = program("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(order.get_program()).args(order.get_args());
    let mut child = start(&mut shell);
    wait_for_post(&counter, "SLEEP3");
    send(Signal::SIGHUP, &child);
    sleep(Duration::from_millis(400));
    assert!(child.try_wait().unwrap().is_none(), "nohup");
    assert_eq!(ended_by(Signal::SIGINT, child).code, 19);
}

#[test]
fn ctrl_c_on_a_terminal() {
    let counter = Counter::open();
    let terminal = openpty(None, None).unwrap();
    let slave = || terminal.slave.try_clone().unwrap();
    let close = call(&counter, "close", "SLEEP4");
    let mut session = program("setsid");
    session.args(["--ctty", "--wait"]).arg(close.get_program()).args(close.get_args()).stdin(slave()).stdout(slave()).stderr(slave());
    let mut child = session.spawn().unwrap();
    wait_for_post(&counter, "SLEEP4");
    let mut master = File::from(terminal.master);
    master.write_all(b"\x03").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(19));
    drop((session, terminal.slave));
    let mut shown = Vec::new();
    _ = master.read_to_end(&mut shown);
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("SIGINT: ") && shown.contains("the close may have happened") && shown.contains("msg_id"), "{shown}");
}
