//! What stands under `order`, and how a reply names it.

use super::envelope::{Reply, is_gateway_level};
use crate::gateway::Echo;
use crate::gateway::field::Field;
use crate::ground::error::Result;
use crate::strict::charset::Charset;
use crate::strict::write;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Order {
    agree_code: String,
    order_code: String,
    partner_seq: String,
}

impl Order {
    /// Each 1 to 34 characters that exist in the charset.
    fn check(&self, charset: Charset) -> Result<()> {
        for (path, text) in
            [("order.agreeCode", &self.agree_code), ("order.orderCode", &self.order_code), ("order.partnerSeq", &self.partner_seq)]
        {
            Field::of_call(path, text).not_empty()?.max_chars(34)?.order_number()?.encodable(charset)?;
        }
        Ok(())
    }

    /// Compact JSON, once every field is in order.
    pub(super) fn biz_content(&self, charset: Charset) -> Result<String> {
        self.check(charset)?;
        Ok(write::object(&[("agreeCode", &self.agree_code), ("orderCode", &self.order_code), ("partnerSeq", &self.partner_seq)]))
    }

    /// The order is named by `agreeCode` and `partnerSeq` (the page has no orderCode in the reply). What is echoed must be ours.
    pub(super) fn echo(&self, reply: &Reply, msg_id: &str) -> Echo {
        let is_ours = |theirs: &Option<String>, ours: &str| theirs.as_ref().is_none_or(|theirs| theirs == ours);
        let all_ours = is_ours(&reply.agree_code, &self.agree_code)
            && is_ours(&reply.order_code, &self.order_code)
            && is_ours(&reply.partner_seq, &self.partner_seq)
            && is_ours(&reply.msg_id, msg_id);
        match all_ours {
            false => Echo::NotOurs,
            true if reply.agree_code.is_some() && reply.partner_seq.is_some() => Echo::Order,
            true if !is_gateway_level(&reply.return_code) => Echo::NotOurs,
            true if reply.msg_id.is_some() => Echo::Call,
            true => Echo::Silent,
        }
    }
}
