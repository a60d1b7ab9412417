//! A TCP stream whose every byte is counted and whose every write is claimed.

use super::claim::Claim;
use super::socket::Socket;
use crate::ground::lock::lock;
use chexiao_lc::Mask;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What a connection may send, in bytes, before the body of a reply: handshake, interim replies, head. As much again is allowed to a body
/// for its framing.
const BEFORE_BODY: usize = 256 << 10;
/// Read in one turn; then the other tasks of the I/O thread have theirs.
const ONE_TURN: usize = 32 << 10;

/// One TCP connection. Clones are the same one.
#[derive(Clone)]
pub(super) struct Metered(Arc<Mutex<Meter>>);

struct Meter {
    socket: Socket,
    /// The call under way. Without one, nothing is written.
    claim: Option<Arc<Claim>>,
    is_of_request: bool,
    /// Bytes that may still be read.
    allowed: usize,
    read_in_this_turn: usize,
    is_exceeded: bool,
}

impl Metered {
    /// For the handshakes before the first request of this call.
    pub(super) fn new(tcp: TcpStream, claim: &Arc<Claim>) -> Self {
        Self(Arc::new(Mutex::new(Meter {
            socket: Socket::Shared(tcp),
            claim: Some(claim.clone()),
            is_of_request: false,
            allowed: BEFORE_BODY,
            read_in_this_turn: 0,
            is_exceeded: false,
        })))
    }

    /// What is written from here on is this call's request.
    pub(super) fn request(&self, claim: &Arc<Claim>) {
        let mut meter = self.lock();
        (meter.claim, meter.is_of_request) = (Some(claim.clone()), true);
        (meter.allowed, meter.read_in_this_turn) = (BEFORE_BODY, 0);
    }

    /// A head has come; its body may be so long.
    pub(super) fn allow_body(&self, length: usize) {
        let mut meter = self.lock();
        meter.allowed = meter.allowed.saturating_add(length);
    }

    /// Nothing is written from here on.
    pub(super) fn rest(&self) {
        self.lock().claim = None;
    }

    /// Whether the peer has sent more than it may.
    pub(super) fn is_exceeded(&self) -> bool {
        self.lock().is_exceeded
    }

    /// See [`Socket::is_silent`].
    pub(super) fn is_silent(&self) -> bool {
        self.lock().socket.is_silent()
    }

    pub(super) fn poll_stir(&self, context: &mut Context<'_>) -> Poll<()> {
        self.lock().socket.poll_stir(context)
    }

    pub(super) fn leave(&self) -> bool {
        self.lock().socket.leave()
    }

    pub(super) fn join(&self) -> bool {
        self.lock().socket.join()
    }

    pub(super) fn wait(&self, within: Duration, blocked: &Mask) {
        self.lock().socket.wait(within, blocked);
    }

    fn lock(&self) -> MutexGuard<'_, Meter> {
        lock(&self.0)
    }
}

impl AsyncRead for Metered {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut meter = self.lock();
        if meter.read_in_this_turn >= ONE_TURN {
            meter.read_in_this_turn = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let most = into.remaining().min(ONE_TURN);
        loop {
            ready!(meter.socket.poll_read_ready(context))?;
            match meter.socket.try_read(into.initialize_unfilled_to(most)) {
                Ok(read) if read > meter.allowed => {
                    meter.is_exceeded = true;
                    return Poll::Ready(Err(io::Error::other("more bytes than any reply needs")));
                }
                Ok(read) => {
                    meter.allowed -= read;
                    meter.read_in_this_turn += read;
                    into.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Meter { socket, claim, is_of_request, .. } = &mut *self.lock();
        let Some(claim) = claim else { return Poll::Ready(Err(io::ErrorKind::NotConnected.into())) };
        loop {
            ready!(socket.poll_write_ready(context))?;
            match claim.write(*is_of_request, || socket.try_write(bytes)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Dropping it closes it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::signal::{SigSet, Signal};
    use std::time::{Duration, Instant};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    async fn pair() -> (Metered, TcpStream, Arc<Claim>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let claim = Arc::new(Claim::new(Instant::now() + Duration::from_secs(60)));
        (Metered::new(ours, &claim), listener.accept().await.unwrap().0, claim)
    }

    fn run<T>(test: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
    }

    #[test]
    fn a_write_to_a_connection_that_was_reset_raises_no_sigpipe() {
        let pending = || std::fs::read_to_string("/proc/thread-self/status").unwrap().contains("SigPnd:\t0000000000000000");
        let mut pipe = SigSet::empty();
        pipe.add(Signal::SIGPIPE);
        let before = pipe.thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK).unwrap();
        let error = run(async {
            let (mut ours, theirs, _) = pair().await;
            theirs.set_zero_linger().unwrap();
            drop(theirs);
            loop {
                match ours.write(b"x").await {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return error,
                    _ => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            }
        });
        assert!(pending(), "{error}");
        before.thread_set_mask().unwrap();
    }

    #[test]
    fn every_byte_counts_until_a_head_has_come_and_then_those_of_a_body() {
        run(async {
            let (mut ours, mut theirs, _) = pair().await;
            let send = tokio::spawn(async move { while theirs.write_all(&[0; 1000]).await.is_ok() {} });
            let mut read = vec![0; BEFORE_BODY];
            ours.read_exact(&mut read).await.unwrap();
            ours.allow_body(500);
            ours.read_exact(&mut read[..500]).await.unwrap();
            assert!(!ours.is_exceeded());
            assert!(ours.read(&mut read[..1]).await.is_err() && ours.is_exceeded());
            drop(ours);
            send.await.unwrap();
        });
    }

    #[test]
    fn a_flood_leaves_turns_to_others() {
        run(async {
            let (mut ours, mut theirs, _) = pair().await;
            theirs.write_all(&vec![0; 4 * ONE_TURN]).await.unwrap();
            let (mut turns, mut read) = (0, 0);
            while read < 3 * ONE_TURN {
                let mut bytes = vec![0; ONE_TURN];
                let mut reading = std::pin::pin!(ours.read(&mut bytes));
                read += std::future::poll_fn(|context| {
                    let polled = reading.as_mut().poll(context);
                    turns += usize::from(polled.is_pending());
                    polled
                })
                .await
                .unwrap();
            }
            assert!(turns >= 2, "{turns} turns for {read} bytes");
        });
    }

    #[test]
    fn what_comes_unasked_and_an_end_are_noticed_at_once() {
        run(async {
            let (ours, mut theirs, _) = pair().await;
            assert!(ours.is_silent());
            theirs.write_all(b"x").await.unwrap();
            assert!(!ours.is_silent());
            let (ours, theirs, _) = pair().await;
            drop(theirs);
            assert!(!ours.is_silent());
        });
    }

    #[test]
    fn nothing_is_written_between_calls() {
        run(async {
            let (mut ours, _theirs, claim) = pair().await;
            ours.rest();
            assert!(ours.write(b"x").await.is_err() && !claim.has_begun());
            ours.request(&claim);
            assert!(ours.write(b"x").await.is_ok() && claim.end());
            assert!(ours.write(b"x").await.is_err());
        });
    }
}
