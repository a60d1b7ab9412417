//! What every binding does at its border: a panic ends there, an error becomes a document, and a request that may be out is
//! never reported as an error.

use crate::face::json;
use crate::ground::error::{Error, Kind};
pub use crate::ground::unwind::unwound;
use crate::strict::find;

/// What a function of a binding has to say: 0, an outcome (1 to 11) or the negative number of an error; and one JSON document.
pub type Answer = (i32, String);

/// The status of success for functions that have no outcome.
pub const OK: i32 = 0;

pub(super) const DEFECT: &str = "a defect of chexiao was stopped at its border; please report it";

/// Runs `body`; its error or its panic becomes the answer. `panicked` is [`panicked`] or [`panicked_while_sending`].
pub fn guarded(panicked: fn() -> Answer, body: impl FnOnce() -> Result<Answer, Error>) -> Answer {
    unwound(body).unwrap_or_else(|| Ok(panicked())).unwrap_or_else(|error| failed(&error))
}

/// Nothing was sent.
pub fn failed(error: &Error) -> Answer {
    (error.kind() as i32, json::error(error))
}

/// A defect before anything could be sent.
pub fn panicked() -> Answer {
    failed(&Error::at_border(Kind::Panic, "", DEFECT))
}

/// A defect while a request may have left: Unknown, not an error.
pub fn panicked_while_sending() -> Answer {
    json::unknown_after("", DEFECT)
}

/// Whether a NUL stands in a text, which would end it in C.
pub fn has_nul(text: &[u8]) -> bool {
    find::has(text, 0)
}

/// The text of what a person keeps in a file or pipes in: UTF-8, or UTF-16 with a byte order mark, which is no part of the text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    crate::ground::text::decode(bytes).map(|text| text.expose().clone())
}

/// The text of the file that holds a configuration.
///
/// # Errors
/// [`Kind::Config`]: it cannot be read.
pub fn config_of_file(path: &std::path::Path) -> Result<String, Error> {
    crate::keys::read_document(path, "the configuration").map(|text| text.expose().clone())
}

/// The text with what moves a cursor, ends a line in a log or turns the direction of writing escaped as in JSON; `\n` stays.
pub fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    crate::ground::foreign::escaped(text)
}

/// Success without an outcome.
pub fn done(json: String) -> Answer {
    (OK, json)
}

/// What could not be read was an exchange whose request is out: Unknown.
pub fn unknown_input(error: &Error) -> Answer {
    json::unknown_input(error)
}

/// The text of a parameter.
///
/// # Errors
/// [`Kind::Utf8`], naming the parameter and the first byte that is none.
pub fn text<'a>(parameter: &str, bytes: &'a [u8]) -> Result<&'a str, Error> {
    std::str::from_utf8(bytes).map_err(|bad| Error::at_border(Kind::Utf8, parameter, format!("is not UTF-8 at byte {}", bad.valid_up_to())))
}
