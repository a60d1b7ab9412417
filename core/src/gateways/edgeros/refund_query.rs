//! `transactions/refund`, asked for: what has become of a mch_refund_no. The words of its states are published nowhere we can read.

use super::account::Edgeros;
use super::envelope::{self, CALL_SUCCEEDED, NO_SUCH_ORDER, Reply};
use super::refund::PATH;
use super::refund_order::Refund as Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Says};

const SDK: &str = "EdgerOS SDK, reply to the query of a refund";

/// A guess: the success word of the family, on no page for this call. Never more than a hint.
const DONE: When = When::Is(&["SUCCESS"]);
const MONEY_BACK_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Refunded);

/// Asks for a refund's state.
pub(super) struct RefundQuery;

impl Operation<Edgeros> for RefundQuery {
    const VERB: Verb = Verb::RefundQuery;
    const TABLES: &'static [Table] =
        &[Table { of: "a signed reply, which names the refund: data.code · status with message", rows: ROWS }];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(edgeros: &Edgeros, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::get(edgeros, PATH, &order.question()?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        table::look_up(ROWS, reply.code(), Status::Word(Some(&reply.envelope_word())))
    }

    fn echo(edgeros: &Edgeros, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        order.echo(edgeros, reply, false)
    }
}

/// Read from the top. Nothing here says refunded: the notification does.
const ROWS: &[Row] = &[
    Row { code: DONE, status: CALL_SUCCEEDED, says: MONEY_BACK_MAYBE, source: SDK },
    Row { code: When::Any, status: CALL_SUCCEEDED, says: Says::new(Code::Unknown), source: SDK },
    Row { code: DONE, status: When::Any, says: MONEY_BACK_MAYBE.contradiction(), source: SDK },
    Row { code: When::Any, status: When::StartsWith("200 "), says: Says::new(Code::Unknown).contradiction(), source: SDK },
    NO_SUCH_ORDER,
];
