//! What goes out and what comes back, to the byte.

use super::account::Chinaums;
use super::codes::{DIFFER, REFUND, WORDS, WORDS_BESIDE, of_bill, of_payment};
use crate::clock;
use crate::crypto::charset::Charset;
use crate::error::{Error, Result};
use crate::field::Field;
use crate::gateway::{Ask, Env, HttpRequest};
use crate::judge::Echo;
use crate::outcome::{Code, GatewayWords, Reason};
use crate::strict::json::{self, Node, Value};
use crate::strict::write;
use crate::table::Words;
use crate::verdict::Doubt;
use serde::Deserialize;

const CLOSE: &str = "/v1/netpay/bills/preauthed-cancel";
const QUERY: &str = "/v1/netpay/bills/query";
const INST_MID: &str = "QRPAYDEFAULT";

/// What stands under `order`. `merOrderId` is the order number of the completion. The page marks billNo, billDate and
/// authIdRespCd as required and shows them empty: they must be given, and may be empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Order {
    mid: Option<String>,
    tid: Option<String>,
    bill_no: String,
    bill_date: String,
    mer_order_id: String,
    auth_id_resp_cd: String,
    src_reserve: Option<String>,
}

/// The merchant and terminal of one order: the order's own, else the account's.
pub(super) struct Merchant<'a> {
    mid: &'a str,
    tid: &'a str,
}

impl Order {
    pub(super) fn merchant<'a>(&'a self, account: &'a Chinaums) -> Merchant<'a> {
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
}

/// 1 to 32 visible ASCII characters.
pub(super) fn check_merchant(field: Field<'_>) -> Result<()> {
    field.not_empty()?.max_chars(32)?.only(|c| c.is_ascii_graphic() && !"&<\"".contains(c), "visible ASCII characters").map(drop)
}

pub(super) fn json_content() -> (String, String) {
    ("Content-Type".into(), "application/json; charset=utf-8".into())
}

pub(super) fn close(account: &Chinaums, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
    let mut fields = vec![
        ("billNo", order.bill_no.as_str()),
        ("billDate", &order.bill_date),
        ("merOrderId", &order.mer_order_id),
        ("authIdRespCd", &order.auth_id_resp_cd),
        ("msgId", env.msg_id),
    ];
    fields.extend(order.src_reserve.as_deref().map(|text| ("srcReserve", text)));
    request(account, CLOSE, order, env, &fields)
}

/// The page: billNo may hold merOrderId, which names the completion.
pub(super) fn query(account: &Chinaums, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
    let fields = [("billNo", order.mer_order_id.as_str()), ("billDate", &order.bill_date), ("msgId", env.msg_id)];
    request(account, QUERY, order, env, &fields)
}

fn request(account: &Chinaums, path: &str, order: &Order, env: &Env<'_>, fields: &[(&str, &str)]) -> Result<HttpRequest> {
    let merchant = order.merchant(account);
    order.check(&merchant)?;
    Field::of_call("msg_id", env.msg_id).not_empty()?.max_chars(64)?.order_number()?;
    Field::of_call("nonce", env.nonce)
        .not_empty()?
        .max_chars(128)?
        .only(|c| c.is_ascii_alphanumeric() || "-_".contains(c), "ASCII letters, digits, - and _")?;
    let timestamp = env.now.dashed();
    let whose = [("requestTimestamp", timestamp.as_str()), ("mid", merchant.mid), ("tid", merchant.tid), ("instMid", INST_MID)];
    let body = write::object(&[&whose, fields].concat()).into_bytes();
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(path),
        headers: vec![("Authorization".into(), account.authorization(env, &body)?), json_content()],
        body,
        msg_id: env.msg_id.into(),
    })
}

/// The fields of the reply that this library reads.
pub(super) struct Reply {
    err_code: Option<String>,
    message: Option<String>,
    mid: Option<String>,
    tid: Option<String>,
    msg_id: Option<String>,
    bill_no: Option<String>,
    bill_date: Option<String>,
    inst_mid: Option<String>,
    bill_status: Option<String>,
    payment_status: Option<String>,
    mer_order_id: Option<String>,
    is_refunded_in_part: bool,
}

impl Reply {
    pub(super) fn open(body: &[u8]) -> std::result::Result<Self, Doubt> {
        let text = Charset::Utf8.decode(body).ok_or(Reason::Charset)?;
        let node = json::parse(&text).map_err(|_| Reason::Parse)?;
        Ok(Self::fields(&node).ok_or(Reason::Parse)?)
    }

    /// `None` if a field has another type than documented. `null` and absent are the same.
    fn fields(node: &Node<'_>) -> Option<Self> {
        node.members()?;
        let payment = match node.member("billPayment") {
            None | Some(Node { value: Value::Null, .. }) => None,
            Some(payment) => payment.members().map(|_| Some(payment))?,
        };
        let of_payment = |name| payment.map_or(Some(None), |payment| payment.nullable_text(name));
        Some(Self {
            err_code: node.nullable_text("errCode")?,
            message: node.nullable_text("errMsg")?.filter(|message| !message.is_empty()).or(node.nullable_text("errInfo")?),
            mid: node.nullable_text("mid")?,
            tid: node.nullable_text("tid")?,
            msg_id: node.nullable_text("msgId")?,
            bill_no: node.nullable_text("billNo")?,
            bill_date: node.nullable_text("billDate")?,
            inst_mid: node.nullable_text("instMid")?,
            bill_status: node.nullable_text("billStatus")?,
            payment_status: of_payment("status")?,
            mer_order_id: of_payment("merOrderId")?,
            is_refunded_in_part: is_refunded_in_part(node) || payment.is_some_and(is_refunded_in_part),
        })
    }

    pub(super) fn code(&self) -> &str {
        self.err_code.as_deref().unwrap_or_default()
    }

    /// For the tables.
    pub(super) fn state(&self) -> [(&'static str, Words<'static>); 3] {
        let said =
            |word: &Option<String>, read: fn(&str) -> Option<&'static str>| word.as_deref().filter(|word| !word.is_empty()).map(read);
        let words: Words<'_> = said(&self.bill_status, of_bill).into_iter().chain(said(&self.payment_status, of_payment)).collect();
        let marked = |differs: bool| if differs { vec![Some(DIFFER)] } else { Vec::new() };
        let differ = matches!(words.as_slice(), [bill, payment] if bill != payment);
        [(WORDS, words), (WORDS_BESIDE, marked(differ)), (REFUND, marked(self.is_refunded_in_part))]
    }

    /// Whom the reply names, where what it says is `code`. A refusal to look at the request, and Unknown, need name nobody; every other word
    /// needs the merchant and the call (which the page of the query does not promise), and the words of the order's state the order.
    pub(super) fn echo(&self, ask: Ask, merchant: &Merchant<'_>, order: &Order, msg_id: &str, code: Code) -> Echo {
        let is = |theirs: &Option<String>, ours: &str| theirs.as_deref() == Some(ours);
        let asked_by_order = ask == Ask::Query && is(&self.bill_no, &order.mer_order_id);
        let echoes = [
            (&self.mid, merchant.mid),
            (&self.tid, merchant.tid),
            (&self.msg_id, msg_id),
            (&self.mer_order_id, order.mer_order_id.as_str()),
            (&self.bill_no, if asked_by_order { &order.mer_order_id } else { &order.bill_no }),
            (&self.bill_date, &order.bill_date),
            (&self.inst_mid, INST_MID),
        ];
        // An empty text names nothing, on either side.
        let differs = |theirs: &Option<String>, ours: &str| {
            !ours.is_empty() && theirs.as_deref().is_some_and(|theirs| !theirs.is_empty() && theirs != ours)
        };
        let names_merchant = is(&self.mid, merchant.mid) && is(&self.tid, merchant.tid);
        let (names_call, names_order) = (is(&self.msg_id, msg_id), is(&self.mer_order_id, &order.mer_order_id));
        let suffices = match code {
            Code::Misconfigured | Code::Unknown => true,
            Code::Closed | Code::Open | Code::Refunded => names_merchant && names_order && (names_call || ask == Ask::Query),
            _ => names_merchant && (names_call || ask == Ask::Query),
        };
        match echoes.iter().any(|(theirs, ours)| differs(theirs, ours)) || !suffices {
            true => Echo::NotOurs,
            false if names_order => Echo::Order,
            false if names_call => Echo::Call,
            false => Echo::Silent,
        }
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: self.err_code.clone(),
            sub_code: self.bill_status.clone(),
            status: self.payment_status.clone(),
            message: self.message.clone(),
        }
    }
}

/// A refundAmount that is not the totalAmount beside it, in fen.
fn is_refunded_in_part(object: &Node<'_>) -> bool {
    let amount = |name| object.member(name).filter(|node| node.value != Value::Null);
    let fen = |node: &Node<'_>| match &node.value {
        Value::Number(digits) => digits.parse::<u64>().ok(),
        Value::String(digits) => digits.parse::<u64>().ok(),
        _ => None,
    };
    amount("refundAmount").is_some_and(|refund| fen(refund).is_none() || fen(refund) != amount("totalAmount").and_then(fen))
}
