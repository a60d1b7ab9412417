//! `/pay/orderquery`: the same fields as the close, or WeChat Pay's own number in place of the merchant's.

use super::{Found, ID, SYSTEM_ERROR, TOO_OFTEN, owned};
use crate::book::State;
use crate::gateways::Visit;
use crate::hex;

pub(super) const PATH: &str = "/pay/orderquery";

/// WeChat Pay's own number of an order, 28 digits.
pub(super) fn transaction_id(number: &str) -> String {
    format!("42000000{}", hex::digits(number))
}

/// Unlike that of a close, the reply names the order.
pub(super) fn queried(visit: &Visit<'_>, number: &str) -> Found {
    let (state, named) = visit.look(ID, number);
    let (transaction_id, total) = (transaction_id(&named), visit.book.total(ID, &named).to_string());
    let mut fields = found(state, &named, &[("transaction_id", &transaction_id), ("total_fee", &total)])?;
    fields.extend(visit.book.attached(ID, &named).map(|text| ("attach".to_string(), text)));
    Ok(fields)
}

/// What is paid has `more` too.
fn found(state: State, number: &str, more: &[(&str, &str)]) -> Found {
    let trade = |state, why| owned(&[("out_trade_no", number), ("trade_state", state), ("trade_state_desc", why)]);
    let with_more = |trade: Vec<(String, String)>| [trade, owned(more)].concat();
    match state {
        State::Open => Ok(trade("NOTPAY", "订单未支付")),
        State::Closed => Ok(trade("CLOSED", "订单已关闭")),
        State::Paid | State::Reserved | State::Released => Ok(with_more(trade("SUCCESS", "支付成功"))),
        State::Refunded => Ok(with_more(trade("REFUND", "转入退款"))),
        State::Accepted => Ok(trade("ACCEPT", "已接收，等待扣款")),
        State::Processing => Ok(trade("USERPAYING", "需要用户输入支付密码")),
        State::NotFound => Err(("ORDERNOTEXIST", "此交易订单号不存在")),
        State::Refused => Err(SYSTEM_ERROR),
        State::Limited => Err(TOO_OFTEN),
    }
}
