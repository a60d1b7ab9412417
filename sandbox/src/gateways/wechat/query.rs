//! `/pay/orderquery`: the same fields as the close, or WeChat Pay's own number in place of the merchant's.

use super::Found;
use crate::book::State;
use crate::hex;

pub(super) const PATH: &str = "/pay/orderquery";

/// WeChat Pay's own number of an order, 28 digits.
pub(super) fn transaction_id(number: &str) -> String {
    format!("42000000{}", hex::digits(number))
}

/// Unlike that of a close, the reply names the order.
pub(super) fn found<'a>(state: State, number: &'a str, transaction_id: &'a str) -> Found<'a> {
    let trade = |state, why| vec![("out_trade_no", number), ("trade_state", state), ("trade_state_desc", why)];
    let with_id = |trade: Vec<(&'static str, _)>| [trade, vec![("transaction_id", transaction_id)]].concat();
    match state {
        State::Open => Ok(trade("NOTPAY", "订单未支付")),
        State::Closed => Ok(trade("CLOSED", "订单已关闭")),
        State::Paid | State::Reserved | State::Released => Ok(with_id(trade("SUCCESS", "支付成功"))),
        State::Refunded => Ok(with_id(trade("REFUND", "转入退款"))),
        State::Accepted => Ok(trade("ACCEPT", "已接收，等待扣款")),
        State::Processing => Ok(trade("USERPAYING", "需要用户输入支付密码")),
        State::NotFound => Err(("ORDERNOTEXIST", "此交易订单号不存在")),
        State::Refused => Err(("SYSTEMERROR", "系统错误")),
        State::Limited => Err(("FREQUENCY_LIMITED", "频率限制，请稍后再试")),
    }
}
