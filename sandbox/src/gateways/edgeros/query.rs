//! `GET /pay/v1/transactions/trade`. Its words for what is not paid are published nowhere: guesses.

use super::fields::Fields;
use super::order::{self, Ids};
use super::{ID, Service, found, not_found, other_reply};
use crate::book::State;
use crate::call::Call;
use crate::gateways::{Api, Visit, yuan};

const PATH: &str = "/pay/v1/transactions/trade";

pub(super) const SERVICE: Service = Service { api: Api::get(PATH, Call::Query), fields: &order::FIELDS, reply };

/// What every order has, paid or not.
const OF_ORDER: [(&str, &str); 2] = [("app_no", "APP1"), ("extra", "")];
const OF_PAYMENT: [(&str, &str); 4] =
    [("success_time", "2026-01-02T15:04:05+08:00"), ("acoid", "1"), ("pay_channel", "WX"), ("pay_method", "QR")];
const OF_REFUND: [(&str, &str); 3] = [("refund_no", "AR1"), ("mch_refund_no", "mr1"), ("refund_amount", "1.00")];

fn reply(visit: &Visit<'_>, fields: &Fields) -> Result<String, &'static str> {
    let ids = Ids::of(fields)?;
    if let Some(kind) = visit.other_call() {
        return Ok(other_reply(visit, kind, &ids));
    }
    let (state, named) = visit.look(ID, ids.asked());
    let (code, description, paid) = match state {
        State::Open => ("NOTPAY", "订单未支付", false),
        State::Closed => ("CLOSED", "订单已关闭", false),
        State::Paid | State::Reserved | State::Released => ("SUCCESS", "支付成功", true),
        State::Refunded => ("REFUND", "转入退款", true),
        State::Processing | State::Accepted => ("PROCESSING", "订单支付中", false),
        State::Refused => ("FAIL", "系统繁忙", false),
        State::Limited => ("FAIL", "操作过于频繁", false),
        State::NotFound => return Ok(not_found(visit)),
    };
    let of_payment: &[_] = if paid { &OF_PAYMENT } else { &[] };
    let of_other_method: &[_] = if visit.is_of_other_method() { &OF_REFUND } else { &[] };
    let total = yuan(visit.book.total(ID, &named));
    let words = [("code", code), ("description", description), ("amount_total", &total)];
    Ok(found(visit, &ids.in_reply(&named), &[&words, &OF_ORDER[..], of_payment, of_other_method].concat()))
}
