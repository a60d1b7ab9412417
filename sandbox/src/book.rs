//! The order book: what the gateways know about each order, and how often a request named it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use crate::call::Call;
use crate::lock::lock;

/// What a gateway knows about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Unpaid and closable; at ChinaUMS: a completed pre-authorisation that still stands.
    Open,
    /// Closed by a correct request, or before.
    Closed,
    /// Paid: too late to close.
    Paid,
    /// The buyer or the bank is in the middle.
    Processing,
    /// The gateway knows no such order.
    NotFound,
    /// The gateway says no without a reason above.
    Refused,
    /// The gateway answers that it is asked too often.
    Limited,
    /// Paid, and given back since. A close hears what it hears of a paid order, a query `REFUND` at WeChat Pay and ChinaUMS; the
    /// others have no word for it, and it is as paid.
    Refunded,
    /// Waiting to be charged: `ACCEPT` at WeChat Pay, as processing elsewhere.
    Accepted,
    /// ICBC: the money is held and not transferred, which a close cannot tell from paid; as paid elsewhere.
    Reserved,
    /// ICBC: what was held has been set free; as paid elsewhere.
    Released,
}

impl State {
    /// Every state.
    pub const ALL: [State; 11] = [
        State::Open,
        State::Closed,
        State::Paid,
        State::Processing,
        State::NotFound,
        State::Refused,
        State::Limited,
        State::Refunded,
        State::Accepted,
        State::Reserved,
        State::Released,
    ];

    /// The upper-case name: what the admin pages speak, and the prefix that gives a new order this state.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "OPEN",
            State::Closed => "CLOSED",
            State::Paid => "PAID",
            State::Processing => "PROCESSING",
            State::NotFound => "NOTFOUND",
            State::Refused => "REFUSED",
            State::Limited => "LIMITED",
            State::Refunded => "REFUNDED",
            State::Accepted => "ACCEPTED",
            State::Reserved => "RESERVED",
            State::Released => "RELEASED",
        }
    }

    /// The state of this name, in any case.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(name))
    }

    /// The state whose name the number begins with.
    pub(crate) fn of_prefix(number: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| has_prefix(number, state.name()))
    }

    /// The state an order number never seen before gets from its prefix.
    fn of_new(number: &str) -> State {
        State::of_prefix(number).unwrap_or(State::Open)
    }
}

/// Whether the number begins with the prefix, in any case.
pub(crate) fn has_prefix(number: &str, prefix: &str) -> bool {
    number.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// One line of the book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) state: State,
    /// Complete closes received that name the order, whatever their signature.
    pub(crate) posts: usize,
    /// Complete queries, likewise.
    pub(crate) queries: usize,
}

/// Orders by gateway and number.
#[derive(Debug, Default)]
pub(crate) struct Book {
    orders: Mutex<BTreeMap<(&'static str, String), Order>>,
    /// What the merchant attached to an order, and its query gives back.
    attached: Mutex<BTreeMap<(&'static str, String), String>>,
    msg_ids: Mutex<HashSet<String>>,
}

impl Book {
    pub(crate) fn order(&self, gateway: &'static str, number: &str) -> Option<Order> {
        lock(&self.orders).get(&(gateway, number.to_string())).copied()
    }

    pub(crate) fn set(&self, gateway: &'static str, number: &str, state: State) {
        self.with(gateway, number, |order| order.state = state);
    }

    /// Attaches the merchant's own text to an order.
    pub(crate) fn attach(&self, gateway: &'static str, number: &str, text: &str) {
        lock(&self.attached).insert((gateway, number.to_string()), text.to_string());
    }

    /// What is attached to the order, or, where its number holds `ATTACH`, to every such one.
    pub(crate) fn attached(&self, gateway: &'static str, number: &str) -> Option<String> {
        let attached = lock(&self.attached).get(&(gateway, number.to_string())).cloned();
        attached.or_else(|| number.to_ascii_uppercase().contains("ATTACH").then(|| "uid=1&order=2".to_string()))
    }

    /// Counts a complete request that names the order, whatever its signature.
    pub(crate) fn count(&self, gateway: &'static str, number: &str, call: Call) {
        self.with(gateway, number, |order| match call {
            Call::Close => order.posts += 1,
            Call::Query => order.queries += 1,
        });
    }

    /// The state of the order, which stays as it is.
    pub(crate) fn look(&self, gateway: &'static str, number: &str) -> State {
        self.order(gateway, number).map_or_else(|| State::of_new(number), |order| order.state)
    }

    /// Closes the order if it is open, and returns the state it had before.
    pub(crate) fn close(&self, gateway: &'static str, number: &str) -> State {
        self.with(gateway, number, |order| {
            let before = order.state;
            if before == State::Open {
                order.state = State::Closed;
            }
            before
        })
    }

    /// A buyer pays the order if it is open; the state it is in now.
    pub(crate) fn pay(&self, gateway: &'static str, number: &str) -> State {
        self.with(gateway, number, |order| {
            if order.state == State::Open {
                order.state = State::Paid;
            }
            order.state
        })
    }

    /// Whether this msg_id was never seen before.
    pub(crate) fn is_new_msg_id(&self, msg_id: &str) -> bool {
        lock(&self.msg_ids).insert(msg_id.to_string())
    }

    /// The orders of a gateway.
    pub(crate) fn numbers(&self, gateway: &str) -> impl Iterator<Item = String> {
        self.all().into_iter().filter(move |(of, _, _)| *of == gateway).map(|(_, number, _)| number)
    }

    pub(crate) fn all(&self) -> Vec<(&'static str, String, Order)> {
        let orders = lock(&self.orders);
        orders.iter().map(|((gateway, number), order)| (*gateway, number.clone(), *order)).collect()
    }

    fn with<T>(&self, gateway: &'static str, number: &str, change: impl FnOnce(&mut Order) -> T) -> T {
        let mut orders = lock(&self.orders);
        let new = || Order { state: State::of_new(number), posts: 0, queries: 0 };
        change(orders.entry((gateway, number.to_string())).or_insert_with(new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_orders_close() {
        let book = Book::default();
        assert_eq!(book.close("icbc", "A1"), State::Open);
        assert_eq!(book.close("icbc", "A1"), State::Closed);
        assert_eq!(book.close("icbc", "paid-1"), State::Paid);
        assert_eq!(book.order("icbc", "paid-1").unwrap().state, State::Paid);
        assert!(book.order("wechat", "A1").is_none());
        assert_eq!(book.close("icbc", "支付PAID"), State::Open);
        assert_eq!(book.look("icbc", "A1"), State::Closed);
    }

    #[test]
    fn queries_change_nothing_and_are_counted_apart() {
        let book = Book::default();
        book.count("icbc", "A1", Call::Query);
        book.count("icbc", "A1", Call::Close);
        assert_eq!((book.look("icbc", "A1"), book.look("icbc", "PAID1")), (State::Open, State::Paid));
        let order = book.order("icbc", "A1").unwrap();
        assert_eq!((order.state, order.posts, order.queries), (State::Open, 1, 1));
    }
}
