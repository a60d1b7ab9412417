//! `cporderquery`: the same fields as a close. Its table of states is that of the bank's notification too.

use super::account::Icbc;
use super::envelope::{
    self, ANSWERED, MISTAKE_AT_GATEWAY, MISTAKE_AT_SERVICE, PAY_STATUS, PAY_TYPE, PLANS, Reply, STATUS, State, TOO_MANY,
};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

const PATH: &str = "/api/mybank/pay/cpay/cporderquery/V1";
const PAGE: &str = "ICBC cporderquery page: payStatus, payType, payPlanList";

/// Asks for an order's state.
pub(super) struct Query;

/// What the same members say in a notification. No page gives it a return_code: one that is not 0 leaves only what speaks of money.
pub(super) fn of_notification(return_code: &str, state: &State) -> Says {
    of_state(if return_code.is_empty() { "0" } else { return_code }, state)
}

fn of_state(return_code: &str, state: &State) -> Says {
    table::look_up(STATES, return_code, Status::Members(&state.words()))
}

impl Operation<Icbc> for Query {
    const VERB: Verb = Verb::Query;
    const TABLES: &'static [Table] = &[
        Table { of: "a signed reply, first (a gateway-level code need not name the order): return_code", rows: MISTAKES },
        Table { of: "else, if it names the order: return_code · payStatus, payType and payPlanList", rows: STATES },
    ];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(icbc: &Icbc, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(icbc, PATH, &order.biz_content(icbc.charset)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        match table::look_up(MISTAKES, &reply.return_code, Status::Word(None)) {
            Says { code: Code::Unknown, .. } => of_state(&reply.return_code, &reply.state),
            mistake => mistake,
        }
    }

    fn echo(_: &Icbc, reply: &Reply, order: &Order, sent: &HttpRequest, _: Says) -> Echo {
        order.echo(reply, &sent.msg_id)
    }
}

const ABSENT: When = When::Is(&[""]);

const ALL_SUCCEEDED: (&str, When) = (PAY_STATUS, When::Is(&["1"]));
const ALL_FAILED: (&str, When) = (PAY_STATUS, When::Is(&["2"]));
const SOME_IN_PROGRESS: (&str, When) = (PAY_STATUS, When::Is(&["3"]));
const SOME_SUCCEEDED: (&str, When) = (PAY_STATUS, When::Is(&["4"]));

/// A payment, or the payment of what was reserved.
const TRANSFERS: (&str, When) = (PAY_TYPE, When::Is(&["101", "203"]));
const RELEASES: (&str, When) = (PAY_TYPE, When::Is(&["202"]));
/// What holds no money when it has failed.
const PAYS_OR_RESERVES: (&str, When) = (PAY_TYPE, When::Is(&["101", "201"]));

/// Closed by request, expired.
const ENDED: (&str, When) = (PLANS, When::AllOf(&["6", "7"]));
/// Failed or ended: no money moved.
const WITHOUT_MONEY: (&str, When) = (PLANS, When::AllOf(&["2", "6", "7"]));
/// Paid, suspicious, accepted.
const WITH_MONEY: (&str, When) = (PLANS, When::AnyOf(&["1", "3", "4"]));
/// No member of a query's reply, and a word of money all the same.
const CLOSE_SAYS_PAID: (&str, When) = (STATUS, When::Is(&["1"]));
const NO_READABLE_PLAN: (&str, When) = (PLANS, When::Unreadable);

const fn state(members: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: ANSWERED, status: When::Each(members), says, source: PAGE }
}

const fn money(members: &'static [(&'static str, When)]) -> Row {
    Row { code: When::Any, status: When::Each(members), says: MONEY_MAYBE, source: PAGE }
}

const MONEY_MAYBE: Says = Says::new(Code::Unknown).hint(Code::Paid);
const CONTRADICTION: Says = Says::new(Code::Unknown).contradiction();

const MISTAKES: &[Row] = &[TOO_MANY, MISTAKE_AT_GATEWAY, MISTAKE_AT_SERVICE];

/// Read from the top.
pub(super) const STATES: &[Row] = &[
    state(&[CLOSE_SAYS_PAID, ALL_FAILED], CONTRADICTION.hint(Code::Paid)),
    state(&[CLOSE_SAYS_PAID, ENDED], CONTRADICTION.hint(Code::Paid)),
    state(&[ALL_SUCCEEDED, (PLANS, When::AnyBut(&["1"]))], CONTRADICTION.hint(Code::Paid)),
    state(&[ALL_SUCCEEDED, TRANSFERS, NO_READABLE_PLAN], MONEY_MAYBE),
    state(&[ALL_SUCCEEDED, TRANSFERS], Says::new(Code::Paid)),
    state(&[ALL_SUCCEEDED, RELEASES], Says::new(Code::Unknown)),
    // Held, not transferred, or nobody knows.
    state(&[ALL_SUCCEEDED], MONEY_MAYBE),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, WITH_MONEY], CONTRADICTION.hint(Code::Paid)),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, (PLANS, When::AnyBut(&["2", "6", "7"]))], CONTRADICTION),
    state(&[ALL_FAILED, PAYS_OR_RESERVES, ENDED], Says::new(Code::AlreadyClosed)),
    // As after a close: that the payment failed is not yet that the order is closed.
    state(&[ALL_FAILED, PAYS_OR_RESERVES, WITHOUT_MONEY], Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended)),
    state(&[ALL_FAILED, PAYS_OR_RESERVES], Says::new(Code::AlreadyClosed).confirm(Confirm::Required)),
    // A release or a payment of what is reserved has failed: it may be reserved still.
    state(&[ALL_FAILED], MONEY_MAYBE),
    state(&[(PAY_STATUS, ABSENT), ENDED], Says::new(Code::Closed)),
    state(&[SOME_IN_PROGRESS, ENDED], CONTRADICTION),
    state(&[SOME_SUCCEEDED, ENDED], CONTRADICTION.hint(Code::Paid)),
    state(&[SOME_IN_PROGRESS], Says::new(Code::Processing)),
    state(&[SOME_SUCCEEDED], MONEY_MAYBE),
    // Whatever the code is.
    money(&[ALL_SUCCEEDED]),
    money(&[SOME_SUCCEEDED]),
    money(&[WITH_MONEY]),
    money(&[CLOSE_SAYS_PAID]),
];
