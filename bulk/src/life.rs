//! One order, from when it is taken until it waits or has its last word. Nothing leaves before the journal has it.

use crate::event::{Ending, Event};
use crate::job::{Job, Site, millis};
use crate::journal::{Heard, Move, Result, Taken, Then};
use crate::pace::Turn;
use crate::steps::{Standing, Step, Steps};
use chexiao::{Code, Error, Evidence, Kind, Next, Outcome, Reason, Verb, face};
use std::time::{Duration, Instant};
use tokio::sync::SemaphorePermit;

pub(crate) async fn lives(job: &Job, site: &Site, taken: Taken) -> Result<()> {
    Life { job, site, taken_at: Instant::now(), order: taken }.goes_on().await
}

/// Room for one request, and its turn.
struct Place<'s> {
    turn: Box<dyn Turn>,
    _slot: Option<SemaphorePermit<'s>>,
}

struct Life<'j> {
    job: &'j Job,
    site: &'j Site,
    taken_at: Instant,
    order: Taken,
}

impl<'j> Life<'j> {
    async fn goes_on(mut self) -> Result<()> {
        let mut verb = self.order.ask;
        if let Some(open) = self.order.open.take() {
            let step = self.was_lost(open);
            let heard = Heard { word: Code::Unknown.word().into(), reason: Some(LOST.into()), ..Heard::default() };
            match self.finishes(heard, step).await? {
                Some(next) => verb = next,
                None => return Ok(()),
            }
        }
        loop {
            let Some(turn) = self.turn().await? else { return self.gives_back(verb).await };
            let (heard, step) = match self.asks(verb, turn).await? {
                Some(asked) => asked,
                None => return Ok(()),
            };
            match self.finishes(heard, step).await? {
                Some(next) => verb = next,
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

    fn was_lost(&mut self, verb: Verb) -> Step {
        let repeat = self.site.account.repeat_of_lost(&self.call(Verb::Close, None));
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().lost(&mut standing, verb, repeat);
        self.order.standing = standing;
        step
    }

    /// A turn to ask; none if the job or the account was stopped, or the order lost, before it came.
    async fn turn(&self) -> Result<Option<Place<'j>>> {
        let (job, site, held, lease) = (self.job, self.site, self.order.held, self.job.lease);
        let permit = async {
            let slot = site.slots.acquire().await.ok();
            job.pace.permit(site.account.name(), site.account.host()).await.map(|turn| Place { turn, _slot: slot })
        };
        tokio::pin!(permit);
        loop {
            if self.job.stopper.is_told() || self.site.is_stopped() {
                return Ok(None);
            }
            tokio::select! {
                biased;
                turn = &mut permit => {
                    let turn = turn?;
                    return Ok((!self.job.stopper.is_told() && !self.site.is_stopped()).then_some(turn));
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

    /// One request, in the journal before it leaves. None if the order is another worker's by now.
    async fn asks(&mut self, verb: Verb, place: Place<'_>) -> Result<Option<(Heard, Step)>> {
        let (held, attempt, lease) = (self.order.held, self.order.attempts + 1, self.job.lease);
        let asked_at = Instant::now();
        let Some(msg_id) = self.job.journal.tell(move |book| book.begin(held, attempt, verb, millis(lease))).await? else {
            return Ok(None);
        };
        self.order.attempts = attempt;
        let (account, line) = (self.site.account.name(), self.order.line);
        // The lease must outlast the call. Who comes too late for that sends nothing.
        if asked_at.elapsed() > self.job.options.grace / 2 {
            let late = Error::at_border(Kind::NotSent, "journal", "took too long to write that the request is about to leave");
            return Ok(Some(self.not_sent(verb, &late)));
        }
        self.job.watch.hear(&Event::Asking { account, line, verb, msg_id: &msg_id });
        let sent_at = Instant::now();
        let result = self.site.account.client().send_async(&self.call(verb, Some(&msg_id))).await;
        match &result {
            Ok(outcome) => place.turn.heard(outcome.code() == Code::Throttled),
            Err(_) => drop(place),
        }
        self.job.watch.hear(&Event::Heard { account, line, verb, outcome: result.as_ref(), took: sent_at.elapsed() });
        Ok(Some(match &result {
            Ok(outcome) => self.heard(verb, outcome),
            Err(error) => self.not_sent(verb, error),
        }))
    }

    fn heard(&mut self, verb: Verb, outcome: &Outcome) -> (Heard, Step) {
        if self.site.has_answered(outcome.code()) {
            self.job.watch.hear(&Event::Stopped { account: self.site.account.name(), why: &outcome.explanation().en });
        }
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().heard(&mut standing, verb, outcome);
        self.order.standing = standing;
        (fact(outcome), step)
    }

    fn not_sent(&mut self, verb: Verb, error: &Error) -> (Heard, Step) {
        let mut standing = std::mem::take(&mut self.order.standing);
        let step = self.steps().not_sent(&mut standing, verb, error);
        self.order.standing = standing;
        (Heard { word: error.kind().word().into(), said: Some(error.to_string()), ..Heard::default() }, step)
    }

    /// Writes what was heard and what follows; what is to be asked at once, if anything.
    async fn finishes(&mut self, heard: Heard, step: Step) -> Result<Option<Verb>> {
        let then = match step {
            Step::Now(ask) => Then::GoesOn { ask, lease_ms: millis(self.job.lease) },
            Step::Later(ask, delay) => Then::Waits { ask, delay_ms: millis(delay) },
            Step::End => Then::Ends { settled: is_settled(&self.order.standing) },
        };
        let (held, attempt, made) = (self.order.held, self.order.attempts, Move { standing: self.order.standing.clone(), then });
        let is_written = self.job.journal.tell(move |book| book.finish(held, attempt, &heard, &made)).await?;
        if is_written && step == Step::End {
            let since = Duration::from_millis(u64::try_from(self.order.since_ms).unwrap_or_default());
            let (account, line, took) = (self.site.account.name(), self.order.line, since + self.taken_at.elapsed());
            self.job.watch.hear(&Event::Ended { account, line, ending: &ending(&self.order.standing), took });
        }
        Ok(match step {
            Step::Now(ask) if is_written => Some(ask),
            _ => None,
        })
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
