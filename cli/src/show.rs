//! Tells the inspector of a sandbox what was heard. Nobody waits for it, and nothing that was heard depends on it.

use crate::output::note;
use chexiao::Notice;
use serde_json::json;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// So many wait to be told; of more, people do not see all.
const WAITING: usize = 256;
const PATIENCE: Duration = Duration::from_secs(2);

/// Where people look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Board(SocketAddr);

impl Board {
    /// Reads `http://127.0.0.1:PORT`: a sandbox is on this machine alone.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let address = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').replace("localhost", "127.0.0.1"));
        let address = address.and_then(|text| text.parse::<SocketAddr>().ok()).filter(|address| address.ip().is_loopback());
        address.map(Self).ok_or_else(|| "is not http://127.0.0.1:PORT, where a sandbox says that it is".into())
    }

    /// A thread that tells; to be called once.
    pub(crate) fn open(self) -> io::Result<Teller> {
        let (teller, documents) = sync_channel(WAITING);
        std::thread::Builder::new().spawn(move || self.tell_all(&documents))?;
        Ok(Teller(teller))
    }

    fn tell_all(self, documents: &Receiver<String>) {
        let mut was_told = true;
        for document in documents {
            let told = self.tell(&document);
            if let Err(error) = &told
                && was_told
            {
                note(format_args!("the inspector at http://{} did not take what was heard: {error}", self.0));
            }
            was_told = told.is_ok();
        }
    }

    fn tell(self, document: &str) -> io::Result<()> {
        let mut tcp = TcpStream::connect_timeout(&self.0, PATIENCE)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        tcp.set_write_timeout(Some(PATIENCE))?;
        let head = format!(
            "POST /_sandbox/heard HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.0,
            document.len()
        );
        tcp.write_all(&[head.as_bytes(), document.as_bytes()].concat())?;
        let mut start = [0; 12];
        tcp.read_exact(&mut start)?;
        match start.ends_with(b"200") {
            true => Ok(()),
            false => Err(io::Error::other("that is no sandbox of this version")),
        }
    }
}

/// Hands over what was heard.
pub(crate) struct Teller(SyncSender<String>);

impl Teller {
    pub(crate) fn tell(&self, gateway: &str, notice: &Notice, acknowledged: bool) {
        let words = notice.explanation();
        let order = notice.order().values().next();
        let document = json!({
            "gateway": gateway, "order": order, "event": notice.event().word(), "en": words.en, "zh": words.zh, "acknowledged": acknowledged,
        });
        _ = self.0.try_send(document.to_string());
    }
}
