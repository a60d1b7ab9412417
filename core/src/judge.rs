//! The one way from a reply that was read to an outcome: what it says, what seals it, whom it names.

use crate::crypto::Verified;
use crate::outcome::{GatewayWords, Outcome, Reason};
use crate::verdict::{Doubt, Proof, Says};

/// What stands behind a reply as a whole.
pub(crate) enum Seal {
    /// A right signature over what was read.
    Signed(Verified),
    /// Where a signature belongs, there is none or a wrong one.
    Missing,
    /// The gateway signs nothing; the reply came over TLS.
    Tls,
    /// The gateway never signs this kind of reply.
    Unsigned,
}

/// Whom an authentic reply names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    /// The very order that was asked about.
    Order,
    /// The call, by its id, and no order.
    Call,
    /// Nothing that tells it from a reply to another call, and need not.
    Silent,
    /// Something that is not ours, or too little.
    NotOurs,
}

pub(crate) fn judge(says: Says, words: GatewayWords, seal: Seal, echo: Echo) -> Result<Outcome, Doubt> {
    let proof = match (seal, echo) {
        (Seal::Missing, _) => Err(Doubt::from(Reason::Signature).would_mean(says)),
        (Seal::Unsigned, _) => Ok(None),
        (_, Echo::NotOurs) => Err(Reason::Mismatch.into()),
        (Seal::Tls, echo) => Ok(Some(Proof::tls_only(echo))),
        (Seal::Signed(verified), echo) => Ok(Some(Proof::signed(verified, echo))),
    };
    match proof {
        Ok(proof) => Ok(Outcome::judge(says, words, proof)),
        Err(doubt) => Err(doubt.said(words)),
    }
}

/// How the members of a reply to a close stand to the gateway's page: an allow-list, since every reply of a gateway is signed alike and
/// many of them say SUCCESS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Members {
    Listed,
    /// One is on no page that this library knows: the reply may mean something else than was read.
    Strange,
    /// One belongs to the reply of another call.
    OfAnotherCall,
}

impl Members {
    pub(crate) fn of<'a>(names: impl Iterator<Item = &'a str>, listed: &[&str], of_another_call: impl Fn(&str) -> bool) -> Self {
        let of_one = |name| match name {
            name if listed.contains(&name) => Self::Listed,
            name if of_another_call(name) => Self::OfAnotherCall,
            _ => Self::Strange,
        };
        names.map(of_one).max().unwrap_or(Self::Listed)
    }

    /// What the words mean beside such members.
    pub(crate) fn says(self, says: Says) -> Says {
        if self == Self::Listed { says } else { says.doubted() }
    }

    /// Whom a reply with such members can name.
    pub(crate) fn echo(self, echo: Echo) -> Echo {
        if self == Self::OfAnotherCall { Echo::NotOurs } else { echo }
    }
}
