//! What must be fetched before an order can be named (an access token): once for all calls.

use super::call::Given;
use super::wire::{Http, Over, Reply, Stop, Until, alarm, stopped};
use crate::gateway::{Env, Erased, HttpRequest};
use crate::ground::error::{Error, Kind, Result};
use crate::ground::lock::lock;
use crate::ground::process::{Owned, PerProcess};
use crate::ground::unwind::unwound;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

pub(super) struct Session(PerProcess<Current>);

/// The request for it that is under way, if one is.
type Current = Mutex<Option<Arc<Fetch>>>;

impl Session {
    pub(super) fn new() -> Self {
        Self(PerProcess::new())
    }

    /// Fetches it, unless there is none here or what there is will do. Where another call is at it already, that one's reply is awaited; if
    /// it brings nothing, this call asks itself.
    pub(super) async fn ready(&self, gateway: &dyn Erased, http: &Http, until: Until<'_>) -> Result<()> {
        if !gateway.has_session() {
            return Ok(());
        }
        while gateway.prior(&Given::default().env()?).is_some() {
            let here = self.0.get(|| Ok::<_, Error>(Mutex::default()))?;
            let Some(visit) = Visit::of(here, gateway, http, until)? else { break };
            if visit.end(gateway, until).await? {
                break;
            }
        }
        Ok(())
    }
}

type Fetching = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// One request for it. Whoever of those who wait is awake goes on with it, so that none depends on another.
struct Fetch {
    env: Env,
    /// `None` once its reply was read.
    reply: Mutex<Option<Fetching>>,
    waiting: Mutex<BTreeMap<u64, Option<Waker>>>,
}

impl Fetch {
    fn new(http: &Http, env: Env, request: HttpRequest, deadline: Instant) -> Self {
        let http = http.clone();
        let reply = async move { http.send(&request, Until { deadline, stop: &Stop::new() }, Over::Any).await };
        Self { env, reply: Mutex::new(Some(Box::pin(reply))), waiting: Mutex::default() }
    }

    /// What came of it, for the one who finds out; `None` for the others.
    fn poll(self: &Arc<Self>, gateway: &dyn Erased) -> Poll<Option<Result<()>>> {
        let mut reply = lock(&self.reply);
        let Some(fetching) = reply.as_mut() else { return Poll::Ready(None) };
        fetching.as_mut().poll(&mut Context::from_waker(&Waker::from(self.clone()))).map(|ended| {
            *reply = None;
            let learnt = match ended {
                // It names nothing: its connection ends here.
                Ok(Reply::Whole(whole, _)) => gateway.learn(&self.env, &whole),
                Ok(Reply::Lost(reason)) => Err(none(&reason.to_string())),
                Err(error) => Err(error),
            };
            drop(reply);
            self.wake_by_ref();
            Some(learnt)
        })
    }
}

impl Wake for Fetch {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let woken: Vec<Waker> = lock(&self.waiting).values_mut().filter_map(Option::take).collect();
        woken.into_iter().for_each(Waker::wake);
    }
}

/// One who waits for it. The last one who goes ends it.
struct Visit {
    fetch: Arc<Fetch>,
    number: u64,
    here: Arc<Owned<Current>>,
}

impl Visit {
    /// `None` where it has come meanwhile.
    fn of(here: Arc<Owned<Current>>, gateway: &dyn Erased, http: &Http, until: Until<'_>) -> Result<Option<Self>> {
        let mut current = here.value().map(lock);
        let under_way = current.as_ref().and_then(|current| (**current).clone()).filter(|fetch| lock(&fetch.reply).is_some());
        let fetch = match under_way {
            Some(fetch) => fetch,
            None => {
                let env = Given::default().env()?;
                let Some(request) = gateway.prior(&env) else { return Ok(None) };
                Arc::new(Fetch::new(http, env, request, until.deadline))
            }
        };
        let mut waiting = lock(&fetch.waiting);
        let number = waiting.keys().next_back().map_or(0, |last| last + 1);
        waiting.insert(number, None);
        drop(waiting);
        if let Some(current) = &mut current {
            **current = Some(fetch.clone());
        }
        drop(current);
        Ok(Some(Self { fetch, number, here }))
    }

    /// Whether this one has fetched it. If not, somebody else may have.
    async fn end(self, gateway: &dyn Erased, until: Until<'_>) -> Result<bool> {
        let mut alarm = pin!(alarm(until.deadline)?);
        poll_fn(|context| {
            if until.stop.is_stopped(context) || !self.here.is_ours() {
                return Poll::Ready(Err(stopped()));
            }
            lock(&self.fetch.waiting).insert(self.number, Some(context.waker().clone()));
            // Tokio panics where the system refuses to wake its thread.
            let mut is_late = || unwound(|| alarm.as_mut().poll(context).is_ready()).unwrap_or(true) || Instant::now() >= until.deadline;
            match self.fetch.poll(gateway) {
                Poll::Ready(Some(learnt)) => Poll::Ready(learnt.map(|()| true)),
                Poll::Ready(None) => Poll::Ready(Ok(false)),
                Poll::Pending if is_late() => Poll::Ready(Err(none("the time ran out before one came"))),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if !self.here.is_ours() {
            return;
        }
        let mut current = self.here.value().map(lock);
        let mut waiting = lock(&self.fetch.waiting);
        waiting.remove(&self.number);
        if waiting.is_empty() {
            drop(waiting);
            // It holds the fetch, by its waker.
            let reply = lock(&self.fetch.reply).take();
            if let Some(current) = &mut current {
                current.take_if(|fetch| Arc::ptr_eq(fetch, &self.fetch));
            }
            drop(current);
            drop(reply);
        }
    }
}

fn none(why: &str) -> Error {
    Error::new(Kind::NotSent, format!("no access token: {why}; nothing was sent to the order"))
}
