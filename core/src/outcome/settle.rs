//! A close and the query that followed it, made one outcome.

use super::{Code, Evidence, Next, Outcome, Reason};
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
        let said = query.as_ref().map(Self::code);
        let msg_id = self.msg_id.clone();
        let settled = match (reported, query) {
            (Closed | AlreadyClosed, Some(query)) => match query.denial() {
                Some(hint) => Self {
                    says: Says { hint, ..Says::new(Unknown).contradiction() },
                    reason: Some(Reason::Contradiction),
                    denied: true,
                    ..query
                },
                None if query.is_closed() => Self { says: Says { code: reported, ..query.says }, ..query },
                None => self,
            },
            // An authentic word of money is outweighed by no other.
            (Unknown, Some(query)) if self.points_to_money() && query.code() != Paid => self,
            (Unknown | Processing | Refused, Some(query)) => match query.code() {
                Closed | AlreadyClosed | Paid | Processing => {
                    Self { says: Says { retry: Says::new(query.code()).retry, ..query.says }, ..query }
                }
                // The close may still be under way: that it has not happened yet proves nothing, nor does a reply that names no order.
                said => {
                    let pointed = if matches!(said, Open | NotFound) { Some(said) } else { query.hint() };
                    let hint = if self.hint() == Some(Paid) { self.hint() } else { pointed.or(self.hint()) };
                    Self { says: Says { hint, ..self.says }, ..self }
                }
            },
            _ => self,
        };
        Self { msg_id, query_said: said, ..settled }
    }

    /// What an authentic reply to a query says against a close; `Some(None)` if it contradicts itself and does not say what.
    fn denial(&self) -> Option<Option<Code>> {
        match self.code() {
            Code::Paid | Code::Processing | Code::NotFound | Code::Open => Some(Some(self.code())),
            Code::Unknown if self.is_authentic() && self.contradiction() || self.points_to_money() => Some(self.hint()),
            _ => None,
        }
    }

    fn is_authentic(&self) -> bool {
        self.evidence() != Evidence::None
    }

    /// Authentic, and not paid for certain.
    fn points_to_money(&self) -> bool {
        self.is_authentic() && self.hint() == Some(Code::Paid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Confirm, GatewayWords, Retry};
    use crate::verdict::Proof;

    /// What comes out, by outcome number: a row for each of what the close says, a column for each of what the query says, the last
    /// one if it could not be sent. `!` is unknown by contradiction; `?` adds what the query said as a hint.
    const TABLE: [(Code, &str); 10] = [
        (Code::Closed, "1 1 ! ! ! 1 1 1 1 ! 1"),
        (Code::AlreadyClosed, "2 2 ! ! ! 2 2 2 2 ! 2"),
        (Code::Paid, "3 3 3 3 3 3 3 3 3 3 3"),
        (Code::Processing, "1 2 3 4 4? 4 4 4 4 4? 4"),
        (Code::NotFound, "5 5 5 5 5 5 5 5 5 5 5"),
        (Code::Refused, "1 2 3 4 6? 6 6 6 6 6? 6"),
        (Code::Misconfigured, "7 7 7 7 7 7 7 7 7 7 7"),
        (Code::Throttled, "8 8 8 8 8 8 8 8 8 8 8"),
        (Code::Unknown, "1 2 3 4 9? 9 9 9 9 9? 9"),
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
                let contradiction = expected == "!";
                let hinted = contradiction || expected.ends_with('?');
                let code = if contradiction { "9" } else { expected.trim_end_matches('?') };
                assert_eq!((settled.code() as i32).to_string(), code, "{reported} then {said:?}");
                assert_eq!(settled.contradiction(), contradiction, "{reported} then {said:?}");
                assert_eq!(settled.reason() == Some(Reason::Contradiction), contradiction);
                assert_eq!(settled.hint(), if hinted { said } else { None }, "{reported} then {said:?}");
                assert_eq!(settled.msg_id(), "close");
                assert!(settled.code() != Code::Unknown || settled.retry() == Retry::AfterQuery);
                let told = settled.explanation().en;
                assert!(said.map_or(!told.contains("says:"), |said| told.ends_with(&format!("says: {said}."))), "{told}");
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
    fn a_query_that_contradicts_itself_or_hints_at_money_denies_a_close_too() {
        let settled = |says, proof| {
            let query = Outcome::judge(says, GatewayWords::default(), proof);
            outcome(Code::Closed, Confirm::Recommended, "close").settled_by(Some(query))
        };
        for says in [Says::new(Code::Unknown).contradiction(), Says::new(Code::Unknown).hint(Code::Paid)] {
            let denied = settled(says, Some(Proof::tls_only()));
            assert_eq!((denied.code(), denied.reason(), denied.hint()), (Code::Unknown, Some(Reason::Contradiction), says.hint));
            assert_eq!(settled(says, None).code(), Code::Closed, "nobody's word");
        }
        assert_eq!(settled(Says::new(Code::Unknown).hint(Code::Processing), Some(Proof::tls_only())).code(), Code::Closed);
    }

    #[test]
    fn a_close_that_points_to_money_is_settled_by_money_alone() {
        let says = Says::new(Code::Unknown).contradiction().hint(Code::Paid);
        let settled = |proof, said| {
            let close = Outcome::judge(says, GatewayWords::default(), proof);
            close.settled_by(Some(outcome(said, Confirm::NotNeeded, "query").of_query()))
        };
        for &said in Code::ALL {
            let money = settled(Some(Proof::tls_only()), said);
            let expected = if said == Code::Paid { (Code::Paid, None) } else { (Code::Unknown, Some(Code::Paid)) };
            assert_eq!((money.code(), money.hint()), expected, "{said}");
        }
        assert_eq!(settled(None, Code::Closed).code(), Code::Closed, "nobody's word");
    }

    #[test]
    fn a_query_is_wanted_where_the_outcome_asks_for_one() {
        let wants = |code, confirm| outcome(code, confirm, "").wants_query();
        assert!(!wants(Code::Closed, Confirm::NotNeeded) && wants(Code::Closed, Confirm::Required));
        let others = [Code::Processing, Code::Refused, Code::Unknown];
        assert!(Code::ALL[2..].iter().all(|&code| wants(code, Confirm::NotNeeded) == others.contains(&code)));
    }
}
