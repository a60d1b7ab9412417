//! A port where nobody is.

use socket2::{Domain, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};

/// A port of 127.0.0.1 that is held and not listened on: whoever connects is refused, and no other test gets it. Only who is told it may
/// listen there, with SO_REUSEADDR, as servers do.
pub struct Away {
    pub port: u16,
    _held: Socket,
}

impl Away {
    pub fn hold() -> Self {
        let held = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        held.set_reuse_address(true).unwrap();
        held.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        Self { port: held.local_addr().unwrap().as_socket().unwrap().port(), _held: held }
    }
}
