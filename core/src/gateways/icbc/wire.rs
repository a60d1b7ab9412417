//! What goes out and what comes back, to the byte.

use super::account::{Icbc, SignType};
use super::codes::{PAY_STATUS, PAY_TYPE, PLANS, is_gateway_level};
use crate::crypto::charset::Charset;
use crate::crypto::{Verified, base64, from_base64};
use crate::error::{Error, Result};
use crate::field::Field;
use crate::form::Parameters;
use crate::gateway::{Env, HttpRequest};
use crate::judge::{Echo, Members};
use crate::outcome::{GatewayWords, Reason};
use crate::strict::json::{self, Node, Value};
use crate::strict::write;
use crate::table::Words;
use crate::verdict::Doubt;
use serde::Deserialize;

/// Where an order is closed.
pub(super) const CLOSE: &str = "/api/mybank/pay/cpay/cporderclose/V1";
/// Where its state is asked for, with the same fields.
pub(super) const QUERY: &str = "/api/mybank/pay/cpay/cporderquery/V1";
/// What a reply to a close holds; `success` stands in the page's samples only, and says nothing.
const OF_A_CLOSE: &[&str] = &["return_code", "return_msg", "msg_id", "agreeCode", "partnerSeq", "orderCode", "status", "success"];
/// What only a query and a notification say.
const OF_A_QUERY: &[&str] = &[PAY_STATUS, PAY_TYPE, PLANS];
/// Sent by the vendor's own SDK.
const APIGW_VERSION: &str = "v2_20190522";

/// What stands under `order`.
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
}

pub(super) fn request(account: &Icbc, path: &str, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
    order.check(account.charset)?;
    Field::of_call("msg_id", env.msg_id).not_empty()?.max_chars(40)?.order_number()?.only(|c| c.is_ascii(), "ASCII characters")?;
    let charset = account.charset;
    let biz_content = biz_content(account, order)?;
    let timestamp = env.now.dashed();
    let mut parameters = Parameters::new(&[
        ("app_id", &account.app_id),
        ("msg_id", env.msg_id),
        ("format", "json"),
        ("charset", charset.name()),
        ("encrypt_type", if account.aes.is_some() { "AES" } else { "" }),
        ("sign_type", account.sign_type.name()),
        ("timestamp", &timestamp),
        ("ca", if account.sign_type == SignType::Ca { account.ca.as_deref().unwrap_or_default() } else { "" }),
        ("biz_content", &biz_content),
    ]);
    let string_to_sign = format!("{path}?{}", parameters.string_to_sign());
    let signature = account.signing_key.sign(&encode(charset, &string_to_sign)?)?;
    parameters.insert("sign", &signature);
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(path),
        headers: vec![
            ("Content-Type".into(), format!("application/x-www-form-urlencoded; charset={}", charset.name())),
            ("APIGW-VERSION".into(), APIGW_VERSION.into()),
        ],
        body: parameters.body(charset),
        msg_id: env.msg_id.into(),
    })
}

/// Compact JSON; with an AES key its encryption in base64. Encrypted first, signed after.
fn biz_content(account: &Icbc, order: &Order) -> Result<String> {
    let plain = write::object(&[("agreeCode", &order.agree_code), ("orderCode", &order.order_code), ("partnerSeq", &order.partner_seq)]);
    match &account.aes {
        None => Ok(plain),
        Some(key) => match key.encrypt(&encode(account.charset, &plain)?) {
            Some(cipher) => Ok(base64(&cipher)),
            None => Err(Error::config("account.encrypt_key", "could not encrypt")),
        },
    }
}

fn encode(charset: Charset, text: &str) -> Result<Vec<u8>> {
    charset.encode(text).map_err(|_| Error::call("order", format!("holds a character that {} does not have", charset.name())))
}

/// The fields of the reply that this library reads.
pub(super) struct Reply {
    /// An integer in its shortest decimal form.
    pub(super) return_code: String,
    pub(super) status: Option<String>,
    return_msg: Option<String>,
    agree_code: Option<String>,
    order_code: Option<String>,
    partner_seq: Option<String>,
    msg_id: Option<String>,
    members: Members,
    /// The members that make a state together.
    state: Vec<(&'static str, Vec<Option<String>>)>,
}

impl Reply {
    /// Opens `{"response_biz_content":<value>,"sign":"…"}`. Signed is the text of the value as received, which is also what
    /// is read; without a right signature the fields come without the mark.
    pub(super) fn open(account: &Icbc, body: &str) -> std::result::Result<(Self, Option<Verified>), Doubt> {
        let envelope = json::parse(body).map_err(|_| Reason::Parse)?;
        let biz = envelope.member("response_biz_content").ok_or(Reason::Parse)?;
        let signed = account.charset.encode(biz.raw).map_err(|_| Reason::Charset)?;
        let verified = envelope.member("sign").and_then(Node::text).and_then(|signature| account.gateway_key.verify(&signed, signature));
        let fields = match &biz.value {
            Value::String(cipher) if verified.is_some() => {
                Self::fields(&json::parse(&decrypt(account, cipher)?).map_err(|_| Reason::Parse)?)
            }
            // Nothing unauthenticated is ever decrypted.
            Value::String(_) => return Err(Reason::Signature.into()),
            _ => Self::fields(biz),
        };
        Ok((fields.ok_or(Reason::Parse)?, verified))
    }

    /// `None` if a field has another type than documented; the integer may also be written as a string.
    fn fields(biz: &Node<'_>) -> Option<Self> {
        let return_code = word(biz.member("return_code")?)?;
        let shortest = return_code.parse::<i64>().ok()?.to_string();
        (shortest == return_code).then_some(())?;
        Some(Self {
            return_code: shortest,
            status: biz.optional_text("status")?,
            return_msg: biz.optional_text("return_msg")?,
            agree_code: biz.optional_text("agreeCode")?,
            order_code: biz.optional_text("orderCode")?,
            partner_seq: biz.optional_text("partnerSeq")?,
            msg_id: biz.optional_text("msg_id")?,
            members: Members::of(biz.members()?.iter().map(|(name, _)| &**name), OF_A_CLOSE, |name| OF_A_QUERY.contains(&name)),
            state: vec![
                (PAY_STATUS, biz.member(PAY_STATUS).map(one).unwrap_or_default()),
                (PAY_TYPE, biz.member(PAY_TYPE).map(one).unwrap_or_default()),
                (PLANS, biz.member(PLANS).map(plans).unwrap_or_default()),
            ],
        })
    }

    /// The members of a reply to a close; the same ids stand in the reply to a query.
    pub(super) fn members(&self) -> Members {
        self.members
    }

    /// For the query's table.
    pub(super) fn state(&self) -> Vec<(&'static str, Words<'_>)> {
        self.state.iter().map(|(name, words)| (*name, words.iter().map(Option::as_deref).collect())).collect()
    }

    /// The order is named by `agreeCode` and `partnerSeq` (the page has no orderCode in the reply). What is echoed must be ours.
    pub(super) fn echo(&self, order: &Order, msg_id: &str) -> Echo {
        let is_ours = |theirs: &Option<String>, ours: &str| theirs.as_ref().is_none_or(|theirs| theirs == ours);
        let all_ours = is_ours(&self.agree_code, &order.agree_code)
            && is_ours(&self.order_code, &order.order_code)
            && is_ours(&self.partner_seq, &order.partner_seq)
            && is_ours(&self.msg_id, msg_id);
        match all_ours {
            false => Echo::NotOurs,
            true if self.agree_code.is_some() && self.partner_seq.is_some() => Echo::Order,
            true if !is_gateway_level(&self.return_code) => Echo::NotOurs,
            true if self.msg_id.is_some() => Echo::Call,
            true => Echo::Silent,
        }
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: Some(self.return_code.clone()),
            sub_code: None,
            status: self
                .state
                .iter()
                .find_map(|(name, words)| words.first().filter(|_| *name == PAY_STATUS)?.clone())
                .or_else(|| self.status.clone()),
            message: self.return_msg.clone(),
        }
    }
}

/// A short word or an integer, which the bank writes with and without quotes.
fn word<'a>(node: &'a Node<'_>) -> Option<&'a str> {
    match &node.value {
        Value::Number(digits) => Some(digits),
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The word of one member; `null` says as little as absence.
fn one(node: &Node<'_>) -> Vec<Option<String>> {
    if node.value == Value::Null { Vec::new() } else { vec![word(node).map(String::from)] }
}

/// The `status` of every entry.
fn plans(node: &Node<'_>) -> Vec<Option<String>> {
    let status = |entry: &Node<'_>| entry.member("status").and_then(word).filter(|word| !word.is_empty()).map(String::from);
    match &node.value {
        Value::Array(entries) => entries.iter().map(status).collect(),
        Value::Null => Vec::new(),
        _ => vec![None],
    }
}

fn decrypt(account: &Icbc, cipher: &str) -> std::result::Result<String, Doubt> {
    let key = account.aes.as_ref().ok_or(Reason::Parse)?;
    let plain = from_base64(cipher).and_then(|bytes| key.decrypt(&bytes)).ok_or(Reason::Parse)?;
    Ok(account.charset.decode(&plain).ok_or(Reason::Charset)?)
}
