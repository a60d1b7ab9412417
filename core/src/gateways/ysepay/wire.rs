//! What goes out and what comes back, to the byte.

use super::account::Ysepay;
use super::codes;
use crate::crypto::Verified;
use crate::crypto::charset::Charset;
use crate::error::{Error, Result};
use crate::field::Field;
use crate::form::Parameters;
use crate::gateway::{Env, HttpRequest};
use crate::judge::{Echo, Members};
use crate::outcome::{Code, GatewayWords, Reason};
use crate::strict::json::{self, Node};
use crate::strict::write;
use crate::table::{self, Status};
use crate::verdict::{Doubt, Says};
use serde::Deserialize;

const PATH: &str = "/gateway.do";
const METHOD: &str = "ysepay.trusteeship.sign.cancel";
const RESPONSE: &str = "ysepay_trusteeship_sign_cancel_response";
/// Its sub_code says which.
const BUSINESS_FAILURE: &str = "40004";
/// The platform's own spelling.
const GATEWAY_FAILURE: &str = "unknow_response";

/// What a reply to this method holds.
const MEMBERS: &[&str] = &["code", "msg", "sub_code", "sub_msg", "trade_status"];
/// What replies about payments and refunds name.
const OF_OTHER_CALLS: &[&str] = &["amount", "fee", "refund", "trade_no", "trade_sn", "order_no", "request_no", "account_date"];

/// What stands under `order`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    protocol_no: String,
}

impl Order {
    /// 1 to 20 bytes in the charset.
    pub(super) fn check(&self, charset: Charset) -> Result<()> {
        Field::of_call("order.protocol_no", &self.protocol_no).not_empty()?.max_bytes(20, charset)?.order_number().map(drop)
    }
}

pub(super) fn request(account: &Ysepay, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
    let charset = account.charset;
    let timestamp = env.now.dashed();
    let biz_content = write::object(&[("protocol_no", &order.protocol_no)]);
    let mut parameters = Parameters::new(&[
        ("method", METHOD),
        ("partner_id", &account.partner_id),
        ("timestamp", &timestamp),
        ("charset", charset.name()),
        ("sign_type", account.keys.sign_type()),
        ("version", "3.0"),
        ("notify_url", &account.notify_url),
        ("biz_content", &biz_content),
    ]);
    let signed = charset
        .encode(&parameters.string_to_sign())
        .map_err(|_| Error::call("order", format!("holds a character that {} does not have", charset.name())))?;
    let signature = account.keys.sign(&signed)?;
    parameters.insert("sign", &signature);
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(PATH),
        headers: vec![("Content-Type".into(), format!("application/x-www-form-urlencoded; charset={}", charset.name()))],
        body: parameters.body(charset),
        msg_id: env.msg_id.into(),
    })
}

/// The fields of the reply that this library reads.
pub(super) struct Reply {
    code: String,
    msg: Option<String>,
    sub_code: Option<String>,
    sub_msg: Option<String>,
    trade_status: Option<String>,
    protocol_no: Option<String>,
    members: Members,
}

impl Reply {
    /// Opens `{"sign":"…","<method>_response":{…}}`, in either order. Signed is the text of the object as received; two
    /// clients in the field find `/` signed where the wire has `\/`, so that one variant is tried second, and then it is
    /// what is read.
    pub(super) fn open(account: &Ysepay, body: &str) -> std::result::Result<(Self, Option<Verified>), Doubt> {
        let envelope = json::parse(body).map_err(|_| Reason::Parse)?;
        let response = match (envelope.member(RESPONSE), envelope.member(GATEWAY_FAILURE)) {
            (Some(response), None) => response,
            (None, Some(failure)) => return Err(gateway_failure(account, &envelope, failure)),
            (Some(_), Some(_)) => return Err(Reason::Contradiction.into()),
            (None, None) if is_another_method(&envelope) => return Err(Reason::Mismatch.into()),
            (None, None) => return Err(Reason::Parse.into()),
        };
        let as_received = Self::fields(response).ok_or(Reason::Parse)?;
        if let Some(verified) = verify(account, &envelope, response.raw) {
            return Ok((as_received, Some(verified)));
        }
        if !response.raw.contains("\\/") {
            return Ok((as_received, None));
        }
        let unescaped = response.raw.replace("\\/", "/");
        match verify(account, &envelope, &unescaped) {
            Some(verified) => {
                let reply = json::parse(&unescaped).ok().and_then(|node| Self::fields(&node)).ok_or(Reason::Parse)?;
                Ok((reply, Some(verified)))
            }
            None => Ok((as_received, None)),
        }
    }

    /// `None` if a field has another type than documented.
    fn fields(response: &Node<'_>) -> Option<Self> {
        let names = response.members()?.iter().map(|(name, _)| &**name);
        Some(Self {
            members: Members::of(names, MEMBERS, |name| OF_OTHER_CALLS.iter().any(|part| name.to_ascii_lowercase().contains(part))),
            code: response.optional_text("code")?.unwrap_or_default(),
            msg: response.optional_text("msg")?,
            sub_code: response.optional_text("sub_code")?,
            sub_msg: response.optional_text("sub_msg")?,
            trade_status: response.optional_text("trade_status")?,
            protocol_no: response.optional_text("protocol_no")?,
        })
    }

    /// What the table says. Errors may stand in code or in sub_code, also spelled with `ACQ_`; the code for business failures
    /// says nothing by itself, and any other two codes count only where they mean the same.
    pub(super) fn meaning(&self) -> Says {
        let with_dot = |code: &str| code.strip_prefix("ACQ_").map_or(code.to_string(), |rest| format!("ACQ.{rest}"));
        let status = self.trade_status.as_deref().unwrap_or_default();
        let says = |code: &str| table::look_up(codes::ROWS, code, Status::Word(Some(status)));
        let (code, sub_code) = (with_dot(&self.code), with_dot(self.sub_code.as_deref().unwrap_or_default()));
        match (says(&code), says(&sub_code)) {
            (by_code, _) if sub_code.is_empty() => by_code,
            (_, by_sub_code) if sub_code.starts_with("ACQ.") && ["", BUSINESS_FAILURE].contains(&code.as_str()) => by_sub_code,
            (by_code, by_sub_code) if by_code == by_sub_code => by_code,
            (contradiction, _) | (_, contradiction) if contradiction.contradiction => contradiction,
            _ => Says::new(Code::Unknown),
        }
    }

    /// What it says beside the words in the table.
    pub(super) fn members(&self) -> Members {
        self.members
    }

    /// The page names no protocol_no in the reply; should one come, it must be ours.
    pub(super) fn echo(&self, order: &Order) -> Echo {
        let is_ours = self.protocol_no.as_ref().is_none_or(|theirs| *theirs == order.protocol_no);
        self.members.echo(if is_ours { Echo::Silent } else { Echo::NotOurs })
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: Some(self.code.clone()),
            sub_code: self.sub_code.clone(),
            status: self.trade_status.clone(),
            message: self.sub_msg.clone().or_else(|| self.msg.clone()),
        }
    }
}

fn verify(account: &Ysepay, envelope: &Node<'_>, signed: &str) -> Option<Verified> {
    let signature = envelope.member("sign")?.text()?;
    account.keys.verify(&account.charset.encode(signed).ok()?, signature)
}

/// Unknown, signed or not; its text is a diagnosis.
fn gateway_failure(account: &Ysepay, envelope: &Node<'_>, failure: &Node<'_>) -> Doubt {
    let signed = verify(account, envelope, failure.raw).is_some();
    let doubt = Doubt::from(if signed { Reason::Unlisted } else { Reason::Signature });
    match Reply::fields(failure) {
        Some(reply) => doubt.said(reply.words()),
        None => doubt,
    }
}

fn is_another_method(envelope: &Node<'_>) -> bool {
    envelope.members().is_some_and(|members| members.iter().any(|(name, _)| name.ends_with("_response")))
}
