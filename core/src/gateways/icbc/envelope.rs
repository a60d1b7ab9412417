//! How any request is signed and any reply opened, to the byte.

use super::account::{Icbc, SignType};
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::{Error, Result};
use crate::outcome::table::{Row, Status, When, Words};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::base64::{base64, from_base64};
use crate::strict::charset::Charset;
use crate::strict::form::Parameters;
use crate::strict::json::{self, Node, Value};

/// The members that make a state together.
pub(super) const PAY_STATUS: &str = "payStatus";
pub(super) const PAY_TYPE: &str = "payType";
pub(super) const PLANS: &str = "payPlanList";
/// What a close says of the payment.
pub(super) const STATUS: &str = "status";
/// Sent by the vendor's own SDK.
const APIGW_VERSION: &str = "v2_20190522";

const PAGE_CODES: &str = "ICBC cporderclose page, section 10";

pub(super) const ANSWERED: When = When::Is(&["0"]);
const THROTTLED: When = When::Is(&["500031", "500032"]);
const REFUSED_BY_GATEWAY: When =
    When::Is(&["400011", "400016", "400017", "400019", "500018", "500020", "500043", "500091", "400051", "500052"]);
const REFUSED_BY_SERVICE: When = When::Is(&["9990", "80003001", "80004001"]);

pub(super) const TOO_MANY: Row = Row { code: THROTTLED, status: When::Any, says: Says::new(Code::Throttled), source: PAGE_CODES };
pub(super) const MISTAKE_AT_GATEWAY: Row =
    Row { code: REFUSED_BY_GATEWAY, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES };
pub(super) const MISTAKE_AT_SERVICE: Row =
    Row { code: REFUSED_BY_SERVICE, status: When::Any, says: Says::new(Code::Misconfigured), source: PAGE_CODES };

/// Whether the gateway itself answered, before the order was looked at: such a reply names no order.
pub(super) fn is_gateway_level(return_code: &str) -> bool {
    [THROTTLED, REFUSED_BY_GATEWAY, When::Negative].into_iter().any(|codes| codes.holds_for(Status::Word(Some(return_code))))
}

/// `biz_content` is encrypted first where the account has an AES key, and signed after.
pub(super) fn seal(account: &Icbc, path: &str, biz_content: &str, env: &Env) -> Result<HttpRequest> {
    Field::of_call("msg_id", &env.msg_id).not_empty()?.max_chars(40)?.order_number()?.only(|c| c.is_ascii(), "ASCII characters")?;
    let charset = account.charset;
    let biz_content = encrypted(account, biz_content)?;
    let timestamp = env.now.dashed();
    let mut parameters = Parameters::new(&[
        ("app_id", &account.app_id),
        ("msg_id", &env.msg_id),
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
        msg_id: env.msg_id.clone(),
    })
}

fn encrypted(account: &Icbc, plain: &str) -> Result<String> {
    match &account.aes {
        None => Ok(plain.into()),
        Some(key) => match key.encrypt(&encode(account.charset, plain)?) {
            Some(cipher) => Ok(base64(&cipher)),
            None => Err(Error::config("account.encrypt_key", "could not encrypt")),
        },
    }
}

fn encode(charset: Charset, text: &str) -> Result<Vec<u8>> {
    charset.encode(text).map_err(|_| Error::call("order", format!("holds a character that {} does not have", charset.name())))
}

/// The reply, and whether it is signed.
pub(super) fn unseal(account: &Icbc, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    let body = account.charset.decode(reply.body_to_verify()?).ok_or(Reason::Charset)?;
    let (reply, verified) = Reply::open(account, &body)?;
    Ok((reply, verified.into()))
}

/// The fields of the reply that this library reads.
pub(crate) struct Reply {
    /// An integer in its shortest decimal form.
    pub(super) return_code: String,
    pub(super) status: Option<String>,
    return_msg: Option<String>,
    pub(super) agree_code: Option<String>,
    pub(super) order_code: Option<String>,
    pub(super) partner_seq: Option<String>,
    pub(super) msg_id: Option<String>,
    /// The names of all members.
    pub(super) members: Vec<String>,
    pub(super) state: State,
}

impl Reply {
    /// Opens `{"response_biz_content":<value>,"sign":"…"}`. Signed is the text of the value as received, which is also what
    /// is read; without a right signature the fields come without the mark.
    fn open(account: &Icbc, body: &str) -> std::result::Result<(Self, Option<Verified>), Doubt> {
        let envelope = json::parse(body).map_err(|_| Reason::Parse)?;
        let biz = envelope.member("response_biz_content").ok_or(Reason::Parse)?;
        let signed = account.charset.as_received(biz.raw).ok_or(Reason::Charset)?;
        let verified = envelope.member("sign").and_then(Node::text).and_then(|signature| account.gateway_key.verify(&signed, signature));
        let fields = match &biz.value {
            Value::String(cipher) if verified.is_some() => {
                Self::fields(&json::parse(&decrypt(account, cipher, account.charset)?).map_err(|_| Reason::Parse)?)
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
            status: biz.optional_text(STATUS)?,
            return_msg: biz.optional_text("return_msg")?,
            agree_code: biz.optional_text("agreeCode")?,
            order_code: biz.optional_text("orderCode")?,
            partner_seq: biz.optional_text("partnerSeq")?,
            msg_id: biz.optional_text("msg_id")?,
            members: biz.members()?.iter().map(|(name, _)| name.to_string()).collect(),
            state: State::of(biz),
        })
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: Some(self.return_code.clone()),
            sub_code: None,
            status: self.state.pay_status().or_else(|| self.status.clone()),
            message: self.return_msg.clone(),
        }
    }
}

/// The members that make a state together, in a reply to a query and in a notification.
pub(crate) struct State([(&'static str, Vec<Option<String>>); 4]);

impl State {
    pub(super) fn of(biz: &Node<'_>) -> Self {
        let words = |name, read: fn(&Node<'_>) -> _| (name, biz.member(name).map(read).unwrap_or_default());
        Self([words(PAY_STATUS, one), words(PAY_TYPE, one), words(PLANS, plans), words(STATUS, one)])
    }

    /// For the table.
    pub(super) fn words(&self) -> Vec<(&'static str, Words<'_>)> {
        self.0.iter().map(|(name, words)| (*name, words.iter().map(Option::as_deref).collect())).collect()
    }

    /// Whether every word of it can be read.
    pub(super) fn is_readable(&self) -> bool {
        self.0.iter().all(|(_, words)| words.iter().all(Option::is_some))
    }

    pub(super) fn pay_status(&self) -> Option<String> {
        self.0.iter().find(|(name, _)| *name == PAY_STATUS).and_then(|(_, words)| words.first().cloned()?)
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

/// The text of what is encrypted, in `charset`.
pub(super) fn decrypt(account: &Icbc, cipher: &str, charset: Charset) -> std::result::Result<String, Doubt> {
    let key = account.aes.as_ref().ok_or(Reason::Parse)?;
    let plain = from_base64(cipher).and_then(|bytes| key.decrypt(&bytes)).ok_or(Reason::Parse)?;
    Ok(charset.decode(&plain).ok_or(Reason::Charset)?)
}
