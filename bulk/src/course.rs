//! [`Course`]: an order on its way from the journal to the network and back, as often as nothing has to be waited for in between. Nothing
//! leaves before the journal has it.
//!
//! Whoever has done one step hands the order to whoever does the next: the journal's thread to one that sends, and that one to the journal. Its
//! task waits meanwhile.

use crate::event::Event;
use crate::journal::{Book, Failure, HELD_BACK, Heard, LATE, Move, Result, Then};
use crate::life::{Life, Place, Told};
use crate::senders::Senders;
use crate::since::Since;
use crate::steps::Step;
use chexiao::{Code, Error, Evidence, Kind, Outcome, Reason, Verb};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

pub(crate) struct Course {
    life: Box<Life>,
    back: oneshot::Sender<Result<Option<Pause>>>,
    tasks: Handle,
}

/// Where something has to be waited for, or nothing is left to do; what was heard is in the journal.
pub(crate) struct Pause {
    pub(crate) life: Box<Life>,
    pub(crate) step: Step,
    /// For the next request.
    pub(crate) begun: Option<OwnedSemaphorePermit>,
}

/// A request that may leave: it is in the journal.
pub(crate) struct Asking {
    pub(crate) verb: Verb,
    pub(crate) msg_id: String,
    pub(crate) place: Place,
    /// How long the journal took.
    pub(crate) written: Duration,
}

/// Where this order pauses; none if it is another worker's by now.
pub(crate) async fn takes(life: Box<Life>, begins: impl FnOnce(Course)) -> Result<Option<Pause>> {
    let (back, paused) = oneshot::channel();
    begins(Course { life, back, tasks: Handle::current() });
    paused.await.unwrap_or_else(|_| Err(Failure::new("a request ended")))
}

impl Course {
    /// Writes that a request is about to leave, and before it what came of the last one.
    pub(crate) fn begins(mut self, verb: Verb, told: Option<Told>, place: Place) {
        let life = &mut self.life;
        life.held_at = Since::now();
        let (held, last, lease) = (life.order.held, life.order.attempts, life.lease_ms());
        let told = told.map(|(heard, _)| (heard, life.order.standing.clone()));
        life.order.attempts = last + 1;
        let begin = move |book: &mut Book<'_>| match &told {
            Some((heard, standing)) => book.goes_on(held, (last, heard), standing, verb, lease),
            None => book.begin(held, last + 1, verb, lease),
        };
        let journal = life.job.journal.clone();
        journal.then(begin, move |begun| match begun {
            Ok(Some(msg_id)) => {
                let written = self.life.held_at.elapsed();
                self.leaves(Asking { verb, msg_id, place, written });
            }
            Ok(None) => self.ends(Ok(())),
            Err(failure) => self.ends(Err(failure)),
        });
    }

    /// With the next place under way.
    pub(crate) fn leaves(self, asking: Asking) {
        let site = self.life.site.clone();
        match &site.senders {
            Senders::Threads(threads) => threads.take(move || self.sends(asking)),
            Senders::Tasks(places) => {
                let (places, tasks) = (places.clone(), self.tasks.clone());
                tasks.spawn(async move {
                    let _place = places.acquire_owned().await;
                    self.sends_alone(asking).await;
                });
            }
        }
    }

    fn sends(self, asking: Asking) {
        let Some((course, asking)) = self.may_leave(asking) else { return };
        let (call, sent_at) = (course.asks(&asking), Instant::now());
        let result = course.life.site.account.client().send(&call);
        course.hears(asking, sent_at.elapsed(), &result);
    }

    async fn sends_alone(self, asking: Asking) {
        let Some((course, asking)) = self.may_leave(asking) else { return };
        let (call, sent_at) = (course.asks(&asking), Instant::now());
        let result = course.life.site.account.client().send_async(&call).await;
        course.hears(asking, sent_at.elapsed(), &result);
    }

    /// The same, if it may; what else becomes of it is begun.
    fn may_leave(self, asking: Asking) -> Option<(Self, Asking)> {
        if self.life.is_stopped() {
            self.holds_back(asking.verb, STOPPED);
        } else if self.life.held_at.elapsed() > self.life.job.options.grace / 2 {
            self.comes_late(asking.verb);
        } else if asking.place.turn.is_over() {
            self.waits(asking);
        } else {
            return Some((self, asking));
        }
        None
    }

    fn asks(&self, Asking { verb, msg_id, .. }: &Asking) -> String {
        let (account, line) = (self.life.site.account.name(), self.life.order.line);
        self.life.job.watch.hear(&Event::Asking { account, line, verb: *verb, msg_id });
        self.life.call(*verb, Some(msg_id))
    }

    /// The journal took so long that the turn is over: for another one, with which it leaves. The lease must outlast the call still.
    fn waits(mut self, Asking { verb, msg_id, place: Place { turn, begun }, written }: Asking) {
        drop(turn);
        self.tasks.clone().spawn(async move {
            let renews = self.life.job.options.grace / 4;
            match self.life.turn(begun, renews).await {
                Ok(Some(place)) => self.leaves(Asking { verb, msg_id, place, written }),
                Ok(None) if self.life.is_stopped() => self.holds_back(verb, STOPPED),
                Ok(None) => self.holds_back(verb, "another worker holds the order"),
                Err(failure) => self.ends(Err(failure)),
            }
        });
    }

    /// It does not leave, and whoever comes next may ask the same.
    fn holds_back(self, verb: Verb, why: &str) {
        self.finishes((not_sent(HELD_BACK, why), Step::Later(verb, Duration::ZERO)), None);
    }

    /// What is left of the lease may not outlast the call.
    fn comes_late(mut self, verb: Verb) {
        let why = "the journal took more than half of it to write that the request is about to leave";
        let error = Error::at_border(Kind::NotSent, "grace", why);
        let step = self.life.late(verb, &error);
        self.finishes((not_sent(LATE, &error.to_string()), step), None);
    }

    fn hears(mut self, Asking { verb, place, written, .. }: Asking, took: Duration, result: &chexiao::Result<Outcome>) {
        let life = &mut self.life;
        life.site.room.saw(written, took);
        match result {
            Ok(outcome) => place.turn.heard(outcome.code() == Code::Throttled),
            Err(_) => drop(place.turn),
        }
        let is_told = catch_unwind(AssertUnwindSafe(|| life.tells(verb, result, took)));
        let told = match result {
            Ok(outcome) => (fact(outcome), life.heard(verb, outcome)),
            Err(error) => {
                let heard = Heard { word: error.kind().word().into(), said: Some(error.to_string()), ..Heard::default() };
                (heard, life.not_sent(verb, error))
            }
        };
        match is_told {
            Ok(()) => self.goes_on(told, place.begun),
            Err(_) => self.writes(told, |course, _| course.ends(Err(Failure::new("who was told of an outcome had a defect")))),
        }
    }

    /// The end of one attempt and the beginning of the next are one commit, where no turn has to be waited for in between.
    fn goes_on(self, told: Told, begun: Option<OwnedSemaphorePermit>) {
        let Step::Now(verb) = told.1 else { return self.finishes(told, None) };
        match self.life.turn_at_once() {
            Some(turn) => self.begins(verb, Some(told), Place { turn, begun }),
            None => self.finishes(told, begun),
        }
    }

    /// Writes what was heard and what follows.
    pub(crate) fn finishes(self, told: Told, begun: Option<OwnedSemaphorePermit>) {
        let step = told.1;
        self.writes(told, move |course, is_held| match is_held {
            true => course.pauses(step, begun),
            false => course.ends(Ok(())),
        });
    }

    fn writes(self, (heard, step): Told, follows: impl FnOnce(Self, bool) + Send + 'static) {
        let (held, attempt) = (self.life.order.held, self.life.order.attempts);
        let made = Move { standing: self.life.order.standing.clone(), then: self.then(step) };
        let journal = self.life.job.journal.clone();
        journal.then(
            move |book| book.finish(held, attempt, &heard, &made),
            move |written| match written {
                Ok(is_held) => follows(self, is_held),
                Err(failure) => self.ends(Err(failure)),
            },
        );
    }

    fn then(&self, step: Step) -> Then {
        match step {
            Step::Now(ask) => Then::GoesOn { ask, lease_ms: self.life.lease_ms() },
            Step::Later(ask, delay) => Then::Waits { ask, delay_ms: crate::job::millis(delay) },
            Step::End => Then::Ends { settled: self.life.order.standing.is_settled() },
        }
    }

    fn pauses(self, step: Step, begun: Option<OwnedSemaphorePermit>) {
        let Self { life, back, .. } = self;
        _ = back.send(Ok(Some(Pause { life, step, begun })));
    }

    /// Nothing more is done about it here. The job is let go before its run can hear of it, and end.
    fn ends(self, how: Result<()>) {
        let Self { life, back, .. } = self;
        if how.is_err() {
            life.job.failed.stop();
        }
        drop(life);
        _ = back.send(how.map(|()| None));
    }
}

const STOPPED: &str = "stopped before it left";

fn not_sent(reason: &str, why: &str) -> Heard {
    Heard { word: Kind::NotSent.word().into(), reason: Some(reason.into()), said: Some(why.into()), ..Heard::default() }
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
