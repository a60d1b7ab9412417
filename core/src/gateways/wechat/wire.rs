//! What goes out and what comes back, to the byte.

use super::account::Wechat;
use super::codes::{RESULT, STATE};
use crate::crypto::{Verified, mac};
use crate::error::Result;
use crate::field::Field;
use crate::form::Parameters;
use crate::gateway::{Ask, Env, HttpRequest};
use crate::judge::Members;
use crate::outcome::{GatewayWords, Reason};
use crate::strict::xml::{self, Fields};
use crate::table::Words;
use crate::verdict::Doubt;
use serde::Deserialize;

/// Where an order is closed.
pub(super) const CLOSE: &str = "/pay/closeorder";
/// Where its state is asked for, with the same fields.
pub(super) const QUERY: &str = "/pay/orderquery";
const ROOT: &str = "xml";
/// What a reply to a close holds; the sandbox gateway spells return_msg `retmsg`.
const OF_A_CLOSE: &[&str] = &[
    "return_code",
    "return_msg",
    "retmsg",
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "device_info",
    "nonce_str",
    "sign",
    "sign_type",
    "result_code",
    "result_msg",
    "err_code",
    "err_code_des",
];
/// What only queries, notifications, new orders, reversals, refunds, bills, transfers and the shortening of addresses name.
const OF_OTHER_CALLS: &[&str] = &[
    "prepay_id",
    "code_url",
    "mweb_url",
    "transaction_id",
    "fee_type",
    "bank_type",
    "time_end",
    "attach",
    "openid",
    "sub_openid",
    "is_subscribe",
    "sub_is_subscribe",
    "recall",
    "short_url",
    "req_info",
    "partner_trade_no",
    "payment_no",
    "payment_time",
    "promotion_detail",
    "success_time",
    "contract_id",
    "mch_billno",
    "send_listid",
    "profit_sharing",
    "order_id",
    "out_order_no",
];
/// Families of such names.
const BEGINNINGS_OF_OTHER_CALLS: &[&str] = &["trade_", "total_", "refund_", "out_refund_no", "cash_", "coupon_", "settlement_", "bill_"];
/// What decides something when it is read.
const READ: &[&str] = &[
    "return_code",
    "return_msg",
    "result_code",
    "err_code",
    "err_code_des",
    "trade_state",
    "out_trade_no",
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "sign",
    "sign_type",
    "key",
];

/// What stands under `order`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    out_trade_no: String,
    pub(super) sub_appid: Option<String>,
    pub(super) sub_mch_id: Option<String>,
}

impl Order {
    /// 1 to 32 of `[0-9A-Za-z_\-|*@]`.
    fn check(&self) -> Result<()> {
        Field::of_call("order.out_trade_no", &self.out_trade_no)
            .not_empty()?
            .max_chars(32)?
            .only(|c| c.is_ascii_alphanumeric() || "_-|*@".contains(c), "ASCII letters, digits and _-|*@")
            .map(drop)
    }
}

pub(super) fn request(account: &Wechat, path: &str, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
    order.check()?;
    let sub = account.sub_merchant(order)?;
    Field::of_call("nonce", env.nonce).not_empty()?.max_chars(32)?.only(|c| c.is_ascii_alphanumeric(), "ASCII letters and digits")?;
    let parameters = Parameters::new(&[
        ("appid", &account.appid),
        ("mch_id", &account.mch_id),
        ("sub_appid", sub.appid.unwrap_or_default()),
        ("sub_mch_id", sub.mch_id.unwrap_or_default()),
        ("out_trade_no", &order.out_trade_no),
        ("nonce_str", env.nonce),
        ("sign_type", account.sign_type_sent()),
    ]);
    let signature = account.signature(&parameters.string_to_sign());
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(path),
        headers: vec![("Content-Type".into(), "text/xml; charset=utf-8".into())],
        body: xml::write(ROOT, parameters.iter().chain([("sign", signature.as_str())])).into(),
        msg_id: env.msg_id.into(),
    })
}

/// The one map of the reply: what is verified is what is read.
pub(super) struct Reply(Fields);

impl Reply {
    pub(super) fn open(ask: Ask, body: &str) -> std::result::Result<Self, Doubt> {
        let fields = xml::parse(body, ROOT).map_err(|_| Reason::Parse)?;
        let is_looked_at = |name: &str| READ.contains(&name) || fields.contains_key(name) || ask == Ask::Close && is_of_another_call(name);
        if fields.values().any(|text| has_two_readings(text, is_looked_at)) { Err(Reason::Parse.into()) } else { Ok(Self(fields)) }
    }

    /// The text of an element; empty if it is absent, which WeChat does not tell apart either.
    pub(super) fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Checks the signature over every non-empty field, those this library does not know included, in the account's algorithm.
    pub(super) fn verify(&self, account: &Wechat) -> Option<Verified> {
        let fields = self.0.iter().filter(|(name, text)| *name != "sign" && !text.is_empty());
        let pairs: Vec<String> = fields.map(|(name, text)| format!("{name}={text}")).collect();
        mac::verify(&account.signature(&pairs.join("&")), self.field("sign"))
    }

    /// Replies to other calls, and notifications, are signed with the same key, and say other things of perhaps other orders.
    pub(super) fn members(&self) -> Members {
        Members::of(self.0.keys().map(String::as_str), OF_A_CLOSE, is_of_another_call)
    }

    /// For the query's table.
    pub(super) fn state(&self) -> [(&'static str, Words<'_>); 2] {
        [RESULT, STATE].map(|name| (name, vec![Some(self.field(name))]))
    }

    /// The reply need not name anything, and is not known to name the order; what it does name must be ours.
    pub(super) fn is_ours(&self, account: &Wechat, order: &Order) -> bool {
        let sub = account.sub_merchant(order).unwrap_or_default();
        let ours = [
            ("out_trade_no", Some(order.out_trade_no.as_str())),
            ("appid", Some(account.appid.as_str())),
            ("mch_id", Some(account.mch_id.as_str())),
            ("sub_appid", sub.appid),
            ("sub_mch_id", sub.mch_id),
        ];
        ours.iter().all(|(name, ours)| self.field(name).is_empty() || Some(self.field(name)) == *ours)
    }

    /// Whether it names the order: the reply to a query does.
    pub(super) fn names(&self, order: &Order) -> bool {
        self.field("out_trade_no") == order.out_trade_no
    }

    pub(super) fn succeeded(&self) -> bool {
        self.field(RESULT) == "SUCCESS"
    }

    /// `return_msg`, or `retmsg` as the sandbox gateway spells it.
    fn message(&self) -> &str {
        match self.field("return_msg") {
            "" => self.field("retmsg"),
            message => message,
        }
    }

    pub(super) fn words(&self) -> GatewayWords {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        GatewayWords {
            code: some(self.field("return_code")),
            sub_code: some(self.field("err_code")),
            status: some(self.field("trade_state")).or_else(|| some(self.field("result_code"))),
            message: some(self.field("err_code_des")).or_else(|| some(self.message())),
        }
    }
}

fn is_of_another_call(name: &str) -> bool {
    OF_OTHER_CALLS.contains(&name) || BEGINNINGS_OF_OTHER_CALLS.iter().any(|beginning| name.starts_with(beginning))
}

/// `&name=` inside a value: the same signed text could also be read as two fields. That matters where the second one would be looked at,
/// or stands in the reply as well; a merchant's `attach` may hold anything else.
fn has_two_readings(text: &str, is_looked_at: impl Fn(&str) -> bool) -> bool {
    text.split('&').skip(1).filter_map(|part| part.split_once('=')).any(|(name, _)| is_looked_at(name))
}
