//! A file that is the reply itself: it is there whole, or it is not there, and nothing of it is left.

use crate::server::{Connection, Server};
use crate::support::{http, wechat, with};
use chexiao::{Answer, Client, Evidence, Kind, Reason, Stop};
use chexiao_kit::openssl::{Folder, openssl};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) const MIB: usize = 1 << 20;
const XML: &str = "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>";

/// Bytes that tell every place from every other, behind the beginning of a bill.
pub(crate) fn bill(length: usize) -> Vec<u8> {
    let mut bytes = "\u{feff}交易时间,公众账号ID\r\n`".as_bytes().to_vec();
    bytes.extend((0..length as u64 / 8 + 1).flat_map(|at| (at * 0x9e37_79b9).to_le_bytes()));
    bytes.truncate(length);
    bytes
}

pub(crate) fn sha(name: &str, bytes: &[u8]) -> String {
    let said = openssl(&["dgst", &format!("-{name}"), "-r"], bytes);
    String::from_utf8(said).unwrap().split(' ').next().unwrap().into()
}

pub(crate) fn with_length(body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

fn chunked(body: &[u8], length: usize) -> Vec<u8> {
    let mut reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for piece in body.chunks(length) {
        reply.extend(format!("{:x}\r\n", piece.len()).bytes());
        reply.extend(piece);
        reply.extend(b"\r\n");
    }
    reply.extend(b"0\r\n\r\n");
    reply
}

pub(crate) fn replying(reply: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
    Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send(&reply);
        }
    })
}

pub(crate) fn document(to: &str) -> String {
    json!({"operation": "call", "api": "POST /pay/downloadbill", "fields": {"bill_date": "20261128"}, "to": to}).to_string()
}

pub(crate) fn client(server: &Server, settings: Value) -> Client {
    Client::new(&with(&wechat(&server.url()), &settings).to_string()).unwrap()
}

/// What comes of one download into a folder of its own, and what is in that folder then.
pub(crate) fn fetched(server: &Server, settings: Value) -> (Answer, Option<Vec<u8>>) {
    let folder = Folder::fresh();
    let to = folder.path("bill.csv");
    let answer = client(server, settings).call(&document(&to)).unwrap();
    (answer.clone(), left_in(&to, &answer))
}

/// The file, which alone is there; and the answer says so.
pub(crate) fn left_in(to: &str, answer: &Answer) -> Option<Vec<u8>> {
    let there: Vec<_> = fs::read_dir(Path::new(to).parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let Some(file) = answer.file() else {
        assert!(there.is_empty(), "{there:?} is left");
        return None;
    };
    let bytes = fs::read(to).unwrap();
    assert_eq!(there, [Path::new(to)]);
    assert_eq!((file.path.as_path(), file.bytes, &file.sha256), (Path::new(to), bytes.len() as u64, &sha("sha256", &bytes)));
    Some(bytes)
}

#[track_caller]
pub(crate) fn assert_missing((answer, left): (Answer, Option<Vec<u8>>), reason: &str) {
    let said = answer.reason().map(|reason| reason.to_string());
    assert_eq!((said.as_deref(), left, answer.status(), answer.evidence()), (Some(reason), None, 9, Evidence::None), "{answer:?}");
    let explanation = answer.explanation();
    assert!(explanation.en.starts_with("No file was written") && explanation.zh.starts_with("未写入文件"), "{explanation:?}");
}

#[test]
fn a_bill_is_written_as_it_came_and_nothing_is_said_to_be_proven() {
    let text = bill(MIB + 17);
    // What would unpack to more than there is memory for: it is kept as it is.
    let zipped = [b"\x1f\x8b\x08".as_slice(), &bill(5000)].concat();
    let short: [&[u8]; 3] = [b"0\n`2017", b"`2017", b"\r\n \xef\xbc\x8c,\n`"];
    let [comments, bare, blanks] = short.map(<[u8]>::to_vec);
    let replies = [with_length(&text), chunked(&text, 700), chunked(&text, MIB), chunked(&zipped, 1)];
    let replies = replies.into_iter().chain([&zipped, &comments, &bare, &blanks].map(|bytes| with_length(bytes)));
    for (reply, bytes) in replies.zip([&text, &text, &text, &zipped, &zipped, &comments, &bare, &blanks]) {
        let server = replying(reply);
        let (answer, left) = fetched(&server, json!({}));
        assert!(left.as_ref() == Some(bytes), "{answer:?}");
        assert_eq!((answer.status(), answer.evidence(), answer.reason()), (9, Evidence::None, Some(Reason::Signature)));
        assert!(answer.raw().is_empty() && answer.verified().is_none() && answer.answered() && answer.http_status() == Some(200));
        assert!(answer.explanation().en.contains("signs no file") && answer.explanation().zh.contains("不签名"));
        let seen = server.seen();
        assert_eq!((seen.connections, seen.requests_with("accept-encoding: identity")), (1, 1), "{:?}", seen.requests);
    }
}

#[test]
fn a_refusal_is_an_answer_and_no_file() {
    let padded = format!("\u{feff} \r\n{XML}");
    let (words, line) = (format!("upstream connect error\n{}", "reset\n".repeat(2000)), "系统繁忙,".repeat(1000));
    let bodies = [
        XML,
        &padded,
        "{\"errcode\":1}",
        "<html>busy</html>",
        "<!DOCTYPE html>\n`",
        "",
        "\u{feff}",
        " \n",
        "\u{feff}<html>",
        "\u{1f}",
        "404 page not found",
        "404 page not found\n",
        "系统繁忙,请稍后再试\r\n\r\n",
        "a,b,c\n1,2,3\n",
        &words,
        &line,
    ];
    for body in bodies {
        let server = replying(with_length(body.as_bytes()));
        let (answer, left) = fetched(&server, json!({}));
        assert!((answer.file(), left) == (None, None) && answer.raw() == body.as_bytes() && answer.status() == 9, "{body}: {answer:?}");
        // Nobody says of what is no bill that bills are not signed.
        assert!(body.contains("return_code") || answer.reason() != Some(Reason::Signature), "{body}: {answer:?}");
    }
    let one_by_one = Server::start(|connection| {
        if connection.request().is_some() {
            connection.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", XML.len() + 4));
            for byte in format!("\u{feff}\n{XML}").bytes() {
                connection.send([byte]);
            }
        }
    });
    let (answer, left) = fetched(&one_by_one, json!({}));
    assert_eq!((left, answer.gateway().message.as_deref()), (None, Some("No Bill Exist")), "{answer:?}");
}

#[test]
fn a_reply_that_is_no_plain_200_is_no_file() {
    let text = String::from_utf8_lossy(&bill(100)).into_owned();
    for (reply, reason) in [
        (http(500, "", &text), "http_500"),
        (http(404, "", &text), "http_404"),
        (http(302, "Location: /elsewhere\r\n", &text), "redirect"),
        (http(200, "Content-Encoding: gzip\r\n", &text), "encoding"),
        // Nothing says where it ends.
        (format!("HTTP/1.1 200 OK\r\n\r\n{text}"), "head"),
    ] {
        assert_missing(fetched(&replying(reply), json!({})), reason);
    }
}

#[test]
fn a_file_above_the_limit_is_not_written_and_one_at_the_limit_is() {
    let text = bill(2 * MIB);
    for reply in [with_length(&text), chunked(&text, 5000)] {
        let server = replying(reply);
        assert!(fetched(&server, json!({"download_limit_bytes": 2 * MIB})).1.is_some());
        assert_missing(fetched(&server, json!({"download_limit_bytes": 2 * MIB - 1})), "too_large");
    }
    // The head alone says enough; and by default it is 64 MiB.
    let server = replying(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n`bill", 64 * MIB + 1));
    assert_missing(fetched(&server, json!({})), "too_large");
    for limit in [json!(0), json!((1_u64 << 40) + 1), json!("64"), json!(-1)] {
        let error = Client::new(&with(&wechat(&server.url()), &json!({"download_limit_bytes": limit})).to_string()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some("download_limit_bytes")), "{error}");
    }
}

#[test]
fn a_file_that_is_cut_is_not_there() {
    let text = bill(MIB + 100);
    let ends: [fn(&Connection); 2] = [Connection::fin, Connection::reset];
    for reply in [with_length(&text), chunked(&text, 4000)] {
        for (end, kept) in ends.into_iter().flat_map(|end| [60, 300, 9000, MIB + 50, reply.len() - 1].map(|kept| (end, kept))) {
            let reply = reply.clone();
            let server = Server::start(move |connection| {
                if connection.request().is_some() {
                    connection.send(&reply[..kept]);
                    end(connection);
                }
            });
            let (answer, left) = fetched(&server, json!({}));
            let reason = answer.reason().unwrap();
            assert!(matches!(reason, Reason::Truncated | Reason::Reset), "{kept}: {reason}");
            assert_missing((answer, left), reason.word());
        }
    }
}

/// The time of a call is for the head and then for each MiB.
#[test]
fn a_file_has_time_as_long_as_it_comes() {
    let slow = |piece: usize, pause: u64| {
        let text = bill(4 * MIB);
        let server = Server::start(move |connection| {
            if connection.request().is_some() {
                connection.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len()));
                for piece in text.chunks(piece) {
                    if !connection.send(piece) {
                        return;
                    }
                    connection.pause(Duration::from_millis(pause));
                }
                connection.hold();
            }
        });
        let started = Instant::now();
        let fetched = fetched(&server, json!({"deadline_ms": 1500, "connect_timeout_ms": 1000}));
        (fetched, started.elapsed())
    };
    let ((answer, left), took) = slow(MIB, 600);
    assert!(left == Some(bill(4 * MIB)) && took > Duration::from_millis(1800), "{took:?} {answer:?}");
    // A drop now and then is no progress.
    let (missing, took) = slow(10, 50);
    assert_missing(missing, "timeout");
    assert!(took < Duration::from_millis(5000), "{took:?}");
    // Nor is a silence in the middle.
    let (missing, took) = slow(MIB + 1000, 8000);
    assert_missing(missing, "timeout");
    assert!(took < Duration::from_millis(8000), "{took:?}");
}

#[test]
fn a_download_that_is_stopped_leaves_nothing_and_says_how_far_it_came() {
    let server = Server::start(|connection| {
        if connection.request().is_some() {
            connection.send(&with_length(&bill(3 * MIB))[..2 * MIB]);
            connection.hold();
        }
    });
    let folder = Folder::fresh();
    let (to, stop, client) = (folder.path("bill.csv"), Stop::new(), client(&server, json!({})));
    let answer = std::thread::scope(|scope| {
        let call = scope.spawn(|| client.call_until(&document(&to), &stop).unwrap());
        let late = Instant::now() + Duration::from_secs(5);
        while stop.progress().is_none_or(|(received, _)| received < MIB as u64) && Instant::now() < late {
            std::thread::sleep(Duration::from_millis(5));
        }
        let (received, expected) = stop.progress().unwrap();
        assert!(received < 2 * MIB as u64 && expected == Some(3 * MIB as u64));
        assert!(stop.stop());
        call.join().unwrap()
    });
    assert_missing((answer.clone(), left_in(&to, &answer)), "interrupted");
}

/// The key of the account and the signature stand in no name and in no message.
#[test]
fn nothing_that_was_signed_is_seen_in_what_is_said_of_a_file() {
    let server = replying(with_length(&bill(100))[..90].to_vec());
    let (answer, _) = fetched(&server, json!({}));
    let sign = server.seen().requests[0].split("<sign>").nth(1).unwrap()[..32].to_string();
    let said = format!("{answer:?} {:?} {}", answer.explanation(), chexiao::face::json::answer_json(&answer));
    assert!(!said.contains(&sign) && !said.contains("TEST0ONLY"), "{said}");
}
