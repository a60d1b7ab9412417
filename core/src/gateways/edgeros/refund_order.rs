//! What stands under `order` of a refund and of its query, and how a reply names it. One order serves both, as with a close and its query.

use super::account::Edgeros;
use super::envelope::Reply;
use super::order::Order;
use crate::gateway::field::Field;
use crate::gateway::{Echo, fen_of_yuan};
use crate::ground::error::{Error, Result};
use serde::Deserialize;

/// What only replies to other calls name: their SUCCESS is no refund.
const OF_OTHER_CALLS: &[&str] = &["amount_total", "amount_currency", "acoid", "notify_time", "url", "hash_code", "hash_type"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    mch_refund_no: String,
    transaction_no: Option<String>,
    mch_trade_no: Option<String>,
    refund_amount: Option<String>,
    refund_reason: Option<String>,
    notify_url: Option<String>,
}

/// `mch_refund_no` is the merchant's own number of the refund, by which it happens once.
#[derive(Deserialize)]
#[serde(from = "Fields")]
pub(crate) struct Refund {
    number: String,
    order: Order,
    amount: Option<String>,
    reason: Option<String>,
    notify_url: Option<String>,
}

impl From<Fields> for Refund {
    fn from(fields: Fields) -> Self {
        Self {
            number: fields.mch_refund_no,
            order: Order { transaction_no: fields.transaction_no, mch_trade_no: fields.mch_trade_no },
            amount: fields.refund_amount,
            reason: fields.refund_reason,
            notify_url: fields.notify_url,
        }
    }
}

impl Refund {
    /// All that a refund is asked for with: the order by one of its numbers, the amount in yuan, the reason.
    pub(super) fn parameters(&self) -> Result<Vec<(&'static str, &str)>> {
        let [number] = self.question()?;
        self.order.check()?;
        let missing = |path| Error::call(path, "is missing: a refund says how much goes back, in yuan, and why");
        let amount = self.amount.as_deref().ok_or_else(|| missing("order.refund_amount"))?;
        let reason = self.reason.as_deref().ok_or_else(|| missing("order.refund_reason"))?;
        let all = self.order.numbers().chain([number, ("refund_amount", amount), ("refund_reason", reason)]);
        Ok(all.chain(self.notify_url.as_deref().map(|url| ("notify_url", url))).collect())
    }

    /// What the query of it asks with: the number of the refund alone.
    pub(super) fn question(&self) -> Result<[(&'static str, &str); 1]> {
        Field::of_call("order.mch_refund_no", &self.number)
            .only(|c| c.is_ascii_alphanumeric() || "_-".contains(c), "ASCII letters, digits, _ and -")?
            .max_chars(50)?;
        if self.number.len() < 24 {
            return Err(Error::call("order.mch_refund_no", "is shorter than the 24 characters that the gateway wants at least"));
        }
        self.order.check_each()?;
        if self.amount.as_deref().is_some_and(|amount| fen_of_yuan(amount).is_none_or(|fen| fen == 0)) {
            return Err(Error::call("order.refund_amount", "must be yuan above zero with at most two decimals, as a text")
                .with_hint("write it as \"12.34\"", "请写作 \"12.34\"（元）"));
        }
        Field::of_call("order.refund_amount", self.amount.as_deref().unwrap_or_default()).max_chars(20)?;
        if let Some(reason) = &self.reason {
            Field::of_call("order.refund_reason", reason).not_empty()?.max_chars(32)?.one_line()?;
        }
        if let Some(url) = &self.notify_url {
            Field::of_call("order.notify_url", url)
                .max_chars(256)?
                .only(|c| c.is_ascii_graphic() && c != '?', "an https URL without a query")?;
            if !url.starts_with("https://") {
                return Err(Error::call("order.notify_url", "must be an https URL"));
            }
        }
        Ok([("mch_refund_no", &self.number)])
    }

    /// After a success the reply names this refund, of as much as was asked; and each number of the order that `must_name` was sent with. An
    /// error need not name any. The merchant must be ours, and whatever is named.
    pub(super) fn echo(&self, account: &Edgeros, reply: &Reply, must_name: bool) -> Echo {
        let is_of_other_call = |name: &String| OF_OTHER_CALLS.contains(&name.as_str());
        if reply.envelope_members.iter().chain(&reply.data_members).any(is_of_other_call) {
            return Echo::NotOurs;
        }
        let number = reply.data.mch_refund_no.as_deref();
        let asked = self.amount.as_deref().map(fen_of_yuan);
        let amount = reply.data.refund_amount.as_deref().map(fen_of_yuan);
        let is_other = number.is_some_and(|number| number != self.number) || amount.is_some() && asked.is_some() && amount != asked;
        let is_named = number.is_some() && (amount.is_some() || asked.is_none());
        match self.order.echo(account, reply) {
            _ if is_other || !self.order.names_nothing_else(account, reply) => Echo::NotOurs,
            Echo::NotOurs if must_name => Echo::NotOurs,
            _ if is_named => Echo::Order,
            _ if reply.status == "200" => Echo::NotOurs,
            _ => Echo::Silent,
        }
    }
}
