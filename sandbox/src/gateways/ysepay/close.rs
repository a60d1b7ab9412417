//! Method `ysepay.trusteeship.sign.cancel`

use crate::book::State;
use crate::gateways::fits;
use crate::json::{Json, quote};

pub(super) const METHOD: &str = "ysepay.trusteeship.sign.cancel";
pub(super) const RESPONSE_KEY: &str = "ysepay_trusteeship_sign_cancel_response";

pub(super) fn outcome(state: State) -> String {
    let (status, why) = match state {
        State::Open => ("SUCCESS", "解约成功"),
        State::Closed => ("FAILED", "协议已解约"),
        State::Paid | State::Refused | State::Refunded | State::Reserved | State::Released => ("FAILED", "解约失败"),
        State::NotFound => ("FAILED", "协议不存在"),
        State::Processing | State::Accepted | State::Limited => return failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
    };
    format!(r#"{{"code":"10000","msg":"Success","trade_status":"{status}","sub_msg":"{why}"}}"#)
}

/// protocol_no, at most 20 bytes; strictly, nothing else.
pub(super) fn protocol_no(biz_content: &str, strict: bool) -> Option<String> {
    let biz = Json::parse(biz_content)?;
    let alone = matches!(&biz, Json::Object(members) if members.len() == 1);
    let number = biz.member("protocol_no")?.text().filter(|number| fits(number, 20))?;
    (alone || !strict).then(|| number.to_string())
}

pub(super) fn failure(sub_code: &str, sub_msg: &str) -> String {
    format!(r#"{{"code":"40004","msg":"Business Failed","sub_code":"{sub_code}","sub_msg":{}}}"#, quote(sub_msg))
}
