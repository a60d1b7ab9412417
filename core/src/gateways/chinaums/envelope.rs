//! How any request is signed and any reply opened, to the byte.

use super::account::{Chinaums, json_content};
use super::order::Whose;
use super::words::{DIFFER, REFUND, REFUND_STATUS, SECURE, STATUS_ABOVE, WORDS, WORDS_BESIDE, of_bill, of_payment, of_refund};
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When, Words};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::strict::charset::Charset;
use crate::strict::json::{self, Node, Value};
use crate::strict::write::Object;

/// Of bills.
pub(super) const INST_MID: &str = "QRPAYDEFAULT";

const GATEWAY: &str = "ChinaUMS platform error codes";
/// Whatever was asked.
pub(super) const REFUSED_BY_PLATFORM: Table = Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED };

const REFUSED: &[Row] = &[Row { code: When::Is(&["1000"]), status: When::Any, says: Says::new(Code::Misconfigured), source: GATEWAY }];

/// `fields` behind those that every request has.
pub(super) fn seal(account: &Chinaums, path: &str, whose: &Whose<'_>, fields: &[(&str, &str)], env: &Env) -> Result<HttpRequest> {
    let mut body = begun(whose, env)?;
    fields.iter().for_each(|(name, text)| body.pair(name, text));
    seal_body(account, path, body.done(), env)
}

/// What every body begins with.
pub(super) fn begun(whose: &Whose<'_>, env: &Env) -> Result<Object> {
    check_ids(env)?;
    let mut body = Object::new();
    body.text("requestTimestamp", &env.now.dashed());
    for (name, text) in [("mid", whose.merchant.mid), ("tid", whose.merchant.tid), ("instMid", whose.inst_mid)] {
        body.text(name, text);
    }
    Ok(body)
}

pub(super) fn check_ids(env: &Env) -> Result<()> {
    Field::of_call("msg_id", &env.msg_id).not_empty()?.max_chars(64)?.order_number()?;
    Field::of_call("nonce", &env.nonce)
        .not_empty()?
        .max_chars(128)?
        .only(|c| c.is_ascii_alphanumeric() || "-_".contains(c), "ASCII letters, digits, - and _")
        .map(drop)
}

pub(super) fn seal_body(account: &Chinaums, path: &str, body: String, env: &Env) -> Result<HttpRequest> {
    let body = body.into_bytes();
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(path),
        headers: vec![("Authorization".into(), account.authorization(env, &body)?), json_content()],
        body,
        msg_id: env.msg_id.clone(),
    })
}

/// The reply. Nothing is signed here: the proof is TLS and that the reply names this call. Beside HTTP status 412 nothing but a refusal to look at
/// the request is believed.
pub(super) fn unseal(account: &Chinaums, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    account.forget_refused_token(sent, reply);
    if reply.status != 412 {
        return Ok((Reply::open(reply.trusted_body()?)?, Seal::Tls));
    }
    let not_understood = || Doubt::from(Reason::Http(reply.status));
    let refused = Reply { refused: true, ..Reply::open(reply.plain_body()?).map_err(|_| not_understood())? };
    match refused.refusal() {
        Some(Says { code: Code::Misconfigured, .. }) => Ok((refused, Seal::Tls)),
        _ => Err(not_understood().said(refused.words())),
    }
}

/// The fields of the reply that this library reads.
pub(crate) struct Reply {
    err_code: Option<String>,
    message: Option<String>,
    pub(super) mid: Option<String>,
    pub(super) tid: Option<String>,
    pub(super) msg_id: Option<String>,
    pub(super) bill_no: Option<String>,
    pub(super) bill_date: Option<String>,
    pub(super) inst_mid: Option<String>,
    pub(super) qr_code_id: Option<String>,
    bill_status: Option<String>,
    payment_status: Option<String>,
    /// In billPayment.
    pub(super) mer_order_id: Option<String>,
    /// Where the replies about other orders have both.
    pub(super) mer_order_id_above: Option<String>,
    status_above: Option<String>,
    has_payment: bool,
    /// Whether money is only held: wherever it stands.
    secure: Vec<Option<String>>,
    /// What each of the two places says of money that went back.
    refunds: Vec<&'static str>,
    pub(super) refund: Refund,
    /// The platform refused to look at the request.
    refused: bool,
}

/// What a reply says of one refund.
pub(super) struct Refund {
    pub(super) order_id: Option<String>,
    status: Option<Option<String>>,
    /// In fen; `Some(None)` is one that cannot be read.
    pub(super) amount: Option<Option<u64>>,
}

impl Reply {
    fn open(body: &[u8]) -> std::result::Result<Self, Doubt> {
        let text = Charset::Utf8.decode(body).ok_or(Reason::Charset)?;
        let node = json::parse(&text).map_err(|_| Reason::Parse)?;
        Ok(Self::fields(&node).ok_or(Reason::Parse)?)
    }

    /// `None` if a field has another type than documented. `null` and absent are the same.
    fn fields(node: &Node<'_>) -> Option<Self> {
        node.members()?;
        let payment = member(node, "billPayment").map(|payment| payment.members().map(|_| payment));
        let payment = match payment {
            Some(payment) => Some(payment?),
            None => None,
        };
        let of_payment = |name| payment.map_or(Some(None), |payment| payment.nullable_text(name));
        let text = |node: &Node<'_>| node.text().map(String::from);
        let above = |name| member(node, name).and_then(text);
        let both = || [Some(node), payment].into_iter().flatten();
        Some(Self {
            err_code: node.nullable_text("errCode")?,
            message: node.nullable_text("errMsg")?.filter(|message| !message.is_empty()).or(node.nullable_text("errInfo")?),
            mid: node.nullable_text("mid")?,
            tid: node.nullable_text("tid")?,
            msg_id: node.nullable_text("msgId")?,
            bill_no: node.nullable_text("billNo")?,
            bill_date: node.nullable_text("billDate")?,
            inst_mid: node.nullable_text("instMid")?,
            qr_code_id: above("qrCodeId"),
            bill_status: node.nullable_text("billStatus")?,
            payment_status: of_payment("status")?,
            mer_order_id: of_payment("merOrderId")?,
            mer_order_id_above: above("merOrderId"),
            status_above: above("status"),
            has_payment: payment.is_some(),
            secure: both().filter_map(|object| member(object, "secureStatus").map(text)).collect(),
            refunds: both().filter_map(refund).collect(),
            refund: Refund {
                order_id: above("refundOrderId"),
                status: member(node, "refundStatus").map(text),
                amount: member(node, "refundAmount").map(fen),
            },
            refused: false,
        })
    }

    pub(super) fn code(&self) -> &str {
        self.err_code.as_deref().unwrap_or_default()
    }

    /// What the platform says that did not look at the request (HTTP 412).
    pub(super) fn refusal(&self) -> Option<Says> {
        self.refused.then(|| table::look_up(REFUSED, self.code(), Status::Word(None)))
    }

    /// Whether it is about a bill, and about no other order.
    pub(super) fn is_of_bill(&self) -> bool {
        let is_there = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        self.has_payment || is_there(&self.bill_no) || is_there(&self.bill_status)
    }

    /// Whether it is about a refund.
    pub(super) fn is_of_refund(&self) -> bool {
        self.refund.order_id.is_some() || self.refund.status.is_some()
    }

    /// For the tables of what has been paid.
    pub(super) fn state(&self) -> Vec<(&'static str, Words<'_>)> {
        let words: Words<'_> = said(&self.bill_status, of_bill).chain(said(&self.payment_status, of_payment)).collect();
        self.with_amounts(words, said(&self.status_above, of_payment).collect())
    }

    /// For those of what nobody has paid: a word says the same wherever it stands.
    pub(super) fn state_anywhere(&self) -> Vec<(&'static str, Words<'_>)> {
        self.with_amounts(self.words_anywhere(), Vec::new())
    }

    /// For those of refunds.
    pub(super) fn state_of_refund(&self) -> Vec<(&'static str, Words<'_>)> {
        let status = self.refund.status.iter().map(Option::as_deref).filter(|word| *word != Some("")).collect();
        vec![(REFUND_STATUS, status), (WORDS, self.words_anywhere())]
    }

    fn words_anywhere(&self) -> Words<'_> {
        let payments = [&self.payment_status, &self.status_above].into_iter().flat_map(|word| said(word, of_payment));
        said(&self.bill_status, of_bill).chain(payments).collect()
    }

    fn with_amounts<'a>(&'a self, words: Words<'a>, above: Words<'a>) -> Vec<(&'static str, Words<'a>)> {
        let differ = words.windows(2).any(|two| matches!(two, [one, other] if one != other));
        vec![
            (WORDS, words),
            (WORDS_BESIDE, if differ { vec![Some(DIFFER)] } else { Vec::new() }),
            (REFUND, self.refunds.iter().copied().map(Some).collect()),
            (STATUS_ABOVE, above),
            (SECURE, if self.secure.is_empty() { vec![Some("")] } else { self.secure.iter().map(Option::as_deref).collect() }),
        ]
    }

    pub(super) fn words(&self) -> GatewayWords {
        let refund = self.refund.status.as_ref().and_then(Option::as_ref);
        GatewayWords {
            code: self.err_code.clone(),
            sub_code: self.bill_status.clone(),
            status: self.payment_status.clone().or_else(|| self.status_above.clone()).or_else(|| refund.cloned()),
            message: self.message.clone(),
        }
    }
}

fn said(word: &Option<String>, read: fn(&str) -> Option<&'static str>) -> impl Iterator<Item = Option<&str>> {
    word.as_deref().filter(|word| !word.is_empty()).map(read).into_iter()
}

fn member<'n, 'a>(object: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    object.member(name).filter(|node| node.value != Value::Null)
}

fn fen(node: &Node<'_>) -> Option<u64> {
    let digits: &str = match &node.value {
        Value::Number(digits) => digits,
        Value::String(digits) => digits,
        _ => return None,
    };
    digits.parse().ok().filter(|_| !digits.starts_with('+'))
}

/// How a refundAmount stands to the totalAmount beside it, both in fen; `None` if there is none.
pub(super) fn refund(object: &Node<'_>) -> Option<&'static str> {
    Some(of_refund(fen(member(object, "refundAmount")?), member(object, "totalAmount").and_then(fen)))
}
