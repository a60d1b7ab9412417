//! Many calls from one thread, each with a Python object that stands for it.

use crate::{Client, guarded};
use chexiao::face::border::{Answer, done, failed, panicked, text, unwound};
use chexiao::face::queue;
use chexiao::face::verbs::Verb;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A queue of calls, and the objects of those that are in it.
#[pyclass(frozen, module = "chexiao._native")]
pub(crate) struct Queue {
    queue: queue::Queue,
    /// By tag. Locked for moments, and never while the interpreter's lock is given away.
    calls: Mutex<HashMap<u64, Py<PyAny>>>,
}

#[pymethods]
impl Queue {
    /// A queue for so many calls, or the JSON of the error.
    #[staticmethod]
    fn open(capacity: usize) -> (Option<Self>, String) {
        match queue::Queue::new(capacity) {
            Ok(queue) => (Some(Self { queue, calls: Mutex::default() }), String::new()),
            Err(error) => (None, failed(&error).1),
        }
    }

    /// Begins a call: signs, and does not wait for the network. 0: `call` comes back once, from `take`; else the error, and it does not.
    fn submit(&self, py: Python<'_>, client: &Bound<'_, Client>, verb: &str, about: &[u8], tag: u64, call: Py<PyAny>) -> Answer {
        let client = client.get().0.clone();
        self.calls().insert(tag, call);
        let answer = guarded(py, panicked, || {
            let verb = Verb::of(verb)?;
            self.queue.submit(client, verb, text(verb.parameter, about)?.to_owned(), tag).map(|()| done(String::new()))
        });
        if answer.0 != 0 {
            self.calls().remove(&tag);
        }
        answer
    }

    /// Appends up to `most` calls that are over, each with its answer, to `taken`; waits for the first.
    fn take(&self, py: Python<'_>, taken: &Bound<'_, PyList>, most: usize, seconds: f64) -> PyResult<()> {
        let mut wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let next = || self.queue.take(std::mem::take(&mut wait)).ok().flatten();
        let finished: Vec<_> = py.detach(|| unwound(|| std::iter::from_fn(next).take(most).collect())).unwrap_or_default();
        for one in finished {
            let call = self.calls().remove(&one.tag);
            let (status, document) = one.answer;
            taken.append((call, status, document))?;
        }
        Ok(())
    }

    /// Sees to it that nothing more is begun for a call: unless a request of it is out, it is over. False: it is not in here.
    fn withdraw(&self, py: Python<'_>, tag: u64) -> bool {
        let is_here = self.calls().contains_key(&tag);
        py.detach(|| unwound(|| self.queue.withdraw(tag)));
        is_here
    }

    /// Calls in here.
    fn pending(&self) -> usize {
        self.calls().len()
    }

    /// What can be read from while `take` has something to do; -1 if the system gives nothing of that kind.
    fn fd(&self) -> i32 {
        unwound(|| self.queue.fd().unwrap_or(-1)).unwrap_or(-1)
    }
}

impl Queue {
    fn calls(&self) -> MutexGuard<'_, HashMap<u64, Py<PyAny>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
