//! What stands under `order`, and how a reply names it.

use super::account::{SubMerchant, Wechat};
use super::envelope::Reply;
use crate::gateway::field::Field;
use crate::ground::error::{Error, Result};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    out_trade_no: String,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
}

impl Order {
    /// The parameters that name it, once every field is in order.
    pub(super) fn parameters<'a>(&'a self, account: &'a Wechat) -> Result<[(&'static str, &'a str); 3]> {
        check_number("order.out_trade_no", &self.out_trade_no, 32)?;
        let sub = self.sub_merchant(account)?;
        Ok([
            ("sub_appid", sub.appid.unwrap_or_default()),
            ("sub_mch_id", sub.mch_id.unwrap_or_default()),
            ("out_trade_no", &self.out_trade_no),
        ])
    }

    fn sub_merchant<'a>(&'a self, account: &'a Wechat) -> Result<SubMerchant<'a>> {
        account.sub_merchant(self.sub_appid.as_deref(), self.sub_mch_id.as_deref())
    }

    /// The reply need not name anything; what it does name must be ours.
    pub(super) fn is_of(&self, account: &Wechat, reply: &Reply) -> bool {
        let sub = self.sub_merchant(account).unwrap_or_default();
        names_nobody_else(account, &sub, reply) && names_nothing_else(reply, &[("out_trade_no", Some(&self.out_trade_no))])
    }

    /// Whether the reply names it: that to a query does.
    pub(super) fn is_named_by(&self, reply: &Reply) -> bool {
        reply.field("out_trade_no") == self.out_trade_no
    }
}

/// The numbers of an order that money goes back of: that of the gateway, the merchant's own, or both.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'o> {
    pub(super) transaction_id: Option<&'o str>,
    pub(super) out_trade_no: Option<&'o str>,
}

impl<'o> Numbers<'o> {
    pub(super) fn check(&self) -> Result<()> {
        let given = [("order.transaction_id", self.transaction_id), ("order.out_trade_no", self.out_trade_no)];
        given.into_iter().filter_map(|(path, number)| Some((path, number?))).try_for_each(|(path, number)| check_number(path, number, 32))
    }

    /// The same, where one of them must be given.
    pub(super) fn check_given(&self) -> Result<()> {
        self.check()?;
        match self.transaction_id.or(self.out_trade_no) {
            Some(_) => Ok(()),
            None => Err(Error::call("order.out_trade_no", "is missing: give out_trade_no, transaction_id or both")),
        }
    }

    pub(super) fn pairs(&self) -> [(&'static str, Option<&'o str>); 2] {
        [("transaction_id", self.transaction_id), ("out_trade_no", self.out_trade_no)]
    }

    /// Whether the reply names the order by each number that was given.
    pub(super) fn are_named_by(&self, reply: &Reply) -> bool {
        self.pairs().iter().all(|(name, ours)| ours.is_none_or(|ours| reply.field(name) == ours))
    }
}

/// 1 to `max` of `[0-9A-Za-z_\-|*@]`.
pub(super) fn check_number(path: &str, number: &str, max: usize) -> Result<()> {
    Field::of_call(path, number)
        .not_empty()?
        .max_chars(max)?
        .only(|c| c.is_ascii_alphanumeric() || "_-|*@".contains(c), "ASCII letters, digits and _-|*@")
        .map(drop)
}

/// Whether whoever the reply names is this merchant. Where no sub_appid was given, the reply may name one of the sub-merchant that it names.
pub(super) fn names_nobody_else(account: &Wechat, sub: &SubMerchant<'_>, reply: &Reply) -> bool {
    let is_ours = |name, ours: Option<&str>| reply.field(name).is_empty() || Some(reply.field(name)) == ours;
    let is_any = sub.appid.is_none() && sub.mch_id.is_some_and(|ours| reply.field("sub_mch_id") == ours);
    is_ours("appid", Some(&account.appid))
        && is_ours("mch_id", Some(&account.mch_id))
        && is_ours("sub_mch_id", sub.mch_id)
        && (is_any || is_ours("sub_appid", sub.appid))
}

/// Whether the reply says the same under each of these names that it has; what we do not know may be anything.
pub(super) fn names_nothing_else(reply: &Reply, ours: &[(&str, Option<&str>)]) -> bool {
    ours.iter().all(|(name, ours)| reply.field(name).is_empty() || ours.is_none_or(|ours| reply.field(name) == ours))
}
