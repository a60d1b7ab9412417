//! The MACs of gateways that share a secret text with the merchant.

use super::Verified;
use aws_lc_rs::constant_time;

/// Compares a received MAC with ours: same length, same bytes, in constant time.
pub(crate) fn verify(ours: &str, received: &str) -> Option<Verified> {
    constant_time::verify_slices_are_equal(ours.as_bytes(), received.as_bytes()).ok().map(|()| Verified(()))
}
