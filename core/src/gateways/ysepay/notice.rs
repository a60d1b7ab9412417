//! What the platform posts about payments and refunds: a signed form. None is documented for the agreements that a close here ends.

use super::account::Ysepay;
use crate::gateway::{Amount, Echo, HttpReply, Notification, Response, Told, Unit, key_of, named, text_of};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::charset::Charset;
use crate::strict::form::{Form, Pairs};

const OF_PAYMENT: &str = "directpay.status.sync";
const OF_REFUND: &str = "refund.status.sync";
const TRADE_STATUS: &str = "trade_status";
const REFUND_STATE: &str = "refund_state";
const IN_PART: &str = "TRADE_PART_REFUND";
/// What decides something when it is read.
const READ: &[&str] = &[
    "notify_type",
    "notify_time",
    "out_trade_no",
    "trade_no",
    "out_request_no",
    "total_amount",
    "refund_amount",
    TRADE_STATUS,
    REFUND_STATE,
    "sign",
    "sign_type",
];

const REAL: &str = "real YSEPay notifications of payments";
const CLIENTS: &str = "YSEPay clients in the field: words of notifications";

pub(super) struct Notice;

/// A notification whose signature is right.
pub(crate) struct Message(Form);

impl Message {
    fn is_of_refund(&self) -> bool {
        self.0.field("notify_type") == OF_REFUND
    }

    /// The word that decides.
    fn word(&self) -> &str {
        self.0.field(if self.is_of_refund() { REFUND_STATE } else { TRADE_STATUS })
    }

    /// Payouts are signed alike and say TRADE_SUCCESS too.
    fn is_read_here(&self) -> bool {
        [OF_PAYMENT, OF_REFUND].contains(&self.0.field("notify_type"))
    }
}

impl Notification<Ysepay> for Notice {
    const TABLES: &'static [Table] =
        &[Table { of: "a signed notification: notify_type · trade_status, of a refund refund_state", rows: ROWS }];
    const CAVEAT: Option<(&'static str, &'static str)> = Some((
        "No field of it names the merchant, and one platform key signs for all: compare the order number and the amount with your own (`expect`).",
        "通知中没有字段标明商户，且平台以同一密钥为所有商户签名：请用 expect 核对订单号和金额。",
    ));
    type Content = Message;

    fn ready(_: &Ysepay) -> Result<()> {
        Ok(())
    }

    /// UTF-8 whatever the account's charset; with the account's sign_type whatever the message's.
    fn open(ysepay: &Ysepay, body: &[u8]) -> std::result::Result<(Message, Option<Verified>), Doubt> {
        let form = Pairs::split(body).ok_or(Reason::Parse)?.decode(Charset::Utf8).ok_or(Reason::Charset)?;
        if form.is_ambiguous(READ, &[]) {
            return Err(Reason::Parse.into());
        }
        let verified = ysepay.keys.verify(form.string_to_sign().as_bytes(), form.field("sign")).ok_or(Reason::Signature)?;
        Ok((Message(form), Some(verified)))
    }

    fn says(message: &Message) -> Says {
        table::look_up(ROWS, message.0.field("notify_type"), Status::Word(Some(message.word())))
    }

    fn names(_: &Ysepay, message: &Message) -> Echo {
        if message.is_read_here() && !message.0.field("out_trade_no").is_empty() { Echo::Order } else { Echo::Silent }
    }

    fn words(message: &Message) -> GatewayWords {
        let (code, status) = (text_of(message.0.field("notify_type")), text_of(message.word()));
        GatewayWords { code, status, ..GatewayWords::default() }
    }

    fn tells(message: Message) -> Told {
        let (number, amount) = if message.is_of_refund() { ("out_request_no", "refund_amount") } else { ("trade_no", "total_amount") };
        let form = &message.0;
        Told {
            order: named(form.fields(), &["out_trade_no", number]),
            amount: Amount::of(form.field(amount), Unit::Yuan),
            time: text_of(form.field("notify_time")),
            dedupe: dedupe(&message),
            fields: message.0.into_signed(),
        }
    }

    fn answer(_: &Ysepay, _: Option<&Message>, answer: Response) -> HttpReply {
        let body = if answer == Response::Acknowledge { "success" } else { "fail" };
        HttpReply { status: 200, headers: vec![("Content-Type".into(), "text/plain; charset=utf-8".into())], body: body.into() }
    }
}

/// A part that went back is not told from the next one, since such a notice names no refund.
fn dedupe(message: &Message) -> Option<String> {
    let (form, word) = (&message.0, message.word());
    key_of(&[form.field("notify_type"), form.field("trade_no"), word]).filter(|_| message.is_of_refund() || word != IN_PART)
}

const PAYMENT: When = When::Is(&[OF_PAYMENT]);
const REFUND: When = When::Is(&[OF_REFUND]);
const MONEY_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Paid);

/// Read from the top.
const ROWS: &[Row] = &[
    Row { code: PAYMENT, status: When::Is(&["TRADE_SUCCESS"]), says: Says::new(Code::Paid), source: REAL },
    // After a time-out, or after a full refund.
    Row { code: PAYMENT, status: When::Is(&["TRADE_CLOSED"]), says: Says::new(Code::Closed).confirm(Confirm::Required), source: CLIENTS },
    Row { code: PAYMENT, status: When::Is(&["TRADE_PROCESS"]), says: Says::new(Code::Processing), source: CLIENTS },
    Row { code: PAYMENT, status: When::Is(&[IN_PART, "TRADE_ALL_REFUND"]), says: Says::new(Code::Refunded), source: CLIENTS },
    // In escrow.
    Row { code: PAYMENT, status: When::Is(&["WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS"]), says: MONEY_MAYBE, source: CLIENTS },
    Row { code: REFUND, status: When::Is(&["success"]), says: Says::new(Code::Refunded), source: CLIENTS },
    Row { code: REFUND, status: When::Any, says: MONEY_MAYBE, source: CLIENTS },
];
