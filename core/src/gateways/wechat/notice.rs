//! What WeChat Pay posts: payments, which are signed as replies are, and refunds, which are not signed at all.

use super::account::Wechat;
use super::envelope::{Reply, SUCCESS};
use crate::gateway::{Amount, Echo, HttpReply, Notification, Response, Told, Unit, key_of, named, text_of};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::xml::{self, Fields};

/// The root of what `req_info` encrypts.
const REFUND_ROOT: &str = "root";
const ORDER: &[&str] = &["out_trade_no"];
const ORDER_OF_REFUND: &[&str] = &["out_trade_no", "out_refund_no"];
/// Without one of these it is no payment.
const REQUIRED: &[&str] = &["appid", "mch_id", "out_trade_no", "transaction_id", "total_fee"];
/// What decides something when it is read, beside what a reply is read for.
const READ: &[&str] = &["transaction_id", "total_fee", "time_end", "trade_type", "req_info"];
/// What replies to queries, refunds, new orders and reversals hold, and no notification of a payment.
const OF_OTHER_CALLS: &[&str] =
    &["trade_state_desc", "refund_id", "out_refund_no", "refund_fee", "refund_count", "recall", "prepay_id", "code_url"];

const PAGE: &str = "WeChat Pay payment notification page: return_code, result_code, trade_state";
const PAGE_REFUND: &str = "WeChat Pay refund notification page: refund_status";

pub(super) struct Notice;

pub(crate) enum Message {
    Payment {
        reply: Reply,
        /// Names the sub-merchant, if the account is that of one.
        is_complete: bool,
    },
    Refund {
        /// Nobody vouches for it.
        outside: Reply,
        inside: Fields,
    },
}

impl Message {
    /// An element of what is told; empty if it is absent.
    fn field(&self, name: &str) -> &str {
        match self {
            Self::Payment { reply, .. } => reply.field(name),
            Self::Refund { inside, .. } => inside.get(name).map_or("", String::as_str),
        }
    }
}

impl Notification<Wechat> for Notice {
    const TABLES: &'static [Table] = &[
        Table { of: "a signed notification: err_code · return_code, result_code, trade_state and the members", rows: ROWS },
        Table { of: "a notification of a refund, which is never signed, so that this is a hint at most: refund_status", rows: REFUNDS },
    ];
    const CAVEAT: Option<(&'static str, &'static str)> = None;
    type Content = Message;

    fn ready(_: &Wechat) -> Result<()> {
        Ok(())
    }

    /// With `req_info` it is about a refund, and nothing else of it is believed.
    fn open(wechat: &Wechat, body: &[u8]) -> std::result::Result<(Message, Option<Verified>), Doubt> {
        let reply = Reply::open(std::str::from_utf8(body).map_err(|_| Reason::Charset)?)?;
        if reply.hides(READ) || reply.is_hidden_in(READ) || reply.is_hidden_in(REQUIRED) {
            return Err(Reason::Parse.into());
        }
        if !reply.field("req_info").is_empty() {
            return Ok((refund(wechat, reply)?, None));
        }
        let sign_type = reply.field("sign_type");
        let verified = reply.verify(wechat).filter(|_| sign_type.is_empty() || wechat.sign_type() == sign_type).ok_or(Reason::Signature)?;
        let is_complete = !wechat.is_of_sub_merchant() || !reply.field("sub_mch_id").is_empty();
        Ok((Message::Payment { reply, is_complete }, Some(verified)))
    }

    fn says(message: &Message) -> Says {
        match message {
            Message::Payment { reply, is_complete } => of_payment(reply, *is_complete),
            Message::Refund { .. } => table::look_up(REFUNDS, message.field("refund_status"), Status::Word(None)),
        }
    }

    fn names(wechat: &Wechat, message: &Message) -> Echo {
        let (Message::Payment { reply, .. } | Message::Refund { outside: reply, .. }) = message;
        let [appid, mch_id, sub_appid, sub_mch_id] = ["appid", "mch_id", "sub_appid", "sub_mch_id"].map(|name| reply.field(name));
        match wechat.is_named(appid, mch_id, sub_appid, sub_mch_id) {
            false => Echo::NotOurs,
            true if message.field("out_trade_no").is_empty() => Echo::Silent,
            true => Echo::Order,
        }
    }

    fn words(message: &Message) -> GatewayWords {
        match message {
            Message::Payment { reply, .. } => reply.words(),
            Message::Refund { .. } => GatewayWords { status: text_of(message.field("refund_status")), ..GatewayWords::default() },
        }
    }

    fn tells(message: Message) -> Told {
        let [amount, time] = match message {
            Message::Payment { .. } => ["total_fee", "time_end"],
            Message::Refund { .. } => ["refund_fee", "success_time"],
        };
        let (amount, time) = (Amount::of(message.field(amount), Unit::Fen), text_of(message.field(time)));
        let dedupe = dedupe(&message);
        let (names, mut fields) = match message {
            Message::Payment { reply, .. } => (ORDER, reply.into_signed()),
            Message::Refund { inside, .. } => (ORDER_OF_REFUND, inside),
        };
        fields.retain(|_, text| !text.is_empty());
        Told { order: named(&fields, names), amount, time, dedupe, fields }
    }

    fn answer(_: &Wechat, _: Option<&Message>, answer: Response) -> HttpReply {
        let (code, text) = if answer == Response::Acknowledge { ("SUCCESS", "OK") } else { ("FAIL", "FAIL") };
        let body = format!("<xml><return_code><![CDATA[{code}]]></return_code><return_msg><![CDATA[{text}]]></return_msg></xml>");
        HttpReply { status: 200, headers: vec![("Content-Type".into(), "text/xml; charset=utf-8".into())], body: body.into() }
    }
}

/// A right key is all that shows here; ECB can be put together from blocks of older messages.
fn refund(wechat: &Wechat, outside: Reply) -> std::result::Result<Message, Doubt> {
    let text = wechat.open_req_info(outside.field("req_info")).ok_or(Reason::Signature)?;
    let inside = xml::parse(&text, REFUND_ROOT).map_err(|_| Reason::Signature)?;
    Ok(Message::Refund { outside, inside })
}

/// A deduction that is accepted is paid later, with the same transaction_id.
fn dedupe(message: &Message) -> Option<String> {
    let transaction = message.field("transaction_id");
    match message {
        Message::Refund { .. } => key_of(&[message.field("refund_id"), message.field("refund_status")]),
        Message::Payment { .. } if Notice::says(message).code == Code::Paid => text_of(transaction),
        Message::Payment { .. } => key_of(&[transaction, message.field("result_code"), message.field("trade_state")]),
    }
}

fn of_payment(reply: &Reply, is_complete: bool) -> Says {
    let lacks_one = !is_complete || REQUIRED.iter().any(|name| reply.field(name).is_empty());
    let is_of_another_call = reply.names().any(is_of_another_call) || reply.field("trade_type") == "MICROPAY";
    let stand = |it_does: bool| if it_does { vec![Some(STAND)] } else { Vec::new() };
    let word = |name| (name, vec![Some(reply.field(name))]);
    let state = [word(RETURN), word(RESULT), word(STATE), (OTHERS, stand(is_of_another_call)), (LACKING, stand(lacks_one))];
    table::look_up(ROWS, reply.field("err_code"), Status::Members(&state))
}

/// `refund_fee_0` and its kind too.
fn is_of_another_call(name: &str) -> bool {
    let is_numbered_refund = || {
        let number = name.rsplit_once('_').map(|(_, number)| number);
        name.starts_with("refund_") && number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    OF_OTHER_CALLS.contains(&name) || is_numbered_refund()
}

const RETURN: &str = "return_code";
const RESULT: &str = "result_code";
const STATE: &str = "trade_state";
/// [`STAND`] where a member is of another call's reply, which is signed alike.
const OTHERS: &str = "members of other calls";
/// [`STAND`] where a payment would name more.
const LACKING: &str = "missing members";
const STAND: &str = "some";

/// Read from the top.
const ROWS: &[Row] = &[
    Row {
        code: When::Any,
        status: When::Each(&[(OTHERS, When::Is(&[STAND]))]),
        says: Says::new(Code::Unknown).hint(Code::Paid),
        source: "WeChat Pay pages of the other calls",
    },
    Row {
        code: When::Is(&[""]),
        status: When::Each(&[(RETURN, SUCCESS), (RESULT, SUCCESS), (STATE, When::Is(&["", "SUCCESS"])), (LACKING, When::Is(&[""]))]),
        says: Says::new(Code::Paid),
        source: PAGE,
    },
];

/// Read from the top.
const REFUNDS: &[Row] = &[
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Refunded), source: PAGE_REFUND },
    // It failed or stays to be done by hand: the money was taken.
    Row { code: When::Any, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Paid), source: PAGE_REFUND },
];
