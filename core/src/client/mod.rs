//! [`Client`]: the only place where the steps are joined.

mod call;
mod config;
mod doctor;
mod download;
mod session;
mod wire;
mod writer;

pub use doctor::{Diagnosis, Step, diagnose, diagnose_offline};
pub use wire::Stop;

use crate::gateway::{Answer, Bound, Erased, HttpReply, HttpRequest, Incoming, Notice, Purpose, Verb};
use crate::ground::base_url::BaseUrl;
use crate::ground::block_on::block_on;
use crate::ground::error::{Kind, Result};
use crate::keys;
use crate::outcome::Outcome;
use crate::strict::de;
use crate::strict::json::Node;
use call::{Call, Given, Task};
pub(crate) use call::{asked_in, is_of_api};
use config::Config;
use session::Session;
use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};
pub(crate) use wire::unhindered;
use wire::{GRACE, Http, Link, Over, Reply, Until};

/// One merchant account at one gateway, with its keys loaded and its connections pooled.
///
/// Threads may share a client. After a fork, parent and child may both go on using it; each has connections of its own.
pub struct Client {
    id: &'static str,
    gateway: Box<dyn Erased>,
    http: Http,
    connect_timeout: Duration,
    deadline: Duration,
    download_limit: u64,
    session: Session,
    holds_secrets: bool,
    base: BaseUrl,
    /// The configuration, where it holds no secret.
    text: Option<String>,
}

impl Client {
    /// Opens a client from configuration JSON (UTF-8; keys as in docs/guide/configuration.md). Loads the keys; opens no connection.
    ///
    /// # Errors
    /// [`Kind::Config`] or [`Kind::Unsupported`], naming the setting and the remedy.
    pub fn new(config: &str) -> Result<Self> {
        let node = de::parse(config, Kind::Config, "the configuration", "")?;
        let read = Config::read(&node)?;
        let account = node.member("account").ok_or_else(config::without_account)?;
        let http = Http::new(&read)?;
        let gateway = (read.gateway.open)(account, read.base.clone())?;
        let holds_secrets = holds_secrets(&node, account, &read);
        Ok(Self::of(read, http, gateway, (!holds_secrets).then(|| config.into())))
    }

    /// `text` is that of a configuration without a secret.
    fn of(config: Config, http: Http, gateway: Box<dyn Erased>, text: Option<String>) -> Self {
        Self {
            id: config.gateway.id,
            gateway,
            http,
            connect_timeout: config.connect_timeout,
            deadline: config.deadline,
            download_limit: config.download_limit,
            session: Session::new(),
            holds_secrets: text.is_none(),
            base: config.base,
            text,
        }
    }

    /// [`new`](Self::new), from a file.
    pub fn from_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
        Self::new(keys::read_document(path.as_ref(), "the configuration")?.expose())
    }

    /// How long a call may take in all: `deadline_ms`, or its default.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The gateway's id.
    pub fn gateway(&self) -> &'static str {
        self.id
    }

    /// Whether the configuration held a secret itself, instead of naming the file or the environment variable that does.
    pub fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }

    /// Signs, sends once, verifies and interprets. `call` is `{"operation":…,"order":{…}}`, UTF-8, with the order's fields under
    /// the gateway's own names. Blocks at most until the configured deadline.
    ///
    /// `close` closes; `query` asks for the order's state; `ensure_closed` closes and, where that leaves a doubt, queries once
    /// in what is left of the time, and gives one outcome of both (see docs/guide/outcomes.md). `refund`, `refund_query` and `reverse` give money
    /// back, where the gateway has them: docs/refunds.md.
    ///
    /// # Errors
    /// Nothing was sent. Whatever happens after the first byte is an [`Outcome`].
    pub fn send(&self, call: &str) -> Result<Outcome> {
        self.send_until(call, &Stop::never())
    }

    /// [`send`](Self::send), which another thread may end before the deadline. A close that is stopped after its first byte is Unknown, with
    /// the reason `interrupted`.
    ///
    /// # Errors
    /// Nothing was sent.
    pub fn send_until(&self, call: &str, stop: &Stop) -> Result<Outcome> {
        self.wait(call, self.sending(call, stop))
    }

    /// [`send`](Self::send) without blocking, on any executor: the library's own thread connects, writes, reads, and wakes the task. It begins,
    /// and the deadline with it, when it is first polled. Dropping it stops the call: nothing more of it is written.
    ///
    /// ```no_run
    /// # async fn close(client: &chexiao::Client, call: &str) -> chexiao::Result<()> {
    /// let outcome = client.send_async(call).await?;
    /// println!("{}, then {}", outcome.code(), outcome.next());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn send_async(&self, call: &str) -> Result<Outcome> {
        self.sending(call, &Stop::new()).await
    }

    /// Signs a call of any other API of the gateway, sends it once and verifies what comes back. `call` is
    /// `{"operation":"call","api":…,"fields":{…}}`, UTF-8; docs/calls.md has its other keys, and what each gateway adds and signs.
    /// Nothing is ever repeated. With `to`, the file that the API gives is written there, however long it takes as long as it comes.
    ///
    /// # Errors
    /// Nothing was sent. Whatever happens after the first byte is an [`Answer`].
    pub fn call(&self, call: &str) -> Result<Answer> {
        self.call_until(call, &Stop::never())
    }

    /// [`call`](Self::call), which another thread may end before the deadline.
    ///
    /// # Errors
    /// Nothing was sent.
    pub fn call_until(&self, call: &str, stop: &Stop) -> Result<Answer> {
        self.wait(call, self.calling(call, stop))
    }

    /// [`call`](Self::call) without blocking: see [`send_async`](Self::send_async).
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn call_async(&self, call: &str) -> Result<Answer> {
        self.calling(call, &Stop::new()).await
    }

    /// Connects to the gateway, unless a connection lies idle, and sends nothing: the next call, from any client of the same host and
    /// settings, finds the connection made. It is given up after 30 s of idleness. Blocks at most until the configured `connect_timeout`.
    ///
    /// # Errors
    /// As where a call could not be sent: [`Kind::Dns`], [`Kind::Connect`], [`Kind::Tls`] and so on.
    pub fn warm(&self) -> Result<()> {
        self.wait("", self.warming(&Stop::new()))
    }

    /// [`warm`](Self::warm) without blocking: see [`send_async`](Self::send_async).
    ///
    /// # Errors
    /// As for [`warm`](Self::warm).
    pub async fn warm_async(&self) -> Result<()> {
        self.warming(&Stop::new()).await
    }

    /// This call is looked at again after so long at the latest. That of a download, as its text suggests, has more time and need not be.
    pub(crate) fn longest(&self, call: &str) -> Duration {
        let stretches = if call.contains("\"to\"") { download::stretches(self.download_limit) } else { 1 };
        self.deadline.saturating_mul(stretches) + GRACE
    }

    /// Blocks until this call, which begins now, has ended.
    pub(crate) fn wait<T>(&self, text: &str, call: impl Future<Output = T>) -> T {
        let overdue = Instant::now() + self.longest(text);
        // Boxed: a host's stack may be small.
        block_on(Box::pin(unhindered(call)), overdue)
    }

    pub(crate) async fn warming(&self, stop: &Stop) -> Result<()> {
        self.http.warm(Until { deadline: Instant::now() + self.deadline, stop }).await
    }

    /// The one way of what is asked about an order.
    pub(crate) async fn sending(&self, call: &str, stop: &Stop) -> Result<Outcome> {
        let started = Instant::now();
        let until = Until { deadline: started + self.deadline, stop };
        let Asked { asked, then, given, over } = self.asked(call)?;
        let mut outcome = match then {
            Some(query) => Box::pin(self.ensure_closed(asked, query, given, started, until)).await?,
            None => {
                let (outcome, link) = self.exchange(&*asked, &given, until, over).await?;
                self.keep(link, outcome.named_its_call());
                outcome
            }
        };
        outcome.elapsed_ms = elapsed_ms(started);
        Ok(outcome)
    }

    /// And of a call of an API. An order's number does not tell two of its calls apart: no connection that has carried a reply will do.
    pub(crate) async fn calling(&self, call: &str, stop: &Stop) -> Result<Answer> {
        let started = Instant::now();
        let until = Until { deadline: started + self.deadline, stop };
        let Call { order, given, .. } = Call::parse(call)?.of_api()?;
        let asked = self.gateway.call(&order, self.purpose())?;
        drop(order);
        let mut answer = match asked.file() {
            Some(file) => Box::pin(self.download(&*asked, file, &given, until)).await?,
            None => {
                let (answer, link) = self.exchange(&*asked, &given, until, Over::Fresh).await?;
                self.keep(link, answer.named_its_call());
                answer
            }
        };
        answer.elapsed_ms = elapsed_ms(started);
        Ok(answer)
    }

    fn asked(&self, call: &str) -> Result<Asked<'_>> {
        let call = Call::parse(call)?;
        let bind = |verb| self.gateway.bind(verb, &call.order, self.purpose());
        let (verb, then) = match call.task {
            Task::EnsureClosed => (Verb::Close, Some(bind(Verb::Query)?)),
            _ => (call.verb()?, None),
        };
        let over = if matches!(verb, Verb::Close | Verb::Query) { Over::Any } else { Over::Fresh };
        Ok(Asked { asked: bind(verb)?, then, given: call.given, over })
    }

    fn purpose(&self) -> Purpose {
        Purpose::Send { with_certificate: self.http.has_identity() }
    }

    /// The close gets the time to connect and half of the rest, the query what is left; and it may follow on the connection of its close.
    async fn ensure_closed(
        &self,
        close: Box<dyn Bound + '_>,
        query: Box<dyn Bound + '_>,
        given: Given,
        started: Instant,
        until: Until<'_>,
    ) -> Result<Outcome> {
        let half_way = Until { deadline: started + (self.connect_timeout + self.deadline) / 2, ..until };
        let (closed, link) = self.exchange(&*close, &given, half_way, Over::Any).await?;
        if !closed.wants_query() || until.is_over() {
            self.keep(link, closed.named_its_call());
            return Ok(closed);
        }
        let Ok((queried, link)) = self.exchange(&*query, &Given::default(), until, link.map_or(Over::Any, Over::That)).await else {
            return Ok(closed.settled_by(None));
        };
        self.keep(link, closed.named_its_call() && queried.named_its_call());
        Ok(closed.settled_by(Some(queried)))
    }

    /// What comes of one request, and its connection where another one may follow.
    async fn exchange<S>(&self, asked: &dyn Bound<S>, given: &Given, until: Until<'_>, over: Over) -> Result<(S, Option<Link>)> {
        self.session.ready(&*self.gateway, &self.http, until).await?;
        let request = asked.sign(&given.env()?)?;
        let reply = self.http.send(&request, until, over).await?;
        Ok(judged(asked, &request, reply))
    }

    /// A connection is used again only if each reply it has carried named its call: one reply too many would answer the next one.
    fn keep(&self, link: Option<Link>, all_named_their_call: bool) {
        if let Some(link) = link.filter(|_| all_named_their_call) {
            self.http.keep(link);
        }
    }

    /// The signed request, for a host that sends it with its own HTTP client, byte for byte, once.
    ///
    /// # Errors
    /// [`Kind::Call`] if a field is missing, too long or holds characters the gateway does not take.
    pub fn sign(&self, call: &str) -> Result<HttpRequest> {
        let call = Call::parse(call)?;
        match call.task {
            Task::Call => self.gateway.call(&call.order, Purpose::Sign)?.sign(&call.given.env()?),
            _ => self.gateway.bind(call.verb()?, &call.order, Purpose::Sign)?.sign(&call.given.env()?),
        }
    }

    /// What `reply` proves about the order of `call`, where `sent` is what [`sign`](Self::sign) returned for it. Pure. Never
    /// an error, since the request is out: a `call` that cannot be read gives Unknown with the reason `input`.
    pub fn verify(&self, call: &str, sent: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.judge(de::parse(call, Kind::Call, "the call", ""), sent, reply.clone())
    }

    /// The same, where the call stands in a document that has been read.
    pub(crate) fn verify_read(&self, call: Node<'_>, sent: &HttpRequest, reply: HttpReply) -> Outcome {
        self.judge(Ok(call), sent, reply)
    }

    fn judge(&self, call: Result<Node<'_>>, sent: &HttpRequest, reply: HttpReply) -> Outcome {
        let verb = call.as_ref().map_or(Verb::Close, asked_in);
        match call.and_then(Call::read).and_then(|call| self.gateway.bind(call.verb()?, &call.order, Purpose::Verify)) {
            Ok(asked) => asked.judge(sent, reply),
            Err(error) => {
                let unread = Outcome::unreadable_input(error.to_string()).asked(verb);
                unread.of_exchange(&sent.msg_id, Some((reply.status, reply.body)))
            }
        }
    }

    /// What `reply` proves, where `sent` is what [`sign`](Self::sign) returned for this `call` of an API. Pure. Never an error: a `call` that
    /// cannot be read gives an answer that proves nothing, with the reason `input`.
    pub fn verify_call(&self, call: &str, sent: &HttpRequest, reply: &HttpReply) -> Answer {
        self.judge_call(Call::parse(call), sent, reply.clone())
    }

    /// The same, where the call stands in a document that has been read.
    pub(crate) fn verify_call_read(&self, call: Node<'_>, sent: &HttpRequest, reply: HttpReply) -> Answer {
        self.judge_call(Call::read(call), sent, reply)
    }

    fn judge_call(&self, call: Result<Call<'_>>, sent: &HttpRequest, reply: HttpReply) -> Answer {
        match call.and_then(Call::of_api).and_then(|call| self.gateway.call(&call.order, Purpose::Verify)) {
            Ok(asked) => asked.judge(sent, reply),
            Err(error) => Answer::unreadable_input(error.to_string()).of_exchange(&sent.msg_id, Some((reply.status, reply.body))),
        }
    }

    /// What a notification proves, and the answers to it. Pure: no network, no state. Whatever came in is a [`Notice`]; what is not
    /// authentic, not ours or not readable is Unknown.
    ///
    /// # Errors
    /// [`Kind::Config`], naming the setting that notifications of this gateway need and the account does not have.
    pub fn notification(&self, incoming: &Incoming) -> Result<Notice> {
        self.gateway.hear(incoming)
    }

    /// The notice of a notification that cannot be read at all; `why` goes into the explanation.
    pub(crate) fn unread_notification(&self, why: String) -> Result<Notice> {
        self.gateway.unread(why)
    }

    /// Encrypts one field as this gateway's other calls demand it (docs/calls.md, "Encrypted fields").
    ///
    /// # Errors
    /// [`Kind::Unsupported`] where this gateway or this account encrypts no field; [`Kind::Call`] if the text cannot be encoded.
    pub fn encrypt_field(&self, text: &str) -> Result<String> {
        self.gateway.encrypt_field(text)
    }

    /// Decrypts one field of this gateway's other replies and notifications. What it says is not signed by that.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] as for [`encrypt_field`](Self::encrypt_field); [`Kind::Call`] if it is not encrypted with this account's key.
    pub fn decrypt_field(&self, field: &str) -> Result<String> {
        self.gateway.decrypt_field(field)
    }
}

/// A call that was read.
struct Asked<'g> {
    asked: Box<dyn Bound + 'g>,
    /// What is asked after it, where that leaves a doubt.
    then: Option<Box<dyn Bound + 'g>>,
    given: Given,
    /// The refusal of a refund names nothing: where money goes back, no reply that comes late may be taken for this one's.
    over: Over,
}

fn judged<S>(asked: &dyn Bound<S>, request: &HttpRequest, reply: Reply) -> (S, Option<Link>) {
    match reply {
        Reply::Whole(reply, link) => (asked.judge(request, reply), link),
        Reply::Lost(reason) => (asked.lost(request, reason), None),
    }
}

/// Once all of it has been read.
fn holds_secrets(config: &Node<'_>, account: &Node<'_>, read: &Config) -> bool {
    account.holds_secrets()
        || config.member(config::CLIENT_CERTIFICATE).is_some_and(Node::holds_secrets)
        || read.proxy.as_ref().is_some_and(|url| url.expose().contains('@'))
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("gateway", &self.id).finish_non_exhaustive()
    }
}
