//! `orderquery`: the same fields as a close.

use super::account::Wechat;
use super::envelope::{self, FAIL, MISTAKE_OF_PAGE, MISTAKE_OF_V2, NEVER_SIGNED, NONE, Reply, SUCCESS};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Says};

const PATH: &str = "/pay/orderquery";
const PAGE: &str = "WeChat Pay orderquery page: trade_state, list of errors";

/// Asks for an order's state.
pub(super) struct Query;

impl Operation<Wechat> for Query {
    const VERB: Verb = Verb::Query;
    const TABLES: &'static [Table] = &[
        Table { of: "a signed reply, which names the order where it gives a state: err_code · result_code and trade_state", rows: ROWS },
        NEVER_SIGNED,
    ];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(wechat: &Wechat, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(wechat, PATH, &order.parameters(wechat)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        let any = |is_one: fn(&str) -> bool| if reply.names().any(is_one) { vec![Some(STAND)] } else { Vec::new() };
        let state = [
            (RESULT, vec![Some(reply.field(RESULT))]),
            (STATE, vec![Some(reply.field(STATE))]),
            (REFUNDS, any(|name| name.contains("refund"))),
            (PAYMENT, any(|name| matches!(name, "transaction_id" | "time_end"))),
        ];
        reply.unsigned_word().unwrap_or_else(|| table::look_up(ROWS, reply.field("err_code"), Status::Members(&state)))
    }

    /// A state must name its order; "no such order" names none. The notification of a contract's deduction has a trade_state too.
    fn echo(wechat: &Wechat, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        match order.is_named_by(reply) {
            _ if !order.is_of(wechat, reply) || reply.names().any(|name| name == CONTRACT) => Echo::NotOurs,
            true => Echo::Order,
            false if reply.succeeded() => Echo::NotOurs,
            false => Echo::Silent,
        }
    }
}

/// The members that make a state together.
const RESULT: &str = "result_code";
const STATE: &str = "trade_state";

/// What no reply to this call has, and every notification of a deduction.
const CONTRACT: &str = "contract_id";
/// [`STAND`] where a member speaks of a refund.
const REFUNDS: &str = "members of refunds";
/// [`STAND`] where a member speaks of a payment, as in a notification or in the reply about a refund.
const PAYMENT: &str = "members of payments";
const STAND: &str = "stand there";

const ANSWERED: (&str, When) = (RESULT, SUCCESS);
const REFUSED: (&str, When) = (RESULT, FAIL);
const MONEY_MAYBE: Says = Says::new(Code::Unknown).contradiction().hint(Code::Paid);
const A_STATE: (&str, When) = (STATE, When::AnyBut(&[""]));
const NO_STATE: (&str, When) = (STATE, NONE);

const fn state(words: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: NONE, status: When::Each(words), says, source: PAGE }
}

/// Refunds leave no order that is simply paid, closed or open: its state is REFUND then.
const REFUNDED_BESIDE: Row = Row {
    code: When::Any,
    status: When::Each(&[(REFUNDS, When::Is(&[STAND])), (STATE, When::AnyBut(&["", "REFUND"]))]),
    says: MONEY_MAYBE,
    source: PAGE,
};

const PAID_ONCE: (&str, When) = (PAYMENT, When::Is(&[STAND]));

/// Read from the top.
const ROWS: &[Row] = &[
    REFUNDED_BESIDE,
    state(&[ANSWERED, (STATE, When::Is(&["CLOSED", "REVOKED"]))], Says::new(Code::Closed)),
    state(&[ANSWERED, (STATE, When::Is(&["SUCCESS"]))], Says::new(Code::Paid)),
    state(&[ANSWERED, (STATE, When::Is(&["REFUND"]))], Says::new(Code::Refunded)),
    state(&[ANSWERED, (STATE, When::Is(&["NOTPAY", "PAYERROR"]))], Says::new(Code::Open)),
    state(&[ANSWERED, (STATE, When::Is(&["USERPAYING", "ACCEPT"]))], Says::new(Code::Processing)),
    state(&[ANSWERED, PAID_ONCE], Says::new(Code::Unknown).hint(Code::Paid)),
    state(&[ANSWERED], Says::new(Code::Unknown)),
    // A state beside an error.
    Row { code: When::Any, status: When::Each(&[(STATE, When::Is(&["SUCCESS", "REFUND"]))]), says: MONEY_MAYBE, source: PAGE },
    Row { code: When::Is(&["ORDERPAID"]), status: When::Each(&[A_STATE]), says: MONEY_MAYBE, source: PAGE },
    Row { code: When::Any, status: When::Each(&[ANSWERED]), says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row { code: When::Any, status: When::Each(&[A_STATE]), says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row { code: When::Any, status: When::Each(&[PAID_ONCE]), says: Says::new(Code::Unknown).hint(Code::Paid), source: PAGE },
    Row { code: When::Is(&["ORDERNOTEXIST"]), status: When::Each(&[REFUSED, NO_STATE]), says: Says::new(Code::NotFound), source: PAGE },
    Row { status: When::Each(&[REFUSED]), ..MISTAKE_OF_PAGE },
    Row { status: When::Each(&[REFUSED]), ..MISTAKE_OF_V2 },
];
