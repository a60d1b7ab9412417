//! `chexiao listen`: what a gateway posts, with what it means.

use crate::exit::{NOT_SENT, UNTOLD};
use crate::output::{Colour, Untold, complain, line, line_of, note};
use crate::server::{Posted, Service, serve};
use crate::show::{Board, Teller};
use crate::signals::Signals;
use chexiao::face::json;
use chexiao::{Amount, Client, Code, Error, HttpReply, Incoming, Kind, MAX_REPLY, Notice};
use std::collections::{BTreeMap, HashMap};
use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Keys against repeats that are kept: of more, the first ones count as new again.
const MAX_KEYS: usize = 10_000;

/// In characters.
const LONGEST: usize = 200;

/// For `--help`.
pub(crate) const HELP: &str = "\
It answers as a merchant who stores what it prints: what is authentic is acknowledged, after it is printed, and everything else
refused; with --refuse everything, so that the gateway sends it again. Put a tunnel or a reverse proxy in front of it and register
that address at the gateway; any path will do (at ICBC the setting notify_url has to say it too). Nothing is stored, and what is
acknowledged is not sent again: where another program has to hear it too, use --refuse.
Ctrl-C, SIGTERM and SIGHUP end it, with a sum. Exit codes: 0 ended so; 2 an error before it listened, a missing setting or a port in
use; 3 standard output cannot be written, and what could not be printed is refused.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The configuration (JSON), as for close, with the settings for notifications
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The address; others than this machine's own let others post
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Refuse what is authentic too, so that the gateway sends it again
    #[arg(long)]
    refuse: bool,
    /// Show what is heard on the inspector of the sandbox at this address too, http://127.0.0.1:PORT
    #[arg(long, value_name = "URL", value_parser = Board::parse)]
    show: Option<Board>,
    /// Print each notice as one JSON document on one line, and nothing else on standard output
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    let (client, listener) = match open(&arguments) {
        Ok(opened) => opened,
        Err(error) => {
            if !arguments.json || line(json::error(&error)).is_err() {
                complain(format_args!("{error}\nhint: {}", error.hint()));
            }
            return Ok(ExitCode::from(NOT_SENT));
        }
    };
    let (end, ended) = unbounded_channel();
    tell_of_signals(end.clone())?;
    let greeting = greeting(&client, listener.local_addr()?);
    if arguments.json {
        note(&greeting)
    } else {
        line(&greeting)?
    }
    let ear = Ear {
        client,
        as_json: arguments.json,
        refuses: arguments.refuse,
        shown: arguments.show.map(Board::open).transpose()?,
        begun: Instant::now(),
        book: Mutex::default(),
        end,
    };
    let ear = Arc::new(ear);
    let hears = ear.clone();
    let service = Service { greeting, max_body: MAX_REPLY, post: move |posted| hears.hear(posted) };
    let ended = serve(listener, service, first(ended))?;
    let sum = ear.sum();
    match ended {
        End::Untold(error) => {
            complain(error);
            note(sum);
            Ok(ExitCode::from(UNTOLD))
        }
        End::Signal if arguments.json => {
            note(sum);
            Ok(ExitCode::SUCCESS)
        }
        End::Signal => line(sum).map(|()| ExitCode::SUCCESS).map_err(Into::into),
    }
}

/// A client that can hear, and a place to listen.
fn open(arguments: &Arguments) -> Result<(Client, TcpListener), Error> {
    let client = Client::from_file(&arguments.config)?;
    // Says which setting is missing.
    client.notification(&Incoming::default())?;
    let address = SocketAddr::new(arguments.bind, arguments.port);
    let listener = TcpListener::bind(address).map_err(|error| {
        Error::at_border(Kind::Config, "port", format!("cannot be listened on at {address}: {error}")).with_hint(
            "choose another --port (0 takes a free one), and a --bind address of this machine",
            "请更换 --port（0 表示任选空闲端口），--bind 须为本机地址",
        )
    })?;
    Ok((client, listener))
}

fn greeting(client: &Client, address: SocketAddr) -> String {
    let gateway = client.gateway();
    format!("chexiao listens at http://{address} for what {gateway} posts. Ctrl-C ends it. 正在等待 {gateway} 的通知，按 Ctrl-C 结束。")
}

/// Why it ends.
enum End {
    Signal,
    Untold(Untold),
}

async fn first(mut ended: UnboundedReceiver<End>) -> End {
    ended.recv().await.unwrap_or(End::Signal)
}

/// To be called before there are other threads: the one that waits gets them. A second signal ends the program at once.
fn tell_of_signals(end: UnboundedSender<End>) -> std::io::Result<()> {
    let signals = Signals::held()?;
    std::thread::Builder::new().spawn(move || {
        if signals.wait().is_ok() {
            signals.release();
            _ = end.send(End::Signal);
            loop {
                std::thread::park();
            }
        }
    })?;
    Ok(())
}

struct Ear {
    client: Client,
    as_json: bool,
    refuses: bool,
    /// Where people look besides.
    shown: Option<Teller>,
    begun: Instant,
    book: Mutex<Book>,
    end: UnboundedSender<End>,
}

/// What was heard so far.
#[derive(Default)]
struct Book {
    events: BTreeMap<&'static str, u32>,
    acknowledged: u32,
    /// How often, by key against repeats.
    told: HashMap<String, u32>,
}

impl Ear {
    /// Prints it, and answers only then.
    fn hear(&self, posted: Posted) -> HttpReply {
        let Posted { target, headers, body } = posted;
        let incoming = Incoming { url: Some(target.clone()), headers, body, ..Incoming::default() };
        let Ok(notice) = self.client.notification(&incoming) else {
            return HttpReply { status: 500, headers: Vec::new(), body: Vec::new() };
        };
        let acknowledge = notice.acknowledge().filter(|_| !self.refuses);
        let mut book = lock(&self.book);
        let told = if self.as_json {
            line(json::notice_json(&notice))
        } else {
            let done = if acknowledge.is_some() { "acknowledged" } else { "refused" };
            let head = format!(" {done}, after {} s: POST {}", self.begun.elapsed().as_secs(), shown(&target));
            line_of(colour(&notice), notice.event().word(), format_args!("{head}{}", details(&notice, book.times(&notice))))
        };
        if let Err(untold) = told {
            _ = self.end.send(End::Untold(untold));
            return notice.refuse().clone();
        }
        if let Some(teller) = &self.shown {
            teller.tell(self.client.gateway(), &notice, acknowledge.is_some());
        }
        *book.events.entry(notice.event().word()).or_default() += 1;
        book.acknowledged += u32::from(acknowledge.is_some());
        acknowledge.unwrap_or(notice.refuse()).clone()
    }

    fn sum(&self) -> String {
        let book = lock(&self.book);
        let heard: u32 = book.events.values().sum();
        let events: String = book.events.iter().map(|(event, times)| format!(", {event} {times}")).collect();
        format!("heard 收到 {heard}{events}; acknowledged 已应答 {}, refused 已拒绝 {}", book.acknowledged, heard - book.acknowledged)
    }
}

impl Book {
    /// How often the same was told, with this time.
    fn times(&mut self, notice: &Notice) -> u32 {
        let Some(key) = notice.dedupe() else { return 1 };
        if self.told.len() == MAX_KEYS {
            self.told.clear();
        }
        let times = self.told.entry(key.into()).or_default();
        *times += 1;
        *times
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn colour(notice: &Notice) -> Colour {
    match (notice.acknowledge(), notice.event()) {
        (None, _) => Colour::Red,
        (_, Code::Unknown) => Colour::Yellow,
        _ => Colour::Green,
    }
}

fn details(notice: &Notice, times: u32) -> String {
    let explanation = notice.explanation();
    let mut lines = vec![String::new(), format!("  {}", explanation.en), format!("  {}", explanation.zh)];
    let mut row = |name: &str, text: String| lines.push(format!("  {name:<8} {text}"));
    notice.order().iter().for_each(|(name, number)| row("order", format!("{} {}", shown(name), shown(number))));
    if let Some(Amount { text, unit }) = notice.amount() {
        row("amount", format!("{} {unit}", shown(text)));
    }
    notice.time().into_iter().for_each(|time| row("time", shown(time)));
    row("evidence", format!("{}, confirm {}", notice.evidence(), notice.confirm()));
    notice.reason().into_iter().for_each(|reason| row("reason", reason.to_string()));
    notice.hint().into_iter().for_each(|hint| row("hint", format!("{hint} (not proven)")));
    let said = notice.gateway().to_string();
    if !said.is_empty() {
        row("gateway", said);
    }
    if let Some(key) = notice.dedupe() {
        let again = if times > 1 { format!(" (told {times} times)") } else { String::new() };
        row("dedupe", format!("{}{again}", shown(key)));
    }
    lines.join("\n")
}

/// On one line, and not too much of it.
fn shown(text: &str) -> String {
    let mut rest = text.chars();
    let mut shown = rest.by_ref().take(LONGEST).collect::<String>().replace('\n', "\\n");
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}
