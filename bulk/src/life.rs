//! One order, from when it is taken until it waits or has its last word. Nothing leaves before the journal has it.

use crate::event::{Ending, Event};
use crate::job::{Job, Site, millis};
use crate::journal::{Book, Failure, Heard, Move, Result, Taken, Then};
use crate::pace::Turn;
use crate::steps::{Standing, Step, Steps};
use chexiao::{Code, Error, Evidence, Kind, Next, Outcome, Reason, Verb, face};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::SemaphorePermit;

pub(crate) async fn lives(job: &Job, site: &Arc<Site>, taken: Taken) -> Result<()> {
    Life { job, site, taken_at: Instant::now(), order: taken }.goes_on().await
}

/// For one request that is to be written: its turn, and room.
struct Place<'s> {
    turn: Box<dyn Turn>,
    begun: Option<SemaphorePermit<'s>>,
}

/// What came of an attempt, and what follows; not yet in the journal.
type Told = (Heard, Step);

struct Life<'j> {
    job: &'j Job,
    site: &'j Arc<Site>,
    taken_at: Instant,
    order: Taken,
}

impl<'j> Life<'j> {
    async fn goes_on(mut self) -> Result<()> {
        let (mut verb, mut told, mut begun) = (self.order.ask, self.was_lost(), None);
        loop {
            let mut place = None;
            match told {
                Some((_, Step::Now(next))) => {
                    verb = next;
                    place = self.turn_at_once(&mut begun);
                }
                _ => begun = None,
            }
            // The end of one attempt and the beginning of the next are one commit, where nothing has to be waited for in between.
            if place.is_none()
                && let Some(told) = told.take()
                && !self.finishes(told).await?
            {
                return Ok(());
            }
            if place.is_none() {
                place = self.turn(begun.take()).await?;
            }
            let Some(place) = place else { return self.gives_back(verb).await };
            match self.asks(verb, told.take(), place).await? {
                Some(asked) => (told, begun) = (Some(asked.0), asked.1),
                None => return Ok(()),
            }
        }
    }

    fn steps(&self) -> Steps<'_> {
        let account = &self.site.account;
        Steps {
            rules: &self.job.options.rules,
            has_query: account.has_query(),
            stands_while_processing: account.stands_while_processing(),
            attempts: self.order.attempts,
        }
    }

    /// What was begun and never heard of, if anything.
    fn was_lost(&mut self) -> Option<Told> {
        let verb = self.order.open.take()?;
        let repeat = self.site.account.repeat_of_lost(&self.call(Verb::Close, None));
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().lost(&mut standing, verb, repeat);
        self.order.standing = standing;
        Some((Heard { word: Code::Unknown.word().into(), reason: Some(LOST.into()), ..Heard::default() }, step))
    }

    fn is_stopped(&self) -> bool {
        self.job.stopper.is_told() || self.site.is_stopped()
    }

    /// A turn to ask, with the room that the last one had, if it need not be waited for.
    fn turn_at_once(&self, begun: &mut Option<SemaphorePermit<'j>>) -> Option<Place<'j>> {
        if begun.is_none() || self.is_stopped() {
            return None;
        }
        let turn = self.job.pace.permit_at_once(self.site.account.name(), self.site.account.host())?;
        Some(Place { turn, begun: begun.take() })
    }

    /// A turn to ask; none if the job or the account was stopped, or the order lost, before it came.
    async fn turn(&self, begun: Option<SemaphorePermit<'j>>) -> Result<Option<Place<'j>>> {
        let (job, site, held, lease) = (self.job, self.site, self.order.held, self.job.lease);
        let permit = async {
            let begun = match begun {
                Some(begun) => Some(begun),
                None => site.room.begins().await,
            };
            job.pace.permit(site.account.name(), site.account.host()).await.map(|turn| Place { turn, begun })
        };
        tokio::pin!(permit);
        loop {
            if self.is_stopped() {
                return Ok(None);
            }
            tokio::select! {
                biased;
                place = &mut permit => {
                    let place = place?;
                    return Ok((!self.is_stopped()).then_some(place));
                }
                () = self.job.stopper.told() => {}
                () = tokio::time::sleep(lease / 3) => {
                    if !self.job.journal.tell(move |book| book.renew(held, millis(lease))).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// One request, in the journal before it leaves, and its room. None if the order is another worker's by now.
    async fn asks(&mut self, verb: Verb, told: Option<Told>, place: Place<'j>) -> Result<Option<(Told, Option<SemaphorePermit<'j>>)>> {
        let asked_at = Instant::now();
        let Some(msg_id) = self.begins(verb, told).await? else { return Ok(None) };
        let written = asked_at.elapsed();
        let slot = self.site.room.leaves().await;
        if self.is_stopped() {
            let said = Some("stopped before it left".into());
            return Ok(Some((
                (Heard { word: Kind::NotSent.word().into(), said, ..Heard::default() }, Step::Later(verb, Duration::ZERO)),
                None,
            )));
        }
        let (account, line) = (self.site.account.name(), self.order.line);
        self.job.watch.hear(&Event::Asking { account, line, verb, msg_id: &msg_id });
        let sent_at = Instant::now();
        let result = self.sends(self.call(verb, Some(&msg_id)), asked_at).await?;
        drop(slot);
        let took = sent_at.elapsed();
        self.site.room.saw(written, took);
        match &result {
            Ok(outcome) => place.turn.heard(outcome.code() == Code::Throttled),
            Err(_) => drop(place.turn),
        }
        self.job.watch.hear(&Event::Heard { account, line, verb, outcome: result.as_ref(), took });
        let told = match &result {
            Ok(outcome) => self.heard(verb, outcome),
            Err(error) => self.not_sent(verb, error),
        };
        Ok(Some((told, place.begun)))
    }

    /// Writes that a request is about to leave, and before it what came of the last one. Its id, if the order is still held.
    async fn begins(&mut self, verb: Verb, told: Option<Told>) -> Result<Option<String>> {
        let (held, last, lease) = (self.order.held, self.order.attempts, millis(self.job.lease));
        let told = told.map(|(heard, step)| (heard, self.moved(step)));
        self.order.attempts = last + 1;
        let begin = move |book: &mut Book<'_>| match &told {
            Some((heard, made)) if !book.finish(held, last, heard, made)? => Ok(None),
            _ => book.begin(held, last + 1, verb, lease),
        };
        self.job.journal.tell(begin).await
    }

    /// The lease must outlast the call: who comes too late for that sends nothing. An error of this function: nobody knows what came of it.
    async fn sends(&self, call: String, asked_at: Instant) -> Result<chexiao::Result<Outcome>> {
        let (site, soon) = (self.site.clone(), self.job.options.grace / 2);
        let in_time = move || match asked_at.elapsed() > soon {
            true => Err(Error::at_border(Kind::NotSent, "journal", "too long after it was written that the request is about to leave")),
            false => Ok(()),
        };
        if self.job.threads.is_some() {
            // Here, since the pool's threads may all have been taken until now.
            let sent = tokio::task::spawn_blocking(move || in_time().and_then(|()| site.account.client().send(&call)));
            return sent.await.map_err(|error| Failure::new(format!("a request ended: {error}")));
        }
        match in_time() {
            Ok(()) => Ok(site.account.client().send_async(&call).await),
            Err(late) => Ok(Err(late)),
        }
    }

    fn heard(&mut self, verb: Verb, outcome: &Outcome) -> Told {
        if self.site.has_answered(outcome.code()) {
            self.job.watch.hear(&Event::Stopped { account: self.site.account.name(), why: &outcome.explanation().en });
        }
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().heard(&mut standing, verb, outcome);
        self.order.standing = standing;
        (fact(outcome), step)
    }

    fn not_sent(&mut self, verb: Verb, error: &Error) -> Told {
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().not_sent(&mut standing, verb, error);
        self.order.standing = standing;
        (Heard { word: error.kind().word().into(), said: Some(error.to_string()), ..Heard::default() }, step)
    }

    /// Writes what was heard and what follows; whether something is to be asked at once.
    async fn finishes(&mut self, (heard, step): Told) -> Result<bool> {
        let (held, attempt, made) = (self.order.held, self.order.attempts, self.moved(step));
        let is_written = self.job.journal.tell(move |book| book.finish(held, attempt, &heard, &made)).await?;
        if is_written && step == Step::End {
            let since = Duration::from_millis(u64::try_from(self.order.since_ms).unwrap_or_default());
            let (account, line, took) = (self.site.account.name(), self.order.line, since + self.taken_at.elapsed());
            self.job.watch.hear(&Event::Ended { account, line, ending: &ending(&self.order.standing), took });
        }
        Ok(is_written && matches!(step, Step::Now(_)))
    }

    fn moved(&self, step: Step) -> Move {
        let then = match step {
            Step::Now(ask) => Then::GoesOn { ask, lease_ms: millis(self.job.lease) },
            Step::Later(ask, delay) => Then::Waits { ask, delay_ms: millis(delay) },
            Step::End => Then::Ends { settled: is_settled(&self.order.standing) },
        };
        Move { standing: self.order.standing.clone(), then }
    }

    /// For whoever takes it next.
    async fn gives_back(&self, ask: Verb) -> Result<()> {
        let (held, made) = (self.order.held, Move { standing: self.order.standing.clone(), then: Then::Waits { ask, delay_ms: 0 } });
        self.job.journal.tell(move |book| book.gives_back(held, &made)).await.map(drop)
    }

    fn call(&self, verb: Verb, msg_id: Option<&str>) -> String {
        // It was an order when it was added. If the journal was changed since, the client says what is wrong.
        face::json::call_of(verb.word(), &self.order.members, msg_id).unwrap_or_default()
    }
}

/// In the column of reasons, of an attempt that nobody heard of.
const LOST: &str = "lost";

fn is_settled(standing: &Standing) -> bool {
    [Next::Done, Next::FulfilOrRefund, Next::Reconcile].iter().any(|next| Some(next.word()) == standing.next.as_deref())
}

fn ending(standing: &Standing) -> Ending {
    Ending {
        word: standing.word.clone().unwrap_or_default(),
        next: standing.next.clone().unwrap_or_default(),
        needs_person: standing.needs_person(),
        why: standing.why.clone().unwrap_or_default(),
    }
}

fn fact(outcome: &Outcome) -> Heard {
    let said = outcome.gateway().to_string();
    Heard {
        word: outcome.code().word().into(),
        next: Some(outcome.next().word().into()),
        evidence: (outcome.evidence() != Evidence::None).then(|| outcome.evidence().word().into()),
        reason: outcome.reason().as_ref().map(Reason::to_string),
        http_status: outcome.http_status().map(Into::into),
        said: (!said.is_empty()).then_some(said),
        elapsed_ms: i64::try_from(outcome.elapsed_ms()).unwrap_or(i64::MAX),
    }
}
