//! What nobody has paid: a bill by its code (`bills/…`), and any other order (`netpay/…`). Its words are those of the completions, and mean
//! something else.

use super::words::{
    AMOUNTS, CONTRADICTION, DIFFER, EARLIER_REFUND, ERRORS, IN_PART_OR_WHOLE, IN_PROCESS, NO_SUCH_ORDER, NO_SUCH_ORDER_BUT_A_STATE,
    NO_SUCH_ORDER_BUT_MONEY, NOT_EXECUTED, SOME_MONEY, SUCCESS, TAKEN, WORDS, WORDS_BESIDE,
};
use crate::outcome::table::{Row, Table, When};
use crate::outcome::{Code, Confirm, Says};

const STATUS: &str = "ChinaUMS bills and netpay pages: billStatus, billPayment.status, status";
const SECURED: &str = "ChinaUMS bills specification V3.5: secureStatus";

const TWO_THINGS: (&str, When) = (WORDS_BESIDE, When::Is(&[DIFFER]));
const CLOSED: (&str, When) = (WORDS, When::AllOf(&["CLOSED"]));
const PAID: (&str, When) = (WORDS, When::AllOf(&["PAID"]));
const REFUNDED: (&str, When) = (WORDS, When::AllOf(&["REFUND"]));
const UNPAID: (&str, When) = (WORDS, When::AllOf(&["UNPAID"]));
const REPORTED_CLOSED: Says = Says::new(Code::Closed).confirm(Confirm::Required);

const fn row(status: &'static [(&'static str, When)], says: Says, source: &'static str) -> Row {
    Row { code: SUCCESS, status: When::Each(status), says, source }
}

const PAID_AFTER_ALL: Row = row(&[SOME_MONEY], CONTRADICTION.hint(Code::Paid), STATUS);
const CLOSED_AFTER_A_REFUND: Row = row(&[CLOSED, IN_PART_OR_WHOLE], EARLIER_REFUND, AMOUNTS);
const CLOSED_IN_WORDS: Row = row(&[CLOSED], REPORTED_CLOSED, STATUS);
/// SUCCESS alone means that the request was accepted.
const ACCEPTED: Row = Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS };
/// It may have been paid, or closed before.
const NOT_ALLOWED: Row =
    Row { code: When::Is(&["OPERATION_NOT_ALLOWED"]), status: When::Any, says: Says::new(Code::Refused), source: ERRORS };

pub(super) const CLOSE: Table = Table {
    of: "a reply to bills/close-qrcode or netpay/close that names the call: errCode · billStatus, billPayment.status, status",
    rows: CLOSE_ROWS,
};

/// Read from the top.
const CLOSE_ROWS: &[Row] = &[
    PAID_AFTER_ALL,
    CLOSED_AFTER_A_REFUND,
    CLOSED_IN_WORDS,
    // The page's own sample of close-qrcode has no state. That its code is closed says nothing of who had scanned it.
    ACCEPTED,
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    NOT_ALLOWED,
    NOT_EXECUTED,
];

pub(super) const QUERY: Table = Table {
    of: "a reply about a bill or an order that names the merchant, and it if there is one: errCode · billStatus, billPayment.status, status; secureStatus",
    rows: QUERY_ROWS,
};

/// Read from the top.
const QUERY_ROWS: &[Row] = &[
    row(&[TWO_THINGS, SOME_MONEY], CONTRADICTION.hint(Code::Paid), STATUS),
    row(&[TWO_THINGS], CONTRADICTION, STATUS),
    CLOSED_AFTER_A_REFUND,
    CLOSED_IN_WORDS,
    row(&[REFUNDED], Says::new(Code::Refunded), STATUS),
    row(&[PAID, IN_PART_OR_WHOLE], EARLIER_REFUND, AMOUNTS),
    row(&[PAID, TAKEN], Says::new(Code::Paid), STATUS),
    row(&[PAID], Says::new(Code::Unknown).hint(Code::Paid), SECURED),
    row(&[UNPAID], Says::new(Code::Open), STATUS),
    ACCEPTED,
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    NOT_EXECUTED,
    // Beside a code that says nothing.
    Row { code: When::Any, status: When::Each(&[SOME_MONEY]), says: Says::new(Code::Unknown).hint(Code::Paid), source: STATUS },
];
