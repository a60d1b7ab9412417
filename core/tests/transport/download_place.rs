//! The place that a file is for: nothing is sent where none can be written, and what was there is replaced by a whole one, or stays.

use crate::child;
use crate::download::{MIB, assert_missing, bill, client, document, fetched, left_in, replying, with_length};
use crate::server::Server;
use crate::support::wechat;
use chexiao::{Client, Error, Kind, Reason};
use chexiao_kit::openssl::Folder;
use nix::libc::O_TMPFILE;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[track_caller]
fn assert_unsent(server: &Server, document: &str, field: &str, part: &str) -> Error {
    let error = client(server, json!({})).call(document).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Kind::Call, Some(field)), "{error}");
    assert!(format!("{error} {}", error.hint()).contains(part), "{error} {}", error.hint());
    error
}

#[test]
fn where_no_file_can_be_written_nothing_is_sent() {
    let server = replying(with_length(&bill(100)));
    let folder = Folder::fresh();
    let file = folder.write("old.csv", b"old");
    symlink(&file, folder.path("link")).unwrap();
    symlink(folder.path("nowhere"), folder.path("dangling")).unwrap();
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.path("pipe")).status().unwrap().success());
    let replacing = |to: &str| document(to).replacen('{', "{\"replace\":true,", 1);
    assert_unsent(&server, &document(&file), "to", "`replace`");
    for document in [document, replacing] {
        for (to, part) in [
            (folder.path("missing/bill.csv"), "No such file"),
            (format!("{file}/bill.csv"), "Not a directory"),
            (folder.path(""), "no name"),
            (folder.path(".."), "no name"),
            (String::new(), "no name"),
            ("/".into(), "no name"),
            ("a\0b".into(), "no name"),
            (folder.path("link"), "no file"),
            (folder.path("link/bill.csv"), "Not a directory"),
            (folder.path("dangling"), "no file"),
            (folder.path("pipe"), "no file"),
            (folder.path("socket"), "no file"),
            // Where not even root may.
            ("/proc/bill.csv".into(), "cannot be written"),
            ("/sys/bill.csv".into(), "cannot be written"),
            (folder.path("."), "no file"),
            ("/dev/full".into(), "no file"),
            (folder.path(&"n".repeat(300)), "too long"),
        ] {
            let error = assert_unsent(&server, &document(&to), "to", part);
            assert!(to.len() < 5 || !error.to_string().contains(&to), "{error}");
        }
    }
    assert_unsent(&server, &document("x").replace("\"to\"", "\"replace\":true,\"_to\"").replace(",\"_to\":\"x\"", ""), "replace", "`to`");
    assert_eq!(
        (server.seen().connections, fs::read(&file).unwrap(), fs::read_dir(folder.path("")).unwrap().count()),
        (0, b"old".into(), 5)
    );
}

#[test]
fn what_gives_no_file_takes_no_to() {
    let server = replying(with_length(&bill(100)));
    let document = document("/tmp/never");
    assert_unsent(&server, &document.replace("downloadbill", "orderquery"), "to", "gives no file");
    let wechat = client(&server, json!({}));
    let error = wechat.sign(&document).unwrap_err();
    assert!(error.field() == Some("to") && error.hint().contains("`send`"), "{error}");
    assert_eq!(server.seen().connections, 0);
}

#[test]
fn a_file_is_replaced_only_by_a_whole_one_and_only_if_it_may_be() {
    let folder = Folder::fresh();
    let file = folder.write("bill.csv", b"old");
    let document = document(&file).replacen('{', "{\"replace\":true,", 1);
    let text = bill(MIB + 5);
    let cut = replying(with_length(&text)[..MIB].to_vec());
    let answer = client(&cut, json!({})).call(&document).unwrap();
    assert_eq!((answer.reason(), fs::read(&file).unwrap()), (Some(Reason::Truncated), b"old".to_vec()));
    let answer = client(&replying(with_length(&text)), json!({})).call(&document).unwrap();
    assert!(left_in(&file, &answer) == Some(text));
}

#[test]
fn what_has_come_there_meanwhile_is_not_replaced() {
    let folder = Folder::fresh();
    let (file, theirs) = (folder.path("bill.csv"), folder.path("bill.csv"));
    let server = Server::start(move |connection| {
        if connection.request().is_some() {
            fs::write(&theirs, b"theirs").unwrap();
            connection.send(with_length(&bill(100)));
        }
    });
    let answer = client(&server, json!({})).call(&document(&file)).unwrap();
    assert_eq!((answer.reason(), fs::read(&file).unwrap()), (Some(Reason::File), b"theirs".to_vec()), "{answer:?}");
    assert!(answer.file().is_none() && answer.explanation().en.contains("File exists"), "{:?}", answer.explanation());
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn a_disk_that_takes_no_more_is_named() {
    const NAME: &str = "download_place::a_disk_that_takes_no_more_is_named";
    if child::argument().is_none() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -f 500 && exec \"$0\" \"$@\""]);
        return child::run_under(shell, NAME, "limited");
    }
    let (answer, left) = fetched(&replying(with_length(&bill(3 * MIB))), json!({}));
    assert!(answer.explanation().en.contains("File too large"), "{:?}", answer.explanation());
    assert_missing((answer, left), "file");
}

/// It had no name yet: what it had written goes with it. Where files without names are unknown, it leaves one, and nothing under the name.
#[test]
fn a_process_that_is_killed_leaves_nothing() {
    const NAME: &str = "download_place::a_process_that_is_killed_leaves_nothing";
    if let Some(given) = child::argument() {
        let [url, document] = serde_json::from_str::<[String; 2]>(&given).unwrap();
        _ = Client::new(&wechat(&url).to_string()).unwrap().call(&document);
        return;
    }
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let server = Server::start(move |connection| {
        if connection.request().is_some() && connection.send(&with_length(&bill(3 * MIB))[..2 * MIB]) {
            counted.fetch_add(1, Ordering::SeqCst);
            connection.hold();
        }
    });
    let folder = Folder::fresh();
    let nameless = fs::File::options().write(true).custom_flags(O_TMPFILE).open(folder.path("")).is_ok();
    let old = folder.write("old.csv", b"old");
    for (before, document) in [document(&folder.path("bill.csv")), document(&old).replacen('{', "{\"replace\":true,", 1)].iter().enumerate()
    {
        let mut killed = child::spawn(NAME, &json!([server.url(), document]).to_string());
        let late = Instant::now() + Duration::from_secs(10);
        while sent.load(Ordering::SeqCst) == before && Instant::now() < late {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(sent.load(Ordering::SeqCst) > before && killed.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(100));
        killed.kill().unwrap();
        killed.wait().unwrap();
        let left: Vec<_> = fs::read_dir(folder.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(left.iter().all(|name| name == "old.csv" || !nameless && name.ends_with(".part")), "{left:?}");
        assert_eq!(fs::read(&old).unwrap(), b"old");
    }
}
