//! A server on 127.0.0.1 whose connections follow a script, for what no gateway and no sandbox does; it keeps what it saw.

use nix::libc;
use rustls::{HandshakeKind, ServerConfig, ServerConnection, Stream};
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// No read or write of a script takes longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What was already under way has arrived by then, on a machine that is not busy.
const SETTLE: Duration = Duration::from_millis(60);
/// How long scripts are waited for that have something to read, and may not want to.
const BUSY: Duration = Duration::from_secs(2);

/// Whoever had gone before it was asked for its address.
const NOBODY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));

/// Dropping it ends every connection and thread.
pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What reached the server.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// How many of them the server has closed, their scripts being over.
    pub(crate) ended: usize,
    /// How many of them went on with a TLS session of an earlier one.
    pub(crate) resumed: usize,
    /// Whole requests, head and body, in the order they came.
    pub(crate) requests: Vec<String>,
    /// Every byte that a script has read, without TLS.
    pub(crate) bytes: Vec<u8>,
    /// How many bytes scripts could write.
    pub(crate) written: usize,
}

impl Seen {
    /// How many requests name this.
    pub(crate) fn requests_with(&self, text: &str) -> usize {
        self.requests.iter().filter(|request| request.contains(text)).count()
    }
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    seen: Mutex<Seen>,
    open: Mutex<Vec<Weak<TcpStream>>>,
    /// Connections that nobody counts, since [`Server::seen`] has made them.
    knocks: Mutex<HashSet<SocketAddr>>,
}

impl Server {
    /// Every connection runs `script` on a thread of its own and is closed when it returns.
    pub(crate) fn start(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        Self::listen("http", None, script)
    }

    /// Speaks TLS; `script` sees the plain text.
    pub(crate) fn start_tls(tls: ServerConfig, script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        Self::listen("https", Some(Arc::new(tls)), script)
    }

    fn listen(scheme: &'static str, tls: Option<Arc<ServerConfig>>, script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let of_thread = shared.clone();
        let thread = std::thread::spawn(move || accept(&listener, tls.as_ref(), &of_thread, &script));
        Self { address, scheme, shared, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The same port as if it spoke TLS.
    pub(crate) fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has reached the server so far, and in the next moment: every connection that was made before, and what scripts read of it.
    pub(crate) fn seen(&self) -> Seen {
        self.knock();
        let late = Instant::now() + BUSY;
        loop {
            std::thread::sleep(SETTLE);
            if !self.has_something_to_read() || Instant::now() > late {
                return self.shared.seen.lock().unwrap().clone();
            }
        }
    }

    /// Waits for what must come.
    #[track_caller]
    pub(crate) fn until(&self, has_come: impl Fn(&Seen) -> bool) {
        self.until_within(PATIENCE, has_come);
    }

    /// The same where it must come so soon.
    #[track_caller]
    pub(crate) fn until_within(&self, time: Duration, has_come: impl Fn(&Seen) -> bool) {
        let late = Instant::now() + time;
        while !has_come(&self.shared.seen.lock().unwrap()) {
            assert!(Instant::now() < late, "it does not come");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The system hands connections on in their order: once this one has been accepted, all before it have.
    fn knock(&self) {
        let mut knocks = self.shared.knocks.lock().unwrap();
        let tcp = TcpStream::connect(self.address).unwrap();
        let knock = tcp.local_addr().unwrap();
        knocks.insert(knock);
        drop(knocks);
        let late = Instant::now() + PATIENCE;
        while self.shared.knocks.lock().unwrap().contains(&knock) && Instant::now() < late {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn has_something_to_read(&self) -> bool {
        let open = self.shared.open.lock().unwrap();
        open.iter().filter_map(Weak::upgrade).any(|tcp| {
            let mut byte = 0_u8;
            // SAFETY: writes one byte at most, where there is room for one, and waits for nothing.
            unsafe { libc::recv(tcp.as_raw_fd(), (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT) > 0 }
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for tcp in self.shared.open.lock().unwrap().iter().filter_map(Weak::upgrade) {
            _ = tcp.shutdown(Shutdown::Both);
        }
        _ = TcpStream::connect(self.address);
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking(), "a script panicked");
    }
}

fn accept(
    listener: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    shared: &Arc<Shared>,
    script: &(impl Fn(&mut Connection) + Send + Sync + 'static),
) {
    std::thread::scope(|scope| {
        for tcp in listener.incoming() {
            let tcp = Arc::new(tcp.unwrap());
            if shared.knocks.lock().unwrap().remove(&tcp.peer_addr().unwrap_or(NOBODY)) {
                continue;
            }
            shared.open.lock().unwrap().push(Arc::downgrade(&tcp));
            if shared.stop.load(Ordering::SeqCst) {
                return;
            }
            let number = {
                let mut seen = shared.seen.lock().unwrap();
                seen.connections += 1;
                seen.connections - 1
            };
            tcp.set_nodelay(true).unwrap();
            tcp.set_read_timeout(Some(PATIENCE)).unwrap();
            tcp.set_write_timeout(Some(PATIENCE)).unwrap();
            let tls = tls.map(|tls| ServerConnection::new(tls.clone()).unwrap());
            let mut connection = Connection { number, tcp, tls, shared: shared.clone(), inbox: Vec::new(), is_counted: false };
            scope.spawn(move || {
                script(&mut connection);
                drop(connection);
                shared.seen.lock().unwrap().ended += 1;
            });
        }
    });
}

/// One accepted connection.
pub(crate) struct Connection {
    /// Counted from 0.
    pub(crate) number: usize,
    tcp: Arc<TcpStream>,
    tls: Option<ServerConnection>,
    shared: Arc<Shared>,
    inbox: Vec<u8>,
    is_counted: bool,
}

impl Connection {
    /// The next whole request; `None` when the client has gone or the server ends.
    pub(crate) fn request(&mut self) -> Option<String> {
        loop {
            if let Some(length) = whole_request(&self.inbox) {
                let rest = self.inbox.split_off(length);
                let request = String::from_utf8(std::mem::replace(&mut self.inbox, rest)).unwrap();
                self.shared.seen.lock().unwrap().requests.push(request.clone());
                self.count_resumption();
                return Some(request);
            }
            let bytes = self.read(8192).filter(|bytes| !bytes.is_empty())?;
            self.inbox.extend(bytes);
        }
    }

    fn count_resumption(&mut self) {
        let is_resumed = self.tls.as_ref().is_some_and(|tls| tls.handshake_kind() == Some(HandshakeKind::Resumed));
        if is_resumed && !std::mem::replace(&mut self.is_counted, true) {
            self.shared.seen.lock().unwrap().resumed += 1;
        }
    }

    /// Up to `most` bytes; empty when the client has closed its side.
    pub(crate) fn read(&mut self, most: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; most];
        let count = match &mut self.tls {
            None => (&*self.tcp).read(&mut bytes),
            Some(tls) => Stream::new(tls, &mut &*self.tcp).read(&mut bytes),
        };
        bytes.truncate(count.ok()?);
        self.shared.seen.lock().unwrap().bytes.extend(&bytes);
        Some(bytes)
    }

    /// Sees bytes arrive and leaves them unread.
    pub(crate) fn peek(&self) {
        _ = self.tcp.peek(&mut [0]);
    }

    /// Whether all of it could be handed to the network.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let sent = match &mut self.tls {
            None => (&*self.tcp).write_all(bytes.as_ref()),
            Some(tls) => Stream::new(tls, &mut &*self.tcp).write_all(bytes.as_ref()),
        };
        self.shared.seen.lock().unwrap().written += if sent.is_ok() { bytes.as_ref().len() } else { 0 };
        sent.is_ok()
    }

    /// Waits, unless the server ends before.
    pub(crate) fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until && !self.shared.stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until this is so, unless the server ends before.
    pub(crate) fn wait_for(&self, is_so: &AtomicBool) {
        while !is_so.load(Ordering::SeqCst) && !self.shared.stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Silent until the client has gone.
    pub(crate) fn hold(&mut self) {
        while self.read(8192).is_some_and(|bytes| !bytes.is_empty()) {}
    }

    /// What the client has shown of itself, its own certificate first; known with the first request.
    pub(crate) fn shown(&self) -> Vec<Vec<u8>> {
        let shown = self.tls.as_ref().and_then(|tls| tls.peer_certificates());
        shown.unwrap_or_default().iter().map(|certificate| certificate.to_vec()).collect()
    }

    /// Passes bytes on to this port of 127.0.0.1 and back, until either side has closed.
    pub(crate) fn relay(&self, port: u16) {
        let other = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                _ = io::copy(&mut &other, &mut &*self.tcp);
                _ = self.tcp.shutdown(Shutdown::Both);
            });
            _ = io::copy(&mut &*self.tcp, &mut &other);
            _ = other.shutdown(Shutdown::Both);
        });
    }

    /// Over TLS: says that nothing more will follow.
    pub(crate) fn close_notify(&mut self) {
        let tls = self.tls.as_mut().unwrap();
        tls.send_close_notify();
        _ = tls.write_tls(&mut &*self.tcp);
    }

    /// FIN; what the client still sends is awaited.
    pub(crate) fn fin(&self) {
        _ = self.tcp.shutdown(Shutdown::Write);
    }

    /// The connection ends with RST instead of FIN when the script returns.
    pub(crate) fn reset(&self) {
        let linger = || -> io::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
            let _inside = runtime.enter();
            let tcp = self.tcp.try_clone()?;
            tcp.set_nonblocking(true)?;
            tokio::net::TcpStream::from_std(tcp)?.set_zero_linger()
        };
        linger().unwrap();
    }
}

/// The length of the first request, head and body, once it is all there.
fn whole_request(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |digits| digits.parse().unwrap());
    (bytes.len() >= head + length).then_some(head + length)
}
