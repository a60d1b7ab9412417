//! `/secapi/pay/refund` and `/pay/refundquery`. The words of the refusals are those that merchants report.

use super::query::transaction_id;
use super::{Accepted, Failure, Field, Found, ID, SYSTEM_ERROR, TOO_OFTEN, owned};
use crate::book::{Denied, Refund, RefundState, Wanted};
use crate::clock::{self, SPELT};
use crate::gateways::Visit;
use crate::hex;

pub(super) const PATH: &str = "/secapi/pay/refund";
pub(super) const QUERY_PATH: &str = "/pay/refundquery";

pub(super) const FIELDS: [Field; 11] = [
    ("transaction_id", 32, false),
    ("out_trade_no", 32, false),
    ("out_refund_no", 64, true),
    ("total_fee", 12, true),
    ("refund_fee", 12, true),
    ("refund_fee_type", 8, false),
    ("refund_desc", 80, false),
    ("refund_account", 30, false),
    ("notify_url", 256, false),
    ("op_user_id", 32, false),
    ("device_info", 32, false),
];

pub(super) const QUERY_FIELDS: [Field; 6] = [
    ("transaction_id", 32, false),
    ("out_trade_no", 32, false),
    ("out_refund_no", 64, false),
    ("refund_id", 32, false),
    ("offset", 12, false),
    ("device_info", 32, false),
];

/// WeChat Pay's own number of a refund.
pub(super) fn refund_id(number: &str) -> String {
    format!("503000{}", hex::digits(number))
}

/// Amounts that no order can have are refused before anybody looks for one.
pub(super) fn check(request: &Accepted) -> Result<(), &'static str> {
    let total = request.fen("total_fee").ok_or("invalid total_fee")?;
    request.fen("refund_fee").filter(|fee| *fee <= total).map(drop).ok_or("invalid refund_fee")
}

pub(super) fn refunded(visit: &Visit<'_>, request: &Accepted, order: &str) -> Found {
    let number = request.field("out_refund_no").unwrap_or_default();
    let fen = request.fen("refund_fee").unwrap_or_default();
    let wanted = Wanted { number, order, fen, total: request.fen("total_fee"), open_is_paid: false };
    let refund = visit.refund(ID, &wanted).map_err(refusal)?;
    let (total, fen) = (visit.book.total(ID, &refund.order).to_string(), refund.fen.to_string());
    Ok(owned(&[
        ("transaction_id", &transaction_id(&refund.order)),
        ("out_trade_no", &refund.order),
        ("out_refund_no", &refund.number),
        ("refund_id", &refund_id(&refund.number)),
        ("refund_channel", ""),
        ("refund_fee", &fen),
        ("coupon_refund_fee", "0"),
        ("total_fee", &total),
        ("cash_fee", &total),
        ("coupon_refund_count", "0"),
        ("cash_refund_fee", &fen),
    ]))
}

fn refusal(denied: Denied) -> Failure {
    match denied {
        Denied::NotFound => ("ORDERNOTEXIST", "订单不存在"),
        Denied::Unpaid | Denied::Closed => ("TRADE_STATE_ERROR", "订单状态错误"),
        Denied::Mismatch => ("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试"),
        Denied::TooMuch => ("INVALID_REQUEST", "refund_fee大于可退金额"),
        Denied::AllReturned => ("ERROR", "订单已全额退款"),
        Denied::Refused => SYSTEM_ERROR,
        Denied::Limited => TOO_OFTEN,
    }
}

/// One refund by its number, WeChat Pay's or the merchant's; or all of an order.
pub(super) fn queried(visit: &Visit<'_>, request: &Accepted, order: &str) -> Found {
    let by_id = |id: &str| visit.book.refunds().into_iter().find(|refund| refund_id(&refund.number) == id).map(|refund| refund.number);
    let number = match request.field("refund_id") {
        Some(id) => Some(by_id(id).unwrap_or_default()),
        None => request.field("out_refund_no").map(str::to_string),
    };
    let refunds = match number {
        Some(number) => vec![visit.refunded(ID, &number).map_err(|denied| match denied {
            Denied::Refused => SYSTEM_ERROR,
            Denied::Limited => TOO_OFTEN,
            _ => NOT_FOUND,
        })?],
        None => visit.book.refunds_of(ID, order),
    };
    let order = refunds.first().map(|refund| refund.order.as_str()).ok_or(NOT_FOUND)?;
    let total = visit.book.total(ID, order).to_string();
    let mut fields = owned(&[
        ("transaction_id", &transaction_id(order)),
        ("out_trade_no", order),
        ("total_fee", &total),
        ("cash_fee", &total),
        ("refund_count", &refunds.len().to_string()),
    ]);
    fields.extend(refunds.iter().enumerate().flat_map(|(at, refund)| one(at, refund)));
    Ok(fields)
}

const NOT_FOUND: Failure = ("REFUNDNOTEXIST", "退款订单查询失败");

/// The members of one refund, each with its place in the list.
fn one(at: usize, refund: &Refund) -> Vec<(String, String)> {
    let (fen, time) = (refund.fen.to_string(), clock::spell(refund.since, SPELT));
    let mut fields = owned(&[
        ("out_refund_no", &refund.number),
        ("refund_id", &refund_id(&refund.number)),
        ("refund_channel", "ORIGINAL"),
        ("refund_fee", &fen),
        ("refund_status", status(refund.state)),
        ("refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"),
        ("refund_recv_accout", "支付用户零钱"), // sic
    ]);
    fields.extend((refund.state == RefundState::Done).then(|| ("refund_success_time".to_string(), time)));
    fields.into_iter().map(|(name, value)| (format!("{name}_{at}"), value)).collect()
}

/// The word of a refund query and of a bill.
pub(super) fn status(state: RefundState) -> &'static str {
    match state {
        RefundState::Processing => "PROCESSING",
        RefundState::Done => "SUCCESS",
        RefundState::Failed => "REFUNDCLOSE",
    }
}
