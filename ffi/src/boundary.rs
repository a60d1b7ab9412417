//! The border between C and Rust, in one place: NULL, bytes that are not text, and who owns the string.

use crate::{Code, Error, Kind, chexiao_status};
use chexiao::face::border::{self, Answer};
use chexiao::face::handles;
use chexiao::face::verbs::Verb;
use std::ffi::{CStr, CString, c_char};
use std::ptr::{self, NonNull};

#[cfg(panic = "abort")]
compile_error!("a panic must not end the host's process: build with panic = \"unwind\"");

/// In place of a length: the text ends at its NUL.
const NUL_TERMINATED: usize = usize::MAX;

/// Runs `body` and hands its answer, its error or its panic to C. `*out` is always set: to a document, or to NULL if there
/// is no memory for one, or it is empty.
///
/// # Safety
/// `out` is NULL or points to a writable `char *`.
pub(crate) unsafe fn guarded(
    out: *mut *mut c_char,
    panicked: fn() -> Answer,
    body: impl FnOnce() -> Result<Answer, Error>,
) -> chexiao_status {
    let Some(out) = NonNull::new(out) else { return Kind::Null as i32 };
    // SAFETY: not NULL, hence writable by the caller's promise.
    unsafe { out.write(ptr::null_mut()) };
    let (status, json) = border::guarded(panicked, body);
    let document = match json.is_empty() || border::has_nul(json.as_bytes()) {
        true => ptr::null_mut(),
        // SAFETY: no NUL stands in it.
        false => unsafe { CString::from_vec_unchecked(json.into_bytes()) }.into_raw(),
    };
    // SAFETY: as above.
    unsafe { out.write(document) };
    status
}

/// Tells a client something. Without a client or a text there is nothing to judge: an error, whatever the verb.
///
/// # Safety
/// `out` as for [`guarded`], `start` and `length` as for [`text`].
pub(crate) unsafe fn ask(out: *mut *mut c_char, verb: &Verb, client: u64, start: *const c_char, length: usize) -> chexiao_status {
    let told = || {
        let client = handles::get(client)?;
        // SAFETY: promised by the caller.
        match unsafe { text(verb.parameter, start, length) } {
            Err(error) if error.kind() == Kind::Null => Err(error),
            text => Ok(verb.told(Ok(client), text)),
        }
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, verb.panicked, told) }
}

/// The text of a parameter.
///
/// # Safety
/// `start` is NULL or readable for `length` bytes, or up to its NUL if `length` is [`NUL_TERMINATED`]; it stays so for `'a`.
pub(crate) unsafe fn text<'a>(parameter: &str, start: *const c_char, length: usize) -> Result<&'a str, Error> {
    if start.is_null() {
        return Err(Error::at_border(Kind::Null, parameter, "is NULL"));
    }
    let bytes = match length {
        // SAFETY: promised by the caller.
        NUL_TERMINATED => unsafe { CStr::from_ptr(start) }.to_bytes(),
        // SAFETY: promised by the caller; the length is one an object can have.
        _ if isize::try_from(length).is_ok() => unsafe { std::slice::from_raw_parts(start.cast(), length) },
        _ => return Err(Error::at_border(Kind::Utf8, parameter, "has a length that no object can have")),
    };
    if border::has_nul(bytes) {
        return Err(Error::at_border(Kind::Utf8, parameter, "holds a NUL; the length does not count the terminator"));
    }
    border::text(parameter, bytes)
}

/// A place for a result.
///
/// # Safety
/// `place` is NULL or writable for `'a`.
pub(crate) unsafe fn place<'a, T>(parameter: &str, place: *mut T) -> Result<&'a mut T, Error> {
    // SAFETY: promised by the caller.
    unsafe { place.as_mut() }.ok_or_else(|| Error::at_border(Kind::Null, parameter, "is NULL"))
}

/// # Safety
/// `string` is NULL or came from [`guarded`] and was not freed before.
pub(crate) unsafe fn free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: promised by the caller; `guarded` made it with `CString::into_raw`.
        drop(unsafe { CString::from_raw(string) });
    }
}

/// The word for a status.
pub(crate) fn status_name(status: chexiao_status) -> &'static CStr {
    let outcome = Code::ALL.iter().find(|code| **code as i32 == status).map(|code| code.c_word());
    let error = Kind::ALL.iter().find(|kind| **kind as i32 == status).map(|kind| kind.c_word());
    match status {
        border::OK => c"ok",
        _ => outcome.or(error).unwrap_or(c"invalid"),
    }
}
