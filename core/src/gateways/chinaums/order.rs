//! What stands under `order`, and how a reply names it.

use super::account::{Chinaums, Merchant, check_merchant};
use super::envelope::{INST_MID, Reply};
use crate::gateway::Echo;
use crate::gateway::field::Field;
use crate::ground::clock;
use crate::ground::error::{Error, Result};
use crate::outcome::Code;
use serde::Deserialize;

/// `merOrderId` is the order number of the completion. The page marks billNo, billDate and
/// authIdRespCd as required and shows them empty: they must be given, and may be empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Order {
    mid: Option<String>,
    tid: Option<String>,
    pub(super) bill_no: String,
    pub(super) bill_date: String,
    pub(super) mer_order_id: String,
    pub(super) auth_id_resp_cd: String,
    pub(super) src_reserve: Option<String>,
}

impl Order {
    /// Whose order it is, once every field is in order.
    pub(super) fn checked<'a>(&'a self, account: &'a Chinaums) -> Result<Merchant<'a>> {
        let merchant = self.merchant(account);
        self.check(&merchant)?;
        Ok(merchant)
    }

    fn merchant<'a>(&'a self, account: &'a Chinaums) -> Merchant<'a> {
        let or_account = |own: &'a Option<String>, shared: &'a Option<String>| own.as_deref().or(shared.as_deref()).unwrap_or_default();
        Merchant { mid: or_account(&self.mid, &account.mid), tid: or_account(&self.tid, &account.tid) }
    }

    fn check(&self, merchant: &Merchant<'_>) -> Result<()> {
        check_merchant(Field::of_call("order.mid", merchant.mid))?;
        check_merchant(Field::of_call("order.tid", merchant.tid))?;
        Field::of_call("order.billNo", &self.bill_no).max_chars(31)?.order_number()?;
        Field::of_call("order.merOrderId", &self.mer_order_id).not_empty()?.max_chars(32)?.order_number()?;
        Field::of_call("order.authIdRespCd", &self.auth_id_resp_cd).max_chars(64)?.order_number()?;
        Field::of_call("order.srcReserve", self.src_reserve.as_deref().unwrap_or_default()).max_chars(255)?;
        if self.bill_date.is_empty() || clock::is_date(&self.bill_date) {
            return Ok(());
        }
        Err(Error::call("order.billDate", "must be a day written yyyy-MM-dd, or empty"))
    }

    /// What the reply names; `None` if anything it echoes is not ours. An empty text names nothing, on either side. In place of billNo it may
    /// echo `asked_as`.
    pub(super) fn names(&self, account: &Chinaums, reply: &Reply, msg_id: &str, asked_as: Option<&str>) -> Option<Names> {
        let merchant = self.merchant(account);
        let is = |theirs: &Option<String>, ours: &str| theirs.as_deref() == Some(ours);
        let bill_no = asked_as.filter(|asked_as| is(&reply.bill_no, asked_as)).unwrap_or(&self.bill_no);
        let echoes = [
            (&reply.mid, merchant.mid),
            (&reply.tid, merchant.tid),
            (&reply.msg_id, msg_id),
            (&reply.mer_order_id, &self.mer_order_id),
            (&reply.bill_no, bill_no),
            (&reply.bill_date, &self.bill_date),
            (&reply.inst_mid, INST_MID),
        ];
        let differs = |(theirs, ours): &(&Option<String>, &str)| {
            !ours.is_empty() && theirs.as_deref().is_some_and(|theirs| !theirs.is_empty() && theirs != *ours)
        };
        (!echoes.iter().any(differs)).then(|| Names {
            merchant: is(&reply.mid, merchant.mid) && is(&reply.tid, merchant.tid),
            call: is(&reply.msg_id, msg_id),
            order: is(&reply.mer_order_id, &self.mer_order_id),
        })
    }
}

/// What a reply names and is ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// By mid and tid.
    merchant: bool,
    /// By msgId.
    pub(super) call: bool,
    /// By billPayment.merOrderId.
    order: bool,
}

impl Names {
    /// Whether that is enough for what the reply says. A refusal to look at the request, and Unknown, need name nobody; every other word needs
    /// the merchant, and the words of the order's state the order.
    pub(super) fn echo(self, code: Code) -> Echo {
        let suffices = match code {
            Code::Misconfigured | Code::Unknown => true,
            Code::Closed | Code::Open | Code::Refunded => self.merchant && self.order,
            _ => self.merchant,
        };
        match suffices {
            false => Echo::NotOurs,
            true if self.order => Echo::Order,
            true if self.call => Echo::Call,
            true => Echo::Silent,
        }
    }
}
