//! How it ends: by a signal, because nobody can read it, or before it has begun.

use super::{Ear, vector};
use crate::counter::{Folder, chexiao, is_in, run, wait_for};
use nix::sys::signal::Signal;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SIGNALS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
/// Before anything that has begun would be given up: a head after 10 s.
const SOON: Duration = Duration::from_secs(8);

#[test]
fn a_signal_ends_it_with_a_sum() {
    let vector = vector("wechat-paid-md5");
    for signal in SIGNALS {
        for options in [&[][..], &["--json"]] {
            let ear = Ear::start(&mut chexiao(), &vector.config, options);
            ear.post(&vector);
            // Neither an idle connection nor half a request keeps it.
            let (idle, mut half) = (ear.connect(), ear.connect());
            half.write_all(&vector.request()[..200]).unwrap();
            let sent = Instant::now();
            ear.signal(signal);
            let (code, out, err) = ear.end();
            assert!(sent.elapsed() < SOON, "{signal}: {:?}", sent.elapsed());
            let told = if options.is_empty() { &out } else { &err };
            assert_eq!((code, told.lines().last()), (Some(0), Some("heard 收到 1, paid 1; acknowledged 已应答 1, refused 已拒绝 0")));
            assert_eq!(out.contains("heard"), options.is_empty(), "{out}");
            drop((idle, half));
        }
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for signal in SIGNALS {
        let mut ear = Ear::start(&mut chexiao(), &vector("wechat-paid-md5").config, &[]);
        let mut half = ear.connect();
        half.write_all(b"POST / HTTP/1.1\r\nHost: m\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").unwrap();
        // It has begun to read the body.
        assert!(half.read(&mut [0; 25]).unwrap() > 0);
        ear.signal(signal);
        wait_for(|| !is_in("ShdPnd", signal, &ear.child));
        sleep(Duration::from_millis(300));
        assert!(ear.child.try_wait().unwrap().is_none(), "it waits for what has begun");
        ear.signal(signal);
        assert_eq!(ear.child.wait().unwrap().signal(), Some(signal as i32));
    }
}

/// What nobody was told of is not acknowledged: the gateway sends it again.
#[test]
fn what_cannot_be_printed_is_refused_and_ends_it() {
    let vector = vector("wechat-paid-md5");
    for options in [&[][..], &["--json"]] {
        let mut ear = Ear::open(&vector.config, options);
        ear.close_output();
        assert!(ear.post(&vector).2.contains("FAIL"));
        let sent = Instant::now();
        assert_eq!(ear.child.wait().unwrap().code(), Some(3));
        assert!(sent.elapsed() < SOON);
    }
    let folder = Folder::new();
    let config = folder.write("config.json", &vector.config.to_string());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = chexiao();
    let status = command.args(["listen", "--config", &config]).stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(3), "at once, where it cannot even greet");
}

#[test]
fn what_is_missing_is_said_before_it_listens() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (id, missing, options, parts) in [
        ("icbc-paid", Some("notify_url"), &[][..], ["config", "account.notify_url", "is missing"]),
        ("chinaums-bills-paid", Some("notify_key"), &[], ["config", "account.notify_key", "通讯密钥"]),
        ("chinaums-bills-paid", Some("mid"), &[], ["config", "account.mid", "is missing"]),
        ("wechat-paid-md5", Some("api_key"), &[], ["config", "account.api_key", "is missing"]),
        ("wechat-paid-md5", None, &["--port", &port], ["config", "port", "another --port"]),
        ("wechat-paid-md5", None, &["--bind", "203.0.113.7"], ["config", "port", "203.0.113.7"]),
    ] {
        let mut config = vector(id).config;
        missing.map(|name| config["account"].as_object_mut().unwrap().remove(name).unwrap());
        let path = folder.write("config.json", &config.to_string());
        let done = run(&[&["listen", "--config", &path], options].concat(), "");
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{parts:?}");
        parts.iter().skip(1).for_each(|part| assert!(done.err.contains(part), "no {part} in {}", done.err));
        let done = run(&[&["listen", "--json", "--config", &path], options].concat(), "");
        let (code, error) = (done.code, done.json());
        assert_eq!((code, &error["error"], &error["field"]), (2, &json!(parts[0]), &json!(parts[1])));
    }
    for arguments in [&["listen"][..], &["listen", "--config", "/nonexistent"], &["listen", "--config", "x", "--bind", "localhost"]] {
        let done = run(arguments, "");
        assert!(done.code == 2 && done.out.is_empty() && !done.err.is_empty(), "{arguments:?}");
    }
    let help = run(&["listen", "--help"], "");
    assert!(help.code == 0 && ["--refuse", "--bind", "Exit codes", "notify_url"].iter().all(|part| help.out.contains(part)));
}
