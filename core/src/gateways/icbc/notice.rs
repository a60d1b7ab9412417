//! What the bank posts: a signed form whose `biz_content` says, in the words of a query, how an e-payment order stands.

use super::account::{Icbc, NOTIFY_URL};
use super::envelope::{PAY_STATUS, PAY_TYPE, PLANS, State, decrypt};
use super::query;
use crate::gateway::{Amount, Echo, HttpReply, Notification, Response, Told, Unit, key_of, members_of, named, text_of};
use crate::ground::error::{Error, Result};
use crate::outcome::table::Table;
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::base64::base64;
use crate::strict::charset::Charset;
use crate::strict::form::{Form, Pairs};
use crate::strict::json;
use crate::strict::write;
use crate::strict::xml::Fields;

const ORDER: &[&str] = &["agreeCode", "partnerSeq"];
/// What decides something when it is read.
const READ: &[&str] = &["app_id", "charset", "encrypt_type", "sign_type", "sign", "timestamp"];
/// The bank's own example of a refusal.
const REFUSED: &str = "-12345";

pub(super) struct Notice;

/// A notification whose signature is right.
pub(crate) struct Message {
    form: Form,
    /// `biz_content`, decrypted.
    content: String,
    /// Its members.
    biz: Fields,
    state: State,
}

impl Message {
    fn open(icbc: &Icbc, form: Form, charset: Charset) -> std::result::Result<Self, Doubt> {
        let content = match form.field("encrypt_type") {
            "" => form.field("biz_content").into(),
            "AES" => decrypt(icbc, form.field("biz_content"), charset)?,
            _ => return Err(Reason::Parse.into()),
        };
        let biz = json::parse(&content).map_err(|_| Reason::Parse)?;
        biz.members().ok_or(Reason::Parse)?;
        let (biz, state) = (members_of(&biz), State::of(&biz));
        Ok(Self { form, content, biz, state })
    }

    /// A member of `biz_content`; empty if it is absent.
    fn field(&self, name: &str) -> &str {
        self.biz.get(name).map_or("", String::as_str)
    }

    /// Other families (aggregatepay, e-signing, …) are signed alike and mean other things; `api` does not tell them apart.
    fn is_of_an_order(&self) -> bool {
        ORDER.iter().all(|name| !self.field(name).is_empty()) && [PAY_STATUS, PLANS].iter().any(|name| self.biz.contains_key(*name))
    }
}

impl Notification<Icbc> for Notice {
    const TABLES: &'static [Table] = &[Table {
        of: "a signed notification of an e-payment order: return_code, absent for 0 · payStatus, payType and payPlanList",
        rows: query::STATES,
    }];
    const CAVEAT: Option<(&'static str, &'static str)> = None;
    type Content = Message;

    fn ready(icbc: &Icbc) -> Result<()> {
        let missing = "is missing: the bank signs the path of the URL that is registered for notifications; give that URL, exactly so";
        icbc.notices.as_ref().map(drop).ok_or_else(|| Error::config(NOTIFY_URL, missing))
    }

    /// In the charset that the message names: the bytes that are signed are the same whatever it is.
    fn open(icbc: &Icbc, body: &[u8]) -> std::result::Result<(Message, Option<Verified>), Doubt> {
        let pairs = Pairs::split(body).ok_or(Reason::Parse)?;
        let charset = pairs.value("charset").map_or(Some(icbc.charset), Charset::of_message).ok_or(Reason::Charset)?;
        let form = pairs.decode(charset).ok_or(Reason::Charset)?;
        if form.is_ambiguous(READ, &["biz_content"]) {
            return Err(Reason::Parse.into());
        }
        let notices = icbc.notices.as_ref().ok_or(Reason::Signature)?;
        let signed = charset.as_received(&format!("{}?{}", notices.path, form.string_to_sign())).ok_or(Reason::Charset)?;
        let verified = notices.key.verify(&signed, form.field("sign")).ok_or(Reason::Signature)?;
        Ok((Message::open(icbc, form, charset)?, Some(verified)))
    }

    fn says(message: &Message) -> Says {
        if message.is_of_an_order() {
            query::of_notification(message.field("return_code"), &message.state)
        } else {
            Says::new(Code::Unknown)
        }
    }

    fn names(icbc: &Icbc, message: &Message) -> Echo {
        let inner = message.field("app_id");
        match message.form.field("app_id") == icbc.app_id && (inner.is_empty() || inner == icbc.app_id) {
            false => Echo::NotOurs,
            true if message.is_of_an_order() => Echo::Order,
            true => Echo::Silent,
        }
    }

    fn words(message: &Message) -> GatewayWords {
        GatewayWords {
            code: text_of(message.field("return_code")),
            sub_code: text_of(message.field(PAY_TYPE)),
            status: message.state.pay_status(),
            message: text_of(message.field("return_msg")),
        }
    }

    fn tells(message: Message) -> Told {
        let (order, amount) = (named(&message.biz, ORDER), Amount::of(message.field("orderAmount"), Unit::Fen));
        let (time, dedupe) = (text_of(message.form.field("timestamp")), dedupe(&message));
        let mut fields = message.biz;
        fields.extend(message.form.into_signed());
        fields.insert("biz_content".into(), message.content);
        Told { order, amount, time, dedupe, fields }
    }

    /// Signed with the merchant's key: everything from the first member up to `sign`.
    fn answer(icbc: &Icbc, message: Option<&Message>, answer: Response) -> HttpReply {
        match (message, &icbc.notices) {
            (None, Some(notices)) => notices.refusal.get_or_init(|| reply(icbc, "", false, Response::Refuse)).clone(),
            _ => {
                let encrypted = message.is_some_and(|message| !message.form.field("encrypt_type").is_empty());
                reply(icbc, message.map_or("", |message| message.field("msg_id")), encrypted, answer)
            }
        }
    }
}

/// Only where these words are all that it says: beside plans that contradict them, or cannot be read, they are those of another notice.
fn dedupe(message: &Message) -> Option<String> {
    let plain = message.is_of_an_order() && message.state.is_readable() && !Notice::says(message).contradiction;
    let parts = ["agreeCode", "partnerSeq", PAY_TYPE, PAY_STATUS].map(|name| message.field(name));
    key_of(&parts).filter(|_| plain)
}

fn reply(icbc: &Icbc, msg_id: &str, encrypted: bool, answer: Response) -> HttpReply {
    let (code, text) = if answer == Response::Acknowledge { ("0", "success") } else { (REFUSED, "refused") };
    let mut content = format!("{{\"return_code\":{code},\"return_msg\":\"{text}\",\"msg_id\":");
    write::string(&mut content, msg_id);
    content.push('}');
    if let Some(key) = icbc.aes.as_ref().filter(|_| encrypted) {
        content = format!("\"{}\"", base64(&key.encrypt(content.as_bytes()).unwrap_or_default()));
    }
    let mut body = format!("{{\"response_biz_content\":{content},\"sign_type\":\"{}\"", icbc.sign_type.name());
    if let Some(ca) = &icbc.ca {
        body += &format!(",\"ca\":\"{ca}\"");
    }
    // Not signed only if memory ran out; the bank then sends it again.
    let sign = icbc.signing_key.sign(body.trim_start_matches('{').as_bytes()).unwrap_or_default();
    body += &format!(",\"sign\":\"{sign}\"}}");
    HttpReply { status: 200, headers: vec![("Content-Type".into(), "application/json; charset=UTF-8".into())], body: body.into() }
}
