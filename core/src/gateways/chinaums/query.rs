//! `bills/query`: the state of the completion, or of a bill; `netpay/query`: of any other order.

use super::account::Chinaums;
use super::envelope::{self, REFUSED_BY_PLATFORM, Reply};
use super::order::{Asked, Kind, Whose};
use super::unpaid;
use super::words::{
    AMOUNTS, CONTRADICTION, DIFFER, EARLIER_REFUND, IN_PART_OR_WHOLE, IN_PROCESS, NO_SUCH_ORDER, NO_SUCH_ORDER_BUT_A_STATE,
    NO_SUCH_ORDER_BUT_MONEY, NOT_EXECUTED, NOT_WHOLE, SOME_MONEY, SOME_STANDING, STANDING_ABOVE, STATUS, SUCCESS, WORDS, WORDS_BESIDE,
};
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

pub(super) const BILL: &str = "/v1/netpay/bills/query";
const ORDER: &str = "/v1/netpay/query";

const SOME_CLOSED: (&str, When) = (WORDS, When::AnyOf(&["CLOSED"]));
const SOME_REFUNDED: (&str, When) = (WORDS, When::AnyOf(&["REFUND"]));
const TWO_THINGS: (&str, When) = (WORDS_BESIDE, When::Is(&[DIFFER]));

/// Asks for the order's state.
pub(super) struct Query;

impl Operation<Chinaums> for Query {
    const VERB: Verb = Verb::Query;
    const TABLES: &'static [Table] = &[
        Table {
            of: "a reply about a completion that names the merchant, and the order if there is one: errCode · billPayment.status and billStatus",
            rows: ROWS,
        },
        unpaid::QUERY,
        REFUSED_BY_PLATFORM,
    ];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Asked;

    /// The page: billNo may hold merOrderId, which names the completion.
    fn sign(chinaums: &Chinaums, Asked(order): &Asked, env: &Env) -> Result<HttpRequest> {
        let whose = Whose { merchant: order.checked(chinaums)?, inst_mid: order.inst_mid(), msg_id: &env.msg_id };
        let bill = |bill_no, bill_date| (BILL, vec![("billNo", bill_no), ("billDate", bill_date)]);
        let (path, mut fields) = match &order.kind {
            Kind::Completion { bill_date, mer_order_id, .. } => bill(mer_order_id.as_str(), bill_date.as_str()),
            Kind::Bill { bill_no, bill_date, .. } => bill(bill_no.as_deref().unwrap_or_default(), bill_date.as_deref().unwrap_or_default()),
            Kind::Online { mer_order_id, .. } => (ORDER, vec![("merOrderId", mer_order_id.as_str())]),
        };
        fields.push(("msgId", &env.msg_id));
        envelope::seal(chinaums, path, &whose, &fields, env)
    }

    fn says(reply: &Reply, Asked(order): &Asked) -> Says {
        let (rows, state) = match &order.kind {
            Kind::Completion { .. } => (ROWS, reply.state()),
            Kind::Bill { .. } | Kind::Online { .. } => (unpaid::QUERY.rows, reply.state_anywhere()),
        };
        reply.refusal().unwrap_or_else(|| table::look_up(rows, reply.code(), Status::Members(&state)))
    }

    /// The page does not promise that msgId comes back.
    fn echo(chinaums: &Chinaums, reply: &Reply, Asked(order): &Asked, sent: &HttpRequest, says: Says) -> Echo {
        let names = order.named_by_query(chinaums, reply, &sent.msg_id);
        names.map_or(Echo::NotOurs, |names| names.echo(says.code))
    }
}

/// Read from the top.
const ROWS: &[Row] = &[
    Row { code: SUCCESS, status: When::Each(&[TWO_THINGS, SOME_MONEY]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_CLOSED, STANDING_ABOVE]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[TWO_THINGS]), says: CONTRADICTION, source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_CLOSED, NOT_WHOLE]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: SUCCESS, status: When::Each(&[SOME_CLOSED]), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    // It may be how a void is booked, or another refund than ours.
    Row { code: SUCCESS, status: When::Each(&[SOME_REFUNDED]), says: Says::new(Code::Refunded), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_STANDING, IN_PART_OR_WHOLE]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: SUCCESS, status: When::Each(&[SOME_STANDING]), says: Says::new(Code::Open), source: STATUS },
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    NOT_EXECUTED,
    // Beside a code that says nothing.
    Row { code: When::Any, status: When::Each(&[SOME_STANDING]), says: Says::new(Code::Unknown).hint(Code::Paid), source: STATUS },
];
