//! `refundquery`: what has become of the refund of an out_refund_no. The members of each refund are numbered, from 0.

use super::account::Wechat;
use super::envelope::{self, FAIL, MISTAKE_OF_PAGE, MISTAKE_OF_V2, NEVER_SIGNED, NONE, OF_OTHER_CALLS, Reply, SUCCESS};
use super::refund_order::Refund as Order;
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

const PATH: &str = "/pay/refundquery";
/// What the reply calls the number and the amount of the refund that was asked about.
const NAMES: [&str; 2] = ["out_refund_no_0", "refund_fee_0"];
const READ: &[&str] =
    &["out_refund_no_0", "refund_fee_0", "refund_status_0", "refund_count", "total_fee", "out_trade_no", "transaction_id"];

const PAGE: &str = "WeChat Pay refundquery page: refund_status_$n, list of errors";

/// Asks for a refund's state.
pub(super) struct RefundQuery;

impl Operation<Wechat> for RefundQuery {
    const VERB: Verb = Verb::RefundQuery;
    const TABLES: &'static [Table] = &[
        Table {
            of: "a signed reply, which names the refund where it gives a state: err_code · result_code and refund_status_0",
            rows: ROWS,
        },
        NEVER_SIGNED,
    ];
    const REPEAT: Repeat = Repeat::Freely;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(wechat: &Wechat, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(wechat, PATH, &order.question(wechat)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        let state = [RESULT, STATE].map(|name| (name, vec![Some(reply.field(name))]));
        reply.unsigned_word().unwrap_or_else(|| table::look_up(ROWS, reply.field("err_code"), Status::Members(&state)))
    }

    /// A state must name the refund, and no other beside it; "no such refund" names none.
    fn echo(wechat: &Wechat, reply: &Reply, order: &Order, _: &HttpRequest, _: Says) -> Echo {
        match order.is_named_by(reply, NAMES) {
            _ if reply.hides(READ) || reply.names().any(is_of_another) || !order.is_of(wechat, reply, NAMES) => Echo::NotOurs,
            _ if !["", "1"].contains(&reply.field("refund_count")) => Echo::NotOurs,
            true => Echo::Order,
            false if reply.succeeded() => Echo::NotOurs,
            false => Echo::Silent,
        }
    }
}

/// What only other calls name, the refund itself among them, which numbers nothing; or a second refund.
fn is_of_another(name: &str) -> bool {
    let is_second =
        |name: &str| name.rsplit_once('_').is_some_and(|(what, at)| at != "0" && ["out_refund_no", "refund_status"].contains(&what));
    OF_OTHER_CALLS.contains(&name)
        || name.starts_with("trade_")
        || ["out_refund_no", "refund_id", "refund_status"].contains(&name)
        || is_second(name)
}

/// The members that make a state together.
const RESULT: &str = "result_code";
const STATE: &str = "refund_status_0";

const ANSWERED: (&str, When) = (RESULT, SUCCESS);
const REFUSED: (&str, When) = (RESULT, FAIL);
const A_STATE: (&str, When) = (STATE, When::AnyBut(&[""]));
const NO_STATE: (&str, When) = (STATE, NONE);
const DONE: (&str, When) = (STATE, When::Is(&["SUCCESS"]));
const CONTRADICTION: Says = Says::new(Code::Unknown).contradiction();

const fn state(words: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: NONE, status: When::Each(words), says, source: PAGE }
}

/// Read from the top.
const ROWS: &[Row] = &[
    state(&[ANSWERED, DONE], Says::new(Code::Refunded)),
    state(&[ANSWERED, (STATE, When::Is(&["PROCESSING"]))], Says::new(Code::Processing)),
    state(&[ANSWERED, (STATE, When::Is(&["REFUNDCLOSE"]))], Says::new(Code::Refused)),
    // The way back to the buyer's card is closed: somebody must act in the merchant's console.
    state(&[ANSWERED, (STATE, When::Is(&["CHANGE"]))], Says::new(Code::Unknown).hint(Code::Paid)),
    state(&[ANSWERED], Says::new(Code::Unknown)),
    // A state beside an error.
    Row { code: When::Any, status: When::Each(&[DONE]), says: CONTRADICTION.hint(Code::Refunded), source: PAGE },
    Row { code: When::Any, status: When::Each(&[A_STATE]), says: CONTRADICTION, source: PAGE },
    Row { code: When::Any, status: When::Each(&[ANSWERED]), says: CONTRADICTION, source: PAGE },
    // It may show only after a while.
    Row {
        code: When::Is(&["REFUNDNOTEXIST"]),
        status: When::Each(&[REFUSED, NO_STATE]),
        says: Says::new(Code::NotFound).confirm(Confirm::Recommended),
        source: PAGE,
    },
    Row { status: When::Each(&[REFUSED]), source: PAGE, ..MISTAKE_OF_PAGE },
    Row { status: When::Each(&[REFUSED]), ..MISTAKE_OF_V2 },
];
