//! What a diagnosis must know of a gateway.

use crate::ground::finding::Finding;
use crate::outcome::table::When;

/// What its settings hold, what it can be asked without harm, and what its codes then mean.
#[derive(Clone, Copy)]
pub(crate) struct Examined {
    /// The members of `account` that hold keys or secrets.
    pub(crate) keys: &'static [(&'static str, Holds)],
    /// The environments that are no production.
    pub(crate) tests: &'static [&'static str],
    /// The order of a query, in which `#` stands for a number that no order has and `@` for the day in Beijing; `None` where there is no query.
    pub(crate) probe: Option<&'static str>,
    /// What a code, sub code or message of its answer means, read from the top; `None` is that all is well.
    pub(crate) causes: &'static [(When, Option<Finding>)],
}

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A private key, or a certificate that may share its file.
    Private,
    Public,
    /// A text that both sides know.
    Shared,
}
