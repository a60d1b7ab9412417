//! Doors: further ports to the same gateways, where everything suffers one fault and every byte is logged.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::fault::opening::DeadPort;
use crate::fault::{Fault, Injection};
use crate::journal::{Connection, Log};
use crate::listener::{self, Entrance, Listener, Pages};
use crate::lock::lock;
use crate::server::Shop;
use crate::stop::Stop;

/// Two ports of 127.0.0.1 behind which the gateways are the sandbox's own, with its keys and its order book, but what
/// comes through suffers a fault. Dropping it ends its connections and threads.
pub struct Door {
    entrance: Arc<Entrance>,
    listeners: Vec<Listener>,
    http_url: String,
    https_url: String,
    elsewhere: TcpListener,
    seen_elsewhere: AtomicUsize,
    _dead: Option<DeadPort>,
}

/// Which ports a door takes; 0: any free one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) https: u16,
}

impl Door {
    pub(crate) fn open(shop: &Arc<Shop>, pages: &Arc<Pages>, injection: Option<Injection>, ports: Ports, log: Log) -> io::Result<Door> {
        let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        elsewhere.set_nonblocking(true)?;
        let entrance = Arc::new(Entrance {
            shop: Arc::clone(shop),
            pages: Arc::clone(pages),
            injection,
            log,
            elsewhere: elsewhere.local_addr()?.to_string(),
            first: Mutex::default(),
            last: Mutex::default(),
            stop: Stop::default(),
            open: Mutex::new(HashMap::new()),
        });
        let dead = match injection {
            Some(Injection { fault: Fault::Opening(opening), .. }) => opening.port()?,
            _ => None,
        };
        let mut door = Door {
            entrance,
            listeners: Vec::new(),
            http_url: String::new(),
            https_url: String::new(),
            elsewhere,
            seen_elsewhere: AtomicUsize::new(0),
            _dead: dead,
        };
        door.http_url = format!("http://127.0.0.1:{}", door.listen(ports.http, false)?);
        door.https_url = format!("https://127.0.0.1:{}", door.listen(ports.https, true)?);
        Ok(door)
    }

    fn listen(&mut self, port: u16, tls: bool) -> io::Result<u16> {
        if let Some(dead) = &self._dead {
            return Ok(dead.address.port());
        }
        let listener = Listener::start(port, tls, &self.entrance)?;
        let port = listener.port();
        self.listeners.push(listener);
        Ok(port)
    }

    /// `http://127.0.0.1:port`
    pub fn http_url(&self) -> &str {
        &self.http_url
    }

    /// `https://127.0.0.1:port`
    pub fn https_url(&self) -> &str {
        &self.https_url
    }

    /// What every connection through this door has brought, in the order of their arrival.
    pub fn connections(&self) -> Vec<Connection> {
        self.entrance.log.connections()
    }

    /// Waits until every connection has ended, `at_most` this long: once its client has left, all that it sent has been read.
    pub fn settle(&self, at_most: Duration) {
        let started = Instant::now();
        while !lock(&self.entrance.open).is_empty() && started.elapsed() < at_most {
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// How many connections have reached the listener that redirects point to.
    pub fn connections_elsewhere(&self) -> usize {
        let new = self.elsewhere.incoming().map_while(Result::ok).count();
        self.seen_elsewhere.fetch_add(new, Ordering::SeqCst) + new
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = self.entrance.injection;
        f.debug_struct("Door")
            .field("http_url", &self.http_url)
            .field("https_url", &self.https_url)
            .field("fault", &fault)
            .finish_non_exhaustive()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        listener::stop(&self.entrance, &mut self.listeners);
    }
}
