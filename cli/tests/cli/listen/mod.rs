//! `chexiao listen`: what is printed and answered, what strangers send, and how it ends.

mod ends;
mod heard;
mod strangers;

use crate::counter::{Folder, chexiao};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao_kit::with_keys;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A notification of `tests/notifications`.
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) config: Value,
    kind: String,
    pub(crate) body: Vec<u8>,
    pub(crate) expect: Value,
}

impl Vector {
    /// The request that posts it.
    pub(crate) fn request(&self) -> Vec<u8> {
        post(&format!("Content-Type: {}\r\nContent-Length: {}\r\n", self.kind, self.body.len()), &self.body)
    }
}

/// A POST with these headers, and the body as it goes over the wire.
pub(crate) fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("POST /notify HTTP/1.1\r\nHost: merchant.invalid\r\nConnection: close\r\n{headers}\r\n").as_bytes(), body].concat()
}

/// Those that are not told what the merchant expects, which the command cannot be told.
pub(crate) fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/notifications");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap() };
    let mut vectors = Vec::new();
    for file in read("manifest.json")["files"].as_array().unwrap() {
        let content = read(file["path"].as_str().unwrap());
        let free = content["vectors"].as_array().unwrap().iter().filter(|vector| vector["expected"].is_null());
        vectors.extend(free.map(|vector| vector_of(&with_keys(vector, &content["keys"]))));
    }
    assert!(vectors.len() > 700);
    vectors
}

/// One of them.
pub(crate) fn vector(id: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.id == id).unwrap()
}

fn vector_of(vector: &Value) -> Vector {
    let mut config = vector["config"].clone();
    for (name, setting) in vector["settings"].as_object().into_iter().flatten() {
        config["account"][name] = setting.clone();
    }
    let request = &vector["request"];
    let body = request["body_text"].as_str().map_or_else(|| decoded(&request["body_base64"]), |text| text.as_bytes().to_vec());
    let (id, kind) = (vector["id"].as_str().unwrap().into(), request["content_type"].as_str().unwrap().into());
    Vector { id, config, kind, body, expect: vector["expect"].clone() }
}

pub(crate) fn decoded(base64: &Value) -> Vec<u8> {
    STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

/// The command while it listens.
pub(crate) struct Ear {
    pub(crate) child: Child,
    pub(crate) port: u16,
    out: Option<BufReader<ChildStdout>>,
    _folder: Folder,
}

impl Ear {
    pub(crate) fn open(config: &Value, options: &[&str]) -> Self {
        let mut command = chexiao();
        Self::start(&mut command, config, options)
    }

    /// The same of a command that has its own environment. Greets on standard error with --json, else on standard output.
    pub(crate) fn start(command: &mut Command, config: &Value, options: &[&str]) -> Self {
        let folder = Folder::new();
        let config = folder.write("config.json", &config.to_string());
        command.args(["listen", "--config", &config]).args(options);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        if options.contains(&"--json") {
            // Byte by byte: what comes later is somebody else's.
            let err = child.stderr.as_mut().unwrap();
            let mut byte = [0];
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\n") && err.read(&mut byte).unwrap() == 1 {
                bytes.extend(byte);
            }
            greeting = String::from_utf8(bytes).unwrap();
        } else {
            out.read_line(&mut greeting).unwrap();
        }
        let port = greeting.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|port| port.parse().ok());
        Self { child, port: port.unwrap_or_else(|| panic!("no port in {greeting:?}")), out: Some(out), _folder: folder }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.port)
    }

    /// Sends these bytes and reads until the other side closes.
    pub(crate) fn say(&self, bytes: &[u8]) -> String {
        say_to(self.port, bytes)
    }

    /// Posts it; the status, the content type and the body of the answer.
    pub(crate) fn post(&self, vector: &Vector) -> (String, String, String) {
        let answer = self.say(&vector.request());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
        (head.split(' ').nth(1).unwrap().into(), kind.into(), body.into())
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }

    /// The next document.
    pub(crate) fn notice(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Nobody reads any more.
    pub(crate) fn close_output(&mut self) {
        self.out = None;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Ends it by Ctrl-C.
    pub(crate) fn ended(self) -> (Option<i32>, String, String) {
        self.signal(Signal::SIGINT);
        self.end()
    }

    /// What it still says until it has ended; the exit code, standard output, standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.out.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    stream
}

fn say_to(port: u16, bytes: &[u8]) -> String {
    let mut stream = connect(port);
    // It may have answered and gone before the end of it.
    _ = stream.write_all(bytes);
    read(&mut stream)
}

/// Until the other side closes, or resets.
pub(crate) fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap()
}
