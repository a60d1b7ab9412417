//! The outcome tables of `closeorder` and `orderquery`.

use crate::outcome::{Code, Confirm, Retry};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const PAGE: &str = "WeChat Pay closeorder page, list of errors";
const PAGE_RETURN: &str = "WeChat Pay closeorder page, return_code and return_msg";
const PAGE_QUERY: &str = "WeChat Pay orderquery page: trade_state, list of errors";
const FIELD_REPORT: &str = "reports of real replies";
const V2_COMMON: &str = "WeChat Pay v2 documents, common error codes";

const SUCCESS: When = When::Is(&["SUCCESS"]);
const NONE: When = When::Is(&[""]);
const FAIL: When = When::Is(&["FAIL"]);

/// Not executed, and not to be repeated before it is mended.
const MISTAKE_OF_PAGE: Row = Row {
    code: When::Is(&["SIGNERROR", "REQUIRE_POST_METHOD", "XML_FORMAT_ERROR"]),
    status: FAIL,
    says: Says::new(Code::Misconfigured),
    source: PAGE,
};
const MISTAKE_OF_V2: Row = Row {
    code: When::Is(&[
        "XML_ERROR",
        "APPID_NOT_EXIST",
        "MCHID_NOT_EXIST",
        "APPID_MCHID_NOT_MATCH",
        "LACK_PARAMS",
        "PARAM_ERROR",
        "POST_DATA_EMPTY",
        "NOT_UTF8",
        "NOAUTH",
    ]),
    status: FAIL,
    says: Says::new(Code::Misconfigured),
    source: V2_COMMON,
};

pub(super) const CLOSE: &[Table] = &[
    Table { of: "a signed reply with return_code SUCCESS: err_code · result_code", rows: SIGNED },
    Table { of: "a reply with another return_code, which is never signed: return_code · return_msg", rows: UNSIGNED },
];

pub(super) const SIGNED: &[Row] = &[
    // An order number that does not exist gets the same answer.
    Row { code: NONE, status: SUCCESS, says: Says::new(Code::Closed).confirm(Confirm::Recommended), source: FIELD_REPORT },
    Row { code: When::Any, status: SUCCESS, says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row { code: When::Is(&["ORDERCLOSED"]), status: FAIL, says: Says::new(Code::AlreadyClosed), source: PAGE },
    Row { code: When::Is(&["ORDERPAID"]), status: FAIL, says: Says::new(Code::Paid), source: PAGE },
    Row { code: When::Is(&["ORDERNOTEXIST"]), status: FAIL, says: Says::new(Code::NotFound), source: PAGE },
    Row { code: When::Is(&["SYSTEMERROR"]), status: FAIL, says: Says::new(Code::Unknown).retry(Retry::SameRequest), source: PAGE },
    MISTAKE_OF_PAGE,
    MISTAKE_OF_V2,
    // The buyer may be paying at this moment: not a matter of the merchant's rate.
    Row { code: When::Is(&["FREQUENCY_LIMITED"]), status: FAIL, says: Says::new(Code::Processing), source: V2_COMMON },
];

pub(super) const QUERY: &[Table] = &[
    Table { of: "a signed reply, which names the order where it gives a state: err_code · result_code and trade_state", rows: STATES },
    Table { of: "a reply with a return_code other than SUCCESS, which is never signed: return_code · return_msg", rows: UNSIGNED },
];

/// The members that make a state together.
pub(super) const RESULT: &str = "result_code";
pub(super) const STATE: &str = "trade_state";

const ANSWERED: (&str, When) = (RESULT, SUCCESS);
const REFUSED: (&str, When) = (RESULT, FAIL);
const NO_STATE: (&str, When) = (STATE, NONE);

const fn state(words: &'static [(&'static str, When)], says: Says) -> Row {
    Row { code: NONE, status: When::Each(words), says, source: PAGE_QUERY }
}

/// Read from the top.
pub(super) const STATES: &[Row] = &[
    state(&[ANSWERED, (STATE, When::Is(&["CLOSED", "REVOKED"]))], Says::new(Code::Closed)),
    state(&[ANSWERED, (STATE, When::Is(&["SUCCESS"]))], Says::new(Code::Paid)),
    state(&[ANSWERED, (STATE, When::Is(&["REFUND"]))], Says::new(Code::Refunded)),
    state(&[ANSWERED, (STATE, When::Is(&["NOTPAY", "PAYERROR"]))], Says::new(Code::Open)),
    state(&[ANSWERED, (STATE, When::Is(&["USERPAYING", "ACCEPT"]))], Says::new(Code::Processing)),
    state(&[ANSWERED], Says::new(Code::Unknown)),
    // A state beside an error.
    Row {
        code: When::Any,
        status: When::Each(&[(STATE, When::Is(&["SUCCESS", "REFUND"]))]),
        says: Says::new(Code::Unknown).contradiction().hint(Code::Paid),
        source: PAGE_QUERY,
    },
    Row { code: When::Any, status: When::Each(&[ANSWERED]), says: Says::new(Code::Unknown).contradiction(), source: PAGE_QUERY },
    Row {
        code: When::Any,
        status: When::Each(&[(STATE, When::AnyBut(&[""]))]),
        says: Says::new(Code::Unknown).contradiction(),
        source: PAGE_QUERY,
    },
    Row {
        code: When::Is(&["ORDERNOTEXIST"]),
        status: When::Each(&[REFUSED, NO_STATE]),
        says: Says::new(Code::NotFound),
        source: PAGE_QUERY,
    },
    Row { status: When::Each(&[REFUSED]), ..MISTAKE_OF_PAGE },
    Row { status: When::Each(&[REFUSED]), ..MISTAKE_OF_V2 },
];

pub(super) const UNSIGNED: &[Row] = &[Row {
    code: FAIL,
    status: When::Is(&["签名失败", "签名错误", "参数格式校验错误", "XML格式错误"]),
    says: Says::new(Code::Misconfigured),
    source: PAGE_RETURN,
}];
