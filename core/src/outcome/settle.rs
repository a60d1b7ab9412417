//! A close and the query that followed it, made one outcome.

use super::{Code, Next, Outcome, Reason};
use crate::verdict::Says;

impl Outcome {
    /// Whether a query could say more.
    pub(crate) fn wants_query(&self) -> bool {
        matches!(self.next(), Next::Confirm | Next::Query)
    }

    /// What stands once a query was tried; `None` if it could not be sent. A query that proves nothing changes nothing; one that
    /// denies a close which was reported makes it Unknown. The message id stays that of the close.
    pub(crate) fn settled_by(self, query: Option<Self>) -> Self {
        use Code::{AlreadyClosed, Closed, NotFound, Open, Paid, Processing, Refused, Unknown};
        let reported = self.code();
        let said = query.as_ref().map_or(Unknown, Self::code);
        let msg_id = self.msg_id.clone();
        let settled = match (reported, said, query) {
            (Closed | AlreadyClosed, Closed | AlreadyClosed, Some(query)) => Self { says: Says { code: reported, ..query.says }, ..query },
            (Closed | AlreadyClosed, Paid | Processing | NotFound | Open, Some(query)) => {
                Self { says: Says::new(Unknown).contradiction().hint(said), reason: Some(Reason::Contradiction), ..query }
            }
            // That it is not closed, the refusal has said with more words.
            (Refused, Open, _) => self,
            (Unknown | Processing | Refused, Closed | AlreadyClosed | Paid | Processing | NotFound | Open, Some(query)) => {
                Self { says: Says { retry: Says::new(said).retry, ..query.says }, ..query }
            }
            _ => self,
        };
        Self { msg_id, of_query: false, query_said: Some(said), ..settled }
    }
}
