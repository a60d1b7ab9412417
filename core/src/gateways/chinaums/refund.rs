//! `bills/refund` and `netpay/refund`: money goes back, once for each refundOrderId of an order. errCode says that the request was taken,
//! refundStatus what has become of the refund.

use super::account::Chinaums;
use super::envelope::{self, REFUSED_BY_PLATFORM, Reply};
use super::refund_order::{Paid, Refund as Order};
use super::words::{
    CONTRADICTION, ERRORS, NO_SUCH_ORDER, NO_SUCH_ORDER_BUT_A_STATE, NO_SUCH_ORDER_BUT_MONEY, NO_WORD, NOT_EXECUTED, REFUND_STATUS,
    SUCCESS, WORDS,
};
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

const OF_BILL: &str = "/v1/netpay/bills/refund";
const OF_ORDER: &str = "/v1/netpay/refund";

/// Gives money back.
pub(super) struct Refund;

impl Operation<Chinaums> for Refund {
    const VERB: Verb = Verb::Refund;
    const TABLES: &'static [Table] = &[
        Table {
            of: "a reply that names the call, the refund, the order and the amount: errCode · refundStatus beside the order's words",
            rows: ROWS,
        },
        REFUSED_BY_PLATFORM,
    ];
    /// The page: with the same order and refundOrderId it is the same refund.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(chinaums: &Chinaums, order: &Order, env: &Env) -> Result<HttpRequest> {
        let path = if matches!(order.paid, Paid::Bill { .. }) { OF_BILL } else { OF_ORDER };
        let question = order.question(chinaums)?;
        let mut body = envelope::begun(&order.whose(chinaums, &env.msg_id), env)?;
        question.into_iter().for_each(|(name, text)| body.pair(name, text));
        body.json("refundAmount", order.amount()?);
        body.text("msgId", &env.msg_id);
        order.remarks().for_each(|(name, text)| body.pair(name, text));
        envelope::seal_body(chinaums, path, body.done(), env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        says(reply)
    }

    fn echo(chinaums: &Chinaums, reply: &Reply, order: &Order, sent: &HttpRequest, says: Says) -> Echo {
        order.echo(&order.whose(chinaums, &sent.msg_id), reply, says.code, true)
    }
}

/// The same of a refund and of its query.
pub(super) fn says(reply: &Reply) -> Says {
    reply.refusal().unwrap_or_else(|| table::look_up(ROWS, reply.code(), Status::Members(&reply.state_of_refund())))
}

const PAGE: &str = "ChinaUMS refund pages: refundStatus";

const DONE: (&str, When) = (REFUND_STATUS, When::Is(&["SUCCESS"]));
const FAILED: (&str, When) = (REFUND_STATUS, When::Is(&["FAIL"]));
const NO_STATUS: (&str, When) = (REFUND_STATUS, When::Is(&[""]));
/// The order's own words say that nobody has paid.
const UNPAID: (&str, When) = (WORDS, When::AnyOf(&["UNPAID"]));
/// Or that money went back, be it by an earlier refund.
const GIVEN_BACK: (&str, When) = (WORDS, When::AnyOf(&["REFUND"]));
const GIVEN_BACK_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Refunded);

const fn state(words: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: SUCCESS, status: When::Each(words), says, source: PAGE }
}

/// Read from the top. No errCode is documented as a no after which this number cannot have been refunded.
pub(super) const ROWS: &[Row] = &[
    state(&[DONE, UNPAID], CONTRADICTION.hint(Code::Refunded)),
    state(&[DONE], Says::new(Code::Refunded).confirm(Confirm::Required)),
    state(&[(REFUND_STATUS, When::Is(&["PROCESSING"]))], Says::new(Code::Processing)),
    state(&[FAILED, GIVEN_BACK], CONTRADICTION.hint(Code::Refunded)),
    state(&[FAILED], Says::new(Code::Refused)),
    // SUCCESS alone means that the request was accepted.
    state(&[(REFUND_STATUS, When::Is(&["UNKNOWN", ""]))], Says::new(Code::Unknown).hint(Code::Processing)),
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown), source: PAGE },
    Row { code: When::Any, status: When::Each(&[DONE]), says: CONTRADICTION.hint(Code::Refunded), source: PAGE },
    Row { code: When::Any, status: When::Each(&[(REFUND_STATUS, When::AnyBut(&[""]))]), says: CONTRADICTION, source: PAGE },
    Row { status: When::Each(&[NO_STATUS, NO_WORD]), says: Says::new(Code::NotFound).confirm(Confirm::Recommended), ..NO_SUCH_ORDER },
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    // It may be this number's refund that was made before.
    Row { code: When::Is(&["HAS_REFUNDED", "DUP_ORDER"]), status: When::Any, says: GIVEN_BACK_MAYBE, source: ERRORS },
    Row { code: When::Is(&["ORDER_PROCESSING"]), status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: ERRORS },
    NOT_EXECUTED,
];
