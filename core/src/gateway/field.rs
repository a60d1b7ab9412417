//! Checks of fields before they are signed. The errors name the field and its limit.

use crate::ground::error::{Error, Kind, Result};
use crate::ground::foreign::is_unseen;
use crate::strict::charset::{Charset, Unmappable};

/// One field under check, by its path in the caller's JSON.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    kind: Kind,
    path: &'a str,
    text: &'a str,
}

impl<'a> Field<'a> {
    /// A field of the call.
    pub(crate) fn of_call(path: &'a str, text: &'a str) -> Self {
        Self { kind: Kind::Call, path, text }
    }

    /// A setting of the account.
    pub(crate) fn of_account(path: &'a str, text: &'a str) -> Self {
        Self { kind: Kind::Config, path, text }
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T> {
        Err(Error::of_field(self.kind, self.path, what))
    }

    pub(crate) fn not_empty(self) -> Result<Self> {
        if self.text.trim().is_empty() { self.fail("is empty") } else { Ok(self) }
    }

    /// At most `max` characters.
    pub(crate) fn max_chars(self, max: usize) -> Result<Self> {
        let length = self.text.chars().count();
        if length > max {
            return self.fail(format!("has {length} characters; the gateway takes at most {max}"));
        }
        Ok(self)
    }

    /// Exactly `count` characters.
    pub(crate) fn exact_chars(self, count: usize) -> Result<Self> {
        match self.text.chars().count() {
            length if length == count => Ok(self),
            length => self.fail(format!("has {length} characters; the gateway takes exactly {count}")),
        }
    }

    /// At most `max` bytes in `charset`, all of them encodable.
    pub(crate) fn max_bytes(self, max: usize, charset: Charset) -> Result<Self> {
        let length = self.encoded(charset)?.len();
        if length > max {
            return self.fail(format!("has {length} bytes in {}; the gateway takes at most {max}", charset.name()));
        }
        Ok(self)
    }

    /// Every character exists in `charset`.
    pub(crate) fn encodable(self, charset: Charset) -> Result<Self> {
        self.encoded(charset).map(|_| self)
    }

    fn encoded(&self, charset: Charset) -> Result<Vec<u8>> {
        match charset.encode(self.text) {
            Ok(bytes) => Ok(bytes),
            Err(Unmappable(c)) => self.fail(format!("holds U+{:04X}, which {} does not have", u32::from(c), charset.name())),
        }
    }

    /// Only characters that `allowed` takes; `which` says them in the error.
    pub(crate) fn only(self, allowed: impl Fn(char) -> bool, which: &str) -> Result<Self> {
        match self.text.chars().find(|&c| !allowed(c)) {
            Some(c) => self.fail(format!("holds U+{:04X}; only {which} are allowed", u32::from(c))),
            None => Ok(self),
        }
    }

    /// Nothing that ends a line, hides or reorders what stands beside it: such a text goes into logs.
    pub(crate) fn one_line(self) -> Result<Self> {
        if self.text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(self);
        }
        self.only(|c| !is_unseen(c), "characters that can be seen")
    }

    /// No `&` and no `<`: an order number with one is an injection or a mistake, never an order number.
    pub(crate) fn order_number(self) -> Result<Self> {
        if self.text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'&' && byte != b'<') {
            return Ok(self);
        }
        self.only(|c| c != '&' && c != '<' && !c.is_control(), "characters other than `&`, `<` and controls")
    }
}
