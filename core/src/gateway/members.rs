//! The members of a reply to a close.

use super::operation::Echo;
use crate::outcome::Says;

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
