//! What stands under `order` of a refund and of its query, and how a reply names it. One order serves both, as with a close and its query.

use super::account::{SubMerchant, Wechat};
use super::envelope::{self, Reply};
use super::order::{Numbers, check_number, names_nobody_else, names_nothing_else};
use crate::gateway::Fen;
use crate::gateway::field::Field;
use crate::ground::error::{Error, Result};
use serde::Deserialize;

/// `out_refund_no` is the merchant's own number of the refund, by which it happens once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refund {
    out_refund_no: String,
    transaction_id: Option<String>,
    out_trade_no: Option<String>,
    total_fee: Option<Fen>,
    refund_fee: Option<Fen>,
    refund_fee_type: Option<String>,
    refund_desc: Option<String>,
    refund_account: Option<String>,
    notify_url: Option<String>,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
}

impl Refund {
    /// All that a refund is asked for with: the order by one of its numbers, and both amounts, in fen.
    pub(super) fn parameters<'a>(&'a self, account: &'a Wechat) -> Result<Vec<(&'static str, &'a str)>> {
        let mut parameters = self.question(account)?;
        self.numbers().check_given()?;
        let amount = |path: &'static str, amount: &'a Option<Fen>| match amount {
            Some(fen) => fen.checked(path),
            None => Err(Error::call(path, "is missing: a refund says what the order cost and what goes back, in fen")),
        };
        let amounts =
            [("total_fee", amount("order.total_fee", &self.total_fee)?), ("refund_fee", amount("order.refund_fee", &self.refund_fee)?)];
        if self.refund_fee.as_ref().and_then(Fen::value) > self.total_fee.as_ref().and_then(Fen::value) {
            return Err(Error::call("order.refund_fee", "is more than total_fee, which the order cost")
                .with_hint("give what goes back, and what the order cost in all", "请填写退款金额与订单总金额"));
        }
        parameters.extend(amounts);
        let texts = [&self.refund_fee_type, &self.refund_desc, &self.refund_account, &self.notify_url];
        let texts = ["refund_fee_type", "refund_desc", "refund_account", "notify_url"].into_iter().zip(texts);
        parameters.extend(
            self.numbers()
                .pairs()
                .into_iter()
                .chain(texts.map(|(name, text)| (name, text.as_deref())))
                .filter_map(|(name, text)| Some((name, text?))),
        );
        Ok(parameters)
    }

    /// What the query of it asks with: the number of the refund alone, which goes before every other.
    pub(super) fn question<'a>(&'a self, account: &'a Wechat) -> Result<Vec<(&'static str, &'a str)>> {
        check_number("order.out_refund_no", &self.out_refund_no, 64)?;
        self.numbers().check()?;
        for (path, amount) in [("order.total_fee", &self.total_fee), ("order.refund_fee", &self.refund_fee)] {
            amount.as_ref().map_or(Ok(""), |fen| fen.checked(path))?;
        }
        let texts = [
            ("order.refund_fee_type", &self.refund_fee_type, 8),
            ("order.refund_desc", &self.refund_desc, 80),
            ("order.refund_account", &self.refund_account, 30),
            ("order.notify_url", &self.notify_url, 256),
        ];
        for (path, text, max) in texts {
            let Some(text) = text else { continue };
            Field::of_call(path, text).not_empty()?.max_chars(max)?;
            envelope::check_text(path, text)?;
        }
        let sub = self.sub_merchant(account)?;
        let subs = [("sub_appid", sub.appid), ("sub_mch_id", sub.mch_id)].into_iter().filter_map(|(name, id)| Some((name, id?)));
        Ok(subs.chain([("out_refund_no", self.out_refund_no.as_str())]).collect())
    }

    fn numbers(&self) -> Numbers<'_> {
        Numbers { transaction_id: self.transaction_id.as_deref(), out_trade_no: self.out_trade_no.as_deref() }
    }

    fn sub_merchant<'a>(&'a self, account: &'a Wechat) -> Result<SubMerchant<'a>> {
        account.sub_merchant(self.sub_appid.as_deref(), self.sub_mch_id.as_deref())
    }

    /// The reply need not name anything; what it does name must be ours. That to a query numbers its refunds: `number` and `amount` are
    /// what it calls them.
    pub(super) fn is_of(&self, account: &Wechat, reply: &Reply, [number, amount]: [&str; 2]) -> bool {
        let [one, other] = self.numbers().pairs();
        let named = [
            one,
            other,
            (number, Some(self.out_refund_no.as_str())),
            ("total_fee", self.total_fee.as_ref().map(Fen::text)),
            (amount, self.refund_fee.as_ref().map(Fen::text)),
        ];
        names_nobody_else(account, &self.sub_merchant(account).unwrap_or_default(), reply) && names_nothing_else(reply, &named)
    }

    /// Whether the reply names this refund, of this order, of so much.
    pub(super) fn is_named_by(&self, reply: &Reply, [number, amount]: [&str; 2]) -> bool {
        reply.field(number) == self.out_refund_no
            && self.numbers().are_named_by(reply)
            && self.refund_fee.as_ref().is_none_or(|fen| reply.field(amount) == fen.text())
    }
}
