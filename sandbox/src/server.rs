//! The listeners and their threads: one per connection, none longer than its sandbox.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::ServerConfig;

use crate::admin;
use crate::book::{Book, lock};
use crate::fault::{After, Fault, Faults, deliver};
use crate::gateways::{self, Gateway, Visit};
use crate::http::{Inbox, Reply, Request, Silence};
use crate::keys::Keys;
use crate::stop::Stop;
use crate::tokens::Tokens;
use crate::wire::Wire;

/// What all connections share.
pub(crate) struct Shop {
    pub(crate) keys: Keys,
    wrong_keys: Keys,
    pub(crate) book: Book,
    pub(crate) faults: Faults,
    pub(crate) tokens: Tokens,
    /// Requests received to their last byte, on whatever path.
    pub(crate) requests: AtomicU64,
    /// Connections accepted.
    pub(crate) connections: AtomicU64,
    stop: Stop,
    open: Mutex<HashMap<u64, TcpStream>>,
}

impl Shop {
    pub(crate) fn new(keys: Keys) -> Shop {
        Shop {
            wrong_keys: keys.mixed_up(),
            keys,
            book: Book::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            requests: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            stop: Stop::default(),
            open: Mutex::default(),
        }
    }

    fn answer(&self, request: &Request) -> (Reply, Option<Fault>) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if request.target.starts_with(admin::PREFIX) {
            return (admin::answer(self, request), None);
        }
        let Some(gateway) = gateways::by_path(&request.target) else {
            return (Reply::plain(404), None);
        };
        let fault = self.fault(gateway, request);
        if fault == Some(Fault::Reset) {
            return (Reply::plain(500), fault); // never written, and the order is not touched
        }
        let seal_keys = if fault == Some(Fault::WrongKey) { &self.wrong_keys } else { &self.keys };
        let visit = Visit { request, keys: &self.keys, seal_keys, book: &self.book, tokens: &self.tokens, fault };
        ((gateway.answer)(&visit), fault)
    }

    /// Counts a business POST and says what it suffers.
    fn fault(&self, gateway: &Gateway, request: &Request) -> Option<Fault> {
        if request.method != "POST" || request.target != gateway.path {
            return None;
        }
        let number = (gateway.number)(request, &self.keys);
        if let Some(number) = &number {
            self.book.count_post(gateway.id, number);
        }
        self.faults.next(gateway.id, number.as_deref())
    }
}

/// A listener on 127.0.0.1, stopped by [`stop`].
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens on the loopback address only: there is no way to name another one.
    pub(crate) fn start(port: u16, tls: Option<Arc<ServerConfig>>, shop: &Arc<Shop>) -> io::Result<Listener> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = socket.local_addr()?;
        let shop = Arc::clone(shop);
        let name = format!("sandbox {}", address.port());
        let thread = std::thread::Builder::new().name(name).spawn(move || accept(&socket, tls.as_ref(), &shop))?;
        Ok(Listener { address, thread: Some(thread) })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    fn join(&mut self) {
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Stops accepting, shuts open connections down and joins every thread.
pub(crate) fn stop(shop: &Shop, listeners: &mut [Listener]) {
    shop.stop.stop();
    for connection in lock(&shop.open).values() {
        let _ = connection.shutdown(Shutdown::Both);
    }
    listeners.iter_mut().for_each(Listener::join);
}

fn accept(socket: &TcpListener, tls: Option<&Arc<ServerConfig>>, shop: &Arc<Shop>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for tcp in socket.incoming() {
        if shop.stop.is_stopped() {
            break;
        }
        threads.retain(|thread| !thread.is_finished());
        let (tls, shop) = (tls.cloned(), Arc::clone(shop));
        let spawned = tcp.and_then(|tcp| {
            std::thread::Builder::new().spawn(move || {
                let _ = connection(tcp, tls.as_ref(), &shop);
            })
        });
        match spawned {
            Ok(thread) => threads.push(thread),
            Err(_) => shop_is_full(),
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// Out of descriptors or threads: the next connection may find some.
fn shop_is_full() {
    std::thread::sleep(Duration::from_millis(20));
}

fn connection(tcp: TcpStream, tls: Option<&Arc<ServerConfig>>, shop: &Shop) -> io::Result<()> {
    let number = shop.connections.fetch_add(1, Ordering::Relaxed);
    tcp.set_nodelay(true)?;
    tcp.set_write_timeout(Some(Duration::from_secs(10)))?;
    lock(&shop.open).insert(number, tcp.try_clone()?);
    let talked = if shop.stop.is_stopped() { Ok(()) } else { talk(Wire::new(tcp, tls)?, shop) };
    lock(&shop.open).remove(&number);
    talked
}

/// Answers one request after the other until either side has had enough.
fn talk(mut wire: Wire, shop: &Shop) -> io::Result<()> {
    let mut inbox = Inbox::default();
    loop {
        let (reply, fault, keep_open) = match inbox.next(&mut wire) {
            Ok(request) => {
                let (reply, fault) = shop.answer(&request);
                (reply, fault, request.keep_open)
            }
            Err(Silence::Bad(status)) => (Reply::plain(status), None, false),
            Err(Silence::Gone) => return Ok(()),
        };
        match deliver(&mut wire, &reply, fault, keep_open, &shop.stop)? {
            After::KeepOpen => {}
            After::Close => {
                wire.close();
                return Ok(());
            }
            After::Drop => return Ok(()),
        }
    }
}
