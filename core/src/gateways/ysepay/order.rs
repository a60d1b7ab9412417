//! What stands under `order`, and how a reply names it.

use super::envelope::Reply;
use crate::gateway::field::Field;
use crate::ground::error::Result;
use crate::strict::charset::Charset;
use crate::strict::write;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    protocol_no: String,
}

impl Order {
    /// 1 to 20 bytes in the charset.
    fn check(&self, charset: Charset) -> Result<()> {
        Field::of_call("order.protocol_no", &self.protocol_no).not_empty()?.max_bytes(20, charset)?.order_number().map(drop)
    }

    /// Compact JSON, once the field is in order.
    pub(super) fn biz_content(&self, charset: Charset) -> Result<String> {
        self.check(charset)?;
        Ok(write::object(&[("protocol_no", &self.protocol_no)]))
    }

    /// The page names no protocol_no in the reply; should one come, it must be this.
    pub(super) fn is_of(&self, reply: &Reply) -> bool {
        reply.protocol_no.as_ref().is_none_or(|theirs| *theirs == self.protocol_no)
    }
}
