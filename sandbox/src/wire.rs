//! A connection, plain or TLS, that counts what it carries.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::journal::Line;

/// One accepted connection.
pub(crate) struct Wire {
    link: Link,
    pub(crate) line: Line,
    /// A reply to be written once more before the next.
    pub(crate) again: Option<Vec<u8>>,
}

enum Link {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    /// The handshake happens with the first read.
    pub(crate) fn new(tcp: TcpStream, tls: Option<Arc<ServerConfig>>, line: Line) -> io::Result<Wire> {
        let link = match tls {
            None => Link::Plain(tcp),
            Some(tls) => Link::Tls(Box::new(StreamOwned::new(ServerConnection::new(tls).map_err(io::Error::other)?, tcp))),
        };
        Ok(Wire { link, line, again: None })
    }

    pub(crate) fn tcp(&self) -> &TcpStream {
        match &self.link {
            Link::Plain(tcp) => tcp,
            Link::Tls(tls) => &tls.sock,
        }
    }

    pub(crate) fn is_secure(&self) -> bool {
        matches!(self.link, Link::Tls(_))
    }

    /// Over TLS: shakes hands now.
    pub(crate) fn shake_hands(&mut self) -> io::Result<()> {
        if let Link::Tls(tls) = &mut self.link {
            while tls.conn.is_handshaking() {
                tls.conn.complete_io(&mut tls.sock)?;
            }
        }
        Ok(())
    }

    /// Over TLS: the certificate of the client, if it has one, and those behind it.
    pub(crate) fn shown(&self) -> Option<&[CertificateDer<'static>]> {
        match &self.link {
            Link::Plain(_) => None,
            Link::Tls(tls) => Some(tls.conn.peer_certificates().unwrap_or_default()),
        }
    }

    /// Writes what nobody has asked for, and notes that it did.
    pub(crate) fn write_surplus(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.flush()?;
        self.line.note(|connection| connection.surplus = Some(Instant::now()));
        Ok(())
    }

    /// Closes in good order: over TLS with close_notify.
    pub(crate) fn close(&mut self) {
        if let Link::Tls(tls) = &mut self.link {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
        let _ = self.tcp().shutdown(Shutdown::Both);
    }

    /// Makes the kernel answer with RST instead of FIN once the connection is dropped.
    pub(crate) fn reset_when_closed(&self) {
        reset_when_closed(self.tcp());
    }
}

/// Makes the kernel answer with RST instead of FIN once the connection is dropped.
pub(crate) fn reset_when_closed(tcp: &TcpStream) {
    let _ = socket2::SockRef::from(tcp).set_linger(Some(Duration::ZERO));
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.link {
            Link::Plain(tcp) => tcp.read(buffer),
            Link::Tls(tls) => tls.read(buffer),
        }?;
        self.line.note(|connection| {
            connection.received += count;
            connection.heard = Some(Instant::now()).filter(|_| count > 0).or(connection.heard);
        });
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = match &mut self.link {
            Link::Plain(tcp) => tcp.write(bytes),
            Link::Tls(tls) => tls.write(bytes),
        }?;
        self.line.note(|connection| connection.written += count);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.link {
            Link::Plain(tcp) => tcp.flush(),
            Link::Tls(tls) => tls.flush(),
        }
    }
}
