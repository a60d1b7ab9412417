//! A merchant's web server, as small as can be.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chexiao_sandbox::{Delivery, Sandbox};

/// Keeps what is posted; answers what it is told to, and nothing more than the connection's end when that is empty.
pub(crate) struct Merchant {
    pub(crate) url: String,
    posts: Arc<Mutex<Vec<(String, String)>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Merchant {
    /// `answer` gets the number of the post, from 0 on, and its body.
    pub(crate) fn start(answer: impl Fn(usize, &str) -> String + Send + 'static) -> Merchant {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hear", listener.local_addr().unwrap());
        let (posts, stop) = (Arc::<Mutex<Vec<(String, String)>>>::default(), Arc::new(AtomicBool::new(false)));
        let (kept, stopped) = (Arc::clone(&posts), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for tcp in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let mut tcp = tcp.unwrap();
                let (head, body) = read(&mut tcp);
                let text = answer(kept.lock().unwrap().len(), &body);
                kept.lock().unwrap().push((head, body));
                tcp.write_all(text.as_bytes()).unwrap();
            }
        });
        Merchant { url, posts, stop, thread: Some(thread) }
    }

    /// Head and body of each post.
    pub(crate) fn posts(&self) -> Vec<(String, String)> {
        self.posts.lock().unwrap().clone()
    }
}

impl Drop for Merchant {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://").trim_end_matches("/hear"));
        let _ = self.thread.take().unwrap().join();
    }
}

fn read(tcp: &mut TcpStream) -> (String, String) {
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
            if body.len() >= length.parse().unwrap() {
                return (head.to_string(), body.to_string());
            }
        }
        let mut buffer = [0; 4096];
        let count = tcp.read(&mut buffer).unwrap();
        assert!(count > 0, "no whole post: {text}");
        bytes.extend(&buffer[..count]);
    }
}

pub(crate) fn http(content_type: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// All deliveries, once none waits any more.
pub(crate) fn settled(sandbox: &Sandbox, count: usize) -> Vec<Delivery> {
    let begun = Instant::now();
    loop {
        let deliveries = sandbox.deliveries();
        if deliveries.len() == count && deliveries.iter().all(|delivery| !delivery.waiting) {
            return deliveries;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{deliveries:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
