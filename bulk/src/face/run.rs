//! [`Run`]: a job at work on threads of its own, and what it has to say.

use super::job::Begun;
use super::{Journal, Result, Trouble, answer, documents, is_of, unusable};
use crate::{Account, End, Event, Job, Options, Pace, Permit, SharedGovernor, Stopper, Turn, Watch};
use chexiao::face::border::{Answer, panicked, unwound};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// So much that nobody has taken makes the job wait before its next request.
const UNHEARD: usize = 10_000;
/// Before it looks whether somebody has.
const LOOKS_AGAIN: Duration = Duration::from_millis(20);

/// A job under way. Dropped, it takes no more orders.
pub struct Run {
    told: Arc<Told>,
    stopper: Stopper,
    process: u32,
}

/// Between the job's threads and whoever asks.
#[derive(Default)]
struct Told {
    said: Mutex<Said>,
    changed: Condvar,
}

#[derive(Default)]
struct Said {
    events: Vec<String>,
    end: Option<Answer>,
}

impl Told {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn says(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said());
        self.changed.notify_all();
    }
}

/// The events, or none of them.
struct Hearing {
    told: Arc<Told>,
    hears: bool,
}

impl Watch for Hearing {
    fn hear(&self, event: &Event<'_>) {
        if self.hears
            && let Some(document) = documents::event(event)
        {
            self.told.says(|said| said.events.push(document.to_string()));
        }
    }
}

/// The governor's pace, and no faster than the events are taken.
struct Heeded {
    governor: SharedGovernor,
    told: Arc<Told>,
}

impl Pace for Heeded {
    fn permit<'a>(&'a self, account: &'a str, host: &'a str) -> Permit<'a> {
        Box::pin(async move {
            while !self.is_heard() {
                tokio::time::sleep(LOOKS_AGAIN).await;
            }
            self.governor.permit(account, host).await
        })
    }

    fn permit_at_once(&self, account: &str, host: &str) -> Option<Box<dyn Turn>> {
        self.is_heard().then(|| self.governor.permit_at_once(account, host))?
    }

    fn is_open(&self, account: &str, host: &str) -> bool {
        self.is_heard() && self.governor.is_open(account, host)
    }
}

impl Heeded {
    fn is_heard(&self) -> bool {
        self.told.said().events.len() <= UNHEARD
    }
}

impl Run {
    pub(super) fn begin(
        journal: Arc<Journal>,
        accounts: Vec<Account>,
        governor: SharedGovernor,
        options: Options,
        (stopper, begun): (Stopper, Begun),
        hears: bool,
    ) -> Result<Self> {
        let told = Arc::new(Told::default());
        let (pace, watch) = (Heeded { governor, told: told.clone() }, Hearing { told: told.clone(), hears });
        let job = Job::new(journal.here()?.clone(), accounts, Arc::new(pace), Arc::new(watch), options, stopper.clone())?;
        let ends = told.clone();
        let work = move || {
            let end = unwound(|| job.run()).map_or_else(panicked, |end| answer(end.map(word).map_err(Trouble::from)));
            drop((journal, begun));
            ends.says(|said| said.end = Some(end));
        };
        thread::Builder::new().name("chexiao-job".into()).spawn(work).map_err(|error| unusable(&error))?;
        Ok(Self { told, stopper, process: std::process::id() })
    }

    /// What has happened since it was asked last, each a document; waits so long for the first. With the end, which is `"complete"`,
    /// `"stopped"` or `"accounts_stopped"`, or why the journal failed.
    ///
    /// # Errors
    /// This is another process.
    pub fn take(&self, wait: Duration) -> Result<(Vec<String>, Option<Answer>)> {
        is_of(self.process)?;
        let nothing = |said: &mut Said| said.events.is_empty() && said.end.is_none();
        let (mut said, _) = self.told.changed.wait_timeout_while(self.told.said(), wait, nothing).unwrap_or_else(PoisonError::into_inner);
        Ok((std::mem::take(&mut said.events), said.end.clone()))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // Another run of the job may have the same stopper, and goes on when this one has ended.
        if is_of(self.process).is_ok() && self.told.said().end.is_none() {
            self.stopper.stop();
        }
    }
}

fn word(end: End) -> String {
    let word = match end {
        End::Complete => "complete",
        End::Stopped => "stopped",
        End::AccountsStopped => "accounts_stopped",
    };
    format!("\"{word}\"")
}
