//! `reverse`: an order by scanned code is undone; what was paid goes back, what was not is closed.

use super::account::{SubMerchant, Wechat};
use super::close::{MEMBERS, is_of_another_call};
use super::envelope::{self, FAIL, MISTAKE_OF_PAGE, MISTAKE_OF_V2, NEVER_SIGNED, NONE, Reply, SUCCESS};
use super::order::{Numbers, names_nobody_else, names_nothing_else};
use crate::gateway::{Echo, Env, HttpRequest, Members, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Retry, Says};
use serde::Deserialize;

const PATH: &str = "/secapi/pay/reverse";
const PAGE: &str = "WeChat Pay reverse page: result_code, recall";
const RESULT: &str = "result_code";
/// Whether it is to be called again. No other reply has it.
const RECALL: &str = "recall";

/// By the merchant's number, by that of the gateway, or by both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    transaction_id: Option<String>,
    out_trade_no: Option<String>,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
}

impl Order {
    fn numbers(&self) -> Numbers<'_> {
        Numbers { transaction_id: self.transaction_id.as_deref(), out_trade_no: self.out_trade_no.as_deref() }
    }

    fn sub_merchant<'a>(&'a self, account: &'a Wechat) -> Result<SubMerchant<'a>> {
        account.sub_merchant(self.sub_appid.as_deref(), self.sub_mch_id.as_deref())
    }
}

/// Undoes an order.
pub(super) struct Reverse;

impl Operation<Wechat> for Reverse {
    const VERB: Verb = Verb::Reverse;
    const TABLES: &'static [Table] =
        &[Table { of: "a signed reply with return_code SUCCESS: err_code · result_code and recall", rows: ROWS }, NEVER_SIGNED];
    /// The page: call again until recall is N.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = true;
    type Order = Order;

    fn sign(wechat: &Wechat, order: &Order, env: &Env) -> Result<HttpRequest> {
        order.numbers().check_given()?;
        let sub = order.sub_merchant(wechat)?;
        let [id, number] = order.numbers().pairs();
        let named = [("sub_appid", sub.appid), ("sub_mch_id", sub.mch_id), id, number];
        envelope::seal(wechat, PATH, &named.map(|(name, text)| (name, text.unwrap_or_default())), env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        let state = [RESULT, RECALL].map(|name| (name, vec![Some(reply.field(name))]));
        let signed = || table::look_up(ROWS, reply.field("err_code"), Status::Members(&state));
        reply.unsigned_word().unwrap_or_else(|| members(reply).says(signed()))
    }

    /// The reply names no order, and is one to a reversal only if it has a word for calling again.
    fn echo(wechat: &Wechat, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        let sub = order.sub_merchant(wechat).unwrap_or_default();
        let is_ours = names_nobody_else(wechat, &sub, reply) && names_nothing_else(reply, &order.numbers().pairs());
        let is_to_this = !reply.field(RECALL).is_empty() || !reply.succeeded();
        if is_ours && is_to_this && !reply.hides(&[RECALL]) { members(reply).echo(Echo::Silent) } else { Echo::NotOurs }
    }
}

fn members(reply: &Reply) -> Members {
    let listed = [MEMBERS, &[RECALL]].concat();
    Members::of(reply.names(), &listed, |name| name != RECALL && is_of_another_call(name))
}

const ANSWERED: (&str, When) = (RESULT, SUCCESS);
const REFUSED: (&str, When) = (RESULT, FAIL);
const AGAIN: (&str, When) = (RECALL, When::Is(&["Y"]));
const ENOUGH: (&str, When) = (RECALL, When::Is(&["N"]));
/// A refusal may leave the word out.
const NOT_AGAIN: (&str, When) = (RECALL, When::Is(&["N", ""]));
const UNKNOWN: Says = Says::new(Code::Unknown);

/// Read from the top. No other code is documented as a no after which the order stands.
const ROWS: &[Row] = &[
    Row { code: NONE, status: When::Each(&[ANSWERED, ENOUGH]), says: Says::new(Code::Closed).confirm(Confirm::Recommended), source: PAGE },
    Row { code: NONE, status: When::Each(&[ANSWERED]), says: UNKNOWN, source: PAGE },
    Row { code: When::Any, status: When::Each(&[ANSWERED]), says: UNKNOWN.contradiction(), source: PAGE },
    Row { code: When::Any, status: When::Each(&[REFUSED, AGAIN]), says: UNKNOWN.retry(Retry::SameRequest), source: PAGE },
    Row { status: When::Each(&[REFUSED, NOT_AGAIN]), source: PAGE, ..MISTAKE_OF_PAGE },
    Row { status: When::Each(&[REFUSED, NOT_AGAIN]), ..MISTAKE_OF_V2 },
];
