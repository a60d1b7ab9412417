//! What stands under `order`, and how a reply names it.

use super::account::Edgeros;
use super::envelope::Reply;
use crate::gateway::Echo;
use crate::gateway::field::Field;
use crate::ground::error::{Error, Result};
use serde::Deserialize;

/// With both numbers the gateway obeys `transaction_no`, and both must come back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    transaction_no: Option<String>,
    mch_trade_no: Option<String>,
}

impl Order {
    /// At least one of the two, each at most 50 characters.
    pub(super) fn check(&self) -> Result<()> {
        let given = [("order.transaction_no", &self.transaction_no), ("order.mch_trade_no", &self.mch_trade_no)];
        for (path, number) in given {
            if let Some(number) = number {
                Field::of_call(path, number).max_chars(50)?.order_number()?;
            }
        }
        if given.iter().all(|(_, number)| number.as_deref().unwrap_or_default().trim().is_empty()) {
            return Err(Error::call("order.mch_trade_no", "is missing: give mch_trade_no, transaction_no or both"));
        }
        Ok(())
    }

    pub(super) fn numbers(&self) -> impl DoubleEndedIterator<Item = (&'static str, &str)> {
        [("transaction_no", self.transaction_no.as_deref()), ("mch_trade_no", self.mch_trade_no.as_deref())]
            .into_iter()
            .filter_map(|(name, number)| Some((name, number?)))
    }

    /// Every number asked for must come back after a call that succeeded; an error need not name any. The merchant must be ours.
    pub(super) fn echo(&self, account: &Edgeros, reply: &Reply) -> Echo {
        let asked: Vec<_> = self.numbers().filter(|(_, asked)| !asked.is_empty()).collect();
        let echoed = |name: &str| if name == "transaction_no" { &reply.data.transaction_no } else { &reply.data.mch_trade_no };
        let is_another = |(name, asked): &(&str, &str)| echoed(name).as_ref().is_some_and(|echoed| echoed != asked);
        if reply.data.mch_no.as_deref() != Some(account.mch_no.as_str()) || asked.iter().any(is_another) {
            return Echo::NotOurs;
        }
        match asked.iter().all(|(name, _)| echoed(name).is_some()) {
            true => Echo::Order,
            false if reply.status == "200" => Echo::NotOurs,
            false => Echo::Silent,
        }
    }
}
