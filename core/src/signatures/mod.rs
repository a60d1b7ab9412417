//! What checks signatures: the only makers of a [`Verified`]. Algorithms are chosen by the account, never by a reply.

pub(crate) mod rsa;
pub(crate) mod shared;
pub(crate) mod sm2;
#[cfg(test)]
mod wycheproof;

/// Stands for a signature or MAC that was checked and is right. Only this module's children make one.
#[derive(Debug)]
#[must_use]
pub(crate) struct Verified(());
