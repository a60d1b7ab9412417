//! Tells pages that are open, as server-sent events, that there is something new. Asks for it, so that what comes need not tell.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use super::guard;
use crate::http::Request;
use crate::server::Shop;
use crate::stop::Stop;
use crate::wire::Wire;

const PATH: &str = "/inspector/events";
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// After so much silence something is said, to hear whether the page is still there.
const SILENCE: Duration = Duration::from_secs(15);

pub(crate) fn wanted(request: &Request) -> bool {
    request.target == PATH && request.method == "GET"
}

/// Until the page is closed or the sandbox ends.
pub(crate) fn stream(wire: &mut Wire, request: &Request, shop: &Shop, stop: &Stop) -> io::Result<()> {
    if let Some(refusal) = guard::refused(request, "") {
        let refusal = guard::sealed(refusal);
        wire.write_all(&[refusal.head(false).as_bytes(), &refusal.body].concat())?;
        wire.flush()?;
        wire.close();
        return Ok(());
    }
    wire.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
          Connection: close\r\n\r\nretry: 1000\n\n",
    )?;
    let (mut told, mut spoke) = (None, Instant::now());
    while !stop.is_stopped() {
        let news = (shop.record.last(), shop.rounds.news() + shop.heard.count());
        if told != Some(news) {
            wire.write_all(format!("data: {} {}\n\n", news.0, news.1).as_bytes())?;
            (told, spoke) = (Some(news), Instant::now());
        } else if spoke.elapsed() > SILENCE {
            wire.write_all(b":\n\n")?;
            spoke = Instant::now();
        }
        wire.flush()?;
        stop.sleep(PAUSE);
    }
    Ok(())
}
