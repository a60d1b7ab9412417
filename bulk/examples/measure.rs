//! What a bulk job costs per order, beside a bare loop over `Client::send` that asks the same, at a server that answers at once.
//!
//!     cargo run --release -p chexiao-bulk --example measure -- 100 10000 1000000     orders of each job, one after the other
//!
//! Prints for each: orders per second of both, their ratio, and the most memory that this process has held so far.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use chexiao_bulk::{Account, End, Event, Job, Journal, Options, Order, Stopper, Unpaced, Watch};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Orders under way at once, and threads of the bare loop.
const AT_ONCE: usize = 32;
/// Of the bare loop.
const BARE: u64 = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "serve") {
        return serve();
    }
    let mut server =
        Command::new(std::env::current_exe().unwrap()).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut port).unwrap();
    let config = json!({
        "gateway": "chinaums", "base_url": format!("http://127.0.0.1:{}", port.trim()),
        "account": { "app_id": "a", "app_key": "k", "mid": "898", "tid": "1" },
    })
    .to_string();
    let bare = bare(&config);
    println!("bare loop: {bare:.0} orders/s");
    for orders in arguments.iter().map(|number| number.parse().unwrap()) {
        let folder = std::env::temp_dir().join(format!("chexiao-measure-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (added, ran) = job(&config, orders, &folder.join("journal.db"));
        std::fs::remove_dir_all(&folder).unwrap();
        println!("{orders} orders: read {added:.0}/s, closed {ran:.0}/s, {:.2} of the bare loop, {} MiB at most", ran / bare, peak_mib());
    }
    drop(server.stdin.take());
    server.wait().unwrap();
}

fn members(line: u64) -> Value {
    json!({ "billNo": "", "billDate": "", "merOrderId": format!("M{line}"), "authIdRespCd": "" })
}

/// A close and its query, as a job asks them.
fn bare(config: &str) -> f64 {
    let client = chexiao::Client::new(config).unwrap();
    let next = AtomicU64::new(0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let line @ 0..BARE = next.fetch_add(1, Relaxed) {
                    let call = json!({ "operation": "ensure_closed", "order": members(line) }).to_string();
                    let outcome = client.send(&call).unwrap();
                    assert_eq!(outcome.next(), chexiao::Next::Done, "{outcome:?}");
                }
            });
        }
    });
    BARE as f64 / started.elapsed().as_secs_f64()
}

struct Silent;

impl Watch for Silent {
    fn hear(&self, _: &Event<'_>) {}
}

fn job(config: &str, orders: u64, path: &std::path::Path) -> (f64, f64) {
    let journal = Arc::new(Journal::sqlite(path).unwrap());
    let started = Instant::now();
    for first in (1..=orders).step_by(1000) {
        let some = first..=orders.min(first + 999);
        journal.add(some.map(|line| Order::new("shop", line, members(line).to_string()).unwrap()).collect()).unwrap();
    }
    let added = orders as f64 / started.elapsed().as_secs_f64();
    let started = Instant::now();
    let options = Options { in_flight: AT_ONCE, ..Options::default() };
    let accounts = vec![Account::open("shop", config).unwrap()];
    let job = Job::new(journal.clone(), accounts, Arc::new(Unpaced), Arc::new(Silent), options, Stopper::new()).unwrap();
    assert_eq!(job.run(), Ok(End::Complete));
    let ran = orders as f64 / started.elapsed().as_secs_f64();
    let counts = journal.counts().unwrap();
    assert!(counts.len() == 1 && counts[0].orders == orders && counts[0].next.as_deref() == Some("done"), "{counts:?}");
    (added, ran)
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// A process of its own, which signs nothing and keeps nothing, until its input ends.
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| _ = std::thread::spawn(move || answers(stream))));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}

fn answers(stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(&stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let asked: Value = serde_json::from_slice(&body).ok()?;
        let number = asked.get("merOrderId").or(asked.get("billNo"))?;
        let payment = json!({ "merOrderId": number, "status": "TRADE_CLOSED" });
        let said = json!({
            "errCode": "SUCCESS", "msgId": asked["msgId"], "mid": "898", "tid": "1", "billStatus": "CLOSED", "billPayment": payment,
        })
        .to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", said.len());
        (&stream).write_all((head + &said).as_bytes()).ok()?;
    }
}
