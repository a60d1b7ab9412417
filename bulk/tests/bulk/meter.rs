//! A gateway that takes its time, and that counts: what it is sent goes on to the sandbox, and comes back after a while.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) struct Meter {
    pub(crate) url: String,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    /// When each request came.
    came: Vec<Instant>,
    under_way: usize,
    most: usize,
}

impl Meter {
    /// Before the sandbox at this URL; every answer is kept back for so long. Its threads end with their connections.
    pub(crate) fn start(sandbox: &str, takes: Duration) -> Self {
        let (listener, counts) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::<Mutex<Counts>>::default());
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (to, theirs) = (sandbox.trim_start_matches("http://").to_string(), counts.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&to) else { return };
                let is_busy = Arc::new(AtomicBool::new(false));
                let (client, back, busy, counts) =
                    (stream.try_clone().unwrap(), server.try_clone().unwrap(), is_busy.clone(), theirs.clone());
                std::thread::spawn(move || pump(client, server, || begins(&busy, &counts)));
                let counts = theirs.clone();
                std::thread::spawn(move || {
                    pump(back, stream, || answers(&is_busy, &counts, takes));
                    answers(&is_busy, &counts, Duration::ZERO);
                });
            }
        });
        Self { url, counts }
    }

    /// How many came from then on.
    pub(crate) fn since(&self, begun: Instant) -> usize {
        self.counts.lock().unwrap().came.iter().filter(|&&came| came >= begun).count()
    }

    pub(crate) fn all(&self) -> usize {
        self.counter()()
    }

    /// The same, for another thread.
    pub(crate) fn counter(&self) -> impl Fn() -> usize + Send + 'static {
        let counts = self.counts.clone();
        move || counts.lock().unwrap().came.len()
    }

    /// The most that came in any stretch of so long.
    pub(crate) fn most_within(&self, stretch: Duration) -> usize {
        let came = &self.counts.lock().unwrap().came;
        let from = |(at, first): (usize, &Instant)| came[at..].iter().take_while(|came| **came < *first + stretch).count();
        came.iter().enumerate().map(from).max().unwrap_or_default()
    }

    /// The most that were under way at once.
    pub(crate) fn most(&self) -> usize {
        self.counts.lock().unwrap().most
    }
}

fn begins(is_busy: &AtomicBool, counts: &Mutex<Counts>) {
    if !is_busy.swap(true, SeqCst) {
        let mut counts = counts.lock().unwrap();
        counts.came.push(Instant::now());
        counts.under_way += 1;
        counts.most = counts.most.max(counts.under_way);
    }
}

fn answers(is_busy: &AtomicBool, counts: &Mutex<Counts>, takes: Duration) {
    if is_busy.load(SeqCst) {
        std::thread::sleep(takes);
        is_busy.store(false, SeqCst);
        counts.lock().unwrap().under_way -= 1;
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, each: impl Fn()) {
    let mut bytes = [0; 16384];
    loop {
        let read = from.read(&mut bytes).unwrap_or(0);
        if read == 0 {
            _ = to.shutdown(Shutdown::Write);
            return;
        }
        each();
        if to.write_all(&bytes[..read]).is_err() {
            return;
        }
    }
}
