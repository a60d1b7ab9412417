//! `bills/query` with a refundOrderId, and `netpay/refund-query`: what has become of the refund of that number.

use super::account::Chinaums;
use super::envelope::{self, REFUSED_BY_PLATFORM, Reply};
use super::query;
use super::refund::{self, ROWS};
use super::refund_order::{Paid, Refund as Order};
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::Table;
use crate::outcome::{Code, Says};

const OF_ORDER: &str = "/v1/netpay/refund-query";

/// Asks for a refund's state.
pub(super) struct RefundQuery;

impl Operation<Chinaums> for RefundQuery {
    const VERB: Verb = Verb::RefundQuery;
    const TABLES: &'static [Table] = &[
        Table {
            of: "a reply that names the refund, the order and the amount: errCode · refundStatus beside the order's words",
            rows: ROWS,
        },
        REFUSED_BY_PLATFORM,
    ];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(chinaums: &Chinaums, order: &Order, env: &Env) -> Result<HttpRequest> {
        let path = if matches!(order.paid, Paid::Bill { .. }) { query::BILL } else { OF_ORDER };
        let mut fields = order.question(chinaums)?;
        fields.push(("msgId", &env.msg_id));
        envelope::seal(chinaums, path, &order.whose(chinaums, &env.msg_id), &fields, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        refund::says(reply)
    }

    /// The page does not promise that msgId comes back. Of netpay/refund-query it does not say which number merOrderId is: "no such order" may
    /// be about either, and does not deny the refund.
    fn echo(chinaums: &Chinaums, reply: &Reply, order: &Order, sent: &HttpRequest, says: Says) -> Echo {
        match says.code {
            Code::NotFound if matches!(order.paid, Paid::Online { .. }) => Echo::NotOurs,
            code => order.echo(&order.whose(chinaums, &sent.msg_id), reply, code, false),
        }
    }
}
