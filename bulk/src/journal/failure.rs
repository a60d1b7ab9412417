//! [`Failure`]: why the journal could not be read or written.

use std::fmt;

/// The journal failed. What it was told since is not known to be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    message: String,
    passes: bool,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), passes: false }
    }

    /// One that may be over soon: the database is busy, restarts or cannot be reached.
    pub(crate) fn passing(message: impl Into<String>) -> Self {
        Self { message: message.into(), passes: true }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn passes(&self) -> bool {
        self.passes
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the journal: {}", self.message)
    }
}

impl std::error::Error for Failure {}

/// What the journal gives.
pub(crate) type Result<T> = std::result::Result<T, Failure>;
