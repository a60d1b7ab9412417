//! `transactions/close`. The code is `data.code` (empty when absent), the status the envelope's `status` and `message`, with `fieldErrors`
//! behind them where it says something beside a success.

use super::account::Edgeros;
use super::envelope::{self, CALL_SUCCEEDED, NO_SUCH_ORDER, Reply};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Members, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Says};

const PATH: &str = "/pay/v1/transactions/close";
/// What the envelope and the data of a reply to a close hold.
const ENVELOPE: &[&str] = &["status", "message", "fieldErrors", "data"];
const DATA: &[&str] = &["code", "description", "mch_no", "nonce", "sign", "sign_type", "transaction_no", "mch_trade_no"];
/// What only queries, refunds, bills and notifications name: their SUCCESS is no close.
const OF_OTHER_CALLS: &[&str] = &[
    "refund_no",
    "mch_refund_no",
    "refund_amount",
    "refund_reason",
    "success_time",
    "amount_total",
    "amount_currency",
    "acoid",
    "notify_time",
    "url",
    "hash_code",
    "hash_type",
];

const PAGE: &str = "EdgerOS transactions/close page, reply fields and \"correct response\"";

/// Confirmed for sister calls; this page prints only `FAIL`.
const CLOSED: &str = "SUCCESS";

/// Ends an order that is not paid yet.
pub(super) struct Close;

impl Operation<Edgeros> for Close {
    const VERB: Verb = Verb::Close;
    const TABLES: &'static [Table] = &[Table { of: "a signed reply: data.code · status with message", rows: ROWS }];
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(edgeros: &Edgeros, order: &Order, env: &Env) -> Result<HttpRequest> {
        order.check()?;
        envelope::post(edgeros, PATH, &order.numbers().collect::<Vec<_>>(), env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        members(reply).says(table::look_up(ROWS, reply.code(), Status::Word(Some(&reply.envelope_word()))))
    }

    fn echo(edgeros: &Edgeros, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        members(reply).echo(order.echo(edgeros, reply))
    }
}

fn members(reply: &Reply) -> Members {
    let of = |names: &[String], listed| Members::of(names.iter().map(String::as_str), listed, |name| OF_OTHER_CALLS.contains(&name));
    of(&reply.envelope_members, ENVELOPE).max(of(&reply.data_members, DATA))
}

/// Read from the top.
const ROWS: &[Row] = &[
    Row { code: When::Is(&[CLOSED]), status: CALL_SUCCEEDED, says: Says::new(Code::Closed), source: PAGE },
    // The page's sample of a "correct response": 订单已过期.
    Row { code: When::Is(&["FAIL"]), status: CALL_SUCCEEDED, says: Says::new(Code::Refused), source: PAGE },
    Row { code: When::Any, status: CALL_SUCCEEDED, says: Says::new(Code::Unknown), source: PAGE },
    Row { code: When::Any, status: When::StartsWith("200 "), says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    NO_SUCH_ORDER,
];
