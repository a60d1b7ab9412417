//! What the platform posts: one flat JSON object, signed as `data` of a reply is.

use super::account::Edgeros;
use super::envelope::{SIGN_TYPE, canonical_notification};
use crate::gateway::{Amount, Answer, Echo, HttpReply, Notification, Told, Unit, key_of, members_of, named, text_of};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::charset::Charset;
use crate::strict::json::{self, Node, Value};
use crate::strict::xml::Fields;

const ORDER: &[&str] = &["transaction_no", "mch_trade_no", "refund_no", "mch_refund_no"];
/// What the replies of the API have, which are signed with the same key.
const OF_REPLIES: &[&str] = &["data", "status"];

const FIELDS: &str = "EdgerOS SDK, fields of the two notifications; transactions/trade page: the notification of a payment that succeeded";

pub(super) struct Notice;

/// Its members without nulls, which are not signed.
pub(crate) struct Message(Fields);

impl Message {
    /// The text of a member; empty if it is absent.
    fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn is_of_refund(&self) -> bool {
        ["refund_no", "mch_refund_no"].iter().any(|name| self.0.contains_key(*name))
    }
}

impl Notification<Edgeros> for Notice {
    const TABLES: &'static [Table] = &[Table { of: "a signed notification: code · what it is about and success_time", rows: ROWS }];
    const CAVEAT: Option<(&'static str, &'static str)> = None;
    type Content = Message;

    fn ready(_: &Edgeros) -> Result<()> {
        Ok(())
    }

    fn open(edgeros: &Edgeros, body: &[u8]) -> std::result::Result<(Message, Option<Verified>), Doubt> {
        let text = Charset::Utf8.decode(body).ok_or(Reason::Charset)?;
        let message = json::parse(&text).map_err(|_| Reason::Parse)?;
        let members = message.members().ok_or(Reason::Parse)?;
        let is_flat = |node: &Node<'_>| !matches!(node.value, Value::Object(_) | Value::Array(_));
        if OF_REPLIES.iter().any(|name| message.member(name).is_some()) || !members.iter().all(|(_, node)| is_flat(node)) {
            return Err(Reason::Mismatch.into());
        }
        let text_of = |name| message.member(name).and_then(Node::text);
        let sign = text_of("sign").filter(|_| text_of("sign_type") == Some(SIGN_TYPE)).ok_or(Reason::Signature)?;
        let verified = edgeros.platform_key.verify(canonical_notification(&message).as_bytes(), sign).ok_or(Reason::Signature)?;
        let mut fields = members_of(&message);
        fields.remove("sign");
        Ok((Message(fields), Some(verified)))
    }

    fn says(message: &Message) -> Says {
        let about = if message.is_of_refund() { REFUND } else { PAYMENT };
        let time = message.field("success_time");
        table::look_up(ROWS, message.field("code"), Status::Members(&[(ABOUT, vec![Some(about)]), (TIME, vec![Some(time)])]))
    }

    fn names(edgeros: &Edgeros, message: &Message) -> Echo {
        match message.field("mch_no") == edgeros.mch_no {
            false => Echo::NotOurs,
            true if named(&message.0, ORDER).is_empty() => Echo::Silent,
            true => Echo::Order,
        }
    }

    fn words(message: &Message) -> GatewayWords {
        let (status, description) = (text_of(message.field("code")), text_of(message.field("description")));
        GatewayWords { status, message: description, ..GatewayWords::default() }
    }

    fn tells(message: &Message) -> Told {
        let of_refund = message.is_of_refund();
        Told {
            order: named(&message.0, ORDER),
            amount: Amount::of(message.field(if of_refund { "refund_amount" } else { "amount_total" }), Unit::Yuan),
            time: text_of(message.field("success_time")).or_else(|| text_of(message.field("notify_time"))),
            dedupe: dedupe(message),
            fields: message.0.clone(),
        }
    }

    fn answer(_: &Edgeros, _: Option<&Message>, answer: Answer) -> HttpReply {
        let body = match answer {
            Answer::Acknowledge => "{\"status\":\"SUCCESS\",\"message\":\"成功\"}",
            Answer::Refuse => "{\"status\":\"FAIL\",\"message\":\"失败\"}",
        };
        HttpReply { status: 200, headers: vec![("Content-Type".into(), "application/json; charset=utf-8".into())], body: body.into() }
    }
}

/// A payment without its time is not yet the one that will have it.
fn dedupe(message: &Message) -> Option<String> {
    let number = if message.is_of_refund() { "refund_no" } else { "transaction_no" };
    let is_pending = !message.is_of_refund() && message.field("code") == "SUCCESS" && message.field("success_time").is_empty();
    key_of(&[message.field(number), message.field("code")]).filter(|_| !is_pending)
}

/// [`PAYMENT`] or [`REFUND`].
const ABOUT: &str = "about";
const PAYMENT: &str = "a payment";
const REFUND: &str = "a refund";
const TIME: &str = "success_time";

const OF_PAYMENT: (&str, When) = (ABOUT, When::Is(&[PAYMENT]));
const OF_REFUND: (&str, When) = (ABOUT, When::Is(&[REFUND]));
const SUCCESS: When = When::Is(&["SUCCESS"]);
const MONEY_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Paid);

/// Read from the top.
const ROWS: &[Row] = &[
    Row { code: SUCCESS, status: When::Each(&[OF_PAYMENT, (TIME, When::Is(&[""]))]), says: MONEY_MAYBE, source: FIELDS },
    Row { code: SUCCESS, status: When::Each(&[OF_PAYMENT]), says: Says::new(Code::Paid), source: FIELDS },
    Row { code: SUCCESS, status: When::Each(&[OF_REFUND]), says: Says::new(Code::Refunded), source: FIELDS },
    Row { code: When::Any, status: When::Each(&[OF_REFUND]), says: MONEY_MAYBE, source: FIELDS },
];
