//! Method `ysepay.trusteeship.sign.cancel`

use super::{ID, Service};
use crate::book::State;
use crate::call::Call;
use crate::gateways::{Api, Visit, fits};
use crate::json::{Json, quote};

pub(super) const METHOD: &str = "ysepay.trusteeship.sign.cancel";
pub(super) const RESPONSE_KEY: &str = "ysepay_trusteeship_sign_cancel_response";

pub(super) const SERVICE: Service =
    Service { api: Api::post(METHOD, Call::Close), number: PROTOCOL_NO, required: &[PROTOCOL_NO], object: cancelled };

const PROTOCOL_NO: &str = "protocol_no";

fn cancelled(visit: &Visit<'_>, biz: &Json) -> String {
    let state = visit.close(ID, biz.member(PROTOCOL_NO).and_then(Json::text).unwrap_or_default()).0;
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
pub(super) fn is_exact(biz: &Json, strict: bool) -> bool {
    let alone = matches!(biz, Json::Object(members) if members.len() == 1);
    let number = biz.member(PROTOCOL_NO).and_then(Json::text);
    number.is_some_and(|number| fits(number, 20)) && (alone || !strict)
}

pub(super) fn failure(sub_code: &str, sub_msg: &str) -> String {
    format!(r#"{{"code":"40004","msg":"Business Failed","sub_code":"{sub_code}","sub_msg":{}}}"#, quote(sub_msg))
}
