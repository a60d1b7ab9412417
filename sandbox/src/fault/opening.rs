//! Faults before there is a TLS session: of the listener, and of a connection just accepted.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use socket2::{Domain, Socket, Type};

use super::Injection;
use crate::stop::Stop;
use crate::wire::{Wire, reset_when_closed};

/// What stands in the way of a TLS session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nobody listens: the connection is refused.
    Refused,
    /// The listener's queue is full: the SYN is dropped.
    SynDropped,
    /// RST as soon as the connection is accepted.
    AcceptReset,
    /// RST once the client has begun to speak.
    HandshakeReset,
    /// FIN once the client has begun to speak.
    HandshakeClose,
    /// The client's first words are read, and never answered.
    HandshakeHang,
    /// Random bytes instead of a handshake.
    Garbage,
    /// An HTTP refusal in clear.
    PlainHttp,
    /// The alert of a server that knows TLS 1.1 at most.
    OldTlsAlert,
    /// The hello of a server that goes on with TLS 1.1.
    OldTlsHello,
}

impl Opening {
    /// A port in this condition, as long as the result lives; `None` where an ordinary listener will do.
    pub(crate) fn port(self) -> io::Result<Option<DeadPort>> {
        match self {
            Opening::Refused => DeadPort::bound().map(Some),
            Opening::SynDropped => DeadPort::full().map(Some),
            _ => Ok(None),
        }
    }

    /// Does it to a connection. Requests that come in clear are counted.
    pub(crate) fn suffer(self, wire: &mut Wire, injection: &Injection, stop: &Stop) -> io::Result<()> {
        if self == Opening::AcceptReset {
            reset_when_closed(wire.tcp());
            return Ok(());
        }
        listen(wire)?;
        let mut tcp = wire.tcp();
        match self {
            Opening::HandshakeReset => reset_when_closed(tcp),
            Opening::Garbage => {
                let mut bytes = [0; 600];
                StdRng::seed_from_u64(injection.seed).fill_bytes(&mut bytes);
                tcp.write_all(&bytes)?;
            }
            Opening::PlainHttp => tcp.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")?,
            Opening::OldTlsAlert => tcp.write_all(&[0x15, 3, 3, 0, 2, 2, 70])?, // fatal, protocol_version
            Opening::OldTlsHello => tcp.write_all(&old_hello())?,
            _ => {}
        }
        if !matches!(self, Opening::HandshakeReset | Opening::HandshakeClose) {
            stop.sleep_while(Duration::from_secs(30), || listen(wire).is_ok());
        }
        Ok(())
    }
}

/// A ServerHello of version 1.1 with a suite of that time.
fn old_hello() -> Vec<u8> {
    let hello = [&[2, 0, 0, 38, 3, 2][..], &[7; 32], &[0, 0xc0, 0x13, 0]].concat();
    [&[0x16, 3, 2, 0, 42][..], &hello].concat()
}

/// What the client says next, for a moment; an error once it has gone.
fn listen(wire: &mut Wire) -> io::Result<()> {
    let mut bytes = [0; 8192];
    wire.tcp().set_read_timeout(Some(Duration::from_millis(500)))?;
    match wire.tcp().read(&mut bytes) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(count) => {
            let in_clear = bytes.windows(5).any(|window| window == b"POST ");
            wire.line.note(|connection| connection.received += if in_clear { count } else { 0 });
            Ok(())
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A port of 127.0.0.1 that takes no connection.
#[derive(Debug)]
pub(crate) struct DeadPort {
    pub(crate) address: SocketAddr,
    _socket: Socket,
    _queue: Vec<TcpStream>,
}

impl DeadPort {
    fn bound() -> io::Result<DeadPort> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(DeadPort { address, _socket: socket, _queue: Vec::new() })
    }

    fn full() -> io::Result<DeadPort> {
        let mut port = DeadPort::bound()?;
        port._socket.listen(0)?;
        let knock = || TcpStream::connect_timeout(&port.address, Duration::from_millis(50)).ok();
        port._queue = std::iter::from_fn(knock).take(8).collect();
        Ok(port)
    }
}
