//! A whole HTTP reply, byte for byte, over a socket on this machine: what closes an order was sent with status 200, is the one
//! complete body by another parser's reading, and holds what was signed. Nothing else is ever an error: the request had left.

use crate::oracle::{self, is_claim};
use crate::reference::xml;
use crate::script::{Script, edited};
use crate::vectors;
use chexiao::{Client, Code, HttpReply};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Inputs that leave the client waiting cost this much.
const DEADLINE_MS: u64 = 150;

struct Server {
    client: Client,
    call: String,
    /// A signed reply that closes the order.
    body: Vec<u8>,
    /// What every request is answered with.
    reply: Arc<Mutex<Vec<u8>>>,
}

static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut vector = vectors::of("wechat", "verify").swap_remove(0);
    assert_eq!(vector["expect"]["outcome"], "closed");
    vector["config"]["base_url"] = format!("http://{}", listener.local_addr().unwrap()).into();
    vector["config"]["deadline_ms"] = DEADLINE_MS.into();
    vector["config"].as_object_mut().unwrap().remove("environment");
    let reply = Arc::new(Mutex::new(Vec::new()));
    let answer = reply.clone();
    std::thread::spawn(move || serve(&listener, &answer));
    let client = Client::new(&vector["config"].to_string()).unwrap();
    Mutex::new(Server { client, call: vector["call"].to_string(), body: vectors::decode(&vector["reply"]["body_base64"]), reply })
});

/// One request for each connection: it is read to its end, answered, and the connection closed.
fn serve(listener: &TcpListener, reply: &Mutex<Vec<u8>>) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        stream.set_read_timeout(Some(Duration::from_millis(DEADLINE_MS))).unwrap();
        if read_request(&mut stream).is_some() {
            let reply = reply.lock().unwrap().clone();
            // A client that has heard enough does not listen to the end.
            _ = stream.write_all(&reply);
        }
        _ = stream.shutdown(Shutdown::Write);
        // Without this the kernel would answer what the client still sends with a reset, which overtakes the reply.
        _ = stream.read(&mut [0; 64]);
    }
}

fn read_request(stream: &mut TcpStream) -> Option<()> {
    let mut request = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        request.extend_from_slice(&chunk[..length]);
        if request.ends_with(b"</xml>") {
            return Some(());
        }
    }
}

const WORDS: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n",
    "Content-Length: ",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Encoding: gzip\r\n",
    "Content-Encoding: identity\r\n",
    "Connection: close\r\n",
    "\r\n",
    "\n",
    "0\r\n\r\n",
    "10000000000",
    "+",
    ";x=y",
    ", ",
    "\0",
];

/// 0: any bytes. Else: a reply with a head of some kind, edited.
pub fn run(data: &[u8]) {
    let server = SERVER.lock().unwrap();
    let mut script = Script::new(data);
    let kind = script.byte();
    let reply = match kind % 8 {
        0 => script.rest().to_vec(),
        kind => edited(&mut script, &framed(kind, &server.body), &|_| server.body.as_slice(), WORDS),
    };
    check(&server, &reply);
}

/// Fails unless a genuine reply closes the order: else nothing here would mean anything.
pub fn seeds() -> Vec<Vec<u8>> {
    let server = SERVER.lock().unwrap();
    let body = server.body.clone();
    assert!((1..5).all(|kind| is_claim(check(&server, &framed(kind, &body)))));
    drop(server);
    let whole = (1..8).map(|kind| framed(kind, &body)).chain([
        b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        Vec::new(),
    ]);
    (0..8).map(|kind| vec![kind]).chain(whole.map(|reply| [&[0], reply.as_slice()].concat())).collect()
}

fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let chunks = |size: usize| -> Vec<u8> {
        let chunks = body.chunks(size).map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        chunks.chain([b"0\r\n\r\n".to_vec()]).flatten().collect()
    };
    let (head, body) = match kind {
        1 => (format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n"), body.to_vec()),
        2 => ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n".into(), chunks(100)),
        3 => ("HTTP/1.0 200 OK\r\nConnection: close\r\n".into(), body.to_vec()),
        4 => (format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {length}\r\n"), body.to_vec()),
        5 => (format!("HTTP/1.1 500 Oops\r\nContent-Length: {length}\r\n"), body.to_vec()),
        6 => (format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n"), body.to_vec()),
        _ => (format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n"), chunks(7)),
    };
    [head.as_bytes(), b"\r\n", &body].concat()
}

fn check(server: &Server, reply: &[u8]) -> Code {
    *server.reply.lock().unwrap() = reply.to_vec();
    let started = Instant::now();
    let outcome = server.client.send(&server.call).expect("the request had left");
    // A hang: how well the deadline is kept on a busy machine is for other tests.
    assert!(started.elapsed() < Duration::from_secs(30));
    let status = outcome.http_status().unwrap_or_default();
    let seen = HttpReply { status, headers: Vec::new(), body: outcome.raw().to_vec() };
    if outcome.answered() {
        oracle::sound(&outcome, &seen, true);
    }
    if is_claim(outcome.code()) {
        let body = body_of(reply).expect("a claim from what httparse does not read as a whole reply with status 200");
        assert_eq!(body, outcome.raw(), "another body than the one that was sent");
        let fields = |body: &[u8]| {
            xml::read(std::str::from_utf8(body).ok()?)
                .map(|fields| fields.into_iter().filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>())
        };
        assert_eq!(fields(&body), fields(&server.body), "a claim that nobody signed");
    }
    outcome.code()
}

/// The body, if the reply is one complete message with status 200; interim replies before it are passed over.
fn body_of(mut reply: &[u8]) -> Option<Vec<u8>> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 200];
        let mut head = httparse::Response::new(&mut headers);
        let length = match as_tolerant_as_the_library().parse_response(&mut head, reply).ok()? {
            httparse::Status::Complete(length) => length,
            httparse::Status::Partial => return None,
        };
        let rest = &reply[length..];
        let values = |name: &str| -> Vec<String> {
            let of_name = head.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
            of_name.map(|header| String::from_utf8_lossy(header.value).trim().to_ascii_lowercase()).collect()
        };
        match head.code? {
            100..=199 => reply = rest,
            200 => {
                return match (values("content-length").as_slice(), values("transfer-encoding").as_slice()) {
                    ([length, others @ ..], []) if others.iter().all(|other| other == length) => {
                        rest.get(..length.parse().ok()?).map(<[u8]>::to_vec)
                    }
                    (_, [.., coding]) if coding.ends_with("chunked") => unchunked(rest),
                    ([], []) => Some(rest.to_vec()),
                    _ => None,
                };
            }
            _ => return None,
        }
    }
}

/// Lines among the headers that are none are passed over.
fn as_tolerant_as_the_library() -> httparse::ParserConfig {
    let mut config = httparse::ParserConfig::default();
    config.ignore_invalid_headers_in_responses(true);
    config.allow_obsolete_multiline_headers_in_responses(true);
    config.allow_spaces_after_header_name_in_responses(true);
    config
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((start, size)) = httparse::parse_chunk_size(rest).ok()? else { return None };
        if size == 0 {
            return Some(body);
        }
        let size = usize::try_from(size).ok()?;
        body.extend_from_slice(rest.get(start..start.checked_add(size)?)?);
        rest = rest.get(start + size..)?.strip_prefix(b"\r\n")?;
    }
}
