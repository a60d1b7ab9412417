//! What stands under `order` of a close and its query, and how a reply names it.

use super::account::{Chinaums, Merchant, check_merchant};
use super::envelope::{INST_MID, Reply};
use crate::gateway::Echo;
use crate::gateway::field::Field;
use crate::ground::clock;
use crate::ground::error::{Error, Result};
use crate::outcome::Code;
use serde::de::{self, Deserialize, Deserializer};

/// Every member of any [`Kind`]; which of them there are says which it is, so that no call is read in two ways.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    mid: Option<String>,
    tid: Option<String>,
    bill_no: Option<String>,
    bill_date: Option<String>,
    mer_order_id: Option<String>,
    auth_id_resp_cd: Option<String>,
    qr_code_id: Option<String>,
    inst_mid: Option<String>,
    src_reserve: Option<String>,
}

const OF_COMPLETION: &[&str] = &["mid", "tid", "billNo", "billDate", "merOrderId", "authIdRespCd", "srcReserve"];
const OF_BILL: &[&str] = &["mid", "tid", "qrCodeId", "billNo", "billDate", "instMid", "srcReserve"];
const OF_ONLINE: &[&str] = &["mid", "tid", "merOrderId", "instMid", "srcReserve"];

/// One order.
pub(crate) struct Order {
    mid: Option<String>,
    tid: Option<String>,
    src_reserve: Option<String>,
    pub(super) kind: Kind,
}

/// What is closed, and asked about.
pub(super) enum Kind {
    /// The completion of a pre-authorisation, which is paid: `merOrderId` is its order number. The page marks billNo, billDate and
    /// authIdRespCd as required and shows them empty: they must be given, and may be empty.
    Completion { bill_no: String, bill_date: String, mer_order_id: String, auth_id_resp_cd: String },
    /// A bill that nobody has paid, by the id of its code; it is asked about by the two others.
    Bill { qr_code_id: String, bill_no: Option<String>, bill_date: Option<String> },
    /// Any other order that nobody has paid, with the instMid that it was made with.
    Online { mer_order_id: String, inst_mid: String },
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let is_of_completion = fields.bill_no.is_some() || fields.bill_date.is_some() || fields.auth_id_resp_cd.is_some();
        let kind = match (fields.qr_code_id, fields.inst_mid) {
            (Some(qr_code_id), inst_mid) => {
                none_of(OF_BILL, &[("merOrderId", &fields.mer_order_id), ("authIdRespCd", &fields.auth_id_resp_cd)])?;
                none_of(OF_ONLINE, &[("qrCodeId", &inst_mid.filter(|inst_mid| inst_mid != INST_MID))])?;
                Kind::Bill { qr_code_id, bill_no: fields.bill_no, bill_date: fields.bill_date }
            }
            (None, Some(inst_mid)) if inst_mid != INST_MID => {
                let of_others = [("billNo", &fields.bill_no), ("billDate", &fields.bill_date), ("authIdRespCd", &fields.auth_id_resp_cd)];
                none_of(OF_ONLINE, &of_others)?;
                Kind::Online { mer_order_id: given("merOrderId", fields.mer_order_id)?, inst_mid }
            }
            // Nothing here is a completion's alone: whoever forgot what the other kinds have is not led to a void.
            (None, inst_mid) if fields.mer_order_id.is_some() && !is_of_completion => {
                return Err(de::Error::missing_field(if inst_mid.is_some() { "qrCodeId" } else { "instMid" }));
            }
            (None, inst_mid) => {
                none_of(OF_COMPLETION, &[("instMid", &inst_mid)])?;
                Kind::Completion {
                    bill_no: given("billNo", fields.bill_no)?,
                    bill_date: given("billDate", fields.bill_date)?,
                    mer_order_id: given("merOrderId", fields.mer_order_id)?,
                    auth_id_resp_cd: given("authIdRespCd", fields.auth_id_resp_cd)?,
                }
            }
        };
        Ok(Self { mid: fields.mid, tid: fields.tid, src_reserve: fields.src_reserve, kind })
    }
}

/// An order that can be asked about: that of a bill names it.
pub(crate) struct Asked(pub(super) Order);

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let order = Order::deserialize(deserializer)?;
        match &order.kind {
            Kind::Bill { bill_no: None, .. } => Err(de::Error::missing_field("billNo")),
            Kind::Bill { bill_date: None, .. } => Err(de::Error::missing_field("billDate")),
            _ => Ok(Self(order)),
        }
    }
}

/// The members that this kind of order must have.
pub(super) fn given<E: de::Error>(name: &'static str, text: Option<String>) -> std::result::Result<String, E> {
    text.ok_or_else(|| E::missing_field(name))
}

/// Of the members that another kind of order has, this one has none; `known` are its own.
pub(super) fn none_of<E: de::Error>(known: &'static [&'static str], others: &[(&str, &Option<String>)]) -> std::result::Result<(), E> {
    match others.iter().find(|(_, text)| text.is_some()) {
        Some((name, _)) => Err(E::unknown_field(name, known)),
        None => Ok(()),
    }
}

/// The order's own, else the account's.
pub(super) fn merchant<'a>(account: &'a Chinaums, mid: &'a Option<String>, tid: &'a Option<String>) -> Merchant<'a> {
    let or_account = |own: &'a Option<String>, shared: &'a Option<String>| own.as_deref().or(shared.as_deref()).unwrap_or_default();
    Merchant { mid: or_account(mid, &account.mid), tid: or_account(tid, &account.tid) }
}

impl Merchant<'_> {
    pub(super) fn check(&self) -> Result<()> {
        check_merchant(Field::of_call("order.mid", self.mid))?;
        check_merchant(Field::of_call("order.tid", self.tid))
    }
}

impl Order {
    /// Whose order it is, once every field is in order.
    pub(super) fn checked<'a>(&'a self, account: &'a Chinaums) -> Result<Merchant<'a>> {
        let merchant = merchant(account, &self.mid, &self.tid);
        merchant.check()?;
        check_reserve(&self.src_reserve)?;
        match &self.kind {
            Kind::Completion { bill_no, bill_date, mer_order_id, auth_id_resp_cd } => {
                check_bill_no(bill_no)?;
                check_mer_order_id(mer_order_id)?;
                Field::of_call("order.authIdRespCd", auth_id_resp_cd).max_chars(64)?.order_number()?;
                check_date_or_empty(bill_date)?;
            }
            Kind::Bill { qr_code_id, bill_no, bill_date } => {
                Field::of_call("order.qrCodeId", qr_code_id).not_empty()?.max_chars(64)?.order_number()?;
                bill_no.as_deref().map_or(Ok(()), check_bill)?;
                bill_date.as_deref().map_or(Ok(()), check_date)?;
            }
            Kind::Online { mer_order_id, inst_mid } => {
                check_mer_order_id(mer_order_id)?;
                check_inst_mid(inst_mid)?;
            }
        }
        Ok(merchant)
    }

    pub(super) fn reserve(&self) -> Option<(&'static str, &str)> {
        self.src_reserve.as_deref().map(|text| ("srcReserve", text))
    }

    pub(super) fn inst_mid(&self) -> &str {
        match &self.kind {
            Kind::Online { inst_mid, .. } => inst_mid,
            Kind::Completion { .. } | Kind::Bill { .. } => INST_MID,
        }
    }

    /// What the reply to a close names; `None` if anything it echoes is not ours.
    pub(super) fn named_by_close(&self, account: &Chinaums, reply: &Reply, msg_id: &str) -> Option<Names> {
        match &self.kind {
            Kind::Completion { bill_no, .. } => self.named(account, reply, msg_id, bill_no),
            _ if reply.is_of_refund() => None,
            // The page's own sample names no code: it names the call, and with it the code that it was about.
            Kind::Bill { qr_code_id, bill_no, .. } => {
                let names = self.named(account, reply, msg_id, bill_no.as_deref().unwrap_or_default())?;
                Some(Names { order: names.call || reply.qr_code_id.as_deref() == Some(qr_code_id), ..names })
            }
            Kind::Online { .. } => self.named(account, reply, msg_id, ""),
        }
    }

    /// And that to a query. In place of billNo it may echo the number of the completion, as which it was asked.
    pub(super) fn named_by_query(&self, account: &Chinaums, reply: &Reply, msg_id: &str) -> Option<Names> {
        match &self.kind {
            Kind::Completion { bill_no, mer_order_id, .. } => {
                let as_asked = reply.bill_no.as_deref() == Some(mer_order_id);
                self.named(account, reply, msg_id, if as_asked { mer_order_id } else { bill_no })
            }
            Kind::Bill { bill_no, .. } => self.named(account, reply, msg_id, bill_no.as_deref().unwrap_or_default()),
            Kind::Online { .. } => self.named(account, reply, msg_id, ""),
        }
    }

    /// An empty text names nothing, on either side.
    fn named(&self, account: &Chinaums, reply: &Reply, msg_id: &str, bill_no: &str) -> Option<Names> {
        let (own, number) = match &self.kind {
            Kind::Completion { mer_order_id, bill_date, .. } => {
                let number = (&reply.mer_order_id, mer_order_id.as_str());
                (vec![(&reply.bill_no, bill_no), (&reply.bill_date, bill_date.as_str())], number)
            }
            Kind::Bill { qr_code_id, bill_date, .. } => {
                let own = vec![(&reply.qr_code_id, qr_code_id.as_str()), (&reply.bill_date, bill_date.as_deref().unwrap_or_default())];
                (own, (&reply.bill_no, bill_no))
            }
            Kind::Online { .. } if reply.is_of_bill() => return None,
            Kind::Online { mer_order_id, .. } => (Vec::new(), (&reply.mer_order_id_above, mer_order_id.as_str())),
        };
        let whose = Whose { merchant: merchant(account, &self.mid, &self.tid), inst_mid: self.inst_mid(), msg_id };
        whose.named(reply, number, &own)
    }
}

/// billNo as the page has it, which may be empty.
pub(super) fn check_bill_no(bill_no: &str) -> Result<()> {
    Field::of_call("order.billNo", bill_no).max_chars(31)?.order_number().map(drop)
}

pub(super) fn check_bill(bill_no: &str) -> Result<()> {
    Field::of_call("order.billNo", bill_no).not_empty()?;
    check_bill_no(bill_no)
}

pub(super) fn check_mer_order_id(mer_order_id: &str) -> Result<()> {
    Field::of_call("order.merOrderId", mer_order_id).not_empty()?.max_chars(32)?.order_number().map(drop)
}

/// As the platform writes them: H5DEFAULT, MINIDEFAULT, APPDEFAULT, YUEDANDEFAULT and others.
pub(super) fn check_inst_mid(inst_mid: &str) -> Result<()> {
    let is_word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    Field::of_call("order.instMid", inst_mid).not_empty()?.max_chars(32)?.only(is_word, "capital letters and digits").map(drop)
}

pub(super) fn check_reserve(src_reserve: &Option<String>) -> Result<()> {
    Field::of_call("order.srcReserve", src_reserve.as_deref().unwrap_or_default()).max_chars(255).map(drop)
}

pub(super) fn check_date(bill_date: &str) -> Result<()> {
    match clock::is_date(bill_date) {
        true => Ok(()),
        false => Err(Error::call("order.billDate", "must be a day written yyyy-MM-dd")),
    }
}

fn check_date_or_empty(bill_date: &str) -> Result<()> {
    match bill_date.is_empty() || clock::is_date(bill_date) {
        true => Ok(()),
        false => Err(Error::call("order.billDate", "must be a day written yyyy-MM-dd, or empty")),
    }
}

/// Who asked, and in which call.
pub(super) struct Whose<'a> {
    pub(super) merchant: Merchant<'a>,
    pub(super) inst_mid: &'a str,
    pub(super) msg_id: &'a str,
}

impl Whose<'_> {
    /// What the reply names of this, the `number` that stands for the order, and `own` beside it; `None` if anything of it is not ours. An
    /// empty text names nothing, on either side.
    pub(super) fn named(&self, reply: &Reply, number: (&Option<String>, &str), own: &[(&Option<String>, &str)]) -> Option<Names> {
        let is = |(theirs, ours): (&Option<String>, &str)| !ours.is_empty() && theirs.as_deref() == Some(ours);
        let [mid, tid] = [(&reply.mid, self.merchant.mid), (&reply.tid, self.merchant.tid)];
        let (call, inst_mid) = ((&reply.msg_id, self.msg_id), (&reply.inst_mid, self.inst_mid));
        let differs = |(theirs, ours): &(&Option<String>, &str)| {
            !ours.is_empty() && theirs.as_deref().is_some_and(|theirs| !theirs.is_empty() && theirs != *ours)
        };
        let is_other = [mid, tid, call, inst_mid, number].iter().chain(own).any(differs);
        (!is_other).then(|| Names { merchant: is(mid) && is(tid), call: is(call), order: is(number) })
    }
}

/// What a reply names and is ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// By mid and tid.
    pub(super) merchant: bool,
    /// By msgId.
    pub(super) call: bool,
    /// By its number.
    pub(super) order: bool,
}

impl Names {
    /// Whether that is enough for what the reply says. A refusal to look at the request, and Unknown, need name nobody; every other word needs
    /// the merchant, and the words of the order's state the order.
    pub(super) fn echo(self, code: Code) -> Echo {
        let suffices = match code {
            Code::Misconfigured | Code::Unknown => true,
            Code::Closed | Code::Open | Code::Paid | Code::Refunded => self.merchant && self.order,
            _ => self.merchant,
        };
        if suffices { Echo::of(self.order, self.call) } else { Echo::NotOurs }
    }
}
