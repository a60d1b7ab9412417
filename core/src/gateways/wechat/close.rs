//! `closeorder`.

use super::account::Wechat;
use super::envelope::{self, FAIL, MISTAKE_OF_PAGE, MISTAKE_OF_V2, NEVER_SIGNED, NONE, OF_OTHER_CALLS, PAGE, Reply, SUCCESS, V2_COMMON};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Members, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Retry, Says};

const PATH: &str = "/pay/closeorder";
/// What a reply holds; the sandbox gateway spells return_msg `retmsg`.
pub(super) const MEMBERS: &[&str] = &[
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
/// What a reply to a refund may name besides, and that to a close never.
const NEVER_OF_A_CLOSE: &[&str] =
    &["transaction_id", "fee_type", "attach", "sub_openid", "sub_is_subscribe", "promotion_detail", "profit_sharing"];
/// Families of such names.
const BEGINNINGS_OF_OTHER_CALLS: &[&str] = &["trade_", "total_", "refund_", "out_refund_no", "cash_", "coupon_", "settlement_", "bill_"];

const FIELD_REPORT: &str = "reports of real replies";

const ORDER_PAID: When = When::Is(&["ORDERPAID"]);

/// Ends an order that is not paid yet.
pub(super) struct Close;

impl Operation<Wechat> for Close {
    const VERB: Verb = Verb::Close;
    const TABLES: &'static [Table] =
        &[Table { of: "a signed reply with return_code SUCCESS: err_code · result_code", rows: ROWS }, NEVER_SIGNED];
    /// SUCCESS or ORDERCLOSED.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(wechat: &Wechat, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(wechat, PATH, &order.parameters(wechat)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        let signed = || table::look_up(ROWS, reply.field("err_code"), Status::Word(Some(reply.field("result_code"))));
        reply.unsigned_word().unwrap_or_else(|| members(reply).says(signed()))
    }

    /// The reply names no order.
    fn echo(wechat: &Wechat, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        if order.is_of(wechat, reply) { members(reply).echo(Echo::Silent) } else { Echo::NotOurs }
    }
}

/// Replies to other calls, and notifications, are signed with the same key, and say other things of perhaps other orders.
fn members(reply: &Reply) -> Members {
    Members::of(reply.names(), MEMBERS, is_of_another_call)
}

pub(super) fn is_of_another_call(name: &str) -> bool {
    [OF_OTHER_CALLS, NEVER_OF_A_CLOSE].iter().any(|names| names.contains(&name))
        || BEGINNINGS_OF_OTHER_CALLS.iter().any(|beginning| name.starts_with(beginning))
}

const ROWS: &[Row] = &[
    // An order number that does not exist gets the same answer.
    Row { code: NONE, status: SUCCESS, says: Says::new(Code::Closed).confirm(Confirm::Recommended), source: FIELD_REPORT },
    Row { code: ORDER_PAID, status: SUCCESS, says: Says::new(Code::Unknown).contradiction().hint(Code::Paid), source: PAGE },
    Row { code: When::Any, status: SUCCESS, says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row { code: When::Is(&["ORDERCLOSED"]), status: FAIL, says: Says::new(Code::AlreadyClosed), source: PAGE },
    Row { code: ORDER_PAID, status: FAIL, says: Says::new(Code::Paid), source: PAGE },
    // Beside a result_code that is none it proves nothing, and is a word of money all the same.
    Row { code: ORDER_PAID, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Paid), source: PAGE },
    Row { code: When::Is(&["ORDERNOTEXIST"]), status: FAIL, says: Says::new(Code::NotFound), source: PAGE },
    Row { code: When::Is(&["SYSTEMERROR"]), status: FAIL, says: Says::new(Code::Unknown).retry(Retry::SameRequest), source: PAGE },
    MISTAKE_OF_PAGE,
    MISTAKE_OF_V2,
    // The buyer may be paying at this moment: not a matter of the merchant's rate.
    Row { code: When::Is(&["FREQUENCY_LIMITED"]), status: FAIL, says: Says::new(Code::Processing), source: V2_COMMON },
];
