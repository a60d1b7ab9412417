//! A stream as hyper wants it.

use super::stream::AnyStream;
use hyper::rt::{Read, ReadBufCursor, Write};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const READ_AT_ONCE: usize = 8 << 10;

pub(super) struct ForHyper {
    stream: AnyStream,
    /// Not on the stack, which may be that of a host's thread.
    room: Box<[u8; READ_AT_ONCE]>,
}

impl ForHyper {
    pub(super) fn new(stream: AnyStream) -> Self {
        Self { stream, room: Box::new([0; READ_AT_ONCE]) }
    }
}

impl Read for ForHyper {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, mut into: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let Self { stream, room } = &mut *self;
        let most = room.len().min(into.remaining());
        // Not `take` of the whole: that forgets that the room was zeroed once.
        let mut read = ReadBuf::new(room.get_mut(..most).unwrap_or_default());
        ready!(Pin::new(stream).poll_read(context, &mut read))?;
        into.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for ForHyper {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
