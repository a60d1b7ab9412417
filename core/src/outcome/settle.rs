//! A close and the query that followed it, made one outcome. ADR 9 says why every cell is what it is.

use super::code::{Code, Confirm, Evidence, Next, Reason};
use super::record::Outcome;
use super::says::Says;

impl Outcome {
    /// Whether a query could say more.
    pub(crate) fn wants_query(&self) -> bool {
        matches!(self.next(), Next::Confirm | Next::Query)
    }

    /// What stands once a query was tried; `None` if it could not be sent. The message id stays that of the close.
    pub(crate) fn settled_by(self, query: Option<Self>) -> Self {
        let said = query.as_ref().map(Self::code);
        let msg_id = self.msg_id.clone();
        let settled = match (self.code(), query) {
            (Code::Closed | Code::AlreadyClosed, Some(query)) => self.closed_settled_by(query),
            (Code::Paid, Some(query)) => self.paid_settled_by(query),
            (Code::Unknown | Code::Processing | Code::Refused, Some(query)) => self.doubt_settled_by(query),
            _ => self,
        };
        Self { msg_id, query_said: said, ..settled }
    }

    /// A query that proves nothing changes nothing; one that denies the close makes it Unknown.
    fn closed_settled_by(self, query: Self) -> Self {
        match query.denies_a_close() {
            Denial::Of(hint) => query.contradicting(hint),
            Denial::None if query.is_closed() => query.agreeing_with(self),
            // Unsigned, it may be how the gateway books this very close.
            Denial::None if query.code() == Code::Refunded => Self { says: self.says.confirm(Confirm::Required), ..self },
            Denial::None => self,
        }
    }

    /// The query decides whether the merchant holds the money; what it leaves open stays a matter of money.
    fn paid_settled_by(self, query: Self) -> Self {
        match query.code() {
            Code::Paid => query.agreeing_with(self),
            Code::Refunded => query,
            Code::Closed | Code::AlreadyClosed | Code::Processing | Code::NotFound | Code::Open => query.contradicting(Some(Code::Paid)),
            Code::Unknown if query.is_authentic() => Self { says: query.says.hint(Code::Paid), ..query },
            _ => self,
        }
    }

    fn doubt_settled_by(self, query: Self) -> Self {
        match query.code() {
            Code::Paid | Code::Refunded => query.with_own_retry(),
            // An authentic word of money is outweighed by no other.
            _ if self.points_to_money() => self,
            Code::Closed | Code::AlreadyClosed | Code::Processing => query.with_own_retry(),
            // The close may still be under way: that it has not happened yet proves nothing, nor does a reply that names no order.
            said => {
                let pointed = if matches!(said, Code::Open | Code::NotFound) { Some(said) } else { query.hint() };
                let hint = if hints_at_money(self.hint()) { self.hint() } else { pointed.or(self.hint()) };
                Self { says: Says { hint, ..self.says }, ..self }
            }
        }
    }

    /// What an authentic reply to a query says against a close.
    fn denies_a_close(&self) -> Denial {
        match self.code() {
            code @ (Code::Paid | Code::Processing | Code::NotFound | Code::Open) => Denial::Of(Some(code)),
            Code::Refunded if self.evidence() == Evidence::SignedBound => Denial::Of(Some(Code::Refunded)),
            Code::Unknown if self.is_authentic() && self.contradiction() || self.points_to_money() => Denial::Of(self.hint()),
            _ => Denial::None,
        }
    }

    /// As the answer to a query that says the same as `reported`: settled, unless the query itself wants to be confirmed. Where nothing
    /// is signed, a query of its own is all there is.
    fn agreeing_with(self, reported: Self) -> Self {
        let confirm = match (self.evidence(), self.confirm()) {
            (Evidence::SignedBound, Confirm::Required) => Confirm::Required,
            (Evidence::SignedBound | Evidence::TlsOnly, _) => Confirm::NotNeeded,
            _ => return reported,
        };
        Self { says: Says { code: reported.code(), ..self.says.confirm(confirm) }, ..self }
    }

    fn contradicting(self, hint: Option<Code>) -> Self {
        let says = Says { hint, ..Says::new(Code::Unknown).contradiction() };
        Self { says, reason: Some(Reason::Contradiction), denied: true, ..self }
    }

    /// Not that of a query, which may always be asked again.
    fn with_own_retry(self) -> Self {
        Self { says: self.says.retry(Says::new(self.code()).retry), ..self }
    }

    fn is_authentic(&self) -> bool {
        self.evidence() != Evidence::None
    }

    /// Authentic, and about money that this library cannot place.
    fn points_to_money(&self) -> bool {
        self.code() == Code::Unknown && self.is_authentic() && hints_at_money(self.hint())
    }
}

enum Denial {
    None,
    /// With what it says instead, if it does not merely contradict itself.
    Of(Option<Code>),
}

fn hints_at_money(hint: Option<Code>) -> bool {
    matches!(hint, Some(Code::Paid | Code::Refunded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Proof;
    use crate::outcome::{GatewayWords, Retry, Verb};
    use crate::signatures::shared;

    /// What comes out of a close that wants to be confirmed and a signed query that names the order, by outcome number: a row for each of
    /// what the close says, a column for each of what the query says, the last one if it could not be sent. `!` is unknown by
    /// contradiction with what the query said as a hint, `$` with paid; `?` adds what the query said as a hint.
    const SIGNED: [(Code, &str); 11] = [
        (Code::Closed, "1d 1d ! ! ! 1 1 1 1 ! ! 1"),
        (Code::AlreadyClosed, "2d 2d ! ! ! 2 2 2 2 ! ! 2"),
        (Code::Paid, "$ $ 3d $ $ 3 3 3 9p $ 11 3"),
        (Code::Processing, "1d 2d 3d 4 4? 4 4 4 4 4? 11 4"),
        (Code::NotFound, "5 5 5 5 5 5 5 5 5 5 5 5"),
        (Code::Refused, "1d 2d 3d 4 6? 6 6 6 6 6? 11 6"),
        (Code::Misconfigured, "7 7 7 7 7 7 7 7 7 7 7 7"),
        (Code::Throttled, "8 8 8 8 8 8 8 8 8 8 8 8"),
        (Code::Unknown, "1d 2d 3d 4 9? 9 9 9 9 9? 11 9"),
        (Code::Open, "10 10 10 10 10 10 10 10 10 10 10 10"),
        (Code::Refunded, "11 11 11 11 11 11 11 11 11 11 11 11"),
    ];

    fn bound() -> Proof {
        Proof::signed_bound(shared::verify("A", "A").unwrap())
    }

    fn unbound() -> Proof {
        Proof::signed_unbound(shared::verify("A", "A").unwrap(), false)
    }

    fn tls() -> Proof {
        Proof::tls_only(true)
    }

    fn outcome(says: Says, proof: Option<Proof>, msg_id: &str) -> Outcome {
        let words = GatewayWords { code: Some(msg_id.into()), ..GatewayWords::default() };
        Outcome::judge(says, words, proof).of_exchange(msg_id, None)
    }

    fn close(code: Code) -> Outcome {
        outcome(Says::new(code), Some(unbound()), "close")
    }

    fn query(says: Says, proof: Proof) -> Option<Outcome> {
        Some(outcome(says, Some(proof), "query").asked(Verb::Query))
    }

    #[test]
    fn every_pair_of_a_close_and_a_signed_query() {
        let mut pairs = 0;
        for (reported, row) in SIGNED {
            let queries = Code::ALL.iter().copied().map(Some).chain([None]);
            for (said, expected) in queries.zip(row.split(' ')) {
                let settled = close(reported).settled_by(said.and_then(|said| query(Says::new(said), bound())));
                let pair = format!("{reported} then {said:?}");
                let contradiction = ["!", "$"].contains(&expected);
                let code = if contradiction { "9" } else { expected.trim_end_matches(['?', 'd', 'p']) };
                assert_eq!((settled.code() as i32).to_string(), code, "{pair}");
                assert_eq!(settled.contradiction(), contradiction, "{pair}");
                assert_eq!(settled.reason() == Some(Reason::Contradiction), contradiction, "{pair}");
                let hint = match expected {
                    "$" | "9p" => Some(Code::Paid),
                    _ if contradiction || expected.ends_with('?') => said,
                    _ => None,
                };
                assert_eq!(settled.hint(), hint, "{pair}");
                assert_eq!(matches!(settled.next(), Next::Done | Next::FulfilOrRefund), expected.ends_with('d'), "{pair}");
                assert_eq!(settled.msg_id(), "close");
                assert!(settled.code() != Code::Unknown || settled.retry() != Retry::Never, "{pair}");
                let told = settled.explanation().en;
                assert!(said.map_or(!told.contains("says:"), |said| told.ends_with(&format!("says: {said}."))), "{told}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, 132);
    }

    #[test]
    fn every_pair_of_a_close_and_a_query_that_nobody_signs() {
        let after = |reported, said| close(reported).settled_by(query(Says::new(said).confirm(Confirm::Required), tls()));
        for said in Code::ALL.iter().copied() {
            let (closed, doubt) = (after(Code::Closed, said), after(Code::Unknown, said));
            match said {
                Code::Closed | Code::AlreadyClosed => {
                    assert_eq!((closed.code(), closed.next(), closed.evidence()), (Code::Closed, Next::Done, Evidence::TlsOnly));
                    assert_eq!((doubt.code(), doubt.next()), (said, Next::Confirm), "it settles no close of another kind");
                }
                Code::Refunded => {
                    assert_eq!((closed.code(), closed.confirm()), (Code::Closed, Confirm::Required), "it may be how the void is booked");
                    assert_eq!((doubt.code(), doubt.next()), (Code::Refunded, Next::Reconcile));
                }
                Code::Paid | Code::Processing | Code::NotFound | Code::Open => {
                    assert_eq!((closed.code(), closed.hint(), closed.contradiction()), (Code::Unknown, Some(said), true));
                }
                Code::Refused | Code::Misconfigured | Code::Throttled | Code::Unknown => {
                    assert_eq!((closed.code(), closed.next()), (Code::Closed, Next::Confirm));
                }
            }
        }
    }

    #[test]
    fn a_query_that_agrees_settles_the_close_with_its_own_evidence_unless_it_wants_to_be_confirmed() {
        let settled = |confirm, proof| close(Code::AlreadyClosed).settled_by(query(Says::new(Code::Closed).confirm(confirm), proof));
        for confirm in [Confirm::NotNeeded, Confirm::Recommended] {
            let done = settled(confirm, bound());
            assert_eq!((done.code(), done.next(), done.evidence()), (Code::AlreadyClosed, Next::Done, Evidence::SignedBound));
            assert_eq!(done.gateway().code.as_deref(), Some("query"));
        }
        assert_eq!(settled(Confirm::Required, bound()).next(), Next::Confirm);
        let unsettled = settled(Confirm::NotNeeded, unbound());
        assert_eq!((unsettled.next(), unsettled.gateway().code.as_deref()), (Next::Confirm, Some("close")));
    }

    /// An authentic word of money, understood or not, never ends in "done".
    #[test]
    fn a_query_that_contradicts_itself_or_points_to_money_denies_a_close_too() {
        let settled = |says, proof| close(Code::Closed).settled_by(Some(outcome(says, proof, "query")));
        let unknown = Says::new(Code::Unknown);
        for says in [unknown.contradiction(), unknown.hint(Code::Paid), unknown.hint(Code::Refunded)] {
            for proof in [bound(), unbound(), tls()] {
                let denied = settled(says, Some(proof));
                assert_eq!((denied.code(), denied.reason(), denied.hint()), (Code::Unknown, Some(Reason::Contradiction), says.hint));
            }
            assert_eq!(settled(says, None).code(), Code::Closed, "nobody's word");
        }
        assert_eq!(settled(unknown.hint(Code::Processing), Some(tls())).code(), Code::Closed);
    }

    #[test]
    fn a_doubt_that_points_to_money_is_settled_by_money_alone() {
        for pointed in [Code::Paid, Code::Refunded] {
            let says = Says::new(Code::Unknown).contradiction().hint(pointed);
            let settled = |proof, said| outcome(says, proof, "close").settled_by(query(Says::new(said), bound()));
            for &said in Code::ALL {
                let money = settled(Some(unbound()), said);
                let expected = if matches!(said, Code::Paid | Code::Refunded) { (said, None) } else { (Code::Unknown, Some(pointed)) };
                assert_eq!((money.code(), money.hint()), expected, "{said}");
            }
            assert_eq!(settled(None, Code::Closed).code(), Code::Closed, "nobody's word");
        }
    }

    #[test]
    fn a_query_is_wanted_where_the_outcome_asks_for_one() {
        let wants = |code, proof| outcome(Says::new(code), Some(proof), "").wants_query();
        let others = [Code::Processing, Code::Refused, Code::Unknown];
        let rests_on_a_reply = [Code::Closed, Code::AlreadyClosed, Code::Paid];
        for &code in Code::ALL {
            assert_eq!(wants(code, bound()), others.contains(&code), "{code}");
            assert_eq!(wants(code, unbound()), others.contains(&code) || rests_on_a_reply.contains(&code), "{code}");
        }
    }
}
