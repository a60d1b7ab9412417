//! `cporderclose`. `return_code`: 0 closed, positive a business error, negative a system error that "must be treated with care" (the bank's
//! words); `status` is the state of the original payment request.

use super::account::Icbc;
use super::envelope::{self, ANSWERED, MISTAKE_AT_GATEWAY, MISTAKE_AT_SERVICE, PAY_STATUS, PAY_TYPE, PLANS, Reply, TOO_MANY};
use super::order::Order;
use crate::gateway::{Echo, Env, HttpRequest, Members, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Says};

const PATH: &str = "/api/mybank/pay/cpay/cporderclose/V1";
/// What a reply holds; `success` stands in the page's samples only, and says nothing.
const MEMBERS: &[&str] = &["return_code", "return_msg", "msg_id", "agreeCode", "partnerSeq", "orderCode", "status", "success"];
/// What only a query and a notification say, with the same ids.
const OF_OTHER_CALLS: &[&str] = &[PAY_STATUS, PAY_TYPE, PLANS];

const PAGE_STATUS: &str = "ICBC cporderclose page, section 5: return_code and status";
const PAGE_SAMPLES: &str = "ICBC cporderclose page, sections 8 and 9: 5205 with status 1, 80005207 with status 3";

const PAID: When = When::Is(&["1"]);
const FAILED: When = When::Is(&["2"]);
const IN_BANK: When = When::Is(&["3"]);
const ABSENT: When = When::Is(&[""]);

/// Ends an e-payment order that has not moved money yet.
pub(super) struct Close;

impl Operation<Icbc> for Close {
    const VERB: Verb = Verb::Close;
    const TABLES: &'static [Table] =
        &[Table { of: "a signed reply that names the order (a gateway-level code need not): return_code · status", rows: ROWS }];
    /// Closing what is closed returns 0 again.
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(icbc: &Icbc, order: &Order, env: &Env) -> Result<HttpRequest> {
        envelope::seal(icbc, PATH, &order.biz_content(icbc.charset)?, env)
    }

    fn says(reply: &Reply, _: &Order) -> Says {
        members(reply).says(table::look_up(ROWS, &reply.return_code, Status::Word(reply.status.as_deref())))
    }

    fn echo(_: &Icbc, reply: &Reply, order: &Order, sent: &HttpRequest, _: Says) -> Echo {
        members(reply).echo(order.echo(reply, &sent.msg_id))
    }
}

fn members(reply: &Reply) -> Members {
    Members::of(reply.members.iter().map(String::as_str), MEMBERS, |name| OF_OTHER_CALLS.contains(&name))
}

/// Read from the top.
const ROWS: &[Row] = &[
    TOO_MANY,
    MISTAKE_AT_GATEWAY,
    MISTAKE_AT_SERVICE,
    Row { code: When::Negative, status: PAID, says: Says::new(Code::Unknown).hint(Code::Paid), source: PAGE_STATUS },
    Row { code: When::Negative, status: When::Any, says: Says::new(Code::Unknown), source: PAGE_STATUS },
    Row { code: ANSWERED, status: FAILED, says: Says::new(Code::Closed), source: PAGE_STATUS },
    // The page does not say what status holds after a close.
    Row { code: ANSWERED, status: ABSENT, says: Says::new(Code::Closed).confirm(Confirm::Required), source: PAGE_STATUS },
    Row { code: ANSWERED, status: PAID, says: Says::new(Code::Unknown).contradiction().hint(Code::Paid), source: PAGE_STATUS },
    Row { code: ANSWERED, status: IN_BANK, says: Says::new(Code::Unknown).contradiction().hint(Code::Processing), source: PAGE_STATUS },
    // A reservation looks the same: that the money has been transferred is for the query to say.
    Row { code: When::Positive, status: PAID, says: Says::new(Code::Paid).confirm(Confirm::Recommended), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: IN_BANK, says: Says::new(Code::Processing), source: PAGE_SAMPLES },
    Row { code: When::Positive, status: FAILED, says: Says::new(Code::AlreadyClosed).confirm(Confirm::Recommended), source: PAGE_STATUS },
];
