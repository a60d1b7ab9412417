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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Confirm, Evidence, GatewayWords, Retry};
    use crate::verdict::Proof;

    /// What comes out, by outcome number: a row for each of what the close says, a column for each of what the query says, the last
    /// one if it could not be sent. `!` is unknown by contradiction.
    const TABLE: [(Code, &str); 10] = [
        (Code::Closed, "1 1 ! ! ! 1 1 1 1 ! 1"),
        (Code::AlreadyClosed, "2 2 ! ! ! 2 2 2 2 ! 2"),
        (Code::Paid, "3 3 3 3 3 3 3 3 3 3 3"),
        (Code::Processing, "1 2 3 4 5 4 4 4 4 10 4"),
        (Code::NotFound, "5 5 5 5 5 5 5 5 5 5 5"),
        (Code::Refused, "1 2 3 4 5 6 6 6 6 6 6"),
        (Code::Misconfigured, "7 7 7 7 7 7 7 7 7 7 7"),
        (Code::Throttled, "8 8 8 8 8 8 8 8 8 8 8"),
        (Code::Unknown, "1 2 3 4 5 9 9 9 9 10 9"),
        (Code::Open, "10 10 10 10 10 10 10 10 10 10 10"),
    ];

    fn outcome(code: Code, confirm: Confirm, msg_id: &str) -> Outcome {
        let words = GatewayWords { code: Some(msg_id.into()), ..GatewayWords::default() };
        Outcome::judge(Says::new(code).confirm(confirm), words, Some(Proof::tls_only())).of_exchange(msg_id, None)
    }

    #[test]
    fn every_pair_of_a_close_and_a_query() {
        let mut pairs = 0;
        for (reported, row) in TABLE {
            let close = || outcome(reported, Confirm::Recommended, "close");
            let queries = Code::ALL.iter().copied().map(Some).chain([None]);
            for (said, expected) in queries.zip(row.split(' ')) {
                let settled = close().settled_by(said.map(|said| outcome(said, Confirm::NotNeeded, "query").of_query()));
                let (code, contradiction) = if expected == "!" { ("9", true) } else { (expected, false) };
                assert_eq!((settled.code() as i32).to_string(), code, "{reported} then {said:?}");
                assert_eq!(settled.contradiction(), contradiction, "{reported} then {said:?}");
                assert_eq!(settled.reason() == Some(Reason::Contradiction), contradiction);
                assert_eq!(settled.hint(), if contradiction { said } else { None });
                assert_eq!(settled.msg_id(), "close");
                assert!(settled.code() != Code::Unknown || settled.retry() == Retry::AfterQuery);
                assert!(settled.explanation().en.ends_with(&format!("says: {}.", said.unwrap_or(Code::Unknown))));
                pairs += 1;
            }
        }
        assert_eq!(pairs, 110);
    }

    #[test]
    fn a_query_that_agrees_settles_the_close_with_its_own_evidence() {
        let settled =
            |confirm| outcome(Code::AlreadyClosed, Confirm::Recommended, "close").settled_by(Some(outcome(Code::Closed, confirm, "query")));
        let done = settled(Confirm::NotNeeded);
        assert_eq!((done.code(), done.next(), done.evidence()), (Code::AlreadyClosed, Next::Done, Evidence::TlsOnly));
        assert_eq!(done.gateway().code.as_deref(), Some("query"));
        assert_eq!(settled(Confirm::Required).next(), Next::Confirm);
    }

    #[test]
    fn a_query_is_wanted_where_the_outcome_asks_for_one() {
        let wants = |code, confirm| outcome(code, confirm, "").wants_query();
        assert!(!wants(Code::Closed, Confirm::NotNeeded) && wants(Code::Closed, Confirm::Required));
        let others = [Code::Processing, Code::Refused, Code::Unknown];
        assert!(Code::ALL[2..].iter().all(|&code| wants(code, Confirm::NotNeeded) == others.contains(&code)));
    }
}
