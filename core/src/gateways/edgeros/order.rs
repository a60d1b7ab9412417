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
    pub(super) transaction_no: Option<String>,
    pub(super) mch_trade_no: Option<String>,
}

impl Order {
    /// At least one of the two, each at most 50 characters.
    pub(super) fn check(&self) -> Result<()> {
        self.check_each()?;
        if self.numbers().all(|(_, number)| number.trim().is_empty()) {
            return Err(Error::call("order.mch_trade_no", "is missing: give mch_trade_no, transaction_no or both"));
        }
        Ok(())
    }

    /// The same where none need be given.
    pub(super) fn check_each(&self) -> Result<()> {
        let given = [("order.transaction_no", &self.transaction_no), ("order.mch_trade_no", &self.mch_trade_no)];
        given.into_iter().try_for_each(|(path, number)| {
            Field::of_call(path, number.as_deref().unwrap_or_default()).max_chars(50)?.order_number().map(drop)
        })
    }

    pub(super) fn numbers(&self) -> impl DoubleEndedIterator<Item = (&'static str, &str)> {
        [("transaction_no", self.transaction_no.as_deref()), ("mch_trade_no", self.mch_trade_no.as_deref())]
            .into_iter()
            .filter_map(|(name, number)| Some((name, number?)))
    }

    /// Every number asked for must come back after a call that succeeded; an error need not name any. The merchant must be ours.
    pub(super) fn echo(&self, account: &Edgeros, reply: &Reply) -> Echo {
        match self.asked().all(|(name, _)| echoed(reply, name).is_some()) {
            _ if !self.names_nothing_else(account, reply) => Echo::NotOurs,
            true => Echo::Order,
            false if reply.status == "200" => Echo::NotOurs,
            false => Echo::Silent,
        }
    }

    /// Whether the reply is for this merchant, and each number that it names is ours.
    pub(super) fn names_nothing_else(&self, account: &Edgeros, reply: &Reply) -> bool {
        let is_another = |(name, asked): (&str, &str)| echoed(reply, name).is_some_and(|echoed| echoed != asked);
        reply.data.mch_no.as_deref() == Some(account.mch_no.as_str()) && !self.asked().any(is_another)
    }

    fn asked(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.numbers().filter(|(_, asked)| !asked.is_empty())
    }
}

fn echoed<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    let number = if name == "transaction_no" { &reply.data.transaction_no } else { &reply.data.mch_trade_no };
    number.as_deref()
}
