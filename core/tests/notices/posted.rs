//! The whole way: the sandbox posts, a merchant's web server in Rust hears and answers, and the sandbox takes the answer or comes again.

use chexiao::Code::{Closed, Paid, Processing, Refunded, Unknown};
use chexiao::{Client, Code, Incoming};
use chexiao_sandbox::{CONFIGS, Delivery, Keys, NoticeFault, Options, Sandbox, State, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
    sandbox.set_notify_speed(1_000_000);
    sandbox
}

fn client(sandbox: &Sandbox, config: &str, over: &Value) -> Client {
    let mut config = sandbox.config(config, sandbox.http_url()).unwrap();
    config["account"].as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    Client::new(&config.to_string()).unwrap()
}

/// Hears, acknowledges what it may and refuses the rest.
struct Merchant {
    address: String,
    heard: Arc<Mutex<Vec<Code>>>,
    thread: Option<JoinHandle<()>>,
}

impl Merchant {
    fn open(client: Client) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::<Mutex<Vec<Code>>>::default();
        let kept = heard.clone();
        let thread = std::thread::spawn(move || {
            for tcp in listener.incoming() {
                let Some((mut tcp, incoming)) = receive(tcp.unwrap()) else { return };
                let notice = client.notification(&incoming).unwrap();
                kept.lock().unwrap().push(notice.event());
                let answer = notice.acknowledge().unwrap_or(notice.refuse());
                let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                let head = format!("HTTP/1.1 {} OK\r\n{headers}Content-Length: {}\r\n\r\n", answer.status, answer.body.len());
                tcp.write_all(&[head.as_bytes(), &answer.body].concat()).unwrap();
            }
        });
        Self { address, heard, thread: Some(thread) }
    }

    fn url(&self) -> String {
        format!("http://{}/a/path/of/its/own", self.address)
    }

    /// What it has heard since it was asked before.
    fn heard(&self) -> Vec<Code> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

impl Drop for Merchant {
    fn drop(&mut self) {
        drop(TcpStream::connect(&self.address));
        _ = self.thread.take().unwrap().join();
    }
}

/// Nothing, where nothing comes.
fn receive(mut tcp: TcpStream) -> Option<(TcpStream, Incoming)> {
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = tcp.read(&mut buffer).unwrap();
        bytes.extend(&buffer[..count]);
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let Some(at) = head.filter(|_| count > 0) else {
            if count == 0 {
                return None;
            }
            continue;
        };
        let head = std::str::from_utf8(&bytes[..at]).unwrap();
        let headers: Vec<_> = head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
        let length: usize = headers.iter().find(|(name, _)| *name == "Content-Length").unwrap().1.parse().unwrap();
        if bytes.len() == at + 4 + length {
            let headers = headers.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            return Some((tcp, Incoming { headers, body: bytes[at + 4..].to_vec(), ..Incoming::default() }));
        }
    }
}

/// The last of so many deliveries, once none waits any more.
fn settled(sandbox: &Sandbox, count: usize) -> Delivery {
    let begun = Instant::now();
    loop {
        let mut deliveries = sandbox.deliveries();
        if deliveries.len() == count && deliveries.iter().all(|delivery| !delivery.waiting) {
            return deliveries.pop().unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{deliveries:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Closed, paid nevertheless, given back: each is heard, and acknowledged with the answer that the gateway's page asks for.
#[test]
fn paid_after_the_close() {
    let sandbox = sandbox();
    let mut posted = 0;
    for config in CONFIGS {
        let gateway = sandbox.config(config, "").unwrap()["gateway"].as_str().unwrap().to_string();
        let merchant = Merchant::open(client(&sandbox, config, &json!({})));
        sandbox.set_notify_url(config, Some(&merchant.url())).unwrap();
        let number = format!("A{}", config.len());
        let call = json!({"operation": "close", "order": sample_order(&gateway, &number).unwrap()}).to_string();
        let outcome = client(&sandbox, config, &json!({})).send(&call).unwrap();
        assert_eq!((outcome.code(), sandbox.state(&gateway, &number)), (Closed, Some(State::Closed)), "{config}");
        sandbox.pay(&gateway, &number);
        posted += 1;
        let delivery = settled(&sandbox, posted);
        assert!(delivery.is_acknowledged() && delivery.answers.len() == 1, "{config} {delivery:?}");
        assert_eq!(merchant.heard(), [Paid], "{config}");
        sandbox.set_state(&gateway, &number, State::Refunded);
        if gateway != "icbc" {
            posted += 1;
            assert!(settled(&sandbox, posted).is_acknowledged(), "{config}");
            assert_eq!(merchant.heard(), [if gateway == "wechat" { Unknown } else { Refunded }], "{config}");
        }
        sandbox.set_notify_url(config, None).unwrap();
    }
}

/// The bank takes the answer in each of the three ways in which the merchant may sign.
#[test]
fn every_signature_of_an_answer() {
    let sandbox = sandbox();
    let certificate = json!({"base64": KEYS.icbc_certificate_base64()});
    let ways = [json!({"sign_type": "RSA"}), json!({"sign_type": "RSA2"}), json!({"sign_type": "CA", "certificate": certificate})];
    let both = ["icbc", "icbc-aes"].into_iter().flat_map(|config| ways.iter().map(move |over| (config, over)));
    for (at, (config, over)) in both.enumerate() {
        let merchant = Merchant::open(client(&sandbox, config, over));
        sandbox.post_notice(config, "A1", None, &merchant.url()).unwrap();
        assert!(settled(&sandbox, at + 1).is_acknowledged(), "{config} {}", over["sign_type"]);
    }
}

/// What is not the gateway's word is refused every time, and so it comes again to the end of the schedule.
#[test]
fn what_is_wrong_is_refused() {
    let sandbox = sandbox();
    let mut posted = 0;
    for config in CONFIGS {
        let merchant = Merchant::open(client(&sandbox, config, &json!({})));
        for fault in [NoticeFault::Unsigned, NoticeFault::OtherKey, NoticeFault::Changed, NoticeFault::OtherMerchant] {
            // No field of YSEPay's names the merchant, and nothing is expected here.
            if fault == NoticeFault::OtherMerchant && config.starts_with("ysepay") {
                continue;
            }
            sandbox.post_notice(config, "A1", Some(fault), &merchant.url()).unwrap();
            posted += 1;
            let delivery = settled(&sandbox, posted);
            assert!(!delivery.is_acknowledged() && delivery.answers.len() > 2, "{config} {fault}");
            assert!(merchant.heard().into_iter().all(|event| event == Unknown), "{config} {fault}");
        }
        let events = [
            (NoticeFault::ContentType, vec![Paid]),
            (NoticeFault::Replayed, vec![Paid]),
            (NoticeFault::Duplicated, vec![Paid, Paid]),
            (
                NoticeFault::OutOfOrder,
                match config {
                    "icbc" | "icbc-aes" => vec![Paid, Processing],
                    "wechat" => vec![Unknown, Paid],
                    _ => vec![Refunded, Paid],
                },
            ),
        ];
        let number = format!("A2-{config}");
        for (fault, events) in events {
            sandbox.post_notice(config, &number, Some(fault), &merchant.url()).unwrap();
            posted += if fault == NoticeFault::OutOfOrder { 2 } else { 1 };
            assert!(settled(&sandbox, posted).is_acknowledged(), "{config} {fault}");
            let (begun, mut heard) = (Instant::now(), merchant.heard());
            while heard.len() < events.len() && begun.elapsed() < Duration::from_secs(10) {
                heard.extend(merchant.heard());
            }
            assert_eq!(heard, events, "{config} {fault}");
        }
    }
}
