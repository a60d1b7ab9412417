//! The HTTP port as a proxy: it grants tunnels to ports of this machine, and to nothing else.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};

use crate::http::{Reply, Request};

/// The port of a `CONNECT` to this machine; a refusal for any other.
pub(crate) fn wanted(request: &Request) -> Option<Result<u16, Reply>> {
    let here = |(host, port): (&str, &str)| ["127.0.0.1", "localhost"].contains(&host).then(|| port.parse().ok())?;
    let port = request.target.rsplit_once(':').and_then(here);
    (request.method == "CONNECT").then(|| port.ok_or_else(|| Reply::plain(403)))
}

/// Passes bytes on in both directions until either side has closed.
pub(crate) fn open(client: &TcpStream, port: u16) -> io::Result<()> {
    let gateway = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    gateway.set_nodelay(true)?;
    client.set_read_timeout(None)?;
    (&mut &*client).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut &gateway, &mut &*client);
            let _ = client.shutdown(Shutdown::Both);
        });
        let _ = io::copy(&mut &*client, &mut &gateway);
        let _ = gateway.shutdown(Shutdown::Both);
    });
    Ok(())
}
