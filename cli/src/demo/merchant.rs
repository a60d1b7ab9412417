//! A merchant's web server, as small as the demo needs it: one notification from the sandbox, and the answer to it.

use chexiao::{Client, Incoming, Notice};
use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Merchant(TcpListener);

impl Merchant {
    pub(super) fn open() -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    pub(super) fn url(&self) -> Result<String, Box<dyn Error>> {
        Ok(format!("http://{}/notify", self.0.local_addr()?))
    }

    /// Hears the next notification; acknowledges it if that may be, and refuses it otherwise.
    pub(super) fn hear(&self, client: &Client) -> Result<Notice, Box<dyn Error>> {
        let mut tcp = self.next()?;
        let notice = client.notification(&receive(&mut tcp)?)?;
        let answer = notice.acknowledge().unwrap_or(notice.refuse());
        let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 {} OK\r\n{headers}Content-Length: {}\r\n\r\n", answer.status, answer.body.len());
        tcp.write_all(&[head.as_bytes(), &answer.body].concat())?;
        Ok(notice)
    }

    fn next(&self) -> Result<TcpStream, Box<dyn Error>> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.0.accept() {
                Ok((tcp, _)) => {
                    tcp.set_nonblocking(false)?;
                    tcp.set_read_timeout(Some(PATIENCE))?;
                    return Ok(tcp);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < until => thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Head and body, as the sandbox writes them.
fn receive(tcp: &mut TcpStream) -> Result<Incoming, Box<dyn Error>> {
    const CUT: &str = "the notification is cut off";
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = tcp.read(&mut buffer)?;
        bytes.extend(buffer.iter().take(count));
        let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            if count == 0 {
                return Err(CUT.into());
            }
            continue;
        };
        let (head, body) = bytes.split_at(at);
        let head = std::str::from_utf8(head)?;
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let length = headers.iter().find(|(name, _)| name == "Content-Length").and_then(|(_, length)| length.parse::<usize>().ok());
        match body.get(4..) {
            Some(body) if length == Some(body.len()) => return Ok(Incoming { headers, body: body.to_vec(), ..Incoming::default() }),
            _ if count == 0 => return Err(CUT.into()),
            _ => {}
        }
    }
}
