//! The outcome tables of `closeorder`.

use crate::outcome::{Code, Confirm, Retry};
use crate::table::{Row, Table, When};
use crate::verdict::Says;

const PAGE: &str = "WeChat Pay closeorder page, list of errors";
const PAGE_RETURN: &str = "WeChat Pay closeorder page, return_code and return_msg";
const FIELD_REPORT: &str = "reports of real replies";
const V2_COMMON: &str = "WeChat Pay v2 documents, common error codes";

const SUCCESS: When = When::Is(&["SUCCESS"]);
const FAIL: When = When::Is(&["FAIL"]);

pub(super) const CLOSE: &[Table] = &[
    Table { of: "a signed reply with return_code SUCCESS: err_code · result_code", rows: SIGNED },
    Table { of: "a reply with another return_code, which is never signed: return_code · return_msg", rows: UNSIGNED },
];

pub(super) const SIGNED: &[Row] = &[
    // An order number that does not exist gets the same answer.
    Row { code: When::Is(&[""]), status: SUCCESS, says: Says::new(Code::Closed).confirm(Confirm::Recommended), source: FIELD_REPORT },
    Row { code: When::Any, status: SUCCESS, says: Says::new(Code::Unknown).contradiction(), source: PAGE },
    Row { code: When::Is(&["ORDERCLOSED"]), status: FAIL, says: Says::new(Code::AlreadyClosed), source: PAGE },
    Row { code: When::Is(&["ORDERPAID"]), status: FAIL, says: Says::new(Code::Paid), source: PAGE },
    Row { code: When::Is(&["ORDERNOTEXIST"]), status: FAIL, says: Says::new(Code::NotFound), source: PAGE },
    Row { code: When::Is(&["SYSTEMERROR"]), status: FAIL, says: Says::new(Code::Unknown).retry(Retry::SameRequest), source: PAGE },
    Row {
        code: When::Is(&["SIGNERROR", "REQUIRE_POST_METHOD", "XML_FORMAT_ERROR"]),
        status: FAIL,
        says: Says::new(Code::Misconfigured),
        source: PAGE,
    },
    Row {
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
    },
    // The buyer may be paying at this moment: not a matter of the merchant's rate.
    Row { code: When::Is(&["FREQUENCY_LIMITED"]), status: FAIL, says: Says::new(Code::Processing), source: V2_COMMON },
];

pub(super) const UNSIGNED: &[Row] = &[Row {
    code: FAIL,
    status: When::Is(&["签名失败", "签名错误", "参数格式校验错误", "XML格式错误"]),
    says: Says::new(Code::Misconfigured),
    source: PAGE_RETURN,
}];
