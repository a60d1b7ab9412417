//! A line on which everything takes its time.

use super::clock::Clock;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// The server's end of it. A connection on this machine is there at once: its first bytes wait for the round trip that TCP would take.
pub fn across(tcp: TcpStream, round_trip: Duration) -> DuplexStream {
    let (near, far) = tokio::io::duplex(1 << 20);
    let ((from_client, to_client), (from_server, to_server)) = (tcp.into_split(), tokio::io::split(far));
    tokio::spawn(carry(from_client, to_server, round_trip / 2, Instant::now() + round_trip));
    tokio::spawn(carry(from_server, to_client, round_trip / 2, Instant::now()));
    near
}

/// One direction: what comes in goes out so much later, and nothing before the line is there.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin + Send + 'static, delay: Duration, there: Instant) {
    let (sender, mut carried) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let carrying = tokio::spawn(async move {
        let mut clock = Clock::new().expect("a timer");
        while let Some((due, bytes)) = carried.recv().await {
            clock.sleep_until(due).await.expect("a time");
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        _ = to.shutdown().await;
    });
    let mut bytes = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        _ = sender.send((Instant::now().max(there) + delay, bytes[..length].to_vec()));
    }
    drop(sender);
    _ = carrying.await;
}
