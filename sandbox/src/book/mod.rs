//! The order book: what the gateways know about each order, how often a request named it, and what became of its money.

mod money;
mod state;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use crate::call::Call;
use crate::lock::lock;
pub(crate) use money::{Denied, Wanted};
pub use money::{Movement, MovementKind, Refund, RefundState};
pub use state::State;
pub(crate) use state::has_prefix;

/// What an order costs that no create has made, in fen.
const TOTAL: u64 = 100;

/// One line of the book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) state: State,
    /// Complete closes received that name the order, whatever their signature.
    pub(crate) posts: usize,
    /// Complete queries, likewise.
    pub(crate) queries: usize,
    /// What it costs, in fen.
    pub(crate) total: u64,
    /// Whether a create made it.
    pub(crate) created: bool,
}

/// What becomes of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    /// The order is new.
    Made,
    /// It is asked for once more in the same words, and nobody has paid.
    Again,
    /// The number is that of another order.
    Taken,
    /// The order is there, in this state.
    Is(State),
}

/// Orders by gateway and number, and the money.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pages: Mutex<Pages>,
    /// What the merchant attached to an order, and its query gives back.
    attached: Mutex<BTreeMap<(&'static str, String), String>>,
    /// The words of the request that made an order.
    words: Mutex<BTreeMap<(&'static str, String), String>>,
    msg_ids: Mutex<HashSet<String>>,
    /// Complete requests by the number they name, whatever their signature.
    heard: Mutex<BTreeMap<(&'static str, Call, String), usize>>,
}

#[derive(Debug, Default)]
struct Pages {
    lines: BTreeMap<(&'static str, String), Order>,
    refunds: Vec<Refund>,
    movements: Vec<Movement>,
}

impl Book {
    pub(crate) fn order(&self, gateway: &'static str, number: &str) -> Option<Order> {
        self.pages().lines.get(&(gateway, number.to_string())).copied()
    }

    pub(crate) fn set(&self, gateway: &'static str, number: &str, state: State) {
        self.pages().put(gateway, number, state);
    }

    /// The same from one of these states alone; from another one the order stays as it is.
    ///
    /// # Errors
    /// The state it is in.
    pub(crate) fn set_from(&self, gateway: &'static str, number: &str, from: &[State], state: State) -> Result<(), State> {
        let mut pages = self.pages();
        let now = pages.look(gateway, number).state;
        if !from.contains(&now) {
            return Err(now);
        }
        pages.put(gateway, number, state);
        Ok(())
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

    /// Counts a complete request that names the order or the refund, whatever its signature.
    pub(crate) fn count(&self, gateway: &'static str, number: &str, call: Call) {
        *lock(&self.heard).entry((gateway, call, number.to_string())).or_default() += 1;
        match call {
            Call::Close => self.pages().line(gateway, number).posts += 1,
            Call::Query => self.pages().line(gateway, number).queries += 1,
            _ => {}
        }
    }

    /// How many complete requests of this call named this number.
    pub(crate) fn heard(&self, gateway: &'static str, call: Call, number: &str) -> usize {
        lock(&self.heard).get(&(gateway, call, number.to_string())).copied().unwrap_or_default()
    }

    /// The state of the order, which stays as it is.
    pub(crate) fn look(&self, gateway: &'static str, number: &str) -> State {
        self.pages().look(gateway, number).state
    }

    /// What the order costs, in fen.
    pub(crate) fn total(&self, gateway: &'static str, number: &str) -> u64 {
        self.pages().look(gateway, number).total
    }

    /// Makes an order of so much that a buyer can pay; `words` are what a second request for it must repeat. The prefix of the
    /// number decides how it stands.
    pub(crate) fn create(&self, gateway: &'static str, number: &str, total: u64, words: &str) -> Created {
        let key = (gateway, number.to_string());
        let mut pages = self.pages();
        let order = pages.look(gateway, number);
        if order.created {
            let is_same = lock(&self.words).get(&key).is_some_and(|known| known == words);
            return match order.state {
                State::Open | State::Processing | State::Accepted if is_same => Created::Again,
                State::Open | State::Processing | State::Accepted => Created::Taken,
                state => Created::Is(state),
            };
        }
        let state = match order.state {
            State::Open | State::NotFound => State::Open,
            State::Processing | State::Accepted => order.state,
            state => return Created::Is(state),
        };
        pages.lines.insert(key.clone(), Order { state, total, created: true, ..order });
        lock(&self.words).insert(key, words.to_string());
        Created::Made
    }

    /// Closes the order if it is open, and returns the state it had before.
    pub(crate) fn close(&self, gateway: &'static str, number: &str) -> State {
        let mut pages = self.pages();
        let order = pages.line(gateway, number);
        let before = order.state;
        if before == State::Open {
            order.state = State::Closed;
        }
        before
    }

    /// A buyer pays the order if it is open; the state it is in now.
    pub(crate) fn pay(&self, gateway: &'static str, number: &str) -> State {
        let mut pages = self.pages();
        let order = pages.line(gateway, number);
        if order.state == State::Open {
            order.state = State::Paid;
        }
        let state = order.state;
        if state == State::Paid {
            pages.has_paid(gateway, number);
        }
        state
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
        self.pages().lines.iter().map(|((gateway, number), order)| (*gateway, number.clone(), *order)).collect()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        lock(&self.pages)
    }
}

impl Pages {
    fn look(&self, gateway: &'static str, number: &str) -> Order {
        let new = || Order { state: State::of_new(number), posts: 0, queries: 0, total: TOTAL, created: false };
        self.lines.get(&(gateway, number.to_string())).copied().unwrap_or_else(new)
    }

    fn put(&mut self, gateway: &'static str, number: &str, state: State) {
        self.line(gateway, number).state = state;
        if matches!(state, State::Paid | State::Refunded) {
            self.has_paid(gateway, number);
        }
    }

    fn line(&mut self, gateway: &'static str, number: &str) -> &mut Order {
        let order = self.look(gateway, number);
        self.lines.entry((gateway, number.to_string())).or_insert(order)
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
