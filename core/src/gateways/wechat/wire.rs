//! What goes out and what comes back, to the byte.

use super::account::Wechat;
use crate::crypto::{Verified, mac};
use crate::error::Result;
use crate::field::Field;
use crate::form::Parameters;
use crate::gateway::{Env, HttpRequest};
use crate::outcome::{GatewayWords, Reason};
use crate::strict::xml::{self, Fields};
use crate::verdict::Doubt;
use serde::Deserialize;

/// Where an order is closed.
pub(super) const CLOSE: &str = "/pay/closeorder";
/// Where its state is asked for, with the same fields.
pub(super) const QUERY: &str = "/pay/orderquery";
const ROOT: &str = "xml";
/// What only queries, notifications, new orders, reversals, refunds and the shortening of addresses name.
const OF_OTHER_CALLS: &[&str] =
    &["trade_state", "transaction_id", "total_fee", "time_end", "trade_type", "prepay_id", "code_url", "recall", "refund_id", "short_url"];

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
    pub(super) fn open(body: &str) -> std::result::Result<Self, Doubt> {
        let fields = xml::parse(body, ROOT).map_err(|_| Reason::Parse)?;
        // `&name=` inside a value: the same signed text could also be read as two fields.
        let two_readings = |text: &String| text.split_once('&').is_some_and(|(_, rest)| rest.contains('='));
        if fields.values().any(two_readings) { Err(Reason::Parse.into()) } else { Ok(Self(fields)) }
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
    pub(super) fn is_of_another_call(&self) -> bool {
        OF_OTHER_CALLS.iter().any(|name| self.0.contains_key(*name))
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
