//! `/secapi/pay/reverse`: what was scanned is given back, or closed.

use super::{Field, Found, ID, SYSTEM_ERROR, TOO_OFTEN};
use crate::book::State;
use crate::gateways::Visit;

pub(super) const PATH: &str = "/secapi/pay/reverse";

pub(super) const FIELDS: [Field; 2] = [("transaction_id", 32, false), ("out_trade_no", 32, false)];

/// The reply names no order.
pub(super) fn reversed(visit: &Visit<'_>, number: &str) -> Found {
    match visit.reverse(ID, number).0 {
        State::Open | State::Processing | State::Paid | State::Closed => Ok(Vec::new()),
        State::Accepted | State::Refused => Err(SYSTEM_ERROR),
        State::Refunded | State::Reserved | State::Released => Err(("TRADE_ERROR", "订单错误")),
        State::NotFound => Err(("INVALID_REQUEST", "无效请求")),
        State::Limited => Err(TOO_OFTEN),
    }
}

/// Whether it is to be called again.
pub(super) fn recall(found: &Found) -> &'static str {
    if matches!(found, Err((code, _)) if *code == SYSTEM_ERROR.0) { "Y" } else { "N" }
}
