//! Whatever comes, it is answered if it can be, and the next notification is heard.

use super::{Ear, Vector, post, read, say_to, vector};
use serde_json::json;
use std::io::Write;
use std::net::Shutdown;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn open() -> (Ear, Vector) {
    let vector = vector("wechat-paid-md5");
    (Ear::open(&vector.config, &["--json"]), vector)
}

fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let chunks = body.chunks(size).map(|chunk| [format!("{:x};a=b\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    [chunks.collect::<Vec<_>>().concat(), b"0\r\nTrailer: t\r\n\r\n".to_vec()].concat()
}

#[test]
fn however_it_is_framed_it_is_one_notification() {
    let (mut ear, vector) = open();
    let (body, length) = (&vector.body, vector.body.len());
    for (about, request) in [
        ("chunks", post("Transfer-Encoding: chunked\r\n", &chunked(body, 1))),
        ("chunks, no type", post("TRANSFER-ENCODING: Chunked\r\n", &chunked(body, 100))),
        ("expect", post(&format!("Expect: 100-continue\r\nContent-Length: {length}\r\n"), body)),
        ("HTTP/1.0", [format!("POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n").as_bytes(), body].concat()),
        (
            "whole address",
            [format!("POST http://x/y HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n").as_bytes(), body]
                .concat(),
        ),
        (
            "latin-1 header",
            [
                b"POST / HTTP/1.1\r\nHost: m\r\nX-A: \xff\r\nConnection: close\r\n".as_slice(),
                format!("Content-Length: {length}\r\n\r\n").as_bytes(),
                body,
            ]
            .concat(),
        ),
    ] {
        let answer = ear.say(&request);
        assert!(answer.contains("200 OK") && answer.contains("SUCCESS"), "{about}: {answer}");
        assert_eq!(ear.notice()["event"], "paid", "{about}");
    }
    assert_eq!(ear.ended().1, "");
}

/// Told to go on before it sends the body, as curl and Java's clients wait for.
#[test]
fn who_waits_to_be_told_is_told() {
    let (mut ear, vector) = open();
    let mut stream = ear.connect();
    stream.write_all(&post(&format!("Expect: 100-continue\r\nContent-Length: {}\r\n", vector.body.len()), b"")).unwrap();
    let mut told = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&vector.body).unwrap();
    assert!(read(&mut stream).contains("SUCCESS"));
    assert_eq!(ear.notice()["event"], "paid");
}

#[test]
fn one_connection_carries_many_and_a_slow_one_keeps_nobody() {
    let (mut ear, vector) = open();
    let mut slow = ear.connect();
    let request = vector.request();
    let (begin, end) = request.split_at(request.len() - 3);
    slow.write_all(begin).unwrap();
    let alive = String::from_utf8(request.clone()).unwrap().replace("Connection: close\r\n", "");
    // At once, without waiting for the answers.
    let answers = ear.say(&[alive.as_bytes(), alive.as_bytes(), &request].concat());
    assert_eq!(answers.matches("SUCCESS").count(), 3, "{answers}");
    (0..3).for_each(|_| assert_eq!(ear.notice()["event"], "paid"));
    for byte in end {
        slow.write_all(&[*byte]).unwrap();
        sleep(Duration::from_millis(50));
    }
    assert!(read(&mut slow).contains("SUCCESS"));
    assert_eq!(ear.notice()["event"], "paid");
}

#[test]
fn who_looks_with_a_browser_is_told_what_this_is() {
    let (mut ear, vector) = open();
    for (request, status, is_told) in [
        ("GET / HTTP/1.1", "200 OK", true),
        ("HEAD / HTTP/1.1", "200 OK", false),
        ("GET /?a=1 HTTP/1.1", "200 OK", true),
        ("GET /favicon.ico HTTP/1.1", "404 Not Found", true),
        ("PUT / HTTP/1.1", "405 Method Not Allowed", true),
        ("OPTIONS * HTTP/1.1", "405 Method Not Allowed", true),
        ("CONNECT a:1 HTTP/1.1", "405 Method Not Allowed", true),
    ] {
        let answer = ear.say(format!("{request}\r\nHost: m\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{request}: {answer}");
        assert_eq!(answer.contains("for what wechat posts"), is_told, "{request}: {answer}");
    }
    ear.post(&vector);
    assert_eq!(ear.notice()["event"], "paid", "and nothing of that is a notification");
}

#[test]
fn a_body_is_read_up_to_1_mib() {
    let (mut ear, vector) = open();
    const MIB: usize = 1 << 20;
    let begin = b"<xml><a>".to_vec();
    for (size, reason) in [(MIB, "parse"), (MIB + 1, "too_large"), (3 * MIB, "too_large")] {
        let body = [begin.clone(), vec![b'x'; size - begin.len()]].concat();
        let plain = post(&format!("Content-Length: {size}\r\n"), &body);
        for request in [plain, post("Transfer-Encoding: chunked\r\n", &chunked(&body, 50_000))] {
            let answer = ear.say(&request);
            assert!(answer.contains("FAIL"), "{size}: {answer}");
            let notice = ear.notice();
            assert_eq!((&notice["event"], &notice["reason"]), (&json!("unknown"), &json!(reason)), "{size}");
        }
    }
    // It says that it never ends.
    let mut stream = ear.connect();
    stream.write_all(&post("Content-Length: 99999999999\r\n", &[])).unwrap();
    let piece = vec![b'x'; MIB];
    assert!((0..64).any(|_| stream.write_all(&piece).is_err()), "it goes on reading");
    assert_eq!(ear.notice()["reason"], "too_large");
    ear.post(&vector);
    assert_eq!(ear.notice()["event"], "paid");
}

/// None of it is a notification, and after none of it is anything else than before.
#[test]
fn what_is_no_request_does_no_harm() {
    let (mut ear, vector) = open();
    let (length, body) = (vector.body.len(), &vector.body);
    let many: String = (0..2000).map(|n| format!("X-{n}: 1\r\n")).collect();
    for (about, bytes) in [
        ("nothing", Vec::new()),
        ("a line end", b"\r\n".to_vec()),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("zeros", vec![0; 10_000]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("no end of the head", [b"POST / HTTP/1.1\r\nX: ".to_vec(), vec![b'a'; 200_000]].concat()),
        ("many headers", post(&many, b"")),
        ("two lengths", post(&format!("Content-Length: {length}\r\nContent-Length: 5\r\n"), body)),
        ("no number", post("Content-Length: +5\r\n", b"12345")),
        ("a negative one", post("Content-Length: -1\r\n", b"12345")),
        ("a chunk of no size", post("Transfer-Encoding: chunked\r\n", b"zz\r\n12345\r\n0\r\n\r\n")),
        ("a chunk too large to be", post("Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\n1")),
        ("another coding", post("Transfer-Encoding: gzip\r\n", body)),
        ("a body cut off", post(&format!("Content-Length: {}\r\n", length + 1), body)),
        ("chunks cut off", post("Transfer-Encoding: chunked\r\n", b"5\r\n12345\r\n")),
        ("a name with a space", post("Content Length: 5\r\n", b"12345")),
        ("a folded header", post("X: a\r\n b\r\nContent-Length: 0\r\n", b"")),
    ] {
        let mut stream = ear.connect();
        _ = stream.write_all(&bytes);
        _ = stream.shutdown(Shutdown::Write);
        let answer = read(&mut stream);
        assert!(!answer.contains("200 OK") && !answer.contains("SUCCESS"), "{about}: {answer}");
    }
    ear.post(&vector);
    assert_eq!(ear.notice()["event"], "paid");
    let (code, out, err) = ear.ended();
    assert_eq!((code, out.as_str(), err.contains("heard 收到 1,")), (Some(0), "", true), "{err}");
}

/// What one reader frames in one way and another in another is heard once, or not at all.
#[test]
fn a_request_inside_another_is_not_heard() {
    let (ear, vector) = open();
    let inner = vector.request();
    let smuggled = [b"0\r\n\r\n".to_vec(), inner].concat();
    let answer = ear.say(&post(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", smuggled.len()), &smuggled));
    assert!(!answer.contains("SUCCESS"), "{answer}");
    let (code, out, _) = ear.ended();
    assert!(code == Some(0) && !out.contains("paid"), "{out}");
}

/// More connections than it takes at once, most of which say nothing.
#[test]
fn many_at_once_are_answered_and_the_silent_ones_go() {
    let (mut ear, vector) = open();
    let silent: Vec<_> = (0..200).map(|_| ear.connect()).collect();
    let (port, request) = (ear.port, vector.request());
    std::thread::scope(|scope| {
        let posting: Vec<_> = (0..100).map(|_| scope.spawn(|| say_to(port, &request).contains("SUCCESS"))).collect();
        (0..100).for_each(|_| assert_eq!(ear.notice()["event"], "paid"));
        assert!(posting.into_iter().all(|thread| thread.join().unwrap()));
    });
    let begun = Instant::now();
    let more: Vec<_> = (0..200).map(|_| ear.connect()).collect();
    assert!(ear.post(&vector).2.contains("SUCCESS"), "once the silent ones are gone");
    assert!(begun.elapsed() < Duration::from_secs(35), "{:?}", begun.elapsed());
    drop((silent, more));
    let (code, _, err) = ear.ended();
    assert!(code == Some(0) && err.contains("heard 收到 101, paid 101; acknowledged 已应答 101"), "{err}");
}
