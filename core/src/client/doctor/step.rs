//! One step of a diagnosis, and all of them.

use crate::ground::error::Error;
use crate::ground::finding::{Finding, State};
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::outcome::Explanation;
use std::time::Instant;

/// What a diagnosis has found, in the order of the steps.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    steps: Vec<Step>,
    elapsed_ms: u64,
}

/// One step. Holds no secret.
#[derive(Debug, Clone)]
pub struct Step {
    pub(super) name: &'static str,
    pub(super) field: Option<String>,
    pub(super) state: State,
    pub(super) finding: Option<&'static str>,
    found: Explanation,
    remedy: Option<Explanation>,
    facts: Vec<(&'static str, String)>,
    /// Of a failure, what the C interface returns.
    status: i32,
}

impl Diagnosis {
    pub(super) fn of(steps: Vec<Step>, started: Instant) -> Self {
        Self { steps, elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
    }

    /// Of a configuration that cannot even be read.
    pub fn unread(error: &Error) -> Self {
        Self { steps: vec![Step::of_error("configuration", error, Finding::UnreadableFile)], elapsed_ms: 0 }
    }

    /// The steps: the first failure names the cause; what depends on it is skipped.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The first failure, if there is one.
    pub fn cause(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.state == State::Failure)
    }

    /// [`Failure`](State::Failure), [`Warning`](State::Warning) or [`Ok`](State::Ok).
    pub fn worst(&self) -> State {
        let looked = self.steps.iter().map(|step| step.state).filter(|state| *state != State::Skipped);
        looked.max().unwrap_or(State::Ok)
    }

    /// 0, or the status of the first failure: the negative number of an error, or 7 (misconfigured) or 9 (unknown) of the answer.
    pub fn status(&self) -> i32 {
        self.cause().map_or(0, |step| step.status)
    }

    /// How long it took.
    pub fn elapsed_ms(&self) -> u64 {
        self.elapsed_ms
    }
}

impl Step {
    /// Its word: `configuration`, `base_url`, `key`, `client_certificate`, `proxy`, `dns`, `tcp`, `tls`, `clock` or `probe`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The path of the setting that it is about, when there is one.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The word for what is wrong: a row of docs/troubleshooting.md. `None` where nothing is.
    pub fn finding(&self) -> Option<&'static str> {
        self.finding
    }

    /// What was found, for people.
    pub fn found(&self) -> &Explanation {
        &self.found
    }

    /// What to do, where something is wrong.
    pub fn remedy(&self) -> Option<&Explanation> {
        self.remedy.as_ref()
    }

    /// What is known besides: names and values, none of them secret.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.facts.iter().map(|(name, value)| (*name, value.as_str()))
    }

    pub(super) fn ok(name: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            name,
            field: None,
            state: State::Ok,
            finding: None,
            found: Explanation { en: en.into(), zh: zh.into() },
            remedy: None,
            facts: Vec::new(),
            status: 0,
        }
    }

    pub(super) fn skipped(name: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { state: State::Skipped, ..Self::ok(name, en, zh) }
    }

    /// As the table says it.
    pub(super) fn of_finding(name: &'static str, finding: Finding) -> Self {
        let ((en, zh), (todo_en, todo_zh)) = (finding.meaning(), finding.remedy());
        Self {
            state: finding.state(),
            finding: Some(finding.word()),
            remedy: Some(Explanation { en: todo_en.into(), zh: todo_zh.into() }),
            ..Self::ok(name, en, zh)
        }
    }

    /// As the error says it; `usual` where it has no finding of its own.
    pub(super) fn of_error(name: &'static str, error: &Error, usual: Finding) -> Self {
        let finding = error.finding().unwrap_or(usual);
        let (word, zh) = match error.reason() {
            Some(fault) => (fault.word(), KeyFault::meaning(fault).1),
            None => (finding.word(), finding.meaning().1),
        };
        let Remedy { en, zh: todo_zh } = error.remedy();
        Self {
            field: error.field().map(String::from),
            state: State::Failure,
            finding: Some(word),
            remedy: Some(Explanation { en: en.into(), zh: todo_zh.into() }),
            status: error.kind() as i32,
            ..Self::ok(name, error.message(), zh)
        }
    }

    pub(super) fn about(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The number that the C interface returns for it.
    pub(super) fn numbered(self, status: i32) -> Self {
        Self { status, ..self }
    }

    /// Behind what was found, more of it, in any language.
    pub(super) fn saying(mut self, more: &str) -> Self {
        if !more.is_empty() {
            self.found.en += &format!(": {more}");
            self.found.zh += &format!("：{more}");
        }
        self
    }

    pub(super) fn with(mut self, facts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.facts.extend(facts.into_iter().filter(|(_, value)| !value.is_empty()));
        self
    }

    /// What no error was made for: it loads.
    pub(super) fn of_key(fault: KeyFault) -> Self {
        let error = Error::key(fault, "", fault.meaning().0);
        Self { field: None, ..Self::of_error("key", &error, Finding::WrongValue) }
    }
}
