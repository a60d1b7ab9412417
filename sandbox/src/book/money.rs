//! Money: who paid, and what was given back for which number, so that nothing is given back twice or beyond what was paid.

use time::OffsetDateTime;

use super::{Book, Pages, State};
use crate::clock;

/// Money that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The gateway.
    pub gateway: &'static str,
    /// The order.
    pub order: String,
    /// Which way, and why.
    pub kind: MovementKind,
    /// The amount, in hundredths of a yuan.
    pub fen: u64,
    pub(crate) when: OffsetDateTime,
}

/// Which way money has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// The buyer paid, which happens once to an order.
    Paid,
    /// Given back by the refund of this number, the merchant's own.
    Refunded(String),
    /// Given back without such a number: reversed, voided, or before anybody asked.
    Undone,
}

/// A refund that the gateway has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The gateway.
    pub gateway: &'static str,
    /// The merchant's number, by which it happens once: `out_refund_no`, `refundOrderId`, `mch_refund_no`, `out_request_no`, ICBC's
    /// `partnerSeq` of the refund.
    pub number: String,
    /// The order.
    pub order: String,
    /// The amount, in hundredths of a yuan.
    pub fen: u64,
    /// What has become of it.
    pub state: RefundState,
    pub(crate) since: OffsetDateTime,
}

/// What has become of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted, and no money has moved.
    Processing,
    /// The buyer has the money.
    Done,
    /// No money will move.
    Failed,
}

impl RefundState {
    /// The upper-case name, which the admin pages speak.
    pub fn name(self) -> &'static str {
        match self {
            RefundState::Processing => "PROCESSING",
            RefundState::Done => "DONE",
            RefundState::Failed => "FAILED",
        }
    }
}

/// A refund as it is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) number: &'a str,
    pub(crate) order: &'a str,
    pub(crate) fen: u64,
    /// What the order is said to have cost, where that is said.
    pub(crate) total: Option<u64>,
    /// Whether an open order that no create made is one that was paid: ChinaUMS's completions.
    pub(crate) open_is_paid: bool,
}

/// Why money is not given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    NotFound,
    Unpaid,
    Closed,
    /// The number is that of another refund, or the order cost something else.
    Mismatch,
    /// More than there is left.
    TooMuch,
    /// Nothing is left.
    AllReturned,
    Refused,
    Limited,
}

impl Denied {
    /// Why an order in this state is not given back; nothing, where it can be.
    pub(crate) fn of(state: State) -> Option<Denied> {
        match state {
            State::Paid | State::Refunded | State::Reserved | State::Released => None,
            State::Open | State::Accepted | State::Processing => Some(Denied::Unpaid),
            State::Closed => Some(Denied::Closed),
            State::NotFound => Some(Denied::NotFound),
            State::Refused => Some(Denied::Refused),
            State::Limited => Some(Denied::Limited),
        }
    }
}

impl Book {
    /// Gives back what can be given back, once for each number. The prefix of the number decides what becomes of it.
    pub(crate) fn refund(&self, gateway: &'static str, wanted: &Wanted<'_>) -> Result<Refund, Denied> {
        let mut pages = self.pages();
        let known = pages.refunds.iter().position(|refund| refund.is(gateway, wanted.number));
        if let Some(refund) = known.and_then(|at| pages.refunds.get(at)) {
            if (refund.order.as_str(), refund.fen) != (wanted.order, wanted.fen) {
                return Err(Denied::Mismatch);
            }
            if refund.state != RefundState::Failed {
                return Ok(refund.clone());
            }
        }
        let state = match State::of_prefix(wanted.number) {
            None | Some(State::Open) => RefundState::Done,
            Some(state @ (State::NotFound | State::Refused | State::Limited)) => return Err(Denied::of(state).unwrap_or(Denied::Refused)),
            Some(State::Processing | State::Accepted) => RefundState::Processing,
            Some(_) => RefundState::Done,
        };
        pages.refundable(gateway, wanted)?;
        let refund = Refund {
            gateway,
            number: wanted.number.to_string(),
            order: wanted.order.to_string(),
            fen: wanted.fen,
            state,
            since: clock::now(),
        };
        if let Some(at) = known {
            pages.refunds.remove(at);
        }
        pages.refunds.push(refund.clone());
        if state == RefundState::Done {
            pages.returned(&refund);
        }
        Ok(refund)
    }

    /// The refund of this number.
    pub(crate) fn refunded(&self, gateway: &str, number: &str) -> Option<Refund> {
        self.pages().refunds.iter().find(|refund| refund.is(gateway, number)).cloned()
    }

    /// The refunds of an order in their order.
    pub(crate) fn refunds_of(&self, gateway: &str, order: &str) -> Vec<Refund> {
        self.pages().refunds.iter().filter(|refund| refund.gateway == gateway && refund.order == order).cloned().collect()
    }

    pub(crate) fn refunds(&self) -> Vec<Refund> {
        self.pages().refunds.clone()
    }

    pub(crate) fn movements(&self) -> Vec<Movement> {
        self.pages().movements.clone()
    }

    /// Ends a refund that was processing, with or without the money.
    pub(crate) fn settle(&self, gateway: &str, number: &str, is_done: bool) -> Option<()> {
        let mut pages = self.pages();
        let refund = pages.refunds.iter_mut().find(|refund| refund.is(gateway, number) && refund.state == RefundState::Processing)?;
        refund.state = if is_done { RefundState::Done } else { RefundState::Failed };
        let refund = refund.clone();
        if is_done {
            pages.returned(&refund);
        }
        Some(())
    }

    /// Undoes a payment or closes what is open; the state it was in before.
    pub(crate) fn reverse(&self, gateway: &'static str, number: &str) -> State {
        let mut pages = self.pages();
        let before = pages.line(gateway, number).state;
        match before {
            State::Open | State::Processing => pages.line(gateway, number).state = State::Closed,
            State::Paid => {
                pages.has_paid(gateway, number);
                pages.undone(gateway, number);
                pages.line(gateway, number).state = State::Closed;
            }
            _ => {}
        }
        before
    }
}

impl Refund {
    fn is(&self, gateway: &str, number: &str) -> bool {
        self.gateway == gateway && self.number == number
    }
}

impl Pages {
    /// Whether so much of the order can be given back.
    fn refundable(&mut self, gateway: &'static str, wanted: &Wanted<'_>) -> Result<(), Denied> {
        let order = self.look(gateway, wanted.order);
        let stands = order.state == State::Open && wanted.open_is_paid && !order.created;
        if let Some(denied) = Denied::of(order.state).filter(|_| !stands) {
            return Err(denied);
        }
        if wanted.total.is_some_and(|total| total != order.total) {
            return Err(Denied::Mismatch);
        }
        self.has_paid(gateway, wanted.order);
        match self.left(gateway, wanted.order, order.total) {
            0 => Err(Denied::AllReturned),
            left if wanted.fen > left || wanted.fen == 0 => Err(Denied::TooMuch),
            _ => Ok(()),
        }
    }

    /// What has neither gone back nor is about to.
    fn left(&self, gateway: &str, order: &str, total: u64) -> u64 {
        let refunds = self.refunds.iter().filter(|refund| refund.gateway == gateway && refund.order == order);
        let refunds: u64 = refunds.filter(|refund| refund.state != RefundState::Failed).map(|refund| refund.fen).sum();
        let undone = self.movements_of(gateway, order).filter(|movement| movement.kind == MovementKind::Undone);
        total.saturating_sub(refunds).saturating_sub(undone.map(|movement| movement.fen).sum())
    }

    fn movements_of(&self, gateway: &str, order: &str) -> impl Iterator<Item = &Movement> {
        self.movements.iter().filter(move |movement| movement.gateway == gateway && movement.order == order)
    }

    /// Notes the payment, and what went back before anybody asked, unless that was noted.
    pub(super) fn has_paid(&mut self, gateway: &'static str, number: &str) {
        let order = *self.line(gateway, number);
        if self.movements_of(gateway, number).next().is_none() {
            self.moves(gateway, number, MovementKind::Paid, order.total);
        }
        if order.state == State::Refunded && self.movements_of(gateway, number).count() == 1 {
            self.undone(gateway, number);
        }
    }

    /// Gives back all that is left.
    fn undone(&mut self, gateway: &'static str, number: &str) {
        let total = self.line(gateway, number).total;
        let left = self.left(gateway, number, total);
        self.moves(gateway, number, MovementKind::Undone, left);
    }

    fn returned(&mut self, refund: &Refund) {
        self.moves(refund.gateway, &refund.order, MovementKind::Refunded(refund.number.clone()), refund.fen);
        self.line(refund.gateway, &refund.order).state = State::Refunded;
    }

    fn moves(&mut self, gateway: &'static str, order: &str, kind: MovementKind, fen: u64) {
        self.movements.push(Movement { gateway, order: order.to_string(), kind, fen, when: clock::now() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted<'a>(number: &'a str, order: &'a str, fen: u64) -> Wanted<'a> {
        Wanted { number, order, fen, total: Some(100), open_is_paid: false }
    }

    fn given_back(book: &Book) -> u64 {
        book.movements().iter().filter(|movement| movement.kind != MovementKind::Paid).map(|movement| movement.fen).sum()
    }

    #[test]
    fn once_for_a_number_and_never_more_than_was_paid() {
        let book = Book::default();
        let refund = |number, fen| book.refund("wechat", &wanted(number, "PAID1", fen)).map(|refund| refund.state);
        assert_eq!((refund("R1", 40), refund("R1", 40)), (Ok(RefundState::Done), Ok(RefundState::Done)));
        assert_eq!((refund("R1", 41), given_back(&book)), (Err(Denied::Mismatch), 40));
        assert_eq!(
            (refund("R2", 61), refund("R2", 60), refund("R3", 1)),
            (Err(Denied::TooMuch), Ok(RefundState::Done), Err(Denied::AllReturned))
        );
        assert_eq!((given_back(&book), book.look("wechat", "PAID1")), (100, State::Refunded));
        assert_eq!(book.movements().len(), 3);
    }

    #[test]
    fn what_is_not_paid_is_not_given_back() {
        let book = Book::default();
        for (order, denied) in [
            ("A1", Denied::Unpaid),
            ("CLOSED1", Denied::Closed),
            ("NOTFOUND1", Denied::NotFound),
            ("LIMITED1", Denied::Limited),
            ("REFUNDED1", Denied::AllReturned),
        ] {
            assert_eq!(book.refund("wechat", &wanted("R1", order, 1)), Err(denied), "{order}");
        }
        assert_eq!(book.refund("wechat", &wanted("REFUSED1", "PAID1", 1)), Err(Denied::Refused));
        assert_eq!(book.refund("wechat", &Wanted { total: Some(99), ..wanted("R1", "PAID1", 1) }), Err(Denied::Mismatch));
        assert_eq!(book.refund("chinaums", &Wanted { open_is_paid: true, ..wanted("R1", "A1", 1) }).map(|refund| refund.fen), Ok(1));
        assert!(book.order("wechat", "A1").is_none());
    }

    #[test]
    fn a_refund_can_take_its_time() {
        let book = Book::default();
        let refund = |fen| book.refund("wechat", &wanted("PROCESSING1", "PAID1", fen)).map(|refund| refund.state);
        assert_eq!((refund(60), given_back(&book)), (Ok(RefundState::Processing), 0));
        assert_eq!(book.refund("wechat", &wanted("R2", "PAID1", 41)), Err(Denied::TooMuch));
        assert_eq!((book.settle("wechat", "PROCESSING1", false), given_back(&book)), (Some(()), 0));
        assert_eq!((refund(60), book.refunds().len()), (Ok(RefundState::Processing), 1));
        assert_eq!((book.settle("wechat", "PROCESSING1", true), book.settle("wechat", "PROCESSING1", true)), (Some(()), None));
        assert_eq!((refund(60), given_back(&book)), (Ok(RefundState::Done), 60));
    }

    #[test]
    fn a_reversal_undoes_what_was_paid() {
        let book = Book::default();
        assert_eq!((book.reverse("wechat", "PAID1"), book.reverse("wechat", "PAID1")), (State::Paid, State::Closed));
        assert_eq!((book.reverse("wechat", "A1"), given_back(&book)), (State::Open, 100));
    }
}
