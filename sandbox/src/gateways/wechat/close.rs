//! `/pay/closeorder`

use super::{Field, Found};
use crate::book::State;

pub(super) const PATH: &str = "/pay/closeorder";

pub(super) const FIELDS: [Field; 1] = [("out_trade_no", 32, true)];

pub(super) fn closed(state: State) -> Found {
    Err(match state {
        State::Open => return Ok(Vec::new()),
        State::Closed => ("ORDERCLOSED", "订单已关闭，无法重复关闭"),
        State::Paid | State::Refunded | State::Reserved | State::Released => ("ORDERPAID", "订单已支付，不能发起关单"),
        State::NotFound => ("ORDERNOTEXIST", "订单系统不存在此订单"),
        State::Processing | State::Accepted | State::Limited => ("FREQUENCY_LIMITED", "频率限制，请稍后再试"),
        State::Refused => ("SYSTEMERROR", "系统异常，请重新调用该API"),
    })
}
