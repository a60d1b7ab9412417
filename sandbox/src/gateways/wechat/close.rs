//! `/pay/closeorder`

use super::Found;
use crate::book::State;

pub(super) const PATH: &str = "/pay/closeorder";

pub(super) fn closed(state: State) -> Found<'static> {
    Err(match state {
        State::Open => return Ok(Vec::new()),
        State::Closed => ("ORDERCLOSED", "订单已关闭，无法重复关闭"),
        State::Paid | State::Refunded | State::Reserved | State::Released => ("ORDERPAID", "订单已支付，不能发起关单"),
        State::NotFound => ("ORDERNOTEXIST", "订单系统不存在此订单"),
        State::Processing | State::Accepted | State::Limited => ("FREQUENCY_LIMITED", "频率限制，请稍后再试"),
        State::Refused => ("SYSTEMERROR", "系统异常，请重新调用该API"),
    })
}
