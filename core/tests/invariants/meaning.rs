//! What words may mean.

use chexiao::{Code, Confirm, Outcome};

/// The outcomes that words permit, and what must come with them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meaning {
    /// One where the page is clear; Unknown beside another where it is silent.
    pub(crate) any_of: &'static [Code],
    confirm: Option<Confirm>,
    hint: Option<Code>,
    contradiction: bool,
}

pub(crate) const UNKNOWN: Meaning = Meaning::any_of(&[Code::Unknown]);

impl Meaning {
    pub(crate) const fn any_of(any_of: &'static [Code]) -> Self {
        Self { any_of, confirm: None, hint: None, contradiction: false }
    }

    pub(crate) const fn confirm(self, confirm: Confirm) -> Self {
        Self { confirm: Some(confirm), ..self }
    }

    pub(crate) const fn hint(self, hint: Code) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) const fn contradiction(self) -> Self {
        Self { contradiction: true, ..self }
    }

    /// Or Unknown: the page does not say how the rest of the reply is to be read.
    pub(crate) const fn or_unknown(self) -> Self {
        const PAIRS: [&[Code]; 11] = [
            &[Code::Closed, Code::Unknown],
            &[Code::AlreadyClosed, Code::Unknown],
            &[Code::Paid, Code::Unknown],
            &[Code::Processing, Code::Unknown],
            &[Code::NotFound, Code::Unknown],
            &[Code::Refused, Code::Unknown],
            &[Code::Misconfigured, Code::Unknown],
            &[Code::Throttled, Code::Unknown],
            &[Code::Unknown],
            &[Code::Open, Code::Unknown],
            &[Code::Refunded, Code::Unknown],
        ];
        match self.any_of {
            [one] => Self::any_of(PAIRS[*one as usize - 1]),
            _ => self,
        }
    }

    /// The same words with one of the wrong type beside them, as written: nothing final; where it is null, the page is silent.
    pub(crate) fn mistyped(self, raw: Option<&str>) -> Self {
        if raw != Some("null") && self.any_of.iter().copied().any(is_final) { UNKNOWN } else { self.or_unknown() }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.any_of == [Code::Unknown]
    }

    /// Why the outcome is not what the words mean.
    pub(crate) fn differs(&self, outcome: &Outcome) -> Option<String> {
        let code = outcome.code();
        if !self.any_of.contains(&code) {
            return Some(format!("{code}, not {:?}", self.any_of));
        }
        if self.any_of.first() != Some(&code) {
            return None;
        }
        if self.confirm.is_some_and(|confirm| confirm != outcome.confirm()) {
            return Some(format!("{code} with confirm {}, not {:?}", outcome.confirm(), self.confirm));
        }
        if self.hint.is_some() && self.hint != outcome.hint() {
            return Some(format!("{code} with hint {:?}, not {:?}", outcome.hint(), self.hint));
        }
        (self.contradiction && !outcome.contradiction()).then(|| format!("{code} without the contradiction"))
    }
}

/// Closed, AlreadyClosed and Paid, and after a query Open and Refunded: what must never be said without proof.
pub(crate) fn is_final(code: Code) -> bool {
    matches!(code, Code::Closed | Code::AlreadyClosed | Code::Paid | Code::Open | Code::Refunded)
}
