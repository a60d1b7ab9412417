//! Many orders by a journal. What a person calls is `chexiao.bulk`.

use crate::guarded;
use chexiao::face::border::{self, Answer, panicked, text};
use chexiao_bulk::face::{self, Config, Trouble, answer};
use pyo3::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// An open journal.
#[pyclass(frozen, module = "chexiao._native")]
pub(crate) struct Journal(Arc<face::Journal>);

/// A job that can be run.
#[pyclass(frozen, module = "chexiao._native")]
pub(crate) struct Job(face::Job);

/// A job that runs.
#[pyclass(frozen, module = "chexiao._native")]
pub(crate) struct Run(face::Run);

/// Stops one run, or one reading.
#[pyclass(frozen, module = "chexiao._native")]
pub(crate) struct Stopper(chexiao_bulk::Stopper);

/// What happened, and how it ended if it did.
type Taken = (Vec<String>, Option<Answer>);

#[pymethods]
impl Journal {
    /// Opens one, or the JSON of the error with its status.
    #[staticmethod]
    fn open(py: Python<'_>, place: &[u8]) -> (Option<Self>, Answer) {
        let journal = made(py, || face::Journal::open(text("journal", place)?));
        (journal.0.map(|journal| Self(Arc::new(journal))), journal.1)
    }

    /// Whether the address of a database holds a password.
    #[staticmethod]
    fn holds_password(url: &str) -> bool {
        chexiao_bulk::Journal::holds_password(url)
    }

    /// Adds orders: account, line and members of each.
    fn add(&self, py: Python<'_>, orders: Vec<(String, u64, String)>) -> Answer {
        said(py, || self.0.add(orders))
    }

    /// Reads from it, or has it take orders up again.
    fn ask(&self, py: Python<'_>, what: &str, about: &[u8]) -> Answer {
        said(py, || self.0.ask(what, text("about", about)?))
    }
}

#[pymethods]
impl Job {
    /// Opens one; accounts by name, each with the path of its configuration or the JSON of it.
    #[staticmethod]
    fn open(
        py: Python<'_>,
        journal: &Bound<'_, Journal>,
        settings: &[u8],
        accounts: Vec<(String, Option<String>, Vec<u8>)>,
    ) -> (Option<Self>, Answer) {
        let journal = journal.get().0.clone();
        let open = || {
            let config = |(name, path, document): (String, Option<String>, Vec<u8>)| match path {
                Some(path) => Ok((name, Config::File(path))),
                None => Ok((name, Config::Document(text("config", &document)?.to_owned()))),
            };
            let accounts = accounts.into_iter().map(config).collect::<Result<_, Trouble>>()?;
            face::Job::open(journal, text("settings", settings)?, accounts)
        };
        let job = made(py, open);
        (job.0.map(Self), job.1)
    }

    /// Reads an input into the journal.
    fn read(&self, py: Python<'_>, input: &[u8]) -> Answer {
        said(py, || self.0.read(text("input", input)?))
    }

    /// Begins a run.
    fn begin(&self, py: Python<'_>, hears: bool) -> (Option<Run>, Answer) {
        let run = made(py, || self.0.begin(hears));
        (run.0.map(Run), run.1)
    }

    /// Of what is under way, or begins next.
    fn stopper(&self, py: Python<'_>) -> (Option<Stopper>, Answer) {
        let stopper = made(py, || self.0.stopper());
        (stopper.0.map(Stopper), stopper.1)
    }
}

#[pymethods]
impl Stopper {
    /// Has it take no more orders.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.0.stop());
    }
}

#[pymethods]
impl Run {
    /// What has happened since it was asked last; waits so long for the first.
    fn take(&self, py: Python<'_>, seconds: f64) -> Taken {
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let taken = py.detach(|| border::unwound(|| self.0.take(wait)));
        taken.map_or_else(|| (Vec::new(), Some(panicked())), |taken| taken.unwrap_or_else(|trouble| (Vec::new(), Some(trouble.answer()))))
    }
}

fn said(py: Python<'_>, ask: impl FnOnce() -> Result<String, Trouble> + Send) -> Answer {
    guarded(py, panicked, || Ok(answer(ask())))
}

/// What was made, or why not.
fn made<T: Send>(py: Python<'_>, make: impl FnOnce() -> Result<T, Trouble> + Send) -> (Option<T>, Answer) {
    let mut made = None;
    let told = said(py, || {
        made = Some(make()?);
        Ok(String::new())
    });
    (made, told)
}
