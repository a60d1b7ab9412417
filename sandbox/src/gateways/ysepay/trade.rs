//! Trades: `ysepay.trusteeship.fastPay` from an agreement, `ysepay.online.trade.…` about what was paid.
//!
//! Fields and members are those of public clients; where none shows the word of a refusal, it is a guess.

use super::close::failure;
use super::{ID, Service};
use crate::book::{Created, Denied, Refund, RefundState, State, Wanted};
use crate::call::Call;
use crate::clock::{self, DAY_DIGITS};
use crate::gateways::{Api, Visit, fen, yuan};
use crate::hex;
use crate::json::{Json, quote};

pub(super) const PAY: Service = Service {
    api: Api::post("ysepay.trusteeship.fastPay", Call::Pay),
    number: OUT_TRADE_NO,
    required: &[OUT_TRADE_NO, "shopdate", "subject", "total_amount", "seller_id", "protocol_no"],
    object: paid,
};
pub(super) const QUERY: Service = Service {
    api: Api::post("ysepay.online.trade.query", Call::Query),
    number: OUT_TRADE_NO,
    required: &[OUT_TRADE_NO, "shopdate"],
    object: queried,
};
pub(super) const REFUND: Service = Service {
    api: Api::post("ysepay.online.trade.refund", Call::Refund),
    number: OUT_REQUEST_NO,
    required: &[OUT_TRADE_NO, "refund_amount", "refund_reason", OUT_REQUEST_NO],
    object: refunded,
};
pub(super) const REFUND_QUERY: Service = Service {
    api: Api::post("ysepay.online.trade.refund.query", Call::RefundQuery),
    number: OUT_REQUEST_NO,
    required: &[OUT_TRADE_NO, OUT_REQUEST_NO],
    object: refund_queried,
};

const OUT_TRADE_NO: &str = "out_trade_no";
const OUT_REQUEST_NO: &str = "out_request_no";

/// The platform's own number of a trade.
pub(super) fn trade_no(number: &str) -> String {
    format!("01O{}", hex::digits(number))
}

fn field<'a>(biz: &'a Json, name: &str) -> &'a str {
    biz.member(name).and_then(Json::text).unwrap_or_default()
}

fn amount(biz: &Json, name: &str) -> Option<u64> {
    fen(field(biz, name)).filter(|fen| *fen > 0)
}

/// What every success begins with.
pub(super) fn success(members: &[(&str, &str)]) -> String {
    let members: String = members.iter().map(|(name, text)| format!(r#","{name}":{}"#, quote(text))).collect();
    format!(r#"{{"code":"10000","msg":"Success"{members}}}"#)
}

fn paid(visit: &Visit<'_>, biz: &Json) -> String {
    let (number, protocol) = (field(biz, OUT_TRADE_NO), field(biz, "protocol_no"));
    let Some(total) = amount(biz, "total_amount") else {
        return failure("ACQ.INVALID_PARAMETER", "total_amount is invalid");
    };
    match visit.book.look(ID, protocol) {
        State::Open | State::Paid => {}
        State::NotFound => return failure("ACQ.INVALID_PARAMETER", "协议不存在"),
        _ => return failure("ACQ.INVALID_PARAMETER", "协议已解约"),
    }
    let (made, state, named) = visit.pay(ID, number, total, &biz.compact());
    match (made, state) {
        (Created::Taken, _) => return failure("ACQ.INVALID_PARAMETER", "商户订单号重复"),
        (Created::Made | Created::Again | Created::Is(State::Paid), _) => {}
        (_, State::Refused) => return success(&[(OUT_TRADE_NO, &named), ("trade_status", "TRADE_FAILED")]),
        (_, State::Limited) => return failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
        _ => return failure("ACQ.INVALID_PARAMETER", "商户订单号重复"),
    }
    let status = if state == State::Paid { "TRADE_SUCCESS" } else { "TRADE_PROCESS" };
    success(&[
        (OUT_TRADE_NO, &named),
        ("trade_no", &trade_no(&named)),
        ("trade_status", status),
        ("total_amount", &yuan(total)),
        ("fee", "0.00"),
        ("account_date", &clock::stamp(DAY_DIGITS)),
    ])
}

fn queried(visit: &Visit<'_>, biz: &Json) -> String {
    let (state, named) = visit.look(ID, field(biz, OUT_TRADE_NO));
    let total = visit.book.total(ID, &named);
    let returned: u64 = visit.book.refunds_of(ID, &named).iter().filter(|it| it.state == RefundState::Done).map(|it| it.fen).sum();
    let status = match state {
        State::Open => "WAIT_BUYER_PAY",
        State::Closed => "TRADE_CLOSED",
        State::Paid | State::Reserved | State::Released => "TRADE_SUCCESS",
        State::Refunded if returned > 0 && returned < total => "TRADE_PART_REFUND",
        State::Refunded => "TRADE_ALL_REFUND",
        State::Processing | State::Accepted => "TRADE_PROCESS",
        State::Refused => "TRADE_FAILED",
        State::NotFound => return failure("ACQ.QUERY_NO_RECORD", "暂无记录"),
        State::Limited => return failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
    };
    let (total, day, trade) = (yuan(total), clock::stamp(DAY_DIGITS), trade_no(&named));
    success(&[
        (OUT_TRADE_NO, &named),
        ("trade_no", &trade),
        ("trade_status", status),
        ("total_amount", &total),
        ("receipt_amount", &total),
        ("account_date", &day),
    ])
}

fn refunded(visit: &Visit<'_>, biz: &Json) -> String {
    let number = field(biz, OUT_REQUEST_NO);
    let Some(fen) = amount(biz, "refund_amount") else {
        return failure("ACQ.INVALID_PARAMETER", "refund_amount is invalid");
    };
    let wanted = Wanted { number, order: field(biz, OUT_TRADE_NO), fen, total: None, open_is_paid: false };
    visit.refund(ID, &wanted).map_or_else(refusal, |refund| told(&refund))
}

fn refund_queried(visit: &Visit<'_>, biz: &Json) -> String {
    let found = visit.refunded(ID, field(biz, OUT_REQUEST_NO));
    let found = found.and_then(|refund| {
        let is_of_order = refund.order == field(biz, OUT_TRADE_NO) || visit.is_untouched();
        if is_of_order { Ok(refund) } else { Err(Denied::NotFound) }
    });
    found.map_or_else(refusal, |refund| told(&refund))
}

fn told(refund: &Refund) -> String {
    let state = match refund.state {
        RefundState::Done => "success",
        RefundState::Processing => "in_process",
        RefundState::Failed => "fail",
    };
    let (trade, own) = (trade_no(&refund.order), format!("YSR{}", hex::digits(&refund.number)));
    success(&[
        (OUT_TRADE_NO, &refund.order),
        ("trade_no", &trade),
        (OUT_REQUEST_NO, &refund.number),
        ("refund_amount", &yuan(refund.fen)),
        ("refundsn", &own),
        ("refund_state", state),
        ("account_date", &clock::spell(refund.since, DAY_DIGITS)),
    ])
}

fn refusal(denied: Denied) -> String {
    match denied {
        Denied::NotFound => failure("ACQ.QUERY_NO_RECORD", "暂无记录"),
        Denied::Unpaid => failure("ACQ.TRADE_STATUS_ERROR", "交易未支付"),
        Denied::Closed => failure("ACQ.TRADE_STATUS_ERROR", "交易已关闭"),
        Denied::Mismatch => failure("ACQ.INVALID_PARAMETER", "退款请求号重复"),
        Denied::TooMuch => failure("ACQ.INVALID_PARAMETER", "退款金额超过可退金额"),
        Denied::AllReturned => failure("ACQ.TRADE_STATUS_ERROR", "交易已全额退款"),
        Denied::Refused | Denied::Limited => failure("ACQ.SYSTEM_ERROR", "接口返回错误"),
    }
}
