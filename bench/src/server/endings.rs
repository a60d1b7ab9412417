//! Connections that end at the worst moment: about when the next request comes.

use super::Served;
use socket2::SockRef;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

/// How long after its last reply a connection ends: one moment after the other, up to this.
const LATEST: u64 = 1000;
/// Microseconds from one to the next.
const STEP: u64 = 7;

/// Serves on a port of its own choice, each connection in a thread: tokio's clock ticks in milliseconds.
pub(super) fn listen(served: Arc<Served>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for (number, tcp) in (0..).zip(listener.incoming()) {
            let (served, tcp) = (served.clone(), tcp.expect("a connection"));
            served.accepted.fetch_add(1, Relaxed);
            thread::spawn(move || connection(&served, tcp, number));
        }
    });
    port
}

/// Answers until no request has come for as long as it is kept, then ends by turns as a server that is done with the connection (FIN) and
/// as one that has forgotten it (RST). It does not look whether a request comes at that moment, as servers do not.
fn connection(served: &Served, mut tcp: TcpStream, number: u64) {
    let is_reset = number % 2 == 1;
    tcp.set_nodelay(true).expect("set");
    tcp.set_nonblocking(true).expect("set");
    let mut read = Vec::new();
    // The first request comes when it comes.
    let mut end = Instant::now() + Duration::from_secs(5);
    for moment in number / 2.. {
        let Some(request) = request(&mut tcp, &mut read, end) else { break };
        tcp.write_all(&served.replies.to(&request)).expect("a reply is small");
        end = Instant::now() + Duration::from_micros(moment * STEP % LATEST);
    }
    if Instant::now() < end {
        return;
    }
    if is_reset {
        SockRef::from(&tcp).set_linger(Some(Duration::ZERO)).expect("set");
    }
    served.ended.fetch_add(1, Relaxed);
}

/// `None` when the end has come, or the client is gone.
fn request(tcp: &mut TcpStream, read: &mut Vec<u8>, end: Instant) -> Option<Vec<u8>> {
    let mut bytes = [0; 4096];
    while Instant::now() < end {
        match tcp.read(&mut bytes) {
            Ok(0) => return None,
            Ok(length) => read.extend_from_slice(&bytes[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            Err(_) => return None,
        }
        if let Some(request) = super::replies::first(read) {
            return Some(request);
        }
    }
    None
}
