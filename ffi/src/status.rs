//! The numbers of the C interface, as macros of the header. Those of outcomes and errors are written from the words of the core: `make words`.

use crate::{ABI_VERSION, OK};

/// The version of the interface this header describes; see chexiao_abi_version.
pub const CHEXIAO_ABI_VERSION: u32 = 1;
/// The library's version.
pub const CHEXIAO_VERSION_MAJOR: u32 = 0;
/// The library's version.
pub const CHEXIAO_VERSION_MINOR: u32 = 2;
/// The library's version.
pub const CHEXIAO_VERSION_PATCH: u32 = 0;

/// Done, for functions that have no outcome.
pub const CHEXIAO_OK: i32 = 0;
// words: outcomes
/// An authentic reply says the order is closed now. Settled only where "next" is "done"; else query.
pub const CHEXIAO_CLOSED: i32 = 1;
/// It was closed, failed or cancelled before. Settled only where "next" is "done"; else query.
pub const CHEXIAO_ALREADY_CLOSED: i32 = 2;
/// Money was taken; the order is not closed. Where "next" is "confirm", query before delivering or refunding.
pub const CHEXIAO_PAID: i32 = 3;
/// The buyer or the bank is in the middle. Query later and keep the goods.
pub const CHEXIAO_PROCESSING: i32 = 4;
/// The gateway knows no such order. Check order number, merchant and environment.
pub const CHEXIAO_NOT_FOUND: i32 = 5;
/// The gateway refused, without saying that it is paid or closed. Query the order.
pub const CHEXIAO_REFUSED: i32 = 6;
/// The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again.
pub const CHEXIAO_MISCONFIGURED: i32 = 7;
/// Too many requests; not executed. Wait, then call again.
pub const CHEXIAO_THROTTLED: i32 = 8;
/// Everything else, and the default: the close may have happened. Query the order.
pub const CHEXIAO_UNKNOWN: i32 = 9;
/// The order stands and can still be closed.
pub const CHEXIAO_OPEN: i32 = 10;
/// Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again.
pub const CHEXIAO_REFUNDED: i32 = 11;
// end of words

// words: errors
/// A pointer that must not be null is null.
pub const CHEXIAO_ERROR_NULL: i32 = -1;
/// Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
pub const CHEXIAO_ERROR_UTF8: i32 = -2;
/// A client that was freed or never was one, or too many clients.
pub const CHEXIAO_ERROR_HANDLE: i32 = -3;
/// The call: an order field is missing, too long, or holds characters the gateway does not take.
pub const CHEXIAO_ERROR_CALL: i32 = -10;
/// The configuration: a key does not load, a setting is unknown or out of range.
pub const CHEXIAO_ERROR_CONFIG: i32 = -11;
/// Understood, but this library does not do it, for the reason given.
pub const CHEXIAO_ERROR_UNSUPPORTED: i32 = -12;
/// The host name did not resolve.
pub const CHEXIAO_ERROR_DNS: i32 = -20;
/// No TCP connection.
pub const CHEXIAO_ERROR_CONNECT: i32 = -21;
/// No TLS session, or a certificate that is not trusted.
pub const CHEXIAO_ERROR_TLS: i32 = -22;
/// Anything else that happened before the request could be sent.
pub const CHEXIAO_ERROR_NOT_SENT: i32 = -23;
/// A defect of this library, stopped at its border. While sending it is an Unknown outcome instead.
pub const CHEXIAO_ERROR_PANIC: i32 = -90;
// end of words

const _: () = {
    assert!(CHEXIAO_ABI_VERSION == ABI_VERSION && CHEXIAO_OK == OK);
    assert!(is(env!("CARGO_PKG_VERSION_MAJOR"), CHEXIAO_VERSION_MAJOR));
    assert!(is(env!("CARGO_PKG_VERSION_MINOR"), CHEXIAO_VERSION_MINOR));
    assert!(is(env!("CARGO_PKG_VERSION_PATCH"), CHEXIAO_VERSION_PATCH));
};

const fn is(digits: &str, number: u32) -> bool {
    matches!(u32::from_str_radix(digits, 10), Ok(parsed) if parsed == number)
}
