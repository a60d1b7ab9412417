//! `transactions/trade`. Code and status stand where those of a close do; the page's table of codes is published nowhere we can read.

use super::account::Edgeros;
use super::envelope::{self, CALL_SUCCEEDED, NO_SUCH_ORDER, Reply};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Says};

const PATH: &str = "/pay/v1/transactions/trade";
/// What only the replies about refunds and bills have: their SUCCESS is no payment.
const OF_OTHER_CALLS: &[&str] = &["refund_no", "mch_refund_no", "refund_amount", "refund_reason", "url", "hash_code", "hash_type"];

const PAGE: &str = "EdgerOS transactions/trade page, reply fields";

/// A guess: the success word of the family, on no page for this call. Never more than a hint.
const PAID: When = When::Is(&["SUCCESS"]);
const MONEY_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Paid);

/// Asks for an order's state.
pub(super) struct Query;

impl Operation<Edgeros> for Query {
    const VERB: Verb = Verb::Query;
    const TABLES: &'static [Table] = &[Table { of: "a signed reply: data.code · status with message", rows: ROWS }];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(edgeros: &Edgeros, order: &Order, env: &Env) -> Result<HttpRequest> {
        order.check()?;
        envelope::get(edgeros, PATH, &order.numbers().rev().collect::<Vec<_>>(), env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        table::look_up(ROWS, reply.code(), Status::Word(Some(&reply.envelope_word())))
    }

    fn echo(edgeros: &Edgeros, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        let is_of_other_call = |name: &String| OF_OTHER_CALLS.contains(&name.as_str());
        match reply.envelope_members.iter().chain(&reply.data_members).any(is_of_other_call) {
            true => Echo::NotOurs,
            false => order.echo(edgeros, reply),
        }
    }
}

/// Read from the top. Nothing here says closed.
const ROWS: &[Row] = &[
    Row { code: PAID, status: CALL_SUCCEEDED, says: MONEY_MAYBE, source: PAGE },
    Row { code: When::Any, status: CALL_SUCCEEDED, says: Says::new(Code::Unknown), source: PAGE },
    Row { code: PAID, status: When::Any, says: MONEY_MAYBE.contradiction(), source: PAGE },
    Row { code: When::Any, status: When::StartsWith("200 "), says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    NO_SUCH_ORDER,
];
