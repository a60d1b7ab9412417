//! The native module of the Python package: UTF-8 bytes in, JSON text out, the interpreter free for other threads meanwhile. It never
//! raises: an error is an answer too. What a person calls is written in Python, in `package/chexiao`.

mod bulk;
mod queue;

use chexiao::face::border::{self, Answer, done, failed, panicked, text};
use chexiao::face::{json, verbs};
use chexiao::{Error, Kind};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(panic = "abort")]
compile_error!("a panic must not end the host's process: build with panic = \"unwind\"");

/// An open client.
#[pyclass(frozen, module = "chexiao._native")]
struct Client(Arc<chexiao::Client>);

/// A client, or the JSON of the error.
type Opened = (Option<Client>, String);

#[pymethods]
impl Client {
    /// Opens a client from configuration JSON.
    #[staticmethod]
    fn open(py: Python<'_>, config: &[u8]) -> Opened {
        opened(py, || chexiao::Client::new(text("config", config)?))
    }

    /// Opens a client from the file that holds the configuration JSON.
    #[staticmethod]
    fn open_file(py: Python<'_>, path: PathBuf) -> Opened {
        opened(py, || chexiao::Client::from_file(path))
    }

    /// The gateway's id.
    #[getter]
    fn gateway(&self) -> &'static str {
        self.0.gateway()
    }

    /// Whether the configuration held a secret itself.
    #[getter]
    fn holds_secrets(&self) -> bool {
        self.0.holds_secrets()
    }

    /// Tells the client something: `verb` is the word of a row of `chexiao::face::verbs`. Blocks until the deadline at most.
    fn ask(&self, py: Python<'_>, verb: &str, about: &[u8]) -> Answer {
        match verbs::Verb::of(verb) {
            Err(error) => failed(&error),
            Ok(verb) => guarded(py, verb.panicked, || Ok(verb.told(Ok(&*self.0), text(verb.parameter, about)))),
        }
    }
}

fn opened(py: Python<'_>, open: impl FnOnce() -> Result<chexiao::Client, Error> + Send) -> Opened {
    let mut client = None;
    let (_, error) = guarded(py, panicked, || {
        client = Some(Client(Arc::new(open()?)));
        Ok(done(String::new()))
    });
    (client, error)
}

/// Runs `body` while other Python threads run. A panic ends before the lock is taken again: it cannot become an exception of PyO3's,
/// which `except Exception` would miss.
fn guarded(py: Python<'_>, panicked: fn() -> Answer, body: impl FnOnce() -> Result<Answer, Error> + Send) -> Answer {
    py.detach(|| border::guarded(panicked, body))
}

/// The JSON of an error that the Python side has found; `kind` is the word of one.
#[pyfunction]
fn error(kind: &str, field: &str, message: &str) -> String {
    let kind = Kind::ALL.iter().find(|known| known.word() == kind).unwrap_or(&Kind::Panic);
    json::error(&Error::at_border(*kind, field, message))
}

/// Every gateway with its environments and outcome tables, as JSON.
#[pyfunction]
fn gateways(py: Python<'_>) -> Answer {
    guarded(py, panicked, || Ok(done(json::gateways())))
}

/// Why a configuration does not work, step by step, as JSON.
#[pyfunction]
fn diagnose(py: Python<'_>, config: &[u8]) -> Answer {
    guarded(py, panicked, || Ok(done(json::diagnose(text("config", config)?).1)))
}

/// The same of a file.
#[pyfunction]
fn diagnose_file(py: Python<'_>, path: PathBuf) -> Answer {
    guarded(py, panicked, || Ok(done(json::diagnose_file(&path).1)))
}

/// Panics inside the border: for the tests.
#[cfg(feature = "test-panic")]
#[pyfunction]
#[allow(clippy::panic)]
fn test_panic(py: Python<'_>, sending: bool) -> Answer {
    let answer = if sending { verbs::SEND.panicked } else { panicked };
    guarded(py, answer, || panic!("asked to"))
}

/// The native part of chexiao. Private: use the package `chexiao`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::bulk::{Job, Journal, Run, Stopper};
    #[pymodule_export]
    use super::queue::Queue;
    #[cfg(feature = "test-panic")]
    #[pymodule_export]
    use super::test_panic;
    #[pymodule_export]
    use super::{Client, diagnose, diagnose_file, error, gateways};
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
