//! What is wrong with a key, before it is known which setting it stands in.

use crate::ground::error::Error;
use crate::ground::key_fault::{KeyFault, Remedy};
use std::borrow::Cow;

impl KeyFault {
    /// With the words for people.
    pub(super) fn because(self, what: impl Into<Cow<'static, str>>) -> Fault {
        Fault { reason: self, what: what.into(), remedy: None }
    }
}

/// A [`KeyFault`] in words, before it is known which field it stands in. Holds nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: KeyFault,
    pub(crate) what: Cow<'static, str>,
    remedy: Option<Remedy>,
}

impl Fault {
    /// With what to do about it, better than the reason's own remedy.
    pub(super) fn mend(self, en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { remedy: Some(Remedy::of(en, zh)), ..self }
    }

    /// What it is, in a list.
    pub(super) fn noun(&self) -> &str {
        self.what.strip_prefix("is ").unwrap_or(&self.what).trim_end_matches(", which no gateway here uses")
    }

    /// As that of the certificate which holds the key.
    pub(super) fn of_a_certificate(self) -> Self {
        let what = format!("is a certificate with {}", self.what.strip_prefix("is ").unwrap_or(&self.what));
        self.saying(what)
    }

    /// In other words.
    pub(super) fn saying(self, what: String) -> Self {
        Self { what: what.into(), ..self }
    }

    /// As the error of a setting.
    pub(crate) fn at(self, field: &str) -> Error {
        let error = Error::key(self.reason, field, self.what);
        match self.remedy {
            Some(remedy) => error.mended_by(remedy),
            None => error,
        }
    }
}
