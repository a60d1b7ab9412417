//! What the platform posts: a form signed with the communication key (通讯密钥), about a bill or about an order.

use super::account::{Chinaums, NOTIFY_KEY};
use super::envelope::refund;
use super::words::{
    CONTRADICTION, DIFFER, EARLIER_REFUND, IN_PART, IN_PART_OR_WHOLE, REFUND, SECURE, SOME_MONEY, SOME_STANDING, TAKEN, WORDS,
    WORDS_BESIDE, of_bill, of_payment, of_refund,
};
use crate::gateway::{Amount, Echo, HttpReply, Notification, Response, Told, Unit, members_of, named, text_of};
use crate::ground::error::{Error, Result};
use crate::outcome::table::{self, Row, Status, Table, When, Words};
use crate::outcome::{Code, Confirm, Doubt, GatewayWords, Reason, Says};
use crate::signatures::{Verified, shared};
use crate::strict::charset::Charset;
use crate::strict::form::{Form, Pairs};
use crate::strict::json;
use crate::strict::xml::Fields;

const ORDER: &[&str] = &["billNo", "billDate", "merOrderId"];
/// What decides something when it is read.
const READ: &[&str] = &[
    "mid",
    "tid",
    "billNo",
    "billDate",
    "billStatus",
    "merOrderId",
    "status",
    "secureStatus",
    "totalAmount",
    "refundAmount",
    "payTime",
    "notifyId",
    "sign",
    "signType",
];

const PAGE: &str = "ChinaUMS bills specification V3.5 and H5 specification: billStatus, billPayment.status, status";
const PAGE_SECURE: &str = "ChinaUMS bills specification V3.5: secureStatus";

pub(super) struct Notice;

/// A notification whose signature is right.
pub(crate) struct Message {
    form: Form,
    /// The members of billPayment, which is a JSON text.
    payment: Fields,
    refunds: Vec<&'static str>,
}

impl Message {
    fn open(form: Form) -> std::result::Result<Self, Doubt> {
        let fen = |name| form.field(name).parse().ok();
        let outside = match form.field("refundAmount") {
            "" => nameless_refund(form.fields()),
            _ => Some(of_refund(fen("refundAmount"), fen("totalAmount"))),
        };
        let (payment, inside) = match form.field("billPayment") {
            "" => (Fields::new(), None),
            text => {
                let payment = json::parse(text).map_err(|_| Reason::Parse)?;
                payment.members().ok_or(Reason::Parse)?;
                payment.nullable_text("status").ok_or(Reason::Parse)?;
                let members = members_of(&payment);
                let inside = refund(&payment).or_else(|| nameless_refund(&members));
                (members, inside)
            }
        };
        let message = Self { form, payment, refunds: outside.into_iter().chain(inside).collect() };
        let (above, below) = (message.form.field("merOrderId"), message.of_payment("merOrderId"));
        if !above.is_empty() && !below.is_empty() && above != below {
            return Err(Reason::Contradiction.into());
        }
        Ok(message)
    }

    fn of_payment(&self, name: &str) -> &str {
        self.payment.get(name).map_or("", String::as_str)
    }

    /// From billPayment, or from where the notification of an order has it.
    fn field(&self, name: &str) -> &str {
        match self.of_payment(name) {
            "" => self.form.field(name),
            text => text,
        }
    }

    /// What went back, where it says that something did, and how much.
    fn amount(&self) -> &str {
        let refunded = if Notice::says(self).code == Code::Refunded { self.field("refundAmount") } else { "" };
        if refunded.is_empty() { self.form.field("totalAmount") } else { refunded }
    }

    /// All that is signed, billPayment laid open beside it.
    fn into_fields(self) -> Fields {
        let mut fields = self.payment;
        fields.extend(self.form.into_signed());
        fields
    }

    fn state(&self) -> [(&'static str, Words<'_>); 4] {
        let said = |word: &str, read: fn(&str) -> Option<&'static str>| (!word.is_empty()).then(|| read(word));
        let words: Words<'_> = [
            said(self.form.field("billStatus"), of_bill),
            said(self.of_payment("status"), of_payment),
            said(self.form.field("status"), of_payment),
        ]
        .into_iter()
        .flatten()
        .collect();
        let differ = words.iter().any(|word| Some(word) != words.first());
        [
            (WORDS, words),
            (WORDS_BESIDE, if differ { vec![Some(DIFFER)] } else { Vec::new() }),
            (REFUND, self.refunds.iter().copied().map(Some).collect()),
            (SECURE, vec![Some(self.form.field("secureStatus")), Some(self.of_payment("secureStatus"))]),
        ]
    }
}

/// What another member about a refund says where no refundAmount does: its number (refundOrderId), its state, its reason.
fn nameless_refund(fields: &Fields) -> Option<&'static str> {
    let is_one = |(name, text): (&String, &String)| is_about_a_refund(name) && !text.is_empty();
    fields.iter().any(is_one).then(|| of_refund(None, None))
}

fn is_about_a_refund(name: &str) -> bool {
    name.starts_with("refund")
}

impl Notification<Chinaums> for Notice {
    const TABLES: &'static [Table] =
        &[Table { of: "a signed notification: billStatus and billPayment.status, or status; secureStatus", rows: ROWS }];
    const CAVEAT: Option<(&'static str, &'static str)> = None;
    type Content = Message;

    fn ready(chinaums: &Chinaums) -> Result<()> {
        let given = [
            (
                NOTIFY_KEY,
                chinaums.notify_key.is_some(),
                "is missing: notifications are signed with the communication key (通讯密钥), not with app_key",
            ),
            (
                "account.mid",
                chinaums.mid.is_some(),
                "is missing: one communication key may sign for several merchants, and only mid tells them apart",
            ),
        ];
        match given.into_iter().find(|(_, is_given, _)| !is_given) {
            Some((field, _, missing)) => Err(Error::config(field, missing)),
            None => Ok(()),
        }
    }

    fn open(chinaums: &Chinaums, body: &[u8]) -> std::result::Result<(Message, Option<Verified>), Doubt> {
        let form = Pairs::split(body).ok_or(Reason::Parse)?.decode(Charset::Utf8).ok_or(Reason::Charset)?;
        if form.is_ambiguous(READ, &["billPayment"]) || form.hides(is_about_a_refund) {
            return Err(Reason::Parse.into());
        }
        let ours = chinaums.notice_signature(&form.string_to_sign(), form.field("signType")).ok_or(Reason::Signature)?;
        let verified = shared::verify(&ours, &form.field("sign").to_ascii_uppercase()).ok_or(Reason::Signature)?;
        Ok((Message::open(form)?, Some(verified)))
    }

    fn says(message: &Message) -> Says {
        table::look_up(ROWS, "", Status::Members(&message.state()))
    }

    fn names(chinaums: &Chinaums, message: &Message) -> Echo {
        let is_ours = |name, ours: &Option<String>| ours.as_deref().is_none_or(|ours| message.form.field(name) == ours);
        match is_ours("mid", &chinaums.mid) && is_ours("tid", &chinaums.tid) {
            false => Echo::NotOurs,
            true if ORDER.iter().all(|name| message.field(name).is_empty()) => Echo::Silent,
            true => Echo::Order,
        }
    }

    fn words(message: &Message) -> GatewayWords {
        GatewayWords {
            code: text_of(message.field("secureStatus")),
            sub_code: text_of(message.form.field("billStatus")),
            status: text_of(message.field("status")),
            message: text_of(message.form.field("billDesc")),
        }
    }

    fn tells(message: Message) -> Told {
        let (amount, time) = (Amount::of(message.amount(), Unit::Fen), text_of(message.field("payTime")));
        let dedupe = text_of(message.form.field("notifyId"));
        let fields = message.into_fields();
        Told { order: named(&fields, ORDER), amount, time, dedupe, fields }
    }

    fn answer(_: &Chinaums, _: Option<&Message>, answer: Response) -> HttpReply {
        let body = if answer == Response::Acknowledge { "SUCCESS" } else { "FAILED" };
        HttpReply { status: 200, headers: vec![("Content-Type".into(), "text/plain; charset=utf-8".into())], body: body.into() }
    }
}

const TWO_THINGS: (&str, When) = (WORDS_BESIDE, When::Is(&[DIFFER]));
const CLOSED: (&str, When) = (WORDS, When::AnyOf(&["CLOSED"]));
const REFUNDED: (&str, When) = (WORDS, When::AnyOf(&["REFUND"]));

const fn row(status: &'static [(&'static str, When)], says: Says, source: &'static str) -> Row {
    Row { code: When::Any, status: When::Each(status), says, source }
}

/// Read from the top.
const ROWS: &[Row] = &[
    row(&[TWO_THINGS, SOME_MONEY], CONTRADICTION.hint(Code::Paid), PAGE),
    row(&[TWO_THINGS], CONTRADICTION, PAGE),
    row(&[SOME_STANDING, IN_PART_OR_WHOLE], EARLIER_REFUND, PAGE),
    row(&[SOME_STANDING, TAKEN], Says::new(Code::Paid), PAGE),
    row(&[SOME_STANDING], Says::new(Code::Unknown).hint(Code::Paid), PAGE_SECURE),
    row(&[CLOSED, IN_PART], EARLIER_REFUND, PAGE),
    // After a time-out, a failed payment or a full refund.
    row(&[CLOSED], Says::new(Code::Closed).confirm(Confirm::Required), PAGE),
    row(&[REFUNDED], Says::new(Code::Refunded), PAGE),
];
