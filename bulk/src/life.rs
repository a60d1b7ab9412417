//! One order, from when it is taken until it waits or has its last word. Here it waits: for its turn, and for its course.

use crate::course::{self, Asking, Pause};
use crate::event::{Ending, Event};
use crate::job::{Job, Site, millis};
use crate::journal::{Heard, LOST, Move, Result, Taken, Then};
use crate::pace::Turn;
use crate::since::Since;
use crate::steps::{Standing, Step, Steps};
use chexiao::{Code, Error, Outcome, Verb, face};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// From when it was held; with a place for its first request, where it need not be waited for.
pub(crate) async fn lives(job: Arc<Job>, site: Arc<Site>, mut order: Taken, held_at: Since, place: Option<Place>) -> Result<()> {
    let (verb, begun) = (order.ask, order.begun.take());
    let mut life = Box::new(Life { job, site, taken_at: Instant::now(), held_at, order });
    let mut paused = match (begun, place) {
        (Some(msg_id), Some(place)) => {
            let asking = Asking { verb, msg_id, place, written: held_at.elapsed() };
            course::takes(life, |course| course.leaves(asking)).await?
        }
        (_, place) => match (life.was_lost(), place) {
            (Some((heard, Step::Now(verb))), Some(place)) if !life.is_stopped() => {
                course::takes(life, |course| course.begins(verb, Some((heard, Step::Now(verb))), place)).await?
            }
            (Some(told), place) => {
                place.into_iter().for_each(|place| place.turn.gives_back());
                course::takes(life, |course| course.finishes(told, None)).await?
            }
            (None, Some(place)) => course::takes(life, |course| course.begins(verb, None, place)).await?,
            (None, None) => Some(Pause { life, step: Step::Now(verb), begun: None }),
        },
    };
    while let Some(Pause { mut life, step, begun }) = paused {
        let verb = match step {
            Step::Now(verb) => verb,
            Step::Later(..) => return Ok(()),
            Step::End => {
                life.ended();
                return Ok(());
            }
        };
        let renews = life.job.lease / 3;
        let Some(place) = life.turn(begun, renews).await? else { return life.gives_back(verb).await };
        paused = course::takes(life, |course| course.begins(verb, None, place)).await?;
    }
    Ok(())
}

/// For one request that is to be written: its turn, and room.
pub(crate) struct Place {
    pub(crate) turn: Box<dyn Turn>,
    pub(crate) begun: Option<OwnedSemaphorePermit>,
}

/// What came of an attempt, and what follows; not yet in the journal.
pub(crate) type Told = (Heard, Step);

pub(crate) struct Life {
    pub(crate) job: Arc<Job>,
    pub(crate) site: Arc<Site>,
    pub(crate) order: Taken,
    /// When the journal was last asked to hold it.
    pub(crate) held_at: Since,
    taken_at: Instant,
}

impl Life {
    /// What was begun and never heard of, if anything.
    fn was_lost(&mut self) -> Option<Told> {
        let verb = self.order.open.take()?;
        let repeat = self.site.account.repeat_of_lost(&self.call(Verb::Close, None));
        let step = self.steps(|steps, standing| steps.lost(standing, verb, repeat));
        Some((Heard { word: Code::Unknown.word().into(), reason: Some(LOST.into()), ..Heard::default() }, step))
    }

    /// What came of a request, to whoever watches.
    pub(crate) fn tells(&self, verb: Verb, result: &chexiao::Result<Outcome>, took: Duration) {
        let (account, line) = (self.site.account.name(), self.order.line);
        self.job.watch.hear(&Event::Heard { account, line, verb, outcome: result.as_ref(), took });
        if let Ok(outcome) = result
            && self.site.has_answered(outcome.code())
        {
            self.job.watch.hear(&Event::Stopped { account, why: &outcome.explanation().en });
        }
    }

    pub(crate) fn heard(&mut self, verb: Verb, outcome: &Outcome) -> Step {
        self.steps(|steps, standing| steps.heard(standing, verb, outcome))
    }

    pub(crate) fn not_sent(&mut self, verb: Verb, error: &Error) -> Step {
        self.steps(|steps, standing| steps.not_sent(standing, verb, error))
    }

    /// Counted by itself: as often as any other attempt, and each wait twice the last one.
    pub(crate) fn late(&mut self, verb: Verb, error: &Error) -> Step {
        self.order.late += 1;
        let attempts = self.order.late;
        self.steps(|steps, standing| Steps { attempts, ..*steps }.not_sent(standing, verb, error))
    }

    fn steps(&mut self, step: impl FnOnce(&Steps<'_>, &mut Standing) -> Step) -> Step {
        let account = &self.site.account;
        let steps = Steps {
            rules: &self.job.options.rules,
            has_query: account.has_query(),
            stands_while_processing: account.stands_while_processing(),
            attempts: self.order.attempts.saturating_sub(self.order.uncounted),
        };
        step(&steps, &mut self.order.standing)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.job.is_stopped_at(&self.site)
    }

    pub(crate) fn lease_ms(&self) -> i64 {
        millis(self.job.lease)
    }

    pub(crate) fn call(&self, verb: Verb, msg_id: Option<&str>) -> String {
        // It was an order when it was added. If the journal was changed since, the client says what is wrong.
        face::json::call_of(verb.word(), &self.order.members, msg_id).unwrap_or_default()
    }

    /// A turn to ask, if it need not be waited for.
    pub(crate) fn turn_at_once(&self) -> Option<Box<dyn Turn>> {
        if self.is_stopped() {
            return None;
        }
        self.job.pace.permit_at_once(self.site.account.name(), self.site.account.host())
    }

    /// A turn to ask; none if the job or the account was stopped, or the order lost, before it came. It is held again after so long each time.
    pub(crate) async fn turn(&mut self, begun: Option<OwnedSemaphorePermit>, renews: Duration) -> Result<Option<Place>> {
        let Self { job, site, order, held_at, .. } = self;
        let (held, lease) = (order.held, millis(job.lease));
        let permit = async {
            let begun = match begun {
                Some(begun) => Some(begun),
                None => site.room.begins().await,
            };
            job.pace.permit(site.account.name(), site.account.host()).await.map(|turn| Place { turn, begun })
        };
        tokio::pin!(permit);
        loop {
            if job.is_stopped_at(site) {
                return Ok(None);
            }
            tokio::select! {
                biased;
                place = &mut permit => {
                    let place = place?;
                    return Ok((!job.is_stopped_at(site)).then_some(place));
                }
                () = job.stopper.told() => {}
                () = job.failed.told() => {}
                () = site.stopped.told() => {}
                () = tokio::time::sleep(renews.saturating_sub(held_at.elapsed())) => {
                    *held_at = Since::now();
                    if !job.journal.tell(move |book| book.renew(held, lease)).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    fn ended(&self) {
        let since = Duration::from_millis(u64::try_from(self.order.since_ms).unwrap_or_default());
        let (account, line, took) = (self.site.account.name(), self.order.line, since + self.taken_at.elapsed());
        self.job.watch.hear(&Event::Ended { account, line, ending: &ending(&self.order.standing), took });
    }

    /// For whoever takes it next.
    async fn gives_back(&self, ask: Verb) -> Result<()> {
        let (held, made) = (self.order.held, Move { standing: self.order.standing.clone(), then: Then::Waits { ask, delay_ms: 0 } });
        self.job.journal.tell(move |book| book.gives_back(held, &made)).await.map(drop)
    }
}

fn ending(standing: &Standing) -> Ending {
    Ending {
        word: standing.word.clone().unwrap_or_default(),
        next: standing.next.clone().unwrap_or_default(),
        needs_person: standing.needs_person(),
        why: standing.why.clone().unwrap_or_default(),
    }
}
