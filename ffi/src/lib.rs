//! The C interface. What is told to a client is a row of `chexiao::face::verbs`; what C can do wrong is caught in `boundary` and
//! `chexiao::face::handles`. `include/README.md` has the conventions, `include/chexiao.h` the functions: generated from here.

// The contract of each function is written for C: what may be NULL, what is freed, what is returned.
#![allow(clippy::missing_safety_doc)]

mod boundary;
pub mod queue;
pub mod status;

use boundary::{ask, guarded, text};
use chexiao::face::border::{OK, done, panicked, unwound};
use chexiao::face::{handles, json, verbs};
use chexiao::{Client, Code, Error, Kind};
use std::ffi::c_char;

/// What a function returns: 0 or an outcome (1 to 11) on success, a negative number on an error.
#[allow(non_camel_case_types)]
pub type chexiao_status = i32;

/// The version of this interface: a program built against another major number must not go on.
const ABI_VERSION: u32 = 1;

/// The ABI version of the library that is loaded. A program goes on only if it equals CHEXIAO_ABI_VERSION of its header.
#[unsafe(no_mangle)]
pub extern "C" fn chexiao_abi_version() -> u32 {
    ABI_VERSION
}

/// The library's version, such as "0.1.0". Static: never freed.
#[unsafe(no_mangle)]
pub extern "C" fn chexiao_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The word for a status, such as "closed" or "connect"; "invalid" for a number that is none. Static: never freed, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn chexiao_status_name(status: chexiao_status) -> *const c_char {
    boundary::status_name(status).as_ptr()
}

/// All gateways with their environments and outcome tables, as a JSON array in *out. Returns CHEXIAO_OK.
///
/// out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_gateways(out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, || Ok(done(json::gateways()))) }
}

/// Finds out why a configuration does not work, be it that no client opens: looks at it and at each key, and goes the way to the gateway step
/// by step (DNS, TCP, proxy, TLS, clock), up to a query of an order that does not exist, where the gateway has a query. Never moves money.
/// Returns CHEXIAO_OK where nothing fails, else the status of the first failure: that of the error, or CHEXIAO_MISCONFIGURED or
/// CHEXIAO_UNKNOWN where the gateway's answer shows it. In *out: {"worst","cause","status","steps":[{"step","field","state","finding",
/// "found","remedy","facts"},...],"elapsed_ms"} (docs/troubleshooting.md); an error document only for the parameters themselves. Blocks at most
/// until the configured deadline.
///
/// config: not NULL; config_len bytes, or up to its NUL if config_len is CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_diagnose(config: *const c_char, config_len: usize, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, || Ok(json::diagnose(text("config", config, config_len)?))) }
}

/// Opens a client from configuration JSON (UTF-8). Keys are loaded; no connection is made. Returns CHEXIAO_OK with the
/// handle in *client, to be freed by chexiao_client_free, or an error with 0 in *client.
///
/// config: not NULL; config_len bytes, or up to its NUL if config_len is CHEXIAO_NUL_TERMINATED; not kept.
/// client, out: not NULL. *out is "{}" on success.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_client_new(
    config: *const c_char,
    config_len: usize,
    client: *mut u64,
    out: *mut *mut c_char,
) -> chexiao_status {
    if !client.is_null() {
        // SAFETY: promised by the caller. Before all else: without an out, nothing else happens.
        unsafe { client.write(0) };
    }
    let open = |handle: &mut u64, config: Result<&str, Error>| {
        *handle = handles::add(Client::new(config?)?)?;
        Ok(done(String::from("{}")))
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, || open(boundary::place("client", client)?, text("config", config, config_len))) }
}

/// Frees a client. Calls that still run on it finish; every later use of the handle, another free included, is
/// CHEXIAO_ERROR_HANDLE and does no harm.
#[unsafe(no_mangle)]
pub extern "C" fn chexiao_client_free(client: u64) -> chexiao_status {
    unwound(|| handles::free(client)).map_or(Kind::Panic as i32, |freed| if freed { OK } else { Kind::Handle as i32 })
}

/// Signs a call, for a program that sends it with its own HTTP client: as it is, once. Returns CHEXIAO_OK with
/// {"method","url","headers","body_base64","msg_id"} in *out, or an error.
///
/// call: {"operation":"close" or "query","order":{...}}; not NULL; call_len bytes or CHEXIAO_NUL_TERMINATED; not kept.
/// out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_sign(client: u64, call: *const c_char, call_len: usize, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::SIGN, client, call, call_len) }
}

/// Signs, sends once, verifies and interprets. Returns the outcome (1 to 11) with the result JSON in *out, or an error: then
/// nothing was sent. Blocks at most until the configured deadline. Parameters as of chexiao_sign; the operation may also be
/// "ensure_closed": a close and, where that leaves a doubt, one query, with one outcome of both.
///
/// Of a "call" of any other API (docs/calls.md) it returns CHEXIAO_OK where the answer is authentic, else CHEXIAO_UNKNOWN, with the
/// answer JSON; chexiao_verify does the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_send(client: u64, call: *const c_char, call_len: usize, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::SEND, client, call, call_len) }
}

/// Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made, whichever client of
/// the same host and settings it is. Returns CHEXIAO_OK with "{}" in *out, or an error as of chexiao_send. Blocks at most until
/// connect_timeout_ms. out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_warm(client: u64, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller; the text is static.
    unsafe { ask(out, &verbs::WARM, client, c"".as_ptr(), 0) }
}

/// Judges an exchange the program has made itself. Returns the outcome (1 to 11) with the result JSON in *out. The request
/// is out, so that whatever cannot be read, bytes that are not UTF-8 included, is CHEXIAO_UNKNOWN with the reason "input". An
/// error means that there is nothing to judge or to judge by (NULL, no open client): then the order is just as unknown.
///
/// exchange: {"call":{...},"request":{...},"reply":{"status":200,"headers":{...},"body_base64":"..."}}, the request as chexiao_sign gave it;
/// not NULL; exchange_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_verify(
    client: u64,
    exchange: *const c_char,
    exchange_len: usize,
    out: *mut *mut c_char,
) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::VERIFY, client, exchange, exchange_len) }
}

/// Verifies a notification as the program's web server received it, says what it means, and gives the answers to it (docs/notifications.md).
/// Returns the event (CHEXIAO_PAID, CHEXIAO_REFUNDED, CHEXIAO_CLOSED, CHEXIAO_ALREADY_CLOSED, CHEXIAO_PROCESSING or CHEXIAO_UNKNOWN) with the
/// notice JSON in *out; whatever came in, bytes that are not UTF-8 included, is CHEXIAO_UNKNOWN unless it is authentic and says so. No network.
/// An error means that the program must mend something: CHEXIAO_ERROR_CONFIG names a setting that notifications need and the account does not
/// have.
///
/// message: {"headers":{...},"body_base64":"...","expect":{...}}, where headers and expect may be missing; not NULL; message_len bytes or
/// CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_verify_notification(
    client: u64,
    message: *const c_char,
    message_len: usize,
    out: *mut *mut c_char,
) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::NOTIFICATION, client, message, message_len) }
}

/// Encrypts one field of the gateway's other calls (docs/calls.md, "Encrypted fields"). Returns CHEXIAO_OK with {"text":"..."} in
/// *out, or an error: CHEXIAO_ERROR_UNSUPPORTED where the gateway or the account encrypts no field.
///
/// text: not NULL; text_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_encrypt_field(client: u64, text: *const c_char, text_len: usize, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::ENCRYPT_FIELD, client, text, text_len) }
}

/// Decrypts one field of the gateway's other replies and notifications. Returns CHEXIAO_OK with {"text":"..."} in *out, or an
/// error. What it says is not signed by that. Parameters as of chexiao_encrypt_field.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_decrypt_field(
    client: u64,
    field: *const c_char,
    field_len: usize,
    out: *mut *mut c_char,
) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { ask(out, &verbs::DECRYPT_FIELD, client, field, field_len) }
}

/// Frees a string that this library put into an out, once. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_string_free(string: *mut c_char) {
    // SAFETY: promised by the caller.
    unsafe { boundary::free(string) }
}

/// Panics inside the border: for the tests.
#[cfg(feature = "test-panic")]
#[unsafe(no_mangle)]
#[allow(clippy::panic)]
pub unsafe extern "C" fn chexiao_test_panic(sending: bool, out: *mut *mut c_char) -> chexiao_status {
    let answer = if sending { verbs::SEND.panicked } else { panicked };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, answer, || panic!("asked to")) }
}
