//! The gateways of a sandbox behind a server of these tests, which passes on what it likes when it likes.

use crate::server::{Connection, Server};
use crate::support::{Merchant, sandbox};
use chexiao_sandbox::Sandbox;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

pub(crate) struct Gateways(pub(crate) Arc<Sandbox>);

impl Gateways {
    pub(crate) fn start() -> Self {
        Self(Arc::new(sandbox()))
    }

    /// The whole reply to a whole request.
    pub(crate) fn answer(&self, request: &str) -> Vec<u8> {
        let mut tcp = TcpStream::connect(self.0.http_url().trim_start_matches("http://")).unwrap();
        tcp.write_all(request.as_bytes()).unwrap();
        let mut tcp = BufReader::new(tcp);
        let (mut reply, mut length) = (Vec::new(), 0);
        while !reply.ends_with(b"\r\n\r\n") {
            let mut line = Vec::new();
            tcp.read_until(b'\n', &mut line).unwrap();
            if let Some(value) = String::from_utf8_lossy(&line).to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            reply.extend(line);
        }
        let mut body = vec![0; length];
        tcp.read_exact(&mut body).unwrap();
        [reply, body].concat()
    }
}

/// A gateway whose replies name their call, behind a server with this script, and a merchant of it.
pub(crate) fn naming(script: impl Fn(&Gateways, &mut Connection) + Send + Sync + 'static) -> (Server, Merchant) {
    let gateways = Gateways::start();
    let config = gateways.0.config("icbc", "http://127.0.0.1:1").unwrap();
    let server = Server::start(move |connection| script(&gateways, connection));
    let merchant = Merchant::new(&config, &json!({"base_url": server.url()}));
    (server, merchant)
}

/// Answers every request on the connection.
pub(crate) fn serve(gateways: &Gateways, connection: &mut Connection) {
    while let Some(request) = connection.request() {
        connection.send(gateways.answer(&request));
    }
}
