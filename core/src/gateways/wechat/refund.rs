//! `refund`: money goes back, once for each out_refund_no. The reply says that it was taken up, never that it is done.

use super::account::Wechat;
use super::envelope::{self, FAIL, MISTAKE_OF_PAGE, MISTAKE_OF_V2, NEVER_SIGNED, NONE, OF_OTHER_CALLS, Reply, SUCCESS};
use super::refund_order::Refund as Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Retry, Says};

const PATH: &str = "/secapi/pay/refund";
/// What the reply calls the number and the amount of the refund.
const NAMES: [&str; 2] = ["out_refund_no", "refund_fee"];
/// What names it, and would be missed where it stands inside another value.
const READ: &[&str] = &["out_refund_no", "refund_fee", "total_fee", "out_trade_no", "transaction_id"];

pub(super) const PAGE: &str = "WeChat Pay refund page, list of errors";
const RESULT: &str = "WeChat Pay refund page, result_code";

/// Gives money back.
pub(super) struct Refund;

impl Operation<Wechat> for Refund {
    const VERB: Verb = Verb::Refund;
    const TABLES: &'static [Table] = &[
        Table {
            of: "a signed reply, which names the refund, the order and the amount where it succeeded: err_code · result_code",
            rows: ROWS,
        },
        NEVER_SIGNED,
    ];
    /// With the same out_refund_no it is the same refund.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = true;
    type Order = Order;

    fn sign(wechat: &Wechat, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(wechat, PATH, &order.parameters(wechat)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        let signed = || table::look_up(ROWS, reply.field("err_code"), Status::Word(Some(reply.field("result_code"))));
        reply.unsigned_word().unwrap_or_else(signed)
    }

    /// A success must name the refund, the order and the amount; a refusal names nothing.
    fn echo(wechat: &Wechat, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        match order.is_named_by(reply, NAMES) {
            _ if reply.hides(READ) || reply.names().any(is_of_another_call) || !order.is_of(wechat, reply, NAMES) => Echo::NotOurs,
            true => Echo::Order,
            false if reply.succeeded() => Echo::NotOurs,
            false => Echo::Silent,
        }
    }
}

/// What only queries, notifications, payments, reversals, transfers and profit sharing name. The query of a refund numbers its members.
fn is_of_another_call(name: &str) -> bool {
    OF_OTHER_CALLS.contains(&name) || BEGINNINGS_OF_OTHER_CALLS.iter().any(|beginning| name.starts_with(beginning))
}

const BEGINNINGS_OF_OTHER_CALLS: &[&str] =
    &["trade_", "refund_status", "refund_count", "out_refund_no_", "refund_id_", "refund_success_time", "refund_recv"];

/// Read from the top. REFUND_FEE_MISMATCH, ERROR and INVALID_REQUEST may each follow a refund that has happened.
const ROWS: &[Row] = &[
    Row { code: NONE, status: SUCCESS, says: Says::new(Code::Processing), source: RESULT },
    Row { code: When::Any, status: SUCCESS, says: Says::new(Code::Unknown).contradiction(), source: RESULT },
    Row {
        code: When::Is(&["NOTENOUGH", "TRADE_OVERDUE", "USER_ACCOUNT_ABNORMAL"]),
        status: FAIL,
        says: Says::new(Code::Refused),
        source: PAGE,
    },
    Row { code: When::Is(&["ORDERNOTEXIST", "INVALID_TRANSACTIONID"]), status: FAIL, says: Says::new(Code::NotFound), source: PAGE },
    Row {
        code: When::Is(&["SYSTEMERROR", "BIZERR_NEED_RETRY"]),
        status: FAIL,
        says: Says::new(Code::Unknown).retry(Retry::SameRequest),
        source: PAGE,
    },
    Row { code: When::Is(&["FREQUENCY_LIMITED"]), status: FAIL, says: Says::new(Code::Throttled), source: PAGE },
    Row { code: When::Is(&["INVALID_REQ_TOO_MUCH"]), status: FAIL, says: Says::new(Code::Throttled).retry_after_ms(60_000), source: PAGE },
    // The number is that of another refund, of another amount.
    Row { code: When::Is(&["REFUND_FEE_MISMATCH"]), status: FAIL, says: Says::new(Code::Unknown).hint(Code::Refunded), source: REPORTS },
    Row { source: PAGE, ..MISTAKE_OF_PAGE },
    MISTAKE_OF_V2,
];
const REPORTS: &str = "reports of real replies";
