//! What has been told: when each order came into its state, and the last notice about it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use time::OffsetDateTime;

use super::Notice;
use crate::book::State;
use crate::clock;
use crate::lock::lock;

/// The state of an order, and how many refunds of it are done.
type Standing = (State, usize);

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    since: Mutex<BTreeMap<(&'static str, String, &'static str), OffsetDateTime>>,
    /// As it was when somebody looked.
    seen: Mutex<BTreeMap<(&'static str, String), Standing>>,
    last: Mutex<BTreeMap<(&'static str, String), Notice>>,
}

impl Ledger {
    /// When the order came into the state: when that was asked for the first time.
    pub(crate) fn since(&self, gateway: &'static str, number: &str, state: State) -> OffsetDateTime {
        *lock(&self.since).entry((gateway, number.to_string(), state.name())).or_insert_with(clock::now)
    }

    /// Whether the order was seen in another state before, or never.
    pub(crate) fn is_news(&self, gateway: &'static str, number: &str, now: Standing) -> bool {
        lock(&self.seen).insert((gateway, number.to_string()), now) != Some(now)
    }

    pub(crate) fn last(&self, account: &'static str, number: &str) -> Option<Notice> {
        lock(&self.last).get(&(account, number.to_string())).cloned()
    }

    pub(crate) fn keep(&self, account: &'static str, number: &str, notice: &Notice) {
        lock(&self.last).insert((account, number.to_string()), notice.clone());
    }
}
