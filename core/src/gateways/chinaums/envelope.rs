//! How any request is signed and any reply opened, to the byte.

use super::account::{Chinaums, Merchant, json_content};
use super::words::{DIFFER, REFUND, STATUS_ABOVE, WORDS, WORDS_BESIDE, of_bill, of_payment, of_refund};
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When, Words};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::strict::charset::Charset;
use crate::strict::json::{self, Node, Value};
use crate::strict::write;

pub(super) const INST_MID: &str = "QRPAYDEFAULT";

const GATEWAY: &str = "ChinaUMS platform error codes";
/// Closes and queries alike.
pub(super) const REFUSED_BY_PLATFORM: Table = Table { of: "a reply with HTTP status 412: errCode", rows: REFUSED };

const REFUSED: &[Row] = &[Row { code: When::Is(&["1000"]), status: When::Any, says: Says::new(Code::Misconfigured), source: GATEWAY }];

/// `fields` behind those that every request has.
pub(super) fn seal(account: &Chinaums, path: &str, merchant: &Merchant<'_>, fields: &[(&str, &str)], env: &Env) -> Result<HttpRequest> {
    check_ids(env)?;
    let timestamp = env.now.dashed();
    let whose = [("requestTimestamp", timestamp.as_str()), ("mid", merchant.mid), ("tid", merchant.tid), ("instMid", INST_MID)];
    seal_body(account, path, write::object(&[&whose, fields].concat()), env)
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
    bill_status: Option<String>,
    payment_status: Option<String>,
    pub(super) mer_order_id: Option<String>,
    /// Where the replies about other orders have it.
    status_above: Option<String>,
    /// What each of the two places says of money that went back.
    refunds: Vec<&'static str>,
    /// The platform refused to look at the request.
    refused: bool,
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
            status_above: node.member("status").and_then(Node::text).map(String::from),
            refunds: [Some(node), payment].into_iter().flatten().filter_map(refund).collect(),
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

    /// For the tables.
    pub(super) fn state(&self) -> [(&'static str, Words<'static>); 4] {
        let said =
            |word: &Option<String>, read: fn(&str) -> Option<&'static str>| word.as_deref().filter(|word| !word.is_empty()).map(read);
        let words: Words<'_> = said(&self.bill_status, of_bill).into_iter().chain(said(&self.payment_status, of_payment)).collect();
        let differ = matches!(words.as_slice(), [bill, payment] if bill != payment);
        [
            (WORDS, words),
            (WORDS_BESIDE, if differ { vec![Some(DIFFER)] } else { Vec::new() }),
            (REFUND, self.refunds.iter().copied().map(Some).collect()),
            (STATUS_ABOVE, said(&self.status_above, of_payment).into_iter().collect()),
        ]
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

/// How a refundAmount stands to the totalAmount beside it, both in fen; `None` if there is none.
pub(super) fn refund(object: &Node<'_>) -> Option<&'static str> {
    let amount = |name| object.member(name).filter(|node| node.value != Value::Null);
    let fen = |node: &Node<'_>| match &node.value {
        Value::Number(digits) => digits.parse::<u64>().ok(),
        Value::String(digits) => digits.parse::<u64>().ok(),
        _ => None,
    };
    Some(of_refund(amount("refundAmount").map(fen)?, amount("totalAmount").and_then(fen)))
}
