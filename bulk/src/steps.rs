//! What is done with an order next: pure, from what stands of it and what was heard. ADR 20 says why each rule is what it is.

use crate::journal::FURTHEST;
use crate::settle::{self, Reported, Settled};
use chexiao::{Code, Error, Kind, Next, Outcome, Retry, Verb};
use std::time::Duration;

/// How often an order is asked about, and how long it is waited in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Closes and queries of one order together, those that could not be sent included, but none that was held back because its run was stopped.
    /// After so many it needs a person; so it does after so many that were late, which are counted by themselves. 12 at first.
    pub attempts: u32,
    /// Before what is asked again: at first so long, then twice as long each time. 2 s at first. What a gateway asks for is waited at least.
    pub delay: Duration,
    /// No longer than this, and never longer than a day, whoever asks for it. 5 min at first.
    pub longest_delay: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self { attempts: 12, delay: Duration::from_secs(2), longest_delay: Duration::from_secs(300) }
    }
}

/// What is to be done with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// To ask, at once.
    Now(Verb),
    /// To ask, no sooner than in so long.
    Later(Verb, Duration),
    /// Nothing: what stands is its last word.
    End,
}

/// What stands of an order: the word that it would end with now, and what the next step must know of those before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) reported: Option<Reported>,
    /// Whether the last close may be sent again.
    pub(crate) repeat: Option<Retry>,
    /// None as long as nothing is known to have left.
    pub(crate) word: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) why: Option<String>,
}

impl Standing {
    /// Whether nothing that is heard later can say more.
    pub(crate) fn is_settled(&self) -> bool {
        [Next::Done, Next::FulfilOrRefund, Next::Reconcile].iter().any(|next| Some(next.word()) == self.next.as_deref())
    }

    /// Whether the job may be silent about it: it is settled as closed, or as paid.
    pub(crate) fn needs_person(&self) -> bool {
        ![Next::Done, Next::FulfilOrRefund].iter().any(|next| Some(next.word()) == self.next.as_deref())
    }

    fn takes(&mut self, outcome: &Outcome) {
        self.says(outcome.code().word(), outcome.next().word(), outcome);
    }

    fn says(&mut self, word: &str, next: &str, outcome: &Outcome) {
        let told = outcome.explanation();
        (self.word, self.next, self.why) = (Some(word.into()), Some(next.into()), Some(format!("{} {}", told.en, told.zh)));
    }
}

/// The rules, at one account.
pub(crate) struct Steps<'r> {
    pub(crate) rules: &'r Rules,
    pub(crate) has_query: bool,
    /// Whether `processing` is what its query says of an order that nobody has paid, and that may be closed again.
    pub(crate) stands_while_processing: bool,
    /// What has been asked about this order so far, the last one included, and what was held back not.
    pub(crate) attempts: u32,
}

impl Steps<'_> {
    /// After an answer, or the want of one.
    pub(crate) fn heard(&self, standing: &mut Standing, verb: Verb, outcome: &Outcome) -> Step {
        if verb == Verb::Query { self.queried(standing, outcome) } else { self.closed(standing, outcome) }
    }

    fn closed(&self, standing: &mut Standing, outcome: &Outcome) -> Step {
        standing.takes(outcome);
        standing.reported = Reported::by(outcome);
        standing.repeat = Some(outcome.retry());
        match outcome.next() {
            Next::RetryLater => self.later(Verb::Close, outcome.retry_after_ms()),
            Next::Confirm if self.has_query => self.now(Verb::Query),
            Next::Query if self.has_query => self.later(Verb::Query, outcome.retry_after_ms()),
            Next::Query if outcome.retry() == Retry::SameRequest => self.later(Verb::Close, outcome.retry_after_ms()),
            _ => Step::End,
        }
    }

    fn queried(&self, standing: &mut Standing, query: &Outcome) -> Step {
        let is_unknown = standing.word.as_deref() == Some(Code::Unknown.word());
        match settle::by(standing.reported, query) {
            Settled::Agreed(word) => {
                let next = if word == Code::Paid { Next::FulfilOrRefund } else { Next::Done };
                standing.says(word.word(), next.word(), query);
                return Step::End;
            }
            Settled::Taken => {
                standing.takes(query);
                if matches!(query.next(), Next::Done | Next::FulfilOrRefund | Next::Reconcile) {
                    return Step::End;
                }
            }
            Settled::Denied { by_money } => {
                standing.says(Code::Unknown.word(), Next::Query.word(), query);
                standing.reported = None;
                if by_money {
                    return Step::End;
                }
            }
            Settled::Kept => {
                if is_unknown {
                    standing.says(Code::Unknown.word(), Next::Query.word(), query);
                }
            }
        }
        let may_close = matches!(standing.repeat, None | Some(Retry::AfterQuery | Retry::SameRequest));
        match query.code() {
            Code::Misconfigured => Step::End,
            Code::Open if may_close && standing.reported.is_none() => self.now(Verb::Close),
            Code::Processing if may_close && standing.reported.is_none() && is_unknown && self.stands_while_processing => {
                self.now(Verb::Close)
            }
            _ => self.later(Verb::Query, query.retry_after_ms()),
        }
    }

    /// After an error: nothing of this attempt has left. What stands stays.
    pub(crate) fn not_sent(&self, standing: &mut Standing, verb: Verb, error: &Error) -> Step {
        let step = match error.kind() {
            Kind::Dns | Kind::Connect | Kind::Tls | Kind::NotSent => self.later(verb, None),
            _ => Step::End,
        };
        let told = format!("{error} {}", error.hint());
        if standing.repeat.is_none() {
            (standing.word, standing.next, standing.why) = (Some(error.kind().word().into()), Some(Next::Fix.word().into()), Some(told));
        } else if step == Step::End {
            standing.why = Some(format!("{} {told}", standing.why.take().unwrap_or_default()));
        }
        step
    }

    /// An attempt was begun, and nobody knows what came of it: it may have left. `repeat` is what the gateway says of a close that was lost.
    pub(crate) fn lost(&self, standing: &mut Standing, verb: Verb, repeat: Retry) -> Step {
        if verb != Verb::Query {
            *standing = Standing {
                reported: None,
                repeat: Some(repeat),
                word: Some(Code::Unknown.word().into()),
                next: Some(Next::Query.word().into()),
                why: Some(LOST.into()),
            };
        }
        match self.has_query {
            true => self.now(Verb::Query),
            false if repeat == Retry::SameRequest => self.now(Verb::Close),
            false => Step::End,
        }
    }

    fn now(&self, verb: Verb) -> Step {
        if self.attempts < self.rules.attempts { Step::Now(verb) } else { Step::End }
    }

    fn later(&self, verb: Verb, asked_ms: Option<u32>) -> Step {
        if self.attempts >= self.rules.attempts {
            return Step::End;
        }
        let doubled = 1u32.checked_shl(self.attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        let delay = self.rules.delay.saturating_mul(doubled).min(self.rules.longest_delay);
        Step::Later(verb, delay.max(Duration::from_millis(asked_ms.unwrap_or_default().into())).min(FURTHEST))
    }
}

const LOST: &str = "The job was ended while this close was under way: it may have happened. \
                    What no query settles, the merchant console shows. \
                    任务在本次关单进行中被终止，关单可能已执行。查询不能定论的，以商户后台为准。";

#[cfg(test)]
mod tests {
    use super::*;

    fn later(attempts: u32, asked_ms: Option<u32>) -> Option<u128> {
        let steps = Steps { rules: &Rules::default(), has_query: true, stands_while_processing: false, attempts };
        match steps.later(Verb::Query, asked_ms) {
            Step::Later(_, delay) => Some(delay.as_millis()),
            _ => None,
        }
    }

    #[test]
    fn each_wait_is_twice_the_last_one_up_to_a_bound_and_no_shorter_than_the_gateway_asks() {
        let waits: Vec<_> = (1..=12).map(|attempts| later(attempts, None)).collect();
        let expected = [2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000];
        assert_eq!(waits, expected.map(Some).into_iter().chain([None]).collect::<Vec<_>>());
        assert_eq!((later(1, Some(60_000)), later(3, Some(60))), (Some(60_000), Some(8000)));
        assert_eq!(later(1, Some(u32::MAX)), Some(86_400_000), "never longer than a day");
        let without_end = Rules { attempts: u32::MAX, ..Rules::default() };
        let steps = Steps { rules: &without_end, has_query: true, stands_while_processing: false, attempts: 4_000_000_000 };
        assert_eq!(steps.later(Verb::Query, None), Step::Later(Verb::Query, Duration::from_secs(300)));
    }

    #[test]
    fn a_close_that_nobody_heard_of_is_queried_and_never_sent_again_at_once() {
        for repeat in [Retry::Never, Retry::AfterQuery, Retry::SameRequest] {
            let after = |has_query| {
                let mut standing = Standing { reported: Some(Reported::Closed), ..Standing::default() };
                let steps = Steps { rules: &Rules::default(), has_query, stands_while_processing: false, attempts: 1 };
                let step = steps.lost(&mut standing, Verb::Close, repeat);
                assert_eq!((standing.reported, standing.word.as_deref(), standing.needs_person()), (None, Some("unknown"), true));
                step
            };
            assert_eq!(after(true), Step::Now(Verb::Query));
            let harmless = repeat == Retry::SameRequest;
            assert_eq!(after(false), if harmless { Step::Now(Verb::Close) } else { Step::End }, "{repeat}");
        }
    }

    #[test]
    fn a_query_that_was_lost_takes_nothing_from_what_was_reported() {
        let mut standing = Standing { reported: Some(Reported::Closed), word: Some("closed".into()), ..Standing::default() };
        let steps = Steps { rules: &Rules::default(), has_query: true, stands_while_processing: false, attempts: 2 };
        assert_eq!(steps.lost(&mut standing, Verb::Query, Retry::AfterQuery), Step::Now(Verb::Query));
        assert_eq!((standing.reported, standing.word.as_deref()), (Some(Reported::Closed), Some("closed")));
    }
}
