//! How any request is signed and any reply opened, to the byte.

use super::account::{ENCRYPT_KEY, Icbc, SignType};
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::{Error, Result};
use crate::outcome::table::{Row, Status, When, Words};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
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
/// The member of a reply that is signed.
pub(super) const VALUE: &str = "response_biz_content";
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

/// What of the caller's makes a request.
pub(super) struct Request<'r> {
    pub(super) verb: &'static str,
    pub(super) path: &'r str,
    /// A JSON text.
    pub(super) biz_content: &'r str,
    pub(super) encrypt: bool,
    /// Beside biz_content, and signed like it.
    pub(super) top_level: &'r [(String, String)],
    /// Whether a parameter of ours is to be left out.
    pub(super) omits: &'r dyn Fn(&str) -> bool,
}

/// A close or a query, encrypted where the account wants that.
pub(super) fn seal(account: &Icbc, path: &str, biz_content: &str, env: &Env) -> Result<HttpRequest> {
    let request = Request { verb: "POST", path, biz_content, encrypt: account.encrypts_orders, top_level: &[], omits: &|_| false };
    seal_request(account, &request, &[], env)
}

/// `biz_content` is encrypted first, and signed after. The parameters `in_query` stand there, and those of a GET; the others in the body.
pub(super) fn seal_request(account: &Icbc, request: &Request<'_>, in_query: &[&str], env: &Env) -> Result<HttpRequest> {
    Field::of_call("msg_id", &env.msg_id).not_empty()?.max_chars(40)?.order_number()?.only(|c| c.is_ascii(), "ASCII characters")?;
    let charset = account.charset;
    let biz_content = if request.encrypt { encrypted(account, request.biz_content)? } else { request.biz_content.into() };
    let timestamp = env.now.dashed();
    let ours = [
        ("app_id", account.app_id.as_str()),
        ("msg_id", &env.msg_id),
        ("format", "json"),
        ("charset", charset.name()),
        ("encrypt_type", if request.encrypt { "AES" } else { "" }),
        ("sign_type", account.sign_type.name()),
        ("timestamp", &timestamp),
        ("ca", if account.sign_type == SignType::Ca { account.ca.as_deref().unwrap_or_default() } else { "" }),
        ("biz_content", &biz_content),
    ];
    let ours = ours.into_iter().filter(|(name, _)| !(request.omits)(name));
    let theirs = request.top_level.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let mut parameters = Parameters::new(&ours.chain(theirs).collect::<Vec<_>>());
    let string_to_sign = format!("{}?{}", request.path, parameters.string_to_sign());
    let signature = account.signing_key.sign(&encode(charset, &string_to_sign)?)?;
    parameters.insert("sign", &signature);
    let (query, body) = parameters.split(|name| request.verb == "GET" || in_query.contains(&name));
    let query = String::from_utf8(query.body(charset)).unwrap_or_default();
    let content_type = ("Content-Type".into(), format!("application/x-www-form-urlencoded; charset={}", charset.name()));
    let has_body = request.verb != "GET";
    let headers = has_body.then_some(content_type).into_iter().chain([("APIGW-VERSION".into(), APIGW_VERSION.into())]).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(HttpRequest {
        method: request.verb,
        url: account.base.join(request.path) + mark + &query,
        headers,
        body: body.body(charset),
        msg_id: env.msg_id.clone(),
    })
}

fn encrypted(account: &Icbc, plain: &str) -> Result<String> {
    let key = account.aes.as_ref().ok_or_else(|| {
        Error::config(ENCRYPT_KEY, "is missing: this call is to be encrypted")
            .with_hint("set encrypt_key to the AES key of the bank's console", "请将 encrypt_key 配置为银行平台的 AES 密钥")
    })?;
    key.encrypt(&encode(account.charset, plain)?)
        .map(|cipher| base64(&cipher))
        .ok_or_else(|| Error::config(ENCRYPT_KEY, "could not encrypt"))
}

fn encode(charset: Charset, text: &str) -> Result<Vec<u8>> {
    charset.encode(text).map_err(|_| Error::call("order", format!("holds a character that {} does not have", charset.name())))
}

/// The reply, and whether it is signed.
pub(super) fn unseal(account: &Icbc, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    unseal_as(account, reply, true, Reply::fields)
}

/// What `read` makes of the reply's value, and whether that is signed. Signed is the text of the value in
/// `{"response_biz_content":<value>,"sign":"…"}` as received, which is also what is read; a text is the cipher of one where `encrypted`.
pub(super) fn unseal_as<T>(
    account: &Icbc,
    reply: &HttpReply,
    encrypted: bool,
    read: impl Fn(&Node<'_>) -> Option<T>,
) -> std::result::Result<(T, Seal), Doubt> {
    let body = account.charset.decode(reply.body_to_verify()?).ok_or(Reason::Charset)?;
    let envelope = json::parse(&body).map_err(|_| Reason::Parse)?;
    let biz = envelope.member(VALUE).ok_or(Reason::Parse)?;
    let signed = account.charset.as_received(biz.raw).ok_or(Reason::Charset)?;
    let signature = envelope.member("sign").and_then(Node::text);
    let verified = signature.and_then(|signature| account.gateway_key.verify(&signed, signature));
    let content = match &biz.value {
        Value::String(cipher) if encrypted && verified.is_some() => {
            read(&json::parse(&decrypt(account, cipher, account.charset)?).map_err(|_| Reason::Parse)?)
        }
        // Nothing unauthenticated is ever decrypted.
        Value::String(_) if encrypted => return Err(Reason::Signature.into()),
        _ => read(biz),
    };
    Ok((content.ok_or(Reason::Parse)?, verified.into()))
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
    /// `None` if a field has another type than documented; the integer may also be written as a string.
    fn fields(biz: &Node<'_>) -> Option<Self> {
        let return_code = word(biz.member("return_code")?)?;
        let shortest = return_code.parse::<i64>().ok()?.to_string();
        (shortest == return_code).then_some(())?;
        Some(Self {
            return_code: shortest,
            status: biz.optional_text(STATUS)?,
            return_msg: biz.nullable_text("return_msg")?,
            agree_code: biz.optional_text("agreeCode")?,
            order_code: biz.optional_text("orderCode")?,
            partner_seq: biz.optional_text("partnerSeq")?,
            // Empty, it says as little as absence: the gateway may not have read that of the request.
            msg_id: biz.nullable_text("msg_id")?.filter(|id| !id.is_empty()),
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
pub(super) fn word<'a>(node: &'a Node<'_>) -> Option<&'a str> {
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
