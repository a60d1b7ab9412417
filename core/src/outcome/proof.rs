//! What stands behind an outcome.

use super::code::Evidence;
use crate::signatures::Verified;

/// What a reply has been proven to be. Cannot be made without the checks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    evidence: Evidence,
    names_call: bool,
}

impl Proof {
    /// Signed, and every id of the order that the format carries equals ours.
    pub(crate) fn signed_bound(_: Verified) -> Self {
        Self { evidence: Evidence::SignedBound, names_call: true }
    }

    /// Signed; the order is not named, the call perhaps.
    pub(crate) fn signed_unbound(_: Verified, names_call: bool) -> Self {
        Self { evidence: Evidence::SignedUnbound, names_call }
    }

    /// For the gateway that signs nothing, once every id that the outcome rests on was found to be ours.
    pub(crate) fn tls_only(names_call: bool) -> Self {
        Self { evidence: Evidence::TlsOnly, names_call }
    }

    /// What the proof amounts to.
    pub(crate) fn evidence(self) -> Evidence {
        self.evidence
    }

    /// Whether the reply named its call or order, so that the next reply on its connection belongs to the next call.
    pub(crate) fn names_call(self) -> bool {
        self.names_call
    }
}
