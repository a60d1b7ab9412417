//! What stands under `order`, and how a reply names it.

use super::account::{SubMerchant, Wechat};
use super::envelope::Reply;
use crate::gateway::field::Field;
use crate::ground::error::Result;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    out_trade_no: String,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
}

impl Order {
    /// 1 to 32 of `[0-9A-Za-z_\-|*@]`.
    fn check(&self) -> Result<()> {
        Field::of_call("order.out_trade_no", &self.out_trade_no)
            .not_empty()?
            .max_chars(32)?
            .only(|c| c.is_ascii_alphanumeric() || "_-|*@".contains(c), "ASCII letters, digits and _-|*@")
            .map(drop)
    }

    /// The parameters that name it, once every field is in order.
    pub(super) fn parameters<'a>(&'a self, account: &'a Wechat) -> Result<[(&'static str, &'a str); 3]> {
        self.check()?;
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
        let ours = [
            ("out_trade_no", Some(self.out_trade_no.as_str())),
            ("appid", Some(account.appid.as_str())),
            ("mch_id", Some(account.mch_id.as_str())),
            ("sub_appid", sub.appid),
            ("sub_mch_id", sub.mch_id),
        ];
        ours.iter().all(|(name, ours)| reply.field(name).is_empty() || Some(reply.field(name)) == *ours)
    }

    /// Whether the reply names it: that to a query does.
    pub(super) fn is_named_by(&self, reply: &Reply) -> bool {
        reply.field("out_trade_no") == self.out_trade_no
    }
}
