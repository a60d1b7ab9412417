//! What stands under `order` of a refund and of its query, and how a reply names it. One order serves both, as with a close and its query.

use super::account::{Chinaums, Merchant};
use super::envelope::{INST_MID, Reply};
use super::order::{self, Whose, given, none_of};
use crate::gateway::field::Field;
use crate::gateway::{Echo, Fen};
use crate::ground::error::{Error, Result};
use crate::outcome::Code;
use serde::de::{Deserialize, Deserializer, Error as _};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    mid: Option<String>,
    tid: Option<String>,
    refund_order_id: String,
    refund_amount: Option<Fen>,
    bill_no: Option<String>,
    bill_date: Option<String>,
    mer_order_id: Option<String>,
    inst_mid: Option<String>,
    refund_desc: Option<String>,
    src_reserve: Option<String>,
}

const OF_BILL: &[&str] = &["mid", "tid", "refundOrderId", "refundAmount", "billNo", "billDate", "instMid", "refundDesc", "srcReserve"];
const OF_ONLINE: &[&str] = &["mid", "tid", "refundOrderId", "refundAmount", "merOrderId", "instMid", "refundDesc", "srcReserve"];

/// `refundOrderId` is the merchant's own number of the refund, by which it happens once.
pub(crate) struct Refund {
    mid: Option<String>,
    tid: Option<String>,
    number: String,
    amount: Option<Fen>,
    pub(super) paid: Paid,
    desc: Option<String>,
    src_reserve: Option<String>,
}

/// What its money is given back of.
pub(super) enum Paid {
    Bill {
        bill_no: String,
        bill_date: String,
    },
    /// Any other order, with the instMid that it was made with.
    Online {
        mer_order_id: String,
        inst_mid: String,
    },
}

impl<'de> Deserialize<'de> for Refund {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let paid = match fields.inst_mid {
            Some(inst_mid) if inst_mid != INST_MID => {
                none_of(OF_ONLINE, &[("billNo", &fields.bill_no), ("billDate", &fields.bill_date)])?;
                Paid::Online { mer_order_id: given("merOrderId", fields.mer_order_id)?, inst_mid }
            }
            None if fields.mer_order_id.is_some() && fields.bill_no.is_none() => return Err(D::Error::missing_field("instMid")),
            _ => {
                none_of(OF_BILL, &[("merOrderId", &fields.mer_order_id)])?;
                Paid::Bill { bill_no: given("billNo", fields.bill_no)?, bill_date: given("billDate", fields.bill_date)? }
            }
        };
        let Fields { mid, tid, refund_order_id: number, refund_amount: amount, refund_desc: desc, src_reserve, .. } = fields;
        Ok(Self { mid, tid, number, amount, paid, desc, src_reserve })
    }
}

impl Refund {
    /// What both requests name: the order, and the refund by its number. Every field is in order then.
    pub(super) fn question(&self, account: &Chinaums) -> Result<Vec<(&'static str, &str)>> {
        self.merchant(account).check()?;
        Field::of_call("order.refundOrderId", &self.number)
            .not_empty()?
            .max_chars(50)?
            .only(|c| c.is_ascii_alphanumeric() || "_-".contains(c), "ASCII letters, digits, _ and -")?;
        self.amount.as_ref().map_or(Ok(""), |fen| fen.checked("order.refundAmount"))?;
        Field::of_call("order.refundDesc", self.desc.as_deref().unwrap_or_default()).max_chars(255)?;
        order::check_reserve(&self.src_reserve)?;
        let mut fields = match &self.paid {
            Paid::Bill { bill_no, bill_date } => {
                order::check_bill(bill_no)?;
                order::check_date(bill_date)?;
                vec![("billNo", bill_no.as_str()), ("billDate", bill_date)]
            }
            Paid::Online { mer_order_id, inst_mid } => {
                order::check_mer_order_id(mer_order_id)?;
                order::check_inst_mid(inst_mid)?;
                vec![("merOrderId", mer_order_id.as_str())]
            }
        };
        fields.push(("refundOrderId", &self.number));
        Ok(fields)
    }

    /// In fen.
    pub(super) fn amount(&self) -> Result<&str> {
        match &self.amount {
            Some(fen) => fen.checked("order.refundAmount"),
            None => Err(Error::call("order.refundAmount", "is missing: a refund says what goes back, in fen")),
        }
    }

    /// What the merchant says of it.
    pub(super) fn remarks(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("refundDesc", &self.desc), ("srcReserve", &self.src_reserve)]
            .into_iter()
            .filter_map(|(name, text)| Some((name, text.as_deref()?)))
    }

    pub(super) fn whose<'a>(&'a self, account: &'a Chinaums, msg_id: &'a str) -> Whose<'a> {
        let inst_mid = match &self.paid {
            Paid::Bill { .. } => INST_MID,
            Paid::Online { inst_mid, .. } => inst_mid,
        };
        Whose { merchant: self.merchant(account), inst_mid, msg_id }
    }

    fn merchant<'a>(&'a self, account: &'a Chinaums) -> Merchant<'a> {
        order::merchant(account, &self.mid, &self.tid)
    }

    /// A state must name the refund, its order and as much as was asked for; "no such order" the merchant. Whatever is named must be ours, and
    /// where it `must_name_call`, what says anything names it.
    pub(super) fn echo(&self, whose: &Whose<'_>, reply: &Reply, code: Code, must_name_call: bool) -> Echo {
        let refund = (&reply.refund.order_id, self.number.as_str());
        let names = match &self.paid {
            Paid::Bill { bill_no, bill_date } => whose.named(reply, (&reply.bill_no, bill_no), &[refund, (&reply.bill_date, bill_date)]),
            Paid::Online { .. } if reply.is_of_bill() => None,
            Paid::Online { mer_order_id, .. } => whose.named(reply, (&reply.mer_order_id_above, mer_order_id), &[refund]),
        };
        let Some(names) = names else { return Echo::NotOurs };
        let asked = self.amount.as_ref().and_then(Fen::value);
        let is_as_much = reply.refund.amount.map(|told| told.is_some() && (asked.is_none() || told == asked));
        let is_named = names.order && reply.refund.order_id.as_deref() == Some(&self.number) && is_as_much.unwrap_or(asked.is_none());
        let is_sure = names.merchant && (names.call || !must_name_call);
        match code {
            _ if is_as_much == Some(false) => Echo::NotOurs,
            Code::Misconfigured | Code::Unknown => Echo::of(is_named, names.call),
            Code::NotFound if is_sure => Echo::of(false, names.call),
            _ if is_sure && is_named => Echo::Order,
            _ => Echo::NotOurs,
        }
    }
}
