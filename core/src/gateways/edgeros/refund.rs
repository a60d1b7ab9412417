//! `transactions/refund`, posted: money goes back, once for each mch_refund_no. Code and status stand where those of a close do; SUCCESS says that
//! it was taken up.

use super::account::Edgeros;
use super::envelope::{self, CALL_SUCCEEDED, NO_SUCH_ORDER, Reply};
use super::refund_order::Refund as Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Says};

pub(super) const PATH: &str = "/pay/v1/transactions/refund";

const SDK: &str = "EdgerOS SDK, reply to a refund";

/// Gives money back.
pub(super) struct Refund;

impl Operation<Edgeros> for Refund {
    const VERB: Verb = Verb::Refund;
    const TABLES: &'static [Table] =
        &[Table { of: "a signed reply, which names the refund, the order and the amount: data.code · status with message", rows: ROWS }];
    /// With the same mch_refund_no it is the same refund.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(edgeros: &Edgeros, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::post(edgeros, PATH, &order.parameters()?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        table::look_up(ROWS, reply.code(), Status::Word(Some(&reply.envelope_word())))
    }

    fn echo(edgeros: &Edgeros, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        order.echo(edgeros, reply, true)
    }
}

/// Read from the top. The words of a no are published nowhere we can read.
const ROWS: &[Row] = &[
    Row { code: When::Is(&["SUCCESS"]), status: CALL_SUCCEEDED, says: Says::new(Code::Processing), source: SDK },
    Row { code: When::Any, status: CALL_SUCCEEDED, says: Says::new(Code::Unknown), source: SDK },
    Row { code: When::Any, status: When::StartsWith("200 "), says: Says::new(Code::Unknown).contradiction(), source: SDK },
    NO_SUCH_ORDER,
];
