//! `POST /pay/v1/transactions/close`

use super::fields::Fields;
use super::order::{self, Ids};
use super::{ID, Service, found, not_found, other_reply};
use crate::book::State;
use crate::call::Call;
use crate::gateways::{Api, Visit};

const PATH: &str = "/pay/v1/transactions/close";

pub(super) const SERVICE: Service = Service { api: Api::post(PATH, Call::Close), fields: &order::FIELDS, reply };

fn reply(visit: &Visit<'_>, fields: &Fields) -> Result<String, &'static str> {
    let ids = Ids::of(fields)?;
    if let Some(kind) = visit.other_call() {
        return Ok(other_reply(visit, kind, &ids));
    }
    let (state, named) = visit.close(ID, ids.asked());
    let (code, description) = match state {
        State::Open => ("SUCCESS", "关单成功"),
        State::Closed => ("FAIL", "订单已关闭"),
        State::Paid | State::Refunded | State::Reserved | State::Released => ("FAIL", "订单已支付"),
        State::Processing | State::Accepted => ("FAIL", "订单支付中"),
        State::Refused => ("FAIL", "订单已过期"),
        State::Limited => ("FAIL", "操作过于频繁"),
        State::NotFound => return Ok(not_found(visit)),
    };
    let of_other_method: &[_] =
        if visit.is_of_other_method() { &[("amount_total", "100"), ("success_time", "2026-01-02 15:04:05")] } else { &[] };
    Ok(found(visit, &ids.in_reply(&named), &[&[("code", code), ("description", description)], of_other_method].concat()))
}
