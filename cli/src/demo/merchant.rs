//! The merchant of the demo: a web server that acknowledges what it may, and refuses the rest.

use crate::server::{Posted, Service, serve};
use chexiao::{Client, HttpReply, Incoming, MAX_REPLY, Notice};
use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until it is dropped.
pub(super) struct Merchant {
    pub(super) url: String,
    heard: Receiver<chexiao::Result<Notice>>,
    _end: oneshot::Sender<()>,
}

impl Merchant {
    pub(super) fn open(client: Client) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}/notify", listener.local_addr()?);
        let (tell, heard) = channel();
        let (end, ended) = oneshot::channel();
        let post = move |Posted { headers, body, .. }: Posted| {
            let notice = client.notification(&Incoming { headers, body, ..Incoming::default() });
            let answer = match &notice {
                Ok(notice) => notice.acknowledge().unwrap_or(notice.refuse()).clone(),
                Err(_) => HttpReply { status: 500, headers: Vec::new(), body: Vec::new() },
            };
            _ = tell.send(notice);
            answer
        };
        let service = Service { greeting: String::new(), max_body: MAX_REPLY, post };
        thread::Builder::new().spawn(move || _ = serve(listener, service, ended))?;
        Ok(Self { url, heard, _end: end })
    }

    /// What was heard next.
    pub(super) fn hear(&self) -> Result<Notice, Box<dyn Error>> {
        Ok(self.heard.recv_timeout(PATIENCE)??)
    }
}
