//! A TCP socket, and who waits for it: the I/O thread, which waits for many, or the thread that uses it, which waits for nothing else.

use chexiao_lc::{Mask, Readiness};
use socket2::SockRef;
use std::io::{self, Read, Write};
use std::mem::{self, MaybeUninit};
use std::net;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;

pub(super) enum Socket {
    /// The I/O thread hears what it is ready for.
    Shared(TcpStream),
    /// Whoever uses it asks.
    Own(Own),
    /// The system refused to give it from one to the other.
    Gone,
}

/// One that somebody waits for alone.
pub(super) struct Own {
    tcp: net::TcpStream,
    /// As far as is known. What is not ready is asked about only before a wait.
    ready: Readiness,
    wanted: Readiness,
}

impl Socket {
    /// For a thread of its own. Says whether it is.
    pub(super) fn leave(&mut self) -> bool {
        *self = match mem::replace(self, Self::Gone) {
            Self::Shared(tcp) => tcp.into_std().map_or(Self::Gone, |tcp| Self::Own(Own::new(tcp))),
            other => other,
        };
        matches!(self, Self::Own(_))
    }

    /// For the I/O thread, on which this runs. Says whether it is.
    pub(super) fn join(&mut self) -> bool {
        *self = match mem::replace(self, Self::Gone) {
            Self::Own(own) => TcpStream::from_std(own.tcp).map_or(Self::Gone, Self::Shared),
            other => other,
        };
        matches!(self, Self::Shared(_))
    }

    pub(super) fn poll_read_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared(tcp) => tcp.poll_read_ready(context),
            Self::Own(own) => own.asked(own.ready.read, |wanted| wanted.read = true),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    pub(super) fn poll_write_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared(tcp) => tcp.poll_write_ready(context),
            Self::Own(own) => own.asked(own.ready.write, |wanted| wanted.write = true),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    pub(super) fn try_read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Shared(tcp) => tcp.try_read(into),
            Self::Own(own) => own.read(into),
            Self::Gone => Err(gone()),
        }
    }

    pub(super) fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Shared(tcp) => tcp.try_write(bytes),
            Self::Own(own) => own.write(bytes),
            Self::Gone => Err(gone()),
        }
    }

    /// Whether nothing waits to be read and the peer has not closed: asked of the system, not of what anybody has heard from it.
    pub(super) fn is_silent(&self) -> bool {
        let socket = match self {
            Self::Shared(tcp) => SockRef::from(tcp),
            Self::Own(own) => SockRef::from(&own.tcp),
            Self::Gone => return false,
        };
        socket.peek(&mut [MaybeUninit::uninit()]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Ready once that is no longer so.
    pub(super) fn poll_stir(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Shared(tcp) => tcp.poll_peek(context, &mut ReadBuf::new(&mut [0])).map(drop),
            Self::Own(_) | Self::Gone => Poll::Ready(()),
        }
    }

    /// So long, until it is ready for what was wanted of it. Only these signals are blocked meanwhile.
    pub(super) fn wait(&mut self, within: Duration, blocked: &Mask) {
        if let Self::Own(own) = self {
            let ready = Readiness::awaited(&own.tcp, mem::take(&mut own.wanted), within, blocked);
            own.ready.read |= ready.read;
            own.ready.write |= ready.write;
            own.ready.end |= ready.end;
        }
    }
}

impl Own {
    fn new(tcp: net::TcpStream) -> Self {
        Self { tcp, ready: Readiness { read: true, write: true, end: false }, wanted: Readiness::default() }
    }

    fn asked(&mut self, is_ready: bool, want: fn(&mut Readiness)) -> Poll<io::Result<()>> {
        if is_ready {
            return Poll::Ready(Ok(()));
        }
        want(&mut self.wanted);
        Poll::Pending
    }

    /// Less than there was room for is all there was.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let room = into.len();
        let read = self.tcp.read(into);
        self.ready.read = match &read {
            Ok(read) => *read == room || self.ready.end,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        };
        read
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.tcp.write(bytes);
        self.ready.write = !written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        written
    }
}

fn gone() -> io::Error {
    io::ErrorKind::NotConnected.into()
}
