//! What the platform posts: one flat JSON object, signed as `data` of a reply is.

use super::account::Edgeros;
use super::envelope::{SIGN_TYPE, canonical_notification};
use crate::gateway::{Amount, Echo, HttpReply, Notification, Response, Told, Unit, key_of, members_of, named, text_of};
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

    fn about(&self) -> &'static str {
        let has_one_of = |names: &[&str]| names.iter().any(|name| self.0.contains_key(*name));
        match has_one_of(&["refund_no", "mch_refund_no"]) {
            true => REFUND,
            false if has_one_of(&["refund_amount", "refund_reason"]) => NAMELESS_REFUND,
            false => PAYMENT,
        }
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
        let (about, time) = (message.about(), message.field("success_time"));
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

    fn tells(message: Message) -> Told {
        let amount = if message.about() == PAYMENT { "amount_total" } else { "refund_amount" };
        Told {
            order: named(&message.0, ORDER),
            amount: Amount::of(message.field(amount), Unit::Yuan),
            time: text_of(message.field("success_time")).or_else(|| text_of(message.field("notify_time"))),
            dedupe: dedupe(&message),
            fields: message.0,
        }
    }

    fn answer(_: &Edgeros, _: Option<&Message>, answer: Response) -> HttpReply {
        let body = match answer {
            Response::Acknowledge => "{\"status\":\"SUCCESS\",\"message\":\"成功\"}",
            Response::Refuse => "{\"status\":\"FAIL\",\"message\":\"失败\"}",
        };
        HttpReply { status: 200, headers: vec![("Content-Type".into(), "application/json; charset=utf-8".into())], body: body.into() }
    }
}

/// A payment without its time is not yet the one that will have it; of a refund without a number there may be several.
fn dedupe(message: &Message) -> Option<String> {
    let is_pending = message.field("code") == "SUCCESS" && message.field("success_time").is_empty();
    let number = match message.about() {
        REFUND => Some("refund_no"),
        PAYMENT if !is_pending => Some("transaction_no"),
        _ => None,
    };
    key_of(&[message.field(number?), message.field("code")])
}

/// [`PAYMENT`], [`REFUND`] or [`NAMELESS_REFUND`].
const ABOUT: &str = "about";
const PAYMENT: &str = "a payment";
const REFUND: &str = "a refund";
const NAMELESS_REFUND: &str = "a refund without a number";
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
    // Neither of the two kinds, as the SDK has them.
    Row { code: When::Any, status: When::Each(&[(ABOUT, When::Is(&[NAMELESS_REFUND]))]), says: MONEY_MAYBE, source: FIELDS },
];
