//! The numbers of the C interface, as macros of the header. They are `Code` and `Kind` of the library: checked below, at
//! compile time.

use crate::{ABI_VERSION, Code, Kind, OK};

/// The version of the interface this header describes; see chexiao_abi_version.
pub const CHEXIAO_ABI_VERSION: u32 = 1;
/// The library's version.
pub const CHEXIAO_VERSION_MAJOR: u32 = 0;
/// The library's version.
pub const CHEXIAO_VERSION_MINOR: u32 = 1;
/// The library's version.
pub const CHEXIAO_VERSION_PATCH: u32 = 0;

/// Done, for functions that have no outcome.
pub const CHEXIAO_OK: i32 = 0;
/// An authentic reply says the order is closed now. Settled only where the JSON says "next":"done"; else query.
pub const CHEXIAO_CLOSED: i32 = 1;
/// It was closed, failed or cancelled before. Settled only where the JSON says "next":"done"; else query.
pub const CHEXIAO_ALREADY_CLOSED: i32 = 2;
/// Money was taken; the order is not closed. Where the JSON says "next":"confirm", query before delivering or refunding.
pub const CHEXIAO_PAID: i32 = 3;
/// The buyer or the bank is in the middle: query later, keep the goods.
pub const CHEXIAO_PROCESSING: i32 = 4;
/// The gateway knows no such order: check number, merchant, environment.
pub const CHEXIAO_NOT_FOUND: i32 = 5;
/// An authentic "no" without a reason above: query.
pub const CHEXIAO_REFUSED: i32 = 6;
/// Signature, key, field, permission or clock; not executed: mend, never repeat blindly.
pub const CHEXIAO_MISCONFIGURED: i32 = 7;
/// Too many requests; not executed: wait, then repeat.
pub const CHEXIAO_THROTTLED: i32 = 8;
/// Everything else: the close may have happened. Query.
pub const CHEXIAO_UNKNOWN: i32 = 9;
/// (Queries.) Not closed, can still be closed; where closing voids: what it voids still stands.
pub const CHEXIAO_OPEN: i32 = 10;
/// Money was taken and given back, in part or whole: compare with the books; neither deliver nor refund again.
pub const CHEXIAO_REFUNDED: i32 = 11;
/// A pointer that must not be NULL is NULL.
pub const CHEXIAO_ERROR_NULL: i32 = -1;
/// Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
pub const CHEXIAO_ERROR_UTF8: i32 = -2;
/// A client that was freed or never was one, or too many clients.
pub const CHEXIAO_ERROR_HANDLE: i32 = -3;
/// The call: a field is missing, too long or not allowed.
pub const CHEXIAO_ERROR_CALL: i32 = -10;
/// The configuration: a key does not load, a setting is unknown or out of range.
pub const CHEXIAO_ERROR_CONFIG: i32 = -11;
/// Understood, but not done by this library.
pub const CHEXIAO_ERROR_UNSUPPORTED: i32 = -12;
/// The host name did not resolve.
pub const CHEXIAO_ERROR_DNS: i32 = -20;
/// No TCP connection.
pub const CHEXIAO_ERROR_CONNECT: i32 = -21;
/// No TLS session, or a certificate that is not trusted.
pub const CHEXIAO_ERROR_TLS: i32 = -22;
/// Anything else before the request could be sent.
pub const CHEXIAO_ERROR_NOT_SENT: i32 = -23;
/// A defect of this library, stopped at its border.
pub const CHEXIAO_ERROR_PANIC: i32 = -90;

const _: () = {
    assert!(CHEXIAO_ABI_VERSION == ABI_VERSION && CHEXIAO_OK == OK);
    assert!(CHEXIAO_CLOSED == Code::Closed as i32);
    assert!(CHEXIAO_ALREADY_CLOSED == Code::AlreadyClosed as i32);
    assert!(CHEXIAO_PAID == Code::Paid as i32);
    assert!(CHEXIAO_PROCESSING == Code::Processing as i32);
    assert!(CHEXIAO_NOT_FOUND == Code::NotFound as i32);
    assert!(CHEXIAO_REFUSED == Code::Refused as i32);
    assert!(CHEXIAO_MISCONFIGURED == Code::Misconfigured as i32);
    assert!(CHEXIAO_THROTTLED == Code::Throttled as i32);
    assert!(CHEXIAO_UNKNOWN == Code::Unknown as i32);
    assert!(CHEXIAO_OPEN == Code::Open as i32);
    assert!(CHEXIAO_REFUNDED == Code::Refunded as i32);
    assert!(CHEXIAO_ERROR_NULL == Kind::Null as i32);
    assert!(CHEXIAO_ERROR_UTF8 == Kind::Utf8 as i32);
    assert!(CHEXIAO_ERROR_HANDLE == Kind::Handle as i32);
    assert!(CHEXIAO_ERROR_CALL == Kind::Call as i32);
    assert!(CHEXIAO_ERROR_CONFIG == Kind::Config as i32);
    assert!(CHEXIAO_ERROR_UNSUPPORTED == Kind::Unsupported as i32);
    assert!(CHEXIAO_ERROR_DNS == Kind::Dns as i32);
    assert!(CHEXIAO_ERROR_CONNECT == Kind::Connect as i32);
    assert!(CHEXIAO_ERROR_TLS == Kind::Tls as i32);
    assert!(CHEXIAO_ERROR_NOT_SENT == Kind::NotSent as i32);
    assert!(CHEXIAO_ERROR_PANIC == Kind::Panic as i32);
    assert!(is(env!("CARGO_PKG_VERSION_MAJOR"), CHEXIAO_VERSION_MAJOR));
    assert!(is(env!("CARGO_PKG_VERSION_MINOR"), CHEXIAO_VERSION_MINOR));
    assert!(is(env!("CARGO_PKG_VERSION_PATCH"), CHEXIAO_VERSION_PATCH));
};

const fn is(digits: &str, number: u32) -> bool {
    matches!(u32::from_str_radix(digits, 10), Ok(parsed) if parsed == number)
}
