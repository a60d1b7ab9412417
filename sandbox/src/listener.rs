//! The listeners and their threads: one per connection, none longer than its door.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::call::Call;
use crate::fault::delivery::{After, deliver};
use crate::fault::{Fault, Injection};
use crate::http::{Inbox, Reply, Request, Silence};
use crate::inspector::events;
use crate::journal::{Carried, Line, Log};
use crate::lock::lock;
use crate::merchant_certificates::Shown;
use crate::record::Exchange;
use crate::server::{Shop, Terms};
use crate::stop::Stop;
use crate::tunnel;
use crate::wire::Wire;

/// How many connections wait to be accepted; the system may allow fewer.
const BACKLOG: i32 = 4096;

/// What answers before the gateways do; nothing, where the request is theirs.
pub(crate) type Pages = dyn Fn(&Request) -> Option<Reply> + Send + Sync;

/// What the connections through one door share.
pub(crate) struct Entrance {
    pub(crate) shop: Arc<Shop>,
    pub(crate) pages: Arc<Pages>,
    /// What everything through this door suffers.
    pub(crate) injection: Option<Injection>,
    pub(crate) log: Log,
    pub(crate) elsewhere: String,
    pub(crate) first: Mutex<Option<Reply>>,
    pub(crate) last: Mutex<Option<Reply>>,
    pub(crate) stop: Stop,
    pub(crate) open: Mutex<HashMap<u64, TcpStream>>,
}

impl Entrance {
    fn answer(&self, request: Request) -> Arc<Exchange> {
        self.shop.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(page) = (self.pages)(&request) {
            return Arc::new(Exchange::new(request, page.into()));
        }
        let Entrance { injection, elsewhere, first, last, .. } = self;
        let answer = self.shop.answer(&request, &Terms { injection: *injection, elsewhere, first, last });
        self.shop.record.keep(request, answer)
    }

    /// The last reply through the door, to a request that has not come yet.
    fn speak_first(&self, wire: &mut Wire) -> io::Result<()> {
        wire.shake_hands()?;
        match lock(&self.last).clone() {
            Some(reply) => wire.write_surplus(&[reply.head(true).as_bytes(), &reply.body].concat()),
            None => Ok(()),
        }
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
    pub(crate) fn start(port: u16, tls: bool, entrance: &Arc<Entrance>) -> io::Result<Listener> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        // Of a thousand that come at once, the 128 of TcpListener would leave most to try again after a second.
        SockRef::from(&socket).listen(BACKLOG)?;
        let address = socket.local_addr()?;
        let entrance = Arc::clone(entrance);
        let name = format!("sandbox {}", address.port());
        let thread = std::thread::Builder::new().name(name).spawn(move || accept(&socket, tls, &entrance))?;
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
pub(crate) fn stop(entrance: &Entrance, listeners: &mut [Listener]) {
    entrance.stop.stop();
    for connection in lock(&entrance.open).values() {
        let _ = connection.shutdown(Shutdown::Both);
    }
    listeners.iter_mut().for_each(Listener::join);
}

fn accept(socket: &TcpListener, tls: bool, entrance: &Arc<Entrance>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for tcp in socket.incoming() {
        if entrance.stop.is_stopped() {
            break;
        }
        threads.retain(|thread| !thread.is_finished());
        match tcp.and_then(|tcp| begin(tcp, tls, entrance)) {
            Ok(thread) => threads.push(thread),
            Err(_) => shop_is_full(),
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// A thread for a connection, which is counted, logged and open already: whoever asks knows of all that came before its own.
fn begin(tcp: TcpStream, tls: bool, entrance: &Arc<Entrance>) -> io::Result<JoinHandle<()>> {
    let number = entrance.shop.connections.fetch_add(1, Ordering::Relaxed);
    lock(&entrance.open).insert(number, tcp.try_clone()?);
    let (its, line) = (Arc::clone(entrance), entrance.log.line());
    let spawned = std::thread::Builder::new().spawn(move || {
        let _ = connection(tcp, line, tls, &its);
        lock(&its.open).remove(&number);
    });
    if spawned.is_err() {
        lock(&entrance.open).remove(&number);
    }
    spawned
}

/// Out of descriptors or threads: the next connection may find some.
fn shop_is_full() {
    std::thread::sleep(Duration::from_millis(20));
}

fn connection(tcp: TcpStream, line: Line, tls: bool, entrance: &Entrance) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    tcp.set_write_timeout(Some(Duration::from_secs(10)))?;
    if entrance.stop.is_stopped() { Ok(()) } else { talk(tcp, line, tls, entrance) }
}

/// Answers one request after the other until either side has had enough.
fn talk(tcp: TcpStream, line: Line, tls: bool, entrance: &Entrance) -> io::Result<()> {
    let fault = entrance.injection.map(|injection| injection.fault);
    let wrong = if let Some(Fault::Certificate(wrong)) = fault { Some(wrong) } else { None };
    let is_plain = !tls;
    let tls = tls.then(|| entrance.shop.certificates.shown(wrong));
    let mut wire = Wire::new(tcp, tls, line)?;
    match (fault, &entrance.injection) {
        (Some(Fault::Opening(opening)), Some(injection)) => return opening.suffer(&mut wire, injection, &entrance.stop),
        (Some(Fault::Slow(time)), _) => entrance.stop.sleep(time),
        (Some(Fault::Early), _) => entrance.speak_first(&mut wire)?,
        (Some(Fault::Reading(reading)), _) => return reading.suffer(&mut wire, &entrance.stop),
        _ => {}
    }
    let mut inbox = Inbox::default();
    loop {
        let mut arrived = Instant::now();
        let (exchange, keep_open) = match inbox.next(&mut wire, entrance.shop.is_strict()) {
            Ok(mut request) => {
                arrived = Instant::now();
                match tunnel::wanted(&request).filter(|_| is_plain) {
                    Some(Ok(port)) => return tunnel::open(wire.tcp(), port),
                    Some(Err(refused)) => return refuse(&mut wire, &refused),
                    None => {}
                }
                request.shown = entrance.shop.certificates.merchants.judge(wire.shown());
                wire.line.note(|connection| connection.is_merchant = request.shown == Shown::Merchant);
                if events::wanted(&request) {
                    return events::stream(&mut wire, &request, &entrance.shop, &entrance.stop);
                }
                let keep_open = request.keep_open;
                (entrance.answer(request), keep_open)
            }
            Err(Silence::Bad(status)) => (Arc::new(Exchange::new(Request::default(), Reply::plain(status).into())), false),
            Err(Silence::Gone) => return Ok(()),
        };
        let answer = &exchange.answer;
        wire.line.note(|connection| {
            connection.posts += usize::from(answer.call == Some(Call::Close));
            connection.handled += usize::from(answer.call == Some(Call::Close) && answer.handled);
            connection.queries += usize::from(answer.call == Some(Call::Query));
            connection.requests.push(Carried { call: answer.call, number: answer.number.clone(), arrived, named: answer.named });
        });
        match deliver(&mut wire, &answer.reply, answer.injection.as_ref(), keep_open, &entrance.stop)? {
            After::KeepOpen => {}
            After::Close => {
                wire.close();
                return Ok(());
            }
            After::Drop => return Ok(()),
        }
    }
}

fn refuse(wire: &mut Wire, reply: &Reply) -> io::Result<()> {
    wire.write_all(&[reply.head(false).as_bytes(), &reply.body].concat())?;
    wire.flush()?;
    wire.close();
    Ok(())
}
